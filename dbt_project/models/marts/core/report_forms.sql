-- One row per report × form: present, empty (found, without a number) or missing (expected, not found).
-- A final account is expected to hold the national nine; other forms are listed where they were found.
with reports as (select report_id, kind, status, is_remainder from {{ ref('int_reports') }}),

forms as (select form, national_no from {{ ref('forms') }}),

found as (
    select
        report_id,
        form,
        count(*) as tables,
        sum(figures) as figures,
        arg_min(title, table_no) as title,
        arg_min(empty_statement, table_no) as empty_statement,
        string_agg(pages, ', ' order by table_no) as pages
    from {{ ref('stg_forms') }}
    group by all
),

figures as (select report_id, form, count(*) as figures from {{ ref('stg_figures') }} group by all),

expected as (
    select
        reports.report_id,
        forms.form,
        reports.kind = 'final_account' and not reports.is_remainder
        and forms.national_no between 'GK01' and 'GK09' as is_expected
    from reports
    cross join forms
    where reports.status <> 'not_read'
)

select
    expected.report_id,
    expected.form,
    cast(expected.is_expected as boolean) as is_expected,
    case
        when coalesce(figures.figures, 0) > 0 then 'present'
        when found.form is not null then 'empty'
        else 'missing'
    end as state,
    cast(coalesce(found.tables, 0) as integer) as tables,
    cast(coalesce(figures.figures, 0) as integer) as figures,
    found.title,
    found.empty_statement,
    found.pages
from expected
left join found on expected.report_id = found.report_id and expected.form = found.form
left join figures on expected.report_id = figures.report_id and expected.form = figures.form
where expected.is_expected or found.form is not null or figures.form is not null
