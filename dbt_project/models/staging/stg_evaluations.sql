-- One row per performance self-evaluation. Typed, and numbered within its report (int_parts); nothing renamed, nothing corrected.
select
    cast(coalesce(parts.report_id, landed.report_id) as varchar) as report_id,
    cast(landed.report_id as varchar) as file_id,
    cast(landed.form as varchar) as form,
    cast(case when landed.table_no > 0 then landed.table_no + coalesce(parts.tables_before, 0) else landed.table_no end as integer) as table_no,
    cast(landed.name as varchar) as name,
    cast(landed.department as varchar) as department,
    cast(landed.unit as varchar) as unit,
    cast(landed.goal as varchar) as goal,
    cast(landed.achieved as varchar) as achieved,
    cast(landed.grade as varchar) as grade,
    cast(landed.page as integer) as page,
    cast(landed.source_line as integer) as source_line
from {{ source('landing', 'evaluations') }} as landed
left join {{ ref('int_parts') }} as parts
    on landed.report_id = parts.file_id and landed.form = parts.form and landed.table_no = parts.table_no
