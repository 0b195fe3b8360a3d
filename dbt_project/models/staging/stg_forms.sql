-- One row per form found in a report. Typed; nothing renamed, nothing corrected.
select
    cast(report_id as varchar) as report_id,
    cast(form as varchar) as form,
    cast(table_no as integer) as table_no,
    cast(title as varchar) as title,
    cast(unit as varchar) as unit,
    cast(pages as varchar) as pages,
    cast(rows as integer) as rows,
    cast(figures as integer) as figures,
    cast(empty_statement as varchar) as empty_statement,
    cast(recognised_by as varchar) as recognised_by
from {{ source('landing', 'forms') }}
