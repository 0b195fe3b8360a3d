-- One row per printed thing that was not read. Typed; nothing renamed, nothing corrected.
select
    cast(report_id as varchar) as report_id,
    cast(kind as varchar) as kind,
    cast(reason as varchar) as reason,
    cast(detail as varchar) as detail,
    cast(printed as varchar) as printed,
    cast(form as varchar) as form,
    cast(table_no as integer) as table_no,
    cast(row_no as integer) as row_no,
    cast(page as integer) as page,
    cast(x0 as double) as x0,
    cast(top as double) as top,
    cast(x1 as double) as x1,
    cast(bottom as double) as bottom,
    cast(source_line as integer) as source_line
from {{ source('landing', 'rejects') }}
