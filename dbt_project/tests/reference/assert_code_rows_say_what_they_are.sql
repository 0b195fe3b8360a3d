-- The level fits the length of the code, and a row that is not unconfirmed names its source.
with broken as (
    select concat({{ row_text('function_codes', 'codes') }}, ': level ', codes.level, ' does not fit the length of the code') as message
    from {{ ref('function_codes') }} as codes
    where length(codes.code) is distinct from case codes.level when 'class' then 3 when 'section' then 5 when 'item' then 7 end
    union all
    select concat({{ row_text('economic_codes', 'codes') }}, ': level ', codes.level, ' does not fit the length of the code')
    from {{ ref('economic_codes') }} as codes
    where length(codes.code) is distinct from case codes.level when 'class' then 3 when 'item' then 5 end
    {% for file in ['function_codes', 'economic_codes'] %}
    union all
    select concat({{ row_text(file, 'codes') }}, ': is ', codes.source_kind, ' but names no source')
    from {{ ref(file) }} as codes
    where codes.source_kind <> 'unconfirmed' and coalesce(codes.source, '') = ''
    {% endfor %}
)

{{ name_broken_rows('broken') }}
