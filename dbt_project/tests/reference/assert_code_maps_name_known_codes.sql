-- Correspondences, crosswalks, international maps and variants speak of codes that are in the lists, and once.
{% set maps = [
    ('economic_correspondence', 'government_code', 'economic_codes', 'true'),
    ('economic_correspondence', 'departmental_code', 'economic_codes', 'true'),
    ('economic_crosswalk', 'old_code', 'economic_codes', 'true'),
    ('economic_crosswalk', 'new_code', 'economic_codes', 'true'),
    ('cofog_map', 'code', 'function_codes', 'true'),
    ('summary_classes', 'class_code', 'function_codes', 'true'),
    ('gfsm_map', 'code', 'economic_codes', 'true'),
    ('name_variants', 'code', 'function_codes', "pairs.system = 'function' and pairs.code is not null"),
    ('name_variants', 'code', 'economic_codes', "pairs.system = 'economic' and pairs.code is not null"),
] %}
{% set keys = [
    ('economic_correspondence', 'government_code, departmental_code'),
    ('economic_crosswalk', 'old_code, new_code'),
    ('cofog_map', 'code'),
    ('summary_classes', 'ordinal, valid_from'),
    ('summary_classes', 'class_code, valid_from'),
    ('gfsm_map', 'code'),
    ('name_variants', 'system, code, variant'),
] %}
with broken as (
    {% for file, column, list, condition in maps %}
    select concat('{{ file }}.csv: {{ column }} ', pairs.{{ column }}, ' is not in {{ list }}.csv: ', to_json(pairs)) as message
    from {{ ref(file) }} as pairs
    anti join {{ ref(list) }} as codes on pairs.{{ column }} = codes.code
    where {{ condition }}
    union all
    {% endfor %}
    {% for file, key in keys %}
    select concat('{{ file }}.csv: ', concat_ws(' ', {{ key }}), ' stands ', count(*), ' times')
    from {{ ref(file) }}
    group by {{ key }}
    having count(*) > 1
    {{ "union all" if not loop.last }}
    {% endfor %}
)

{{ name_broken_rows('broken') }}
