-- One row per coded line of a form with the line it is summed into: the nearest printed level above it.
-- A 类 with only 项 below it is the sum of those 项; a line whose 类 is not printed belongs to the total.
with lines as (
    select distinct
        report_id,
        form,
        form_no,
        line_key,
        role,
        -- the keys of the levels above, as columns so that they are joined by hash
        case when len(line_key) > 7 then line_key[:7] end as item_key,
        case when len(line_key) > 5 then line_key[:5] end as section_key,
        case when len(line_key) > 3 then line_key[:3] end as class_key
    from {{ ref('int_keyed_figures') }}
    where kind in ('function', 'economic', 'sentence') and role in ('class', 'section', 'item')
)

select
    lines.report_id,
    lines.form,
    lines.form_no,
    lines.line_key,
    lines.role,
    -- digits that a place adds of its own stand below their item: 208050501 under 2080505
    coalesce(items.line_key, sections.line_key, classes.line_key, 'total') as parent_key
from lines
left join (select distinct report_id, form, form_no, line_key from lines) as items
    on
        lines.report_id = items.report_id and lines.form = items.form and lines.form_no = items.form_no
        and lines.item_key = items.line_key
left join (select distinct report_id, form, form_no, line_key from lines) as sections
    on
        lines.report_id = sections.report_id and lines.form = sections.form and lines.form_no = sections.form_no
        and lines.section_key = sections.line_key
left join (select distinct report_id, form, form_no, line_key from lines) as classes
    on
        lines.report_id = classes.report_id and lines.form = classes.form and lines.form_no = classes.form_no
        and lines.class_key = classes.line_key
