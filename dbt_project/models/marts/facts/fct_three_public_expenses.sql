-- One row per report × item of the three public expenses (GK07): budget and final account side by side.
with figures as (
    select
        *,
        regexp_replace(measure, '_(budget|final)$', '') as item,
        regexp_extract(measure, '_(budget|final)$', 1) as stage
    from {{ ref('int_keyed_figures') }}
    where form = 'three_public_expenses' and occurrence = 1 and regexp_matches(measure, '_(budget|final)$')
),

wide as (
    select
        report_id,
        form_no,
        item,
        max(amount_yuan) filter (where stage = 'budget') as budget_yuan,
        max(amount_yuan) filter (where stage = 'final') as final_yuan,
        max(figure_id) filter (where stage = 'budget') as budget_figure_id,
        max(figure_id) filter (where stage = 'final') as final_figure_id,
        min(page) as page
    from figures
    group by all
)

select
    cast({{ stable_id(['report_id', 'form_no', 'item']) }} as varchar) as line_id,
    report_id,
    cast(form_no as integer) as form_no,
    item,
    case item
        when 'three_public' then '“三公”经费合计'
        when 'overseas_travel' then '因公出国（境）费'
        when 'vehicle' then '公务用车购置及运行维护费小计'
        when 'vehicle_purchase' then '公务用车购置费'
        when 'vehicle_operation' then '公务用车运行维护费'
        when 'reception' then '公务接待费'
        when 'meeting' then '会议费'
        when 'training' then '培训费'
    end as item_zh,
    item in ('three_public', 'vehicle') as is_total,
    cast(budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(final_yuan as decimal(18, 2)) as final_yuan,
    budget_figure_id,
    final_figure_id,
    page
from wide
