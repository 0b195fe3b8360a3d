-- One row per amount that can be meant by a subject of a sentence: what sentences state, and what the forms say of it.
-- `sentence` is null for a form. Which line of which form a subject is, the rules of the catalogue say (prose_*).
with figures as not materialized (select * from {{ ref('int_keyed_figures') }}),

terms as (select * from {{ source('rules', 'rule_terms') }}),

equals as (
    select rule from {{ source('rules', 'rules') }} where check_kind in ('equal', 'one_of') and theme = 'prose'
),

same as (
    select stated.line_selector, stated.line, stated.measure, term.form, term.line as form_line, term.measure as form_measure,
        min(stated.variant * 100 + term.position) as rank
    from terms as stated
    inner join equals on stated.rule = equals.rule
    inner join terms as term on stated.rule = term.rule and stated.variant = term.variant
    where stated.side = 'stated' and stated.stated_form = 'prose' and term.side = 'term' and term.form <> 'prose'
    group by all
)

select
    report_id, line_key, measure, row_no as sentence, null::integer as rank, figure_id, base, half, unit_kind, decimals
from figures
where form = 'prose'
union all
select
    figures.report_id, same.line as line_key, same.measure, null::integer as sentence, same.rank::integer as rank,
    figures.figure_id, figures.base, figures.half, figures.unit_kind, figures.decimals
from same
inner join figures
    on same.form = figures.form and same.form_measure = figures.measure and same.form_line = figures.line_key
where same.line_selector = 'key' and figures.occurrence = 1
union all
-- a line of the classification is the same line in a sentence
select
    figures.report_id, figures.line_key, same.measure, null::integer as sentence, same.rank::integer as rank,
    figures.figure_id, figures.base, figures.half, figures.unit_kind, figures.decimals
from same
inner join figures
    on same.form = figures.form and same.form_measure = figures.measure and same.form_line = figures.role
-- only of reports that have sentences
inner join (select distinct report_id from figures where form = 'prose') as reports on figures.report_id = reports.report_id
where same.line_selector = 'each_role' and figures.occurrence = 1
