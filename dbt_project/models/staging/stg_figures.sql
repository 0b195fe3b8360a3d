-- One row per printed number. Typed, and numbered within its report (int_parts); nothing renamed, nothing corrected.
select
    cast(landed.figure_id as varchar) as figure_id,
    cast(coalesce(parts.report_id, landed.report_id) as varchar) as report_id,
    cast(landed.report_id as varchar) as file_id,
    cast(landed.form as varchar) as form,
    cast(case when landed.table_no > 0 then landed.table_no + coalesce(parts.tables_before, 0) else landed.table_no end as integer) as table_no,
    cast(landed.row_no + case when landed.form = 'prose' then coalesce(parts.sentences_before, 0) else 0 end as integer) as row_no,
    cast(landed.lane as integer) as lane,
    cast(landed.line_code as varchar) as line_code,
    cast(landed.line_label as varchar) as line_label,
    cast(landed.measure as varchar) as measure,
    cast(landed.measure_label as varchar) as measure_label,
    cast(landed.printed as varchar) as printed,
    cast(landed.decimals as integer) as decimals,
    cast(landed.unit as varchar) as unit,
    cast(landed.value as decimal(24, 6)) as value,
    cast(landed.amount_yuan as decimal(18, 2)) as amount_yuan,
    cast(landed.origin as varchar) as origin,
    cast(landed.confidence as decimal(5, 4)) as confidence,
    cast(landed.page as integer) as page,
    cast(landed.x0 as double) as x0,
    cast(landed.top as double) as top,
    cast(landed.x1 as double) as x1,
    cast(landed.bottom as double) as bottom,
    cast(landed.source_line as integer) as source_line
from {{ source('landing', 'figures') }} as landed
left join {{ ref('int_parts') }} as parts
    on landed.report_id = parts.file_id and landed.form = parts.form and landed.table_no = parts.table_no
