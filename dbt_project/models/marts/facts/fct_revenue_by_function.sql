-- One row per printed line of revenue by function (GK02).
with lines as (select * from {{ ref('int_code_lines') }} where form = 'revenue'),

wide as (
    select
        lines.report_id,
        lines.table_no,
        lines.form_no,
        lines.row_no,
        {{ line_of_function('lines') }},
        {{ yuan('revenue', 'total_yuan') }},
        {{ yuan('fiscal_appropriation_revenue', 'fiscal_appropriation_yuan') }},
        {{ yuan('superior_subsidy_revenue', 'superior_subsidy_yuan') }},
        {{ yuan('institutional_revenue', 'institutional_yuan') }},
        {{ yuan('education_fee_revenue', 'education_fee_yuan') }},
        {{ yuan('operating_revenue', 'operating_yuan') }},
        {{ yuan('affiliated_remittance_revenue', 'affiliated_remittance_yuan') }},
        {{ yuan('other_revenue', 'other_yuan') }},
        coalesce(max(figures.figure_id) filter (where figures.measure = 'revenue'), min(figures.figure_id)) as figure_id,
        min(figures.page) as page
    from {{ line_figures('lines') }}
    group by all
)

select
    cast({{ stable_id(['report_id', "'revenue'", 'table_no', 'row_no', 'line_code', 'line_label']) }} as varchar) as line_id,
    report_id,
    {{ line_of_function_named() }},
    total_yuan,
    fiscal_appropriation_yuan,
    superior_subsidy_yuan,
    institutional_yuan,
    education_fee_yuan,
    operating_yuan,
    affiliated_remittance_yuan,
    other_yuan,
    figure_id,
    page
from wide
