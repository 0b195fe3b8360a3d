-- One row per thing read otherwise than printed. Typed; nothing renamed, nothing corrected.
select
    cast(report_id as varchar) as report_id,
    cast(kind as varchar) as kind,
    cast(detail as varchar) as detail,
    cast(printed as varchar) as printed,
    cast(form as varchar) as form,
    cast(table_no as integer) as table_no,
    cast(row_no as integer) as row_no,
    cast(lane as integer) as lane,
    cast(page as integer) as page,
    cast(source_line as integer) as source_line
from {{ source('landing', 'alterations') }}
