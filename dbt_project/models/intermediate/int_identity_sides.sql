-- One row per figure in an identity: the stated one, and each term with its sign.
-- An instance of a rule is (rule, variant, report, form_no, bound_line, bound_measure): `each` binds line or measure.
with figures as (select * from {{ ref('int_keyed_figures') }}),

terms as (select * from {{ source('rules', 'rule_terms') }}),

parents as (select * from {{ ref('int_line_parents') }}),

written as (
    select
        terms.rule,
        terms.variant,
        terms.side,
        terms.position,
        terms.sign,
        terms.stated_form,
        terms.line_selector,
        figures.report_id,
        figures.form_no,
        case when terms.line_selector in ('each', 'each_role') then figures.line_key else '' end as bound_line,
        case when terms.measure = 'each' then figures.measure else '' end as bound_measure,
        figures.figure_id
    from terms
    inner join figures
        on
            terms.form = figures.form
            and (terms.measure = 'each' or terms.measure = figures.measure)
            and case terms.line_selector
                when 'key' then figures.line_key = terms.line
                when 'each' then true
                else figures.role = terms.line
            end
            -- a line printed twice speaks once, except in a sum of all lines
            and (figures.occurrence = 1 or terms.line_selector = 'sum_role')
    where terms.side <> 'children'
),

level_by_level as (
    select
        terms.rule,
        terms.variant,
        'stated' as side,
        0 as position,
        1 as sign,
        terms.stated_form,
        terms.line_selector,
        figures.report_id,
        figures.form_no,
        figures.line_key as bound_line,
        figures.measure as bound_measure,
        figures.figure_id
    from terms
    inner join figures on terms.form = figures.form and (terms.measure = 'each' or terms.measure = figures.measure)
    -- only lines that have lines below them
    inner join (select distinct report_id, form, form_no, parent_key from parents) as above
        on
            figures.report_id = above.report_id and figures.form = above.form
            and figures.form_no = above.form_no and figures.line_key = above.parent_key
    where terms.side = 'children' and figures.occurrence = 1
    union all
    select
        terms.rule,
        terms.variant,
        'term' as side,
        1 as position,
        1 as sign,
        terms.stated_form,
        terms.line_selector,
        figures.report_id,
        figures.form_no,
        parents.parent_key as bound_line,
        figures.measure as bound_measure,
        figures.figure_id
    from terms
    inner join figures on terms.form = figures.form and (terms.measure = 'each' or terms.measure = figures.measure)
    inner join parents
        on
            figures.report_id = parents.report_id and figures.form = parents.form
            and figures.form_no = parents.form_no and figures.line_key = parents.line_key
    where terms.side = 'children'
)

select * from written
union all
select * from level_by_level
