-- One row per identity between lines and columns of forms: both sides added up in one unit, with their intervals.
-- Only numbers and ids: what is told to a reader is joined to the few rows that need it (int_identity_terms).
with added as (
    select
        rule,
        variant,
        report_id,
        form_no,
        bound_line,
        bound_measure,
        any_value(stated_form) as form,
        any_value(figure_id) filter (where side = 'stated') as stated_figure_id,
        any_value(base) filter (where side = 'stated') as stated_base,
        any_value(half) filter (where side = 'stated') as stated_half,
        sum(sign * base) filter (where side = 'term') as computed_base,
        sum(half) filter (where side = 'term') as terms_half,
        count(*) filter (where side = 'term') as n_found,
        -- a line printed twice is one line
        count(*) filter (where side = 'term' and occurrence = 1) as n_lines_found,
        max(decimals) filter (where side = 'term') as terms_decimals,
        min(kind_no) < max(kind_no) as mixes_kinds,
        min(unit_inverse) < max(unit_inverse) as mixes_units,
        list(figure_id) filter (where side = 'term') as term_figure_ids,
        list(figure_id) filter (where side = 'term' and sign < 0) as minus_figure_ids
    from {{ ref('int_identity_sides') }}
    where side in ('stated', 'term')
    group by all
)

-- in a fixed order: sorting a list afterwards costs less than adding up in order
select
    * replace (
        list_sort(coalesce(term_figure_ids, []::varchar[])) as term_figure_ids,
        list_sort(minus_figure_ids) as minus_figure_ids
    )
from added
