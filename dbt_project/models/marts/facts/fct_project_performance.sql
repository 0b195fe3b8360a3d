-- One row per project self-evaluation (项目支出绩效自评表) of a report.
select
    cast({{ stable_id(['report_id', 'form', 'table_no']) }} as varchar) as evaluation_id,
    report_id,
    table_no,
    cast(name as varchar) as project_name,
    cast(department as varchar) as department,
    cast(unit as varchar) as unit,
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
where form = 'project_performance'
