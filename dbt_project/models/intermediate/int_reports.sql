-- One row per report file: its agency without the marks of scope, and its place among the versions of one report.
-- A report is logical (place, agency, year, kind, scope); a file without agency or year is a report of its own.
with reports as (select * from {{ ref('stg_reports') }}),

named as (
    select
        *,
        nullif(regexp_replace(
            {{ plain_text('agency_name') }}, '\((本级|机关|本部|汇总|部门|单位|含下属单位)\)|(本级|机关本级)$', '', 'g'
        ), '') as agency_base,
        case
            when agency_name is null or fiscal_year is null then report_id
            else concat_ws('|', division_code, place_name, agency_name, fiscal_year, kind, scope)
        end as logical_report
    from reports
)

select
    *,
    case when agency_base is not null then {{ stable_id(['division_code', 'place_name', 'agency_base']) }} end as agency_id,
    row_number() over versions as version,
    -- a file that could not be read never takes the place of one that could
    first_value(case when status <> 'not_read' then report_id end ignore nulls) over (
        partition by logical_report
        order by published_on nulls first, file_name, sha256
        rows between 1 following and unbounded following
    ) as superseded_by
from named
window versions as (partition by logical_report order by published_on nulls first, file_name, sha256)
