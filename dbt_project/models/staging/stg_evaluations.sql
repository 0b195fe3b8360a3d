-- One row per performance self-evaluation. Typed; nothing renamed, nothing corrected.
select
    cast(report_id as varchar) as report_id,
    cast(form as varchar) as form,
    cast(table_no as integer) as table_no,
    cast(name as varchar) as name,
    cast(department as varchar) as department,
    cast(unit as varchar) as unit,
    cast(goal as varchar) as goal,
    cast(achieved as varchar) as achieved,
    cast(grade as varchar) as grade,
    cast(page as integer) as page,
    cast(source_line as integer) as source_line
from {{ source('landing', 'evaluations') }}
