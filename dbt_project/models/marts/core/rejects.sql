-- One row per printed thing that did not become a figure.
select
    cast({{ stable_id(['report_id', 'kind', 'reason', 'form', 'table_no', 'row_no', 'page', 'x0', 'top', 'source_line', 'printed', 'detail']) }} || '-' || row_number() over (
        partition by report_id, kind, reason, form, table_no, row_no, page, x0, top, source_line, printed, detail
        order by x1, bottom
    ) as varchar) as reject_id,
    report_id,
    kind,
    reason,
    detail,
    printed,
    form,
    table_no,
    row_no,
    page,
    x0,
    top,
    x1,
    bottom,
    source_line,
    file_id
from {{ ref('stg_rejects') }}
