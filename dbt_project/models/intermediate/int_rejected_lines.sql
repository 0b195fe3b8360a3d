-- One row per rejected row, cell or grid of a form: the line it stood on, or null where that is not known.
with rejects as (
    select * from {{ ref('stg_rejects') }} where form is not null and kind in ('grid', 'row', 'cell')
),

figures as (
    select distinct report_id, form, table_no, form_no, row_no, line_key from {{ ref('int_keyed_figures') }}
),

tables as (select distinct report_id, form, table_no, form_no from figures)

select distinct
    rejects.report_id,
    rejects.form,
    coalesce(tables.form_no, 1) as form_no,
    figures.line_key
from rejects
left join tables
    on
        rejects.report_id = tables.report_id and rejects.form = tables.form and rejects.table_no = tables.table_no
left join figures
    on
        rejects.report_id = figures.report_id and rejects.form = figures.form
        and rejects.table_no = figures.table_no and rejects.row_no = figures.row_no and rejects.kind = 'cell'
