-- Every code hangs on a code that is in the list, and a 款 or 项 on the beginning of its own digits.
{% set lists = [('function_codes', 'code'), ('economic_codes', 'code'), ('division_codes', 'division_code')] %}
with broken as (
    {% for file, code in lists %}
    select concat({{ row_text(file, 'codes', code) }}, ': parent ', codes.parent_code, ' is missing') as message
    from {{ ref(file) }} as codes
    anti join {{ ref(file) }} as above on codes.parent_code = above.{{ code }}
    where codes.parent_code is not null
    union all
    {% if code == 'code' %}
    select concat({{ row_text(file, 'codes') }}, ': parent ', coalesce(codes.parent_code, 'none'), ' is not ', codes.code[:-3])
    from {{ ref(file) }} as codes
    where codes.level <> 'class' and codes.parent_code is distinct from codes.code[:-3]
    {{ "union all" if not loop.last }}
    {% endif %}
    {% endfor %}
    -- a 类 or a province hangs on nothing, so a circle of parents is impossible above; divisions can still make one
    select concat({{ row_text('division_codes', 'codes', 'division_code') }}, ': parent ', codes.parent_code, ' is of no higher level')
    from {{ ref('division_codes') }} as codes
    inner join {{ ref('division_codes') }} as above on codes.parent_code = above.division_code
    where
        list_position(['province', 'prefecture', 'county'], above.level)
        >= list_position(['province', 'prefecture', 'county'], codes.level)
)

{{ name_broken_rows('broken') }}
