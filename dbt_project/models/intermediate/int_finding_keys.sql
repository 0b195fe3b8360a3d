-- One row per finding: the key that it has in every version of its report and in every build, and its review mark.
-- The same contradiction is: the same rule of the same logical report, on the same line and measure, between the same
-- two numbers. Ids, pages, and the order of forms are left out, as a new version moves them; where two findings of one
-- report are alike in all of that (two projects with the same slip), they are numbered in the order of the report.
with findings as (select * from {{ ref('int_findings') }}),

reports as (select report_id, logical_report from {{ ref('int_reports') }}),

figures as (select figure_id, table_no from {{ ref('stg_figures') }}),

-- whose form it is, where a report has several of a kind
projects as (select report_id, form, table_no, {{ plain_text('name') }} as name from {{ ref('stg_evaluations') }}),

marks as (
    select finding_key, verdict from {{ source('landing', 'reviews') }}
    qualify row_number() over (partition by finding_key order by position desc) = 1
),

described as (
    select
        findings.finding_id,
        findings.report_id,
        findings.form_no,
        findings.page,
        findings.source_line,
        findings.line_key,
        {{ stable_id([
            'findings.rule', 'reports.logical_report', 'findings.form', 'projects.name',
            "case when regexp_matches(findings.line_key, '^(row|table):') then '' else findings.line_key end",
            'findings.measure', 'findings.stated', 'findings.expected::decimal(24, 6)', 'findings.detail',
        ]) }} as likeness
    from findings
    inner join reports on findings.report_id = reports.report_id
    left join figures on findings.figure_ids[1] = figures.figure_id
    left join projects
        on
            findings.report_id = projects.report_id and findings.form = projects.form
            and coalesce(figures.table_no, findings.form_no) = projects.table_no
),

keyed as (
    select
        finding_id,
        report_id,
        {{ stable_id(['likeness', 'nullif(nth, 1)']) }} as finding_key
    from (
        select
            *,
            row_number() over (
                partition by report_id, likeness order by form_no, page, source_line, line_key, finding_id
            ) as nth
        from described
    )
)

select keyed.*, marks.verdict
from keyed
left join marks on keyed.finding_key = marks.finding_key
