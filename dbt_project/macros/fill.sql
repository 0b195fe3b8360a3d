{# A rule's sentence with its braces filled from the columns of `findings`' last step; language is zh or en. #}
{% macro fill(template, language) -%}
    {%- set braces = {
        '{where}': 'where_' ~ language,
        '{subject}': "concat_ws(' ', line_text, measure_" ~ language ~ ")",
        '{parts}': "coalesce(parts_" ~ language ~ ", '')",
        '{stated}': "coalesce(stated_text, '')",
        '{computed}': "coalesce(expected_text, '')",
        '{difference}': "coalesce(difference_text, '')",
        '{unit}': "coalesce(unit, '')",
        '{year}': "coalesce(cast(fiscal_year as varchar), '')",
        '{canonical_code}': "coalesce(canonical_code, '')",
        '{canonical}': "coalesce(canonical, '')",
        '{terms_zh}': "coalesce(terms_zh, '')",
        '{terms_en}': "coalesce(terms_en, '')",
        '{text}': "coalesce(text_" ~ language ~ ", '')",
        '{belongs_to}': "coalesce(belongs_to, '')",
    } -%}
    {%- for _ in braces %}replace({% endfor %}{{ template }}{% for brace, expression in braces.items() %}, '{{ brace }}', {{ expression }}){% endfor %}
{%- endmacro %}
