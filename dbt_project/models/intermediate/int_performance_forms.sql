-- One row per performance self-evaluation form of a report: whose it is, its fund line in total, its score and grade.
with figures as (
    select * from {{ ref('stg_figures') }} where form in ('overall_performance', 'project_performance')
),

fund_lines as (
    select
        report_id,
        form,
        table_no,
        row_no,
        regexp_matches(coalesce(line_label, ''), '资金总额|总金额|^总额|金额合计|^合计') as is_total,
        max(amount_yuan) filter (where measure = 'initial_budget') as initial_budget_yuan,
        max(amount_yuan) filter (where measure = 'adjusted_budget') as adjusted_budget_yuan,
        max(amount_yuan) filter (where measure = 'executed') as executed_yuan,
        max(value) filter (where measure = 'execution_rate') as execution_rate,
        max(value) filter (where measure = 'weight') as fund_weight,
        max(value) filter (where measure = 'score') as fund_score,
        max(figure_id) filter (where measure = 'executed') as executed_figure_id
    from figures
    group by report_id, form, table_no, row_no, is_total
    having count(*) filter (where measure in ('executed', 'adjusted_budget')) > 0
),

-- the line of all funds; where the publisher names none, the first line of the table
totals as (
    select * from fund_lines
    qualify row_number() over (partition by report_id, form, table_no order by is_total desc, row_no) = 1
),

scores as (
    select
        report_id,
        form,
        table_no,
        max(value) filter (where measure = 'score') as total_score,
        max(value) filter (where measure = 'weight') as total_weight,
        max(figure_id) filter (where measure = 'score') as score_figure_id
    from figures
    where
        measure in ('score', 'weight')
        -- 自评总分, 总得分, 合计 under the indicators (四川); a 合计 of the funds stands in a row with amounts
        and regexp_matches(line_label, '^(自评|评价|综合|项目|绩效)*(总|合)\s*[分计]|总得分')
        and not exists (
            select 1 from fund_lines
            where
                fund_lines.report_id = figures.report_id and fund_lines.form = figures.form
                and fund_lines.table_no = figures.table_no and fund_lines.row_no = figures.row_no
        )
    group by report_id, form, table_no
)

select
    evaluations.report_id,
    evaluations.form,
    evaluations.table_no,
    evaluations.name,
    evaluations.department,
    evaluations.unit,
    totals.initial_budget_yuan,
    totals.adjusted_budget_yuan,
    totals.executed_yuan,
    totals.execution_rate,
    totals.fund_weight,
    totals.fund_score,
    scores.total_weight,
    scores.total_score,
    evaluations.grade,
    evaluations.goal,
    evaluations.achieved,
    totals.executed_figure_id,
    scores.score_figure_id,
    evaluations.page,
    evaluations.source_line
from {{ ref('stg_evaluations') }} as evaluations
left join totals using (report_id, form, table_no)
left join scores using (report_id, form, table_no)
