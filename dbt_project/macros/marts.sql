{# Columns that two marts have in common, written once: their order is the order of the marts' contracts. #}

{# A printed line of a form by function in a common table expression `wide`: what it is and what it resolves to. #}
{% macro line_of_function(alias) -%}
    {{ alias }}.line_code,
    {{ alias }}.line_label,
    {{ alias }}.role,
    {{ alias }}.is_total,
    {{ alias }}.is_leaf,
    {{ alias }}.canonical_code,
    {{ alias }}.canonical_name,
    {{ alias }}.canonical_name_en,
    {{ alias }}.code_latest,
    {{ alias }}.name_latest,
    {{ alias }}.step
{%- endmacro %}

{# The same line under the names of the marts. #}
{% macro line_of_function_named() -%}
    cast(form_no as integer) as form_no,
    row_no,
    line_code,
    line_label,
    case when role in ('class', 'section', 'item') then role end as level,
    is_total,
    is_leaf,
    canonical_code as function_code,
    canonical_name as function_name,
    canonical_name_en as function_name_en,
    code_latest as function_code_latest,
    name_latest as function_name_latest,
    step as resolution
{%- endmacro %}

{# A self-evaluation of int_performance_forms: amounts, scores, goal and where it was printed. `named` stands before. #}
{% macro self_evaluation(form, named) -%}
select
    cast({{ stable_id(['report_id', 'form', 'table_no']) }} as varchar) as evaluation_id,
    report_id,
    table_no,
    {% for column, name in named -%}
    cast({{ column }} as varchar) as {{ name }},
    {% endfor -%}
    cast(initial_budget_yuan as decimal(18, 2)) as initial_budget_yuan,
    cast(adjusted_budget_yuan as decimal(18, 2)) as adjusted_budget_yuan,
    cast(executed_yuan as decimal(18, 2)) as executed_yuan,
    cast(execution_rate as decimal(24, 6)) as execution_rate,
    cast(fund_weight as decimal(24, 6)) as fund_weight,
    cast(fund_score as decimal(24, 6)) as fund_score,
    cast(total_weight as decimal(24, 6)) as total_weight,
    cast(total_score as decimal(24, 6)) as total_score,
    cast(grade as varchar) as grade,
    cast(goal as varchar) as goal,
    cast(achieved as varchar) as achieved,
    cast(executed_figure_id as varchar) as executed_figure_id,
    cast(score_figure_id as varchar) as score_figure_id,
    page,
    source_line
from {{ ref('int_performance_forms') }}
where form = '{{ form }}'
{%- endmacro %}

{# Of a code list (a seed): `latest`, the last row of every code, and `spans`, the years it held under all its names. #}
{% macro latest_and_spans(seed) -%}
codes as (select * from {{ ref(seed) }}),

latest as (
    select * from codes
    qualify row_number() over (partition by code order by valid_from desc nulls last, name) = 1
),

spans as (
    select
        code,
        min(valid_from) as valid_from,
        case when bool_or(valid_to is null) then null else max(valid_to) end as valid_to
    from codes
    group by code
)
{%- endmacro %}
