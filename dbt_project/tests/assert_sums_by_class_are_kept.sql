-- Per report, form and 类: the printed leaves add up to the same before and after normalising. A line whose code was
-- moved or found by its name may change its 类, so it counts under the printed one on both sides; no other line may.
with before as (
    select
        lines.report_id,
        lines.form,
        regexp_replace(lines.line_code, '[^0-9]', '', 'g')[:3] as class_code,
        sum(figures.amount_yuan) as amount_yuan
    from {{ ref('int_code_lines') }} as lines
    inner join {{ ref('int_keyed_figures') }} as figures
        on
            lines.report_id = figures.report_id and lines.form = figures.form and lines.table_no = figures.table_no
            and lines.row_no is not distinct from figures.row_no and lines.lane is not distinct from figures.lane
            and lines.line_code = figures.line_code and lines.line_label is not distinct from figures.line_label
    where
        lines.is_leaf and figures.measure = 'expenditure'
        and lines.form in ('expenditure', 'general_budget_expenditure', 'government_fund', 'state_capital')
    group by all
),

after as (
    select
        lines.report_id,
        lines.form,
        case
            when lines.resolution in ('exact', 'variant', 'code') then lines.function_code[:3]
            else regexp_replace(lines.line_code, '[^0-9]', '', 'g')[:3]
        end as class_code,
        sum(lines.total_yuan) as amount_yuan
    from {{ ref('fct_expenditure_by_function') }} as lines
    -- lines that print only their parts have no printed sum to compare with
    inner join {{ ref('int_keyed_figures') }} as figures
        on lines.figure_id = figures.figure_id and figures.measure = 'expenditure'
    where lines.is_leaf and lines.form <> 'prose' and lines.line_code is not null
    group by all
)

select
    coalesce(before.report_id, after.report_id) as report_id,
    coalesce(before.form, after.form) as form,
    coalesce(before.class_code, after.class_code) as class_code,
    before.amount_yuan as amount_before,
    after.amount_yuan as amount_after
from before
full join after
    on
        before.report_id = after.report_id and before.form = after.form
        and before.class_code is not distinct from after.class_code
where before.amount_yuan is distinct from after.amount_yuan
