-- One row per code ever used × fiscal year: the code that carries its meaning in that year, along successors.
-- Years before the first list use the first list (`list_year`); a year without a carrier has no row.
with recursive codes as (select * from {{ ref('int_code_list') }}),

bounds as (
    select system, min(valid_from) as first_year from codes group by system
),

years as (
    select unnest(range({{ var('first_fiscal_year') }}, {{ var('last_fiscal_year') }} + 1))::integer as fiscal_year
),

in_year as (
    select
        codes.system,
        years.fiscal_year,
        codes.code,
        codes.name,
        codes.plain_name,
        codes.name_en,
        codes.level,
        codes.parent_code,
        codes.source_kind
    from codes
    inner join bounds on codes.system = bounds.system
    inner join years
        on greatest(years.fiscal_year, bounds.first_year)
            between coalesce(codes.valid_from, 0) and coalesce(codes.valid_to, 9999)
    qualify row_number() over (
        partition by codes.system, years.fiscal_year, codes.code order by codes.valid_from desc
    ) = 1
),

moves as (
    select distinct system, code, successor_code from codes where successor_code is not null and successor_code <> code
),

-- forward along successors; ten moves are more than any code has made, and stop a cycle
forward as (
    select system, code, successor_code as reached, 1 as hops from moves
    union all
    select forward.system, forward.code, moves.successor_code, forward.hops + 1
    from forward
    inner join moves on forward.system = moves.system and forward.reached = moves.code
    where forward.hops < 10
),

candidates as (
    select system, code, code as reached, 0 as hops from (select distinct system, code from codes)
    union all
    select system, code, reached, hops from forward
    union all
    -- backward: a code printed before it existed stands for the code it succeeded
    select system, reached as code, code as reached, 100 + hops from forward
),

reached as (
    select
        candidates.system,
        candidates.code,
        candidates.hops,
        in_year.* exclude (system, code),
        in_year.code as code_in_year
    from candidates
    inner join in_year on candidates.system = in_year.system and candidates.reached = in_year.code
    -- several predecessors were merged into this code: none of them is the answer
    qualify candidates.hops < 100
        or count(*) over (partition by candidates.system, candidates.code, in_year.fiscal_year, candidates.hops) = 1
)

select
    system,
    code,
    fiscal_year,
    code_in_year,
    name as name_in_year,
    plain_name as plain_name_in_year,
    name_en as name_en_in_year,
    level,
    parent_code,
    source_kind,
    hops
from reached
qualify row_number() over (partition by system, code, fiscal_year order by hops, code_in_year) = 1
