-- One row per identity that a report asserts: both sides added up in one unit, with their intervals, before judgement.
with sides as (select * from {{ ref('int_identity_sides') }}),

figures as (select * from {{ ref('int_keyed_figures') }}),

measures as (select measure, name_zh from {{ ref('measures') }}),

forms as (select form, title_zh from {{ ref('forms') }}),

described as (
    select
        sides.*,
        figures.form,
        figures.line_key,
        figures.line_code,
        figures.line_label,
        figures.role,
        figures.measure,
        figures.base,
        figures.half,
        figures.unit,
        figures.unit_kind,
        figures.unit_inverse,
        figures.value,
        figures.decimals,
        figures.page,
        figures.source_line,
        figures.row_no,
        -- what a reader would call this term: the line where lines are added, the column where columns are
        concat_ws(
            ' ',
            case when figures.form <> sides.stated_form then forms.title_zh end,
            case
                when sides.line_selector in ('each', 'each_role') and figures.form = sides.stated_form then null
                else nullif(concat_ws(' ', figures.line_code, figures.line_label), '')
            end,
            case
                when sides.line_selector in ('each', 'each_role') or figures.line_key = 'all' then measures.name_zh
            end
        ) as term_name
    from sides
    inner join figures on sides.figure_id = figures.figure_id
    left join measures on figures.measure = measures.measure
    left join forms on figures.form = forms.form
)

select
    rule,
    variant,
    report_id,
    form_no,
    bound_line,
    bound_measure,
    any_value(stated_form) as form,
    ---------- the stated figure
    any_value(figure_id) filter (where side = 'stated') as stated_figure_id,
    any_value(value) filter (where side = 'stated') as stated,
    any_value(base) filter (where side = 'stated') as stated_base,
    any_value(half) filter (where side = 'stated') as stated_half,
    any_value(unit) filter (where side = 'stated') as stated_unit,
    any_value(unit_inverse) filter (where side = 'stated') as stated_inverse,
    any_value(decimals) filter (where side = 'stated') as stated_decimals,
    any_value(line_key) filter (where side = 'stated') as stated_line_key,
    any_value(line_code) filter (where side = 'stated') as stated_line_code,
    any_value(line_label) filter (where side = 'stated') as stated_line_label,
    any_value(role) filter (where side = 'stated') as stated_role,
    any_value(measure) filter (where side = 'stated') as stated_measure,
    any_value(page) filter (where side = 'stated') as stated_page,
    any_value(source_line) filter (where side = 'stated') as stated_source_line,
    ---------- the terms
    sum(sign * base) filter (where side = 'term') as computed_base,
    sum(half) filter (where side = 'term') as terms_half,
    count(*) filter (where side = 'term') as n_found,
    count(distinct line_key) filter (where side = 'term') as n_lines_found,
    max(decimals) filter (where side = 'term') as terms_decimals,
    any_value(unit) filter (where side = 'term') as terms_unit,
    any_value(unit_inverse) filter (where side = 'term') as terms_inverse,
    max(role) filter (where side = 'term') as terms_role,
    min(page) filter (where side = 'term') as terms_page,
    min(source_line) filter (where side = 'term') as terms_source_line,
    any_value(measure) filter (where side = 'term') as terms_measure,
    any_value(line_key) filter (where side = 'term') as terms_line_key,
    any_value(line_code) filter (where side = 'term') as terms_line_code,
    any_value(line_label) filter (where side = 'term') as terms_line_label,
    list(figure_id order by position, row_no, figure_id) filter (where side = 'term') as term_figure_ids,
    string_agg(
        concat(
            case when sign < 0 then '− ' end,
            term_name, ' ', {{ number_text('value', 'decimals') }},
            case when unit is distinct from '万元' then unit end
        ),
        '; ' order by position, row_no, figure_id
    ) filter (where side = 'term') as terms,
    ---------- both
    count(distinct unit_kind) as n_unit_kinds,
    count(distinct unit) as n_units,
    list(distinct form) as forms
from described
group by all
