-- One code has one name in one year: no duplicates, no overlap of validity, nothing that ends before it begins.
{% set lists = [('function_codes', 'code', ['code']), ('economic_codes', 'code', ['system', 'code']), ('division_codes', 'division_code', ['division_code'])] %}
with broken as (
    {% for file, code, key in lists %}
    select concat(
        {{ row_text(file, 'later', code) }},
        case when earlier.name = later.name then ' is a duplicate of ' else ' overlaps with ' end,
        {{ row_text(file, 'earlier', code) }}
    ) as message
    from (select *, row_number() over (order by valid_from, name) as row_no from {{ ref(file) }}) as earlier
    inner join (select *, row_number() over (order by valid_from, name) as row_no from {{ ref(file) }}) as later
        on
            earlier.row_no < later.row_no
            {% for column in key %} and earlier.{{ column }} = later.{{ column }} {% endfor %}
            and later.valid_from <= coalesce(earlier.valid_to, 9999)
            and earlier.valid_from <= coalesce(later.valid_to, 9999)
    union all
    select concat({{ row_text(file, 'codes', code) }}, ' ends before it begins')
    from {{ ref(file) }} as codes
    where codes.valid_to < codes.valid_from
    {{ "union all" if not loop.last }}
    {% endfor %}
)

{{ name_broken_rows('broken') }}
