-- One row per printed line of a coded form (or item of prose), with its canonical code and whether it is a leaf.
-- A leaf has no printed line below it: adding leaves counts every amount once.
with figures as (
    select * from {{ ref('int_keyed_figures') }} where kind in ('function', 'economic', 'sentence')
),

parents as (select * from {{ ref('int_line_parents') }}),

resolved as (
    select * from {{ ref('int_function_resolution') }}
    union all
    select * from {{ ref('int_economic_resolution') }}
),

lines as (
    select distinct
        report_id, form, table_no, form_no, row_no, lane, kind, fiscal_year, line_code, line_label, line_key, role,
        printed_line_id
    from figures
)

select
    lines.*,
    resolved.code as canonical_code,
    resolved.name as canonical_name,
    resolved.name_en as canonical_name_en,
    resolved.code_latest,
    resolved.name_latest,
    resolved.step,
    lines.line_key = 'total' as is_total,
    lines.role in ('class', 'section', 'item') and above.parent_key is null as is_leaf
from lines
left join resolved on lines.printed_line_id = resolved.printed_line_id
left join (select distinct report_id, form, form_no, parent_key from parents) as above
    on
        lines.report_id = above.report_id and lines.form = above.form
        and lines.form_no = above.form_no and lines.line_key = above.parent_key
