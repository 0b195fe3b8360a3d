-- One row per distinct printed (year, classification, code, name, place) that a code must be found for.
-- Totals and the fixed lines of the summaries (seed summary_lines) are not codes and are not here.
with lines as (select * from {{ ref('int_form_lines') }}),

fixed as (select kind, label from {{ ref('summary_lines') }}),

wanted as (
    select lines.*
    from lines
    left join fixed
        on lines.label = fixed.label and (lines.kind = fixed.kind or lines.kind = 'sentence')
    where
        lines.kind in ('function', 'economic', 'summary', 'sentence')
        and lines.fiscal_year is not null
        and (lines.code is not null or (lines.label <> '' and fixed.label is null))
        and (lines.kind <> 'summary' or lines.side = 'expenditure')
        -- a sentence names a line of the classification by its code or by its path; other subjects are no codes
        and (lines.kind <> 'sentence' or lines.code is not null or len(lines.path_marks) > 0)
)

-- only what the id is made of, so that a line is the same row whichever reports print it
select distinct on (printed_line_id)
    printed_line_id,
    system,
    fiscal_year,
    code,
    case when kind = 'summary' then label else name end as name,
    wanted_level,
    ordinal,
    case when len(path_marks) > 0 then path_steps[:len(path_marks)] else [] end as path_steps,
    -- where a line stands that is known by its name only: under the printed code's parent, or beside the code above
    case when code is not null then code[:-3] else code_above end as place
from wanted
order by printed_line_id, kind
