-- One row per printed thing that was not read. Typed, and numbered within its report (int_parts); nothing renamed, nothing corrected.
select
    cast(coalesce(parts.report_id, homes.report_id, landed.report_id) as varchar) as report_id,
    cast(landed.report_id as varchar) as file_id,
    cast(landed.kind as varchar) as kind,
    cast(landed.reason as varchar) as reason,
    cast(landed.detail as varchar) as detail,
    cast(landed.printed as varchar) as printed,
    cast(landed.form as varchar) as form,
    cast(case when landed.table_no > 0 then landed.table_no + coalesce(parts.tables_before, 0) else landed.table_no end as integer) as table_no,
    cast(landed.row_no + case when landed.form = 'prose' then coalesce(parts.sentences_before, 0) else 0 end as integer) as row_no,
    cast(landed.page as integer) as page,
    cast(landed.x0 as double) as x0,
    cast(landed.top as double) as top,
    cast(landed.x1 as double) as x1,
    cast(landed.bottom as double) as bottom,
    cast(landed.source_line as integer) as source_line
from {{ source('landing', 'rejects') }} as landed
left join {{ ref('int_parts') }} as parts
    on landed.report_id = parts.file_id and landed.form = parts.form and landed.table_no = parts.table_no
left join {{ ref('int_parts') }} as homes on landed.report_id = homes.file_id and homes.form is null
