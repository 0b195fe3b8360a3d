{#
  A test that says which rows are broken, in the message of `dbt build` itself: dbt's own says only how many there are.
  `broken` is the name of a common table expression with one column `message`. The filter cannot be optimised away.
#}
{% macro name_broken_rows(broken) -%}
select * from (
    select count(*) as n, string_agg(message, '; ' order by message) as messages from {{ broken }}
)
where
    case
        when n > 0
            then error(concat(
                n, ' broken reference row(s) in dbt_project/seeds: ', messages[:2000], case when length(messages) > 2000 then ' …' end
            ))
    end is not null
{%- endmacro %}

{# How a row of a code list is called in a message: function_codes.csv: 2240106 安全监管 (2019–now). #}
{% macro row_text(file, alias, code='code') -%}
concat(
    '{{ file }}.csv: ', {{ alias }}.{{ code }}, ' ', {{ alias }}.name,
    ' (', {{ alias }}.valid_from, '–', coalesce({{ alias }}.valid_to::varchar, 'now'), ')'
)
{%- endmacro %}
