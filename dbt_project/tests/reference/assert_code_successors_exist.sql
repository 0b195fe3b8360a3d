-- A code that was merged, split or moved has ended, and went to a code that is in the list.
with broken as (
    select concat({{ row_text('function_codes', 'codes') }}, ': successor ', codes.successor_code, ' is missing') as message
    from {{ ref('function_codes') }} as codes
    anti join {{ ref('function_codes') }} as next on codes.successor_code = next.code
    where codes.successor_code is not null
    union all
    select concat({{ row_text('function_codes', 'codes') }}, ': has successor ', codes.successor_code, ' but no end')
    from {{ ref('function_codes') }} as codes
    where codes.successor_code is not null and codes.valid_to is null
)

{{ name_broken_rows('broken') }}
