{# What the days say of a disclosure that is there. `first_published_on`: the earliest day of publication that is stated;
   `there_by`: the earliest day on which one of its files certainly was there (published or fetched); `n_undated`: files
   that state no day. A later file cannot make an undated earlier one late. #}
{% macro disclosed_in_time(first_published_on, there_by, n_undated, due_on) -%}
    case
        when {{ there_by }} <= {{ due_on }} then 'on_time'
        when {{ n_undated }} = 0 and {{ first_published_on }} > {{ due_on }} then 'late'
        else 'unknown'
    end
{%- endmacro %}

{# The publishers' day of a moment in UTC. #}
{% macro publishers_day(moment) -%}
    cast({{ moment }} + interval 8 hour as date)
{%- endmacro %}

{# One point off for each day late; nothing left after a hundred days. #}
{% macro timeliness_points(state, days_late) -%}
    case {{ state }} when 'on_time' then 100 when 'late' then greatest(0, 100 - {{ days_late }}) when 'missing' then 0 end
{%- endmacro %}

{# 100 × part / whole in whole numbers, rounded down to two decimals: 100 stands for all of it and for nothing less. #}
{% macro score(part, whole) -%}
    cast(floor(10000 * cast({{ part }} as bigint) // nullif(cast({{ whole }} as bigint), 0)) / 100 as decimal(5, 2))
{%- endmacro %}
