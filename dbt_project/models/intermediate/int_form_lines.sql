-- One row per printed line: report, form, table, row, lane, code and label as printed, with both made comparable.
-- The reader keeps what is printed; here the code becomes digits and the label loses ordinals, blanks and remarks.
with figures as (select * from {{ ref('stg_figures') }}),

reports as (select report_id, fiscal_year from {{ ref('int_reports') }}),

forms as (select form, line_key as kind from {{ ref('forms') }}),

lines as (
    select
        figures.report_id,
        figures.form,
        figures.table_no,
        figures.row_no,
        figures.lane,
        figures.line_code,
        figures.line_label,
        forms.kind,
        reports.fiscal_year,
        -- which side of a summary the lane is: revenue lines and expenditure lines share labels (总计)
        bool_or(figures.measure like 'revenue%') as has_revenue,
        bool_or(figures.measure like '%expenditure%') as has_expenditure
    from figures
    inner join reports on figures.report_id = reports.report_id
    inner join forms on figures.form = forms.form
    group by all
),

plain as (
    select
        * exclude (has_revenue, has_expenditure),
        case when has_expenditure then 'expenditure' when has_revenue then 'revenue' end as side,
        {{ code_digits('line_code') }} as code,
        {{ plain_label('line_label') }} as label,
        case when kind = 'summary' then {{ class_ordinal('line_label') }} end as ordinal,
        {{ plain_name('line_label') }} as name,
        {{ printed_ordinal('line_label') }} is not null as has_ordinal,
        -- 社会保障和就业支出（类）抚恤（款）死亡抚恤（项）: the path that prose prints instead of a code
        string_split_regex({{ plain_label("regexp_replace(" ~ plain_text('line_label') ~ ", '\\((类|款|项)\\)', '>', 'g')") }}, '>') as path_steps,
        regexp_extract_all({{ plain_text('line_label') }}, '\((类|款|项)\)', 1) as path_marks
    from lines
),

placed as (
    select
        *,
        -- the nearest code printed above in the same lane: where a line without code belongs
        last_value(code ignore nulls) over (
            partition by report_id, form, table_no, lane
            order by row_no
            rows between unbounded preceding and 1 preceding
        ) as code_above,
        case
            -- 2xx is a function, 3xx and 5xx are economic: prose speaks of both
            when kind in ('economic', 'sentence') and code like '5%' then 'economic_government'
            when kind = 'economic' or (kind = 'sentence' and code like '3%') then 'economic_departmental'
            else 'function'
        end as system,
        case
            when kind = 'summary' then 'class'
            when path_marks[-1] = '类' then 'class'
            when path_marks[-1] = '款' then 'section'
            when path_marks[-1] = '项' then 'item'
        end as wanted_level
    from plain
)

select
    *,
    {{ stable_id(['system', 'fiscal_year', 'code', 'name', 'label', 'ordinal', 'path_marks', 'wanted_level', 'case when code is null then code_above end']) }}
        as printed_line_id
from placed
