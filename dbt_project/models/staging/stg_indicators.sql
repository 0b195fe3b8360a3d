-- One row per indicator of a performance self-evaluation. Typed; nothing renamed, nothing corrected.
select
    cast(report_id as varchar) as report_id,
    cast(form as varchar) as form,
    cast(table_no as integer) as table_no,
    cast(row_no as integer) as row_no,
    cast(level1 as varchar) as level1,
    cast(level2 as varchar) as level2,
    cast(level3 as varchar) as level3,
    cast(target as varchar) as target,
    cast(adjusted_target as varchar) as adjusted_target,
    cast(actual as varchar) as actual,
    cast(deviation as varchar) as deviation,
    cast(page as integer) as page,
    cast(source_line as integer) as source_line
from {{ source('landing', 'indicators') }}
