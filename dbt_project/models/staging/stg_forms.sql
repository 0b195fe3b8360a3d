-- One row per form found in a report. Typed, and numbered within its report (int_parts); nothing renamed, nothing corrected.
select
    cast(coalesce(parts.report_id, landed.report_id) as varchar) as report_id,
    cast(landed.report_id as varchar) as file_id,
    cast(landed.form as varchar) as form,
    cast(case when landed.table_no > 0 then landed.table_no + coalesce(parts.tables_before, 0) else landed.table_no end as integer) as table_no,
    cast(landed.title as varchar) as title,
    cast(landed.unit as varchar) as unit,
    cast(landed.pages as varchar) as pages,
    cast(landed.rows as integer) as rows,
    cast(landed.figures as integer) as figures,
    cast(landed.empty_statement as varchar) as empty_statement,
    cast(landed.recognised_by as varchar) as recognised_by,
    cast(landed.heading_agency as varchar) as heading_agency,
    cast(landed.heading_division as varchar) as heading_division,
    cast(landed.heading_year as integer) as heading_year
from {{ source('landing', 'forms') }} as landed
left join {{ ref('int_parts') }} as parts
    on landed.report_id = parts.file_id and landed.form = parts.form and landed.table_no = parts.table_no
