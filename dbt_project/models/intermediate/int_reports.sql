-- One row per report in one version: its agency without the marks of scope, its files, its place among the versions.
-- A report is logical (place, agency, year, kind, scope); a file without agency or year is a report of its own. What a
-- report is called and where it lies is told of its first file (int_parts).
with files as (select * from {{ ref('int_bundles') }}),

members as (
    select report_id, file_id, part_no, back, is_remainder, form is null as is_home
    from {{ ref('int_parts') }}
    qualify row_number() over (partition by report_id, file_id order by form is null desc, form, table_no) = 1
    union all
    select file_id, file_id, 1, 0, false, true
    from files
    where file_id not in (select file_id from {{ ref('int_parts') }})
),

parts as (
    select
        members.*,
        files.* exclude (file_id),
        files.file_name || '：' || files.reading_reason as said,
        row_number() over (partition by members.report_id order by members.part_no) = 1 as leads
    from members
    inner join files on members.file_id = files.file_id
),

summed as (
    select
        report_id,
        count(*) as parts,
        sum(pages) as pages,
        bool_and(status = 'not_read') as none_read,
        bool_and(reading_reason is null and status <> 'not_read') as all_read,
        string_agg(said, '; ' order by part_no) as said,
        max(published_on) as published_on,
        max(fetched_at) as fetched_at,
        -- what a change of the report shows in, beside the landed files themselves
        {{ stable_id(["list(file_id order by part_no)"]) }} as parts_id
    from parts
    group by report_id
),

reports as (
    select
        parts.report_id,
        parts.file_id,
        parts.division_code,
        parts.place_name,
        parts.agency_name,
        parts.fiscal_year,
        parts.kind,
        parts.scope,
        parts.file_name,
        parts.file_path,
        parts.sha256,
        parts.format,
        cast(summed.pages as integer) as pages,
        parts.unit,
        case
            when summed.parts = 1 and not parts.is_inherited then parts.status
            when summed.none_read then 'not_read'
            when summed.all_read and parts.division_code is not null then 'read'
            else 'partly_read'
        end as status,
        case
            when summed.parts = 1 and not parts.is_inherited then parts.status_reason
            when summed.all_read and parts.division_code is null then parts.status_reason
            else summed.said
        end as status_reason,
        summed.published_on,
        summed.fetched_at,
        summed.parts,
        summed.parts_id,
        parts.is_remainder,
        parts.is_inherited,
        parts.logical_report,
        parts.back
    from parts
    inner join summed on parts.report_id = summed.report_id
    where parts.leads
),

named as (
    select
        *,
        nullif(regexp_replace(
            {{ plain_text('agency_name') }}, '\((本级|机关|本部|汇总|部门|单位|含下属单位)\)|(本级|机关本级)$', '', 'g'
        ), '') as agency_base
    from reports
)

select
    *,
    case when agency_base is not null then {{ stable_id(['division_code', 'place_name', 'agency_base']) }} end as agency_id,
    row_number() over versions as version,
    -- a version that could not be read never takes the place of one that could
    first_value(case when status <> 'not_read' then report_id end ignore nulls) over (
        partition by logical_report
        order by back desc
        rows between 1 following and unbounded following
    ) as superseded_by
from named
window versions as (partition by logical_report order by back desc)
