{# Schemas are named plainly (staging, intermediate, reference); marts stay in the target's own, `main`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
