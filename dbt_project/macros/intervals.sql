{# Interval arithmetic on printed precision, as in XBRL Calculations 1.1: 36.10 stands for [36.095, 36.105]. #}

{# Half a unit of the last printed digit, in the printed unit. #}
{% macro half_unit(decimals) -%}
    ([0.5, 0.05, 0.005, 0.0005, 0.00005, 0.000005, 0.0000005]::decimal(12, 7)[])[
        least(greatest(coalesce({{ decimals }}, 0), 0), 6) + 1
    ]
{%- endmacro %}

{# The verdict on one identity. A difference of exactly zero is exact; within the tolerance it is rounding. #}
{% macro outcome(checkable, check, difference, tolerance) -%}
    case
        when not {{ checkable }} then 'not_checkable'
        when {{ check }} = 'at_most' and {{ difference }} <= 0 then 'exact'
        when {{ check }} = 'at_most' and {{ difference }} <= {{ tolerance }} then 'rounding'
        when {{ difference }} = 0 then 'exact'
        when abs({{ difference }}) <= {{ tolerance }} and {{ check }} <> 'at_most' then 'rounding'
        else 'inconsistent'
    end
{%- endmacro %}
