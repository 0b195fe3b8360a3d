-- One row per code of a classification and span of years in which it has this name (seeds function_codes, economic_codes).
{% set systems = {'function': 'function_codes', 'economic': 'economic_codes'} %}
with economic_moves as (
    -- what the code meant before 2018 went elsewhere: 30311 was 住房公积金 (now 30113) and is 代缴社会保险费
    select
        cast(old_code as varchar) as old_code,
        case when count(*) = 1 then min(cast(new_code as varchar)) end as new_code
    from {{ ref('economic_crosswalk') }}
    group by old_code
    having not bool_or(old_code = new_code)
),

codes as (
    select
        'function' as system, code, name, name_en, level, parent_code, valid_from, valid_to, successor_code, source_kind,
        successor_code is not null and bool_or(successor_code is null) over (partition by code) as moved,
        cast(successor_code as varchar) as moved_to
    from {{ ref('function_codes') }}
    union all
    select
        'economic_' || system as system, code, name, name_en, level, parent_code, valid_from, valid_to,
        null as successor_code, source_kind,
        old_code is not null as moved,
        new_code as moved_to
    from {{ ref('economic_codes') }}
    left join economic_moves on cast(code as varchar) = old_code and system = 'departmental' and valid_to = 2017
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
    case when moved then regexp_extract(moved_to, '^[0-9]+') end as moved_to
from codes
