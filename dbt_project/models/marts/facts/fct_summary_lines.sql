-- One row per printed line and side of the two summaries (GK01 all funds, GK04 fiscal appropriation).
with figures as (
    select * from {{ ref('int_keyed_figures') }}
    where form in ('revenue_expenditure_summary', 'appropriation_summary')
),

wide as (
    select
        report_id,
        form,
        table_no,
        form_no,
        row_no,
        lane,
        line_label,
        line_key,
        role,
        case when bool_or(measure like 'revenue%') then 'revenue' else 'expenditure' end as side,
        max(amount_yuan) filter (where measure in ('revenue', 'expenditure')) as amount_yuan,
        {{ yuan('general_public_budget_expenditure', 'general_public_budget_yuan') }},
        {{ yuan('government_fund_expenditure', 'government_fund_yuan') }},
        {{ yuan('state_capital_expenditure', 'state_capital_yuan') }},
        max(amount_yuan) filter (where measure like '%initial_budget') as initial_budget_yuan,
        max(amount_yuan) filter (where measure like '%adjusted_budget') as adjusted_budget_yuan,
        coalesce(max(figure_id) filter (where measure in ('revenue', 'expenditure')), min(figure_id)) as figure_id,
        min(page) as page
    from figures
    group by all
)

select
    cast({{ stable_id(['report_id', 'form', 'table_no', 'row_no', 'lane', 'line_label']) }} as varchar) as line_id,
    report_id,
    form,
    cast(form_no as integer) as form_no,
    row_no,
    lane,
    side,
    line_label,
    line_key,
    role,
    cast(amount_yuan as decimal(18, 2)) as amount_yuan,
    general_public_budget_yuan,
    government_fund_yuan,
    state_capital_yuan,
    cast(initial_budget_yuan as decimal(18, 2)) as initial_budget_yuan,
    cast(adjusted_budget_yuan as decimal(18, 2)) as adjusted_budget_yuan,
    figure_id,
    page
from wide
