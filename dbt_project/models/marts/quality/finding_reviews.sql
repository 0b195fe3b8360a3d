-- One row per mark that counts and finding that it is about; a mark whose finding is nowhere has one row of its own.
with marks as (
    select *, count(*) over (partition by finding_key) - 1 as earlier_marks from {{ source('landing', 'reviews') }}
    qualify row_number() over (partition by finding_key order by position desc) = 1
),

keys as (
    select finding_keys.finding_id, finding_keys.finding_key, finding_keys.report_id, reports.superseded_by is null as is_current
    from {{ ref('int_finding_keys') }} as finding_keys
    inner join {{ ref('int_reports') }} as reports on finding_keys.report_id = reports.report_id
)

select
    cast(marks.finding_key as varchar) as finding_key,
    cast(keys.finding_id as varchar) as finding_id,
    cast(keys.report_id as varchar) as report_id,
    cast(marks.verdict as varchar) as verdict,
    cast(marks.note as varchar) as note,
    cast(marks.reviewer as varchar) as reviewer,
    cast(marks.reviewed_on as date) as reviewed_on,
    cast(case
        when keys.finding_id is null then 'gone'
        when keys.is_current then 'in_force'
        when bool_or(keys.is_current) over (partition by marks.finding_key) then 'older_version'
        else 'corrected'
    end as varchar) as state,
    cast(marks.earlier_marks as integer) as earlier_marks,
    cast(marks.about as varchar) as about,
    cast(marks.file_line as integer) as file_line
from marks
left join keys on marks.finding_key = keys.finding_key
