-- One row per code of a classification and span of years in which it has this name (seeds function_codes, economic_codes).
{% set systems = {'function': 'function_codes', 'economic': 'economic_codes'} %}
with codes as (
    select
        'function' as system, code, name, name_en, level, parent_code, valid_from, valid_to, successor_code, source_kind
    from {{ ref('function_codes') }}
    union all
    select
        'economic_' || system as system, code, name, name_en, level, parent_code, valid_from, valid_to,
        null as successor_code, source_kind
    from {{ ref('economic_codes') }}
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
    source_kind
from codes
