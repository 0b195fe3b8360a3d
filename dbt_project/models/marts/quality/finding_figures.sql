-- One row per finding and figure in it: its role, its page and its box, so that it can be shown where it is printed.
with findings as (select finding_id, report_id, figure_ids, difference from {{ ref('int_findings') }}),

cases as (select finding_id, {{ stable_id(['report_id', 'case_key']) }} as case_id, figure_id from {{ ref('int_case_findings') }}),

figures as not materialized (
    select figure_id, report_id, form, page, source_line, x0, top, x1, bottom from {{ ref('figures') }}
),

members as (
    select
        finding_id, unnest(figure_ids) as figure_id, generate_subscripts(figure_ids, 1) as position
    from findings
)

select
    cast(members.finding_id as varchar) as finding_id,
    cast(cases.case_id as varchar) as case_id,
    cast(members.figure_id as varchar) as figure_id,
    cast(min(members.position) as integer) as position,
    cast(case when min(members.position) = 1 then 'stated' else 'term' end as varchar) as role,
    cast(members.figure_id = any_value(cases.figure_id) as boolean) as explains,
    cast(any_value(figures.report_id) as varchar) as report_id,
    cast(any_value(figures.form) as varchar) as form,
    cast(any_value(figures.page) as integer) as page,
    cast(any_value(figures.source_line) as integer) as source_line,
    cast(any_value(figures.x0) as double) as x0,
    cast(any_value(figures.top) as double) as top,
    cast(any_value(figures.x1) as double) as x1,
    cast(any_value(figures.bottom) as double) as bottom
from members
inner join figures on members.figure_id = figures.figure_id
left join cases on members.finding_id = cases.finding_id
group by members.finding_id, cases.case_id, members.figure_id
