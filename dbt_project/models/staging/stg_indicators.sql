-- One row per indicator of a performance self-evaluation. Typed, and numbered within its report (int_parts); nothing renamed, nothing corrected.
select
    cast(coalesce(parts.report_id, landed.report_id) as varchar) as report_id,
    cast(landed.report_id as varchar) as file_id,
    cast(landed.form as varchar) as form,
    cast(case when landed.table_no > 0 then landed.table_no + coalesce(parts.tables_before, 0) else landed.table_no end as integer) as table_no,
    cast(landed.row_no + case when landed.form = 'prose' then coalesce(parts.sentences_before, 0) else 0 end as integer) as row_no,
    cast(landed.level1 as varchar) as level1,
    cast(landed.level2 as varchar) as level2,
    cast(landed.level3 as varchar) as level3,
    cast(landed.target as varchar) as target,
    cast(landed.adjusted_target as varchar) as adjusted_target,
    cast(landed.actual as varchar) as actual,
    cast(landed.deviation as varchar) as deviation,
    cast(landed.page as integer) as page,
    cast(landed.source_line as integer) as source_line
from {{ source('landing', 'indicators') }} as landed
left join {{ ref('int_parts') }} as parts
    on landed.report_id = parts.file_id and landed.form = parts.form and landed.table_no = parts.table_no
