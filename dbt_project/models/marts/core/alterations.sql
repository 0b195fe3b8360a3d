-- One row per thing read otherwise than printed, with the reason.
select
    cast({{ stable_id(['report_id', 'kind', 'form', 'table_no', 'row_no', 'lane', 'page', 'source_line', 'printed', 'detail']) }} || '-' || row_number() over (
        partition by report_id, kind, form, table_no, row_no, lane, page, source_line, printed, detail
    ) as varchar) as alteration_id,
    report_id,
    kind,
    detail,
    printed,
    form,
    table_no,
    row_no,
    lane,
    page,
    source_line,
    file_id
from {{ ref('stg_alterations') }}
