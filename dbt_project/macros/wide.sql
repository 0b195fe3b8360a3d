{# The figures of a line side by side: one column of yuan for each measure. #}
{% macro yuan(measure, name) -%}
    cast(max(figures.amount_yuan) filter (where figures.measure = '{{ measure }}') as decimal(18, 2)) as {{ name }}
{%- endmacro %}

{# All figures of the printed lines `lines`, joined by their address. #}
{% macro line_figures(lines) -%}
    {{ lines }} as lines
    inner join {{ ref('int_keyed_figures') }} as figures
        on
            lines.report_id = figures.report_id and lines.form = figures.form and lines.table_no = figures.table_no
            and lines.row_no = figures.row_no and lines.lane = figures.lane
            and lines.line_code is not distinct from figures.line_code
            and lines.line_label is not distinct from figures.line_label
{%- endmacro %}
