-- Following successors comes to an end: no code goes, by however many moves, where it came from.
with recursive moves as (
    select distinct code, successor_code from {{ ref('function_codes') }} where successor_code is not null
),

paths as (
    select code, successor_code, [code] as path from moves
    union all
    select paths.code, moves.successor_code, list_append(paths.path, moves.code)
    from paths
    inner join moves on paths.successor_code = moves.code
    where not list_contains(paths.path, paths.successor_code)
),

broken as (
    select concat('function_codes.csv: successors make a circle: ', array_to_string(list_append(path, code), ' → ')) as message
    from paths
    -- each circle once, told from its smallest code
    where successor_code = code and code = list_min(path)
)

{{ name_broken_rows('broken') }}
