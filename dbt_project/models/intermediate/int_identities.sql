-- One row per identity between lines and columns of forms: both sides added up in one unit, with their intervals.
-- Only numbers and ids: what is told to a reader is joined to the few rows that need it (int_identity_terms).
with sides as (select * from {{ ref('int_identity_sides') }}),

stated as (select * from sides where side = 'stated'),

terms as (
    select
        rule,
        variant,
        report_id,
        form_no,
        bound_line,
        bound_measure,
        any_value(stated_form) as form,
        sum(sign * base) as computed_base,
        sum(half) as terms_half,
        count(*) as n_found,
        count(distinct line_key) as n_lines_found,
        max(decimals) as terms_decimals,
        min(unit_kind) as lowest_kind,
        max(unit_kind) as highest_kind,
        min(unit) as lowest_unit,
        max(unit) as highest_unit,
        list(figure_id order by position, row_no, figure_id) as term_figure_ids,
        list(figure_id order by position, row_no, figure_id) filter (where sign < 0) as minus_figure_ids
    from sides
    where side = 'term'
    group by all
)

select
    rule,
    variant,
    report_id,
    form_no,
    bound_line,
    bound_measure,
    coalesce(stated.stated_form, terms.form) as form,
    stated.figure_id as stated_figure_id,
    stated.base as stated_base,
    stated.half as stated_half,
    terms.computed_base,
    terms.terms_half,
    coalesce(terms.n_found, 0) as n_found,
    coalesce(terms.n_lines_found, 0) as n_lines_found,
    greatest(terms.terms_decimals, 0) as terms_decimals,
    coalesce(
        least(terms.lowest_kind, stated.unit_kind) <> greatest(terms.highest_kind, stated.unit_kind), false
    ) as mixes_kinds,
    coalesce(least(terms.lowest_unit, stated.unit) <> greatest(terms.highest_unit, stated.unit), false) as mixes_units,
    coalesce(terms.term_figure_ids, []::varchar[]) as term_figure_ids,
    terms.minus_figure_ids
from stated
full outer join terms using (rule, variant, report_id, form_no, bound_line, bound_measure)
