-- One row per printed line of basic expenditure by economic class (GK06), with its totals as lines of their own.
with lines as (select * from {{ ref('int_code_lines') }} where form = 'general_budget_basic_expenditure'),

wide as (
    select
        lines.report_id,
        lines.table_no,
        lines.form_no,
        lines.row_no,
        lines.lane,
        lines.line_code,
        lines.line_label,
        lines.line_key,
        lines.role,
        lines.is_leaf,
        lines.canonical_code,
        lines.canonical_name,
        lines.canonical_name_en,
        lines.code_latest,
        lines.step,
        {{ yuan('basic_expenditure', 'amount_yuan') }},
        {{ yuan('personnel_expenditure', 'personnel_yuan') }},
        {{ yuan('public_expenditure', 'public_yuan') }},
        coalesce(max(figures.figure_id) filter (where figures.measure = 'basic_expenditure'), min(figures.figure_id))
            as figure_id,
        min(figures.page) as page
    from {{ line_figures('lines') }}
    group by all
)

select
    cast({{ stable_id(['report_id', "'economic'", 'table_no', 'row_no', 'lane', 'line_code', 'line_label']) }} as varchar) as line_id,
    report_id,
    cast(form_no as integer) as form_no,
    row_no,
    lane,
    line_code,
    line_label,
    line_key,
    case when role in ('class', 'item') then role end as level,
    role in ('total', 'subtotal') as is_total,
    is_leaf,
    canonical_code as economic_code,
    canonical_name as economic_name,
    canonical_name_en as economic_name_en,
    code_latest as economic_code_latest,
    step as resolution,
    cast(coalesce(amount_yuan, personnel_yuan + public_yuan, personnel_yuan, public_yuan) as decimal(18, 2)) as amount_yuan,
    figure_id,
    page
from wide
