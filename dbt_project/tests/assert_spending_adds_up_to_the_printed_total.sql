-- The leaves of a report add up to the total its form prints, within the rounding of all printed levels,
-- unless the report itself is flagged: then the difference is a finding, or a row could not be read.
with leaves as (
    select report_id, source_form, sum(amount_yuan) as amount_yuan
    from {{ ref('spending') }}
    where source_form in ('expenditure', 'general_budget_expenditure', 'government_fund', 'state_capital')
    group by all
),

totals as (
    select report_id, form, base as amount_yuan
    from {{ ref('int_keyed_figures') }}
    where form_no = 1 and line_key = 'total' and measure = 'expenditure' and occurrence = 1
),

rounding as (
    select report_id, form, sum(half) as half
    from {{ ref('int_keyed_figures') }}
    where form_no = 1 and measure = 'expenditure'
    group by all
),

flagged as (
    select report_id, form from {{ ref('reconciliation') }}
    where rule = 'children_sum' and (outcome = 'inconsistent' or not_checkable_reason like '%rejected%')
    union
    select report_id, form from {{ ref('findings') }} where rule in ('code_unknown', 'code_item_unlisted')
    union
    select report_id, form from {{ ref('rejects') }} where form is not null
)

select leaves.report_id, leaves.source_form, leaves.amount_yuan, totals.amount_yuan as printed_total, rounding.half
from leaves
inner join totals on leaves.report_id = totals.report_id and leaves.source_form = totals.form
inner join rounding on leaves.report_id = rounding.report_id and leaves.source_form = rounding.form
left join flagged on leaves.report_id = flagged.report_id and leaves.source_form = flagged.form
where flagged.report_id is null and abs(leaves.amount_yuan - totals.amount_yuan) > rounding.half
