-- One row per code of a classification and span of years in which it has this name (seeds function_codes, economic_codes).
with economic_moves as (
    -- where an economic code that ended went: the only code, or the one marked as the main part; not where it is kept in part
    select
        cast(old_code as varchar) as old_code,
        case when count(*) = 1 then min(cast(new_code as varchar)) else min(cast(new_code as varchar)) filter (where is_main) end
            as new_code
    from {{ ref('economic_crosswalk') }}
    group by old_code
    having not bool_or(old_code = new_code)
),

codes as (
    select
        'function' as system, code, name, name_en, level, parent_code, valid_from, valid_to, successor_code, source_kind
    from {{ ref('function_codes') }}
    union all
    select
        'economic_' || system as system, code, name, name_en, level, parent_code, valid_from, valid_to,
        new_code as successor_code, source_kind
    from {{ ref('economic_codes') }}
    left join economic_moves on cast(code as varchar) = old_code and valid_to is not null
),

-- the code is used again for something else: 30311 was 住房公积金 (now 30113) and is 代缴社会保险费
moves as (
    select
        *,
        successor_code is not null and bool_or(successor_code is null) over (partition by system, code) as moved
    from codes
)

select
    system,
    cast(code as varchar) as code,
    name,
    {{ plain_name('name') }} as plain_name,
    name_en,
    level,
    cast(parent_code as varchar) as parent_code,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to,
    -- where a code was split, the first named successor carries the series on
    nullif(regexp_extract(cast(successor_code as varchar), '^[0-9]+'), '') as successor_code,
    source_kind,
    -- the meaning that this row names went to another code, and this code has another meaning since
    moved,
    case when moved then regexp_extract(cast(successor_code as varchar), '^[0-9]+') end as moved_to
from moves
