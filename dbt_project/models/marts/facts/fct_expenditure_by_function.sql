-- One row per printed line of expenditure by function: all funds (GK03) and each fund (GK05, GK08, GK09), and prose items.
with lines as (
    select
        *,
        case
            when form = 'expenditure' then 'all'
            when form in ('government_fund', 'state_capital') then form
            -- prose lists its items under 一般公共预算财政拨款支出决算具体情况
            else 'general_public_budget'
        end as fund
    from {{ ref('int_code_lines') }}
    where
        form in ('expenditure', 'general_budget_expenditure', 'government_fund', 'state_capital')
        or (form = 'prose' and role in ('class', 'section', 'item') and line_key like '2%' and canonical_code is not null)
),

wide as (
    select
        lines.report_id,
        lines.form,
        lines.fund,
        lines.table_no,
        lines.form_no,
        lines.row_no,
        {{ line_of_function('lines') }},
        lines.line_key,
        -- prose calls the expenditure of an item its final account
        max(figures.amount_yuan) filter (where figures.measure in ('expenditure', 'final')) as printed_total_yuan,
        {{ yuan('initial_budget', 'initial_budget_yuan') }},
        {{ yuan('adjusted_budget', 'adjusted_budget_yuan') }},
        {{ yuan('basic_expenditure', 'basic_yuan') }},
        {{ yuan('personnel_expenditure', 'personnel_yuan') }},
        {{ yuan('public_expenditure', 'public_yuan') }},
        {{ yuan('project_expenditure', 'project_yuan') }},
        {{ yuan('remittance_to_superior', 'remittance_to_superior_yuan') }},
        {{ yuan('operating_expenditure', 'operating_yuan') }},
        {{ yuan('subsidy_to_affiliated', 'subsidy_to_affiliated_yuan') }},
        max(figures.figure_id) filter (where figures.measure in ('expenditure', 'final')) as total_figure_id,
        min(figures.figure_id) as any_figure_id,
        min(figures.page) as page
    from {{ line_figures('lines') }}
    where
        (
            lines.form <> 'prose' and figures.measure in (
                'expenditure', 'basic_expenditure', 'personnel_expenditure', 'public_expenditure',
                'project_expenditure', 'remittance_to_superior', 'operating_expenditure', 'subsidy_to_affiliated'
            )
        )
        -- a report may say the same thing in two places; the first sentence speaks
        or (
            lines.form = 'prose' and figures.occurrence = 1
            and figures.measure in ('expenditure', 'final', 'initial_budget', 'adjusted_budget')
        )
    group by all
)

select
    cast({{ stable_id(['report_id', 'form', 'table_no', 'row_no', 'line_code', 'line_label']) }} as varchar) as line_id,
    report_id,
    form,
    fund,
    {{ line_of_function_named() }},
    -- where only the parts are printed, their sum is the amount of the line
    cast(coalesce(
        printed_total_yuan,
        list_sum([
            basic_yuan, project_yuan, remittance_to_superior_yuan, operating_yuan, subsidy_to_affiliated_yuan
        ])
    ) as decimal(18, 2)) as total_yuan,
    initial_budget_yuan,
    adjusted_budget_yuan,
    basic_yuan,
    personnel_yuan,
    public_yuan,
    project_yuan,
    remittance_to_superior_yuan,
    operating_yuan,
    subsidy_to_affiliated_yuan,
    coalesce(total_figure_id, any_figure_id) as figure_id,
    page
from wide
where form <> 'prose' or printed_total_yuan is not null
