-- One row per figure in an identity between lines and columns of forms: the stated one, and each term with its sign.
-- An instance of a rule is (rule, variant, report, form_no, bound_line, bound_measure): `each` binds line or measure.
-- What sentences state is compared in int_prose_identities. Every way of naming lines is a join by hash of its own.
{{ config(materialized='view') }}  {# read once, by int_identities #}
{% set term_columns = 'terms.rule, terms.variant, terms.side, terms.position, terms.sign, terms.stated_form, terms.line_selector' %}
{% set bound_measure = "case when terms.measure = 'each' then figures.measure else '' end as bound_measure" %}
with figures as not materialized (
    select
        figure_id, report_id, form, form_no, row_no, line_key, role, measure, occurrence,
        base, half, decimals, unit_inverse,
        -- numbers are compared faster than words
        case unit_kind when 'money' then 1 when 'percent' then 2 when 'count' then 3 else 4 end::tinyint as kind_no
    from {{ ref('int_keyed_figures') }}
),

terms as (select * from {{ source('rules', 'rule_terms') }} where stated_form is distinct from 'prose'),

parents as (select * from {{ ref('int_line_parents') }}),

above as (select distinct report_id, form, form_no, parent_key from parents),

sides as (
    select {{ term_columns }}, figures.*, '' as bound_line, {{ bound_measure }}
    from terms
    inner join figures on terms.form = figures.form and terms.line = figures.line_key
    -- a line printed twice speaks once, except in a sum of all lines
    where terms.line_selector = 'key' and terms.measure in ('each', figures.measure) and figures.occurrence = 1
    union all
    select
        {{ term_columns }}, figures.*,
        case when terms.line_selector = 'each_role' then figures.line_key else '' end as bound_line, {{ bound_measure }}
    from terms
    inner join figures on terms.form = figures.form and terms.line = figures.role
    where
        terms.line_selector in ('each_role', 'sum_role') and terms.measure in ('each', figures.measure)
        and (figures.occurrence = 1 or terms.line_selector = 'sum_role')
    union all
    select {{ term_columns }}, figures.*, figures.line_key as bound_line, {{ bound_measure }}
    from terms
    inner join figures on terms.form = figures.form
    where terms.line_selector = 'each' and terms.measure in ('each', figures.measure) and figures.occurrence = 1
    -- level by level: only lines that have lines below them
    union all
    select
        {{ term_columns | replace('terms.side, terms.position', "'stated' as side, 0 as position") }}, figures.*,
        figures.line_key as bound_line, figures.measure as bound_measure
    from terms
    inner join figures on terms.form = figures.form
    inner join above
        on
            figures.report_id = above.report_id and figures.form = above.form
            and figures.form_no = above.form_no and figures.line_key = above.parent_key
    where terms.side = 'children' and terms.measure in ('each', figures.measure) and figures.occurrence = 1
    union all
    select
        {{ term_columns | replace('terms.side, terms.position', "'term' as side, 1 as position") }}, figures.*,
        parents.parent_key as bound_line, figures.measure as bound_measure
    from terms
    inner join figures on terms.form = figures.form
    inner join parents
        on
            figures.report_id = parents.report_id and figures.form = parents.form
            and figures.form_no = parents.form_no and figures.line_key = parents.line_key
    where terms.side = 'children' and terms.measure in ('each', figures.measure)
)

select * exclude (measure, role, row_no, form) from sides
