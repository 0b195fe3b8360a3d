-- One row per rule and figure that a sentence states: against a form, or against what the sentences after it state.
-- Every statement is judged by itself, for a report says the same thing in several places.
--   terms in forms   the line and column of the rule; of several forms of one kind the nearest number
--   terms in prose   the nearest statement: in this sentence or the next few, before the rule has another subject: the
--                    parts of 一般公共预算财政拨款基本支出 are not those of 基本支出, stated some sentences before;
--                    a term on line `each` (the same subject, another aspect) within one sentence
{% set sentences_after = 8 %}
with figures as not materialized (select * from {{ ref('int_keyed_figures') }}),

terms as (select * from {{ source('rules', 'rule_terms') }} where stated_form = 'prose'),

rules as (select rule, check_kind from {{ source('rules', 'rules') }}),

accounts as (select report_id from {{ ref('int_reports') }} where kind <> 'budget'),

statements as (
    select
        figures.*,
        lead(row_no) over (partition by report_id, line_key, measure order by row_no, figure_id) as next_sentence
    from figures
    where form = 'prose'
),

heads as (
    select terms.rule, terms.variant, terms.line_selector, terms.line, terms.measure, rules.check_kind
    from terms
    inner join rules on terms.rule = rules.rule
    where terms.side = 'stated'
),

-- one join by hash for each way of naming lines
stated as (
    select heads.rule, heads.variant, heads.check_kind, statements.*
    from heads
    inner join statements on heads.measure = statements.measure and heads.line = statements.line_key
    where heads.line_selector = 'key' and statements.report_id in (select report_id from accounts)
    union all
    select heads.rule, heads.variant, heads.check_kind, statements.*
    from heads
    inner join statements on heads.measure = statements.measure and heads.line = statements.role
    where heads.line_selector = 'each_role' and statements.report_id in (select report_id from accounts)
    union all
    select heads.rule, heads.variant, heads.check_kind, statements.*
    from heads
    inner join statements on heads.measure = statements.measure
    where heads.line_selector = 'each' and statements.report_id in (select report_id from accounts)
),

in_order as (
    select
        *,
        min(row_no) over (
            partition by report_id, rule, measure order by row_no range between 1 following and unbounded following
        ) as next_of_rule
    from stated
),

wanted as (
    select
        stated.rule,
        stated.variant,
        stated.check_kind,
        stated.figure_id as stated_figure_id,
        stated.report_id,
        stated.base as stated_base,
        stated.unit_kind as stated_kind,
        stated.row_no as sentence,
        least(
            coalesce(nullif(stated.next_sentence, stated.row_no), 2147483647), coalesce(stated.next_of_rule, 2147483647)
        ) as next_sentence,
        terms.position,
        terms.sign,
        terms.optional,
        terms.form,
        terms.measure,
        terms.line_selector,
        case terms.line_selector when 'key' then terms.line else stated.line_key end as line_key
    from in_order as stated
    inner join terms on stated.rule = terms.rule and stated.variant = terms.variant
    where terms.side = 'term'
),

in_forms as (
    select wanted.*, figures.figure_id, figures.base, figures.half, figures.decimals, figures.unit, figures.unit_kind
    from wanted
    inner join figures
        on
            wanted.report_id = figures.report_id and wanted.form = figures.form
            and wanted.line_key = figures.line_key and wanted.measure = figures.measure
    where wanted.form <> 'prose' and figures.occurrence = 1
    qualify row_number() over (
        partition by wanted.rule, wanted.variant, wanted.stated_figure_id, wanted.position
        order by abs(figures.base - wanted.stated_base), figures.form_no, figures.figure_id
    ) = 1
),

in_prose as (
    select
        wanted.*, statements.figure_id, statements.base, statements.half, statements.decimals, statements.unit,
        statements.unit_kind
    from wanted
    inner join statements
        on
            wanted.report_id = statements.report_id and wanted.line_key = statements.line_key
            and wanted.measure = statements.measure
    where
        wanted.form = 'prose' and wanted.stated_figure_id <> statements.figure_id
        and case wanted.line_selector
            when 'key' then
                statements.row_no between wanted.sentence and wanted.sentence + {{ sentences_after }}
                and statements.row_no < wanted.next_sentence
            else abs(statements.row_no - wanted.sentence) <= 1
        end
    qualify row_number() over (
        partition by wanted.rule, wanted.variant, wanted.stated_figure_id, wanted.position
        order by abs(statements.row_no - wanted.sentence), statements.row_no, statements.figure_id
    ) = 1
),

-- a blank cell on a printed line is zero: GK07 has one line, GK02 and GK03 a total line with every column
printed_lines as (
    select distinct report_id, form, line_key
    from figures
    where form in ('three_public_expenses', 'revenue', 'expenditure') and line_key in ('all', 'total')
),

blank_cells as (
    select wanted.*
    from wanted
    inner join printed_lines
        on
            wanted.report_id = printed_lines.report_id and wanted.form = printed_lines.form
            and wanted.line_key = printed_lines.line_key
    -- of several places that may be meant, one that is printed speaks
    anti join in_forms
        on
            wanted.rule = in_forms.rule and wanted.variant = in_forms.variant
            and wanted.stated_figure_id = in_forms.stated_figure_id
            and case when wanted.check_kind = 'one_of' then 0 else wanted.position end
            = case when in_forms.check_kind = 'one_of' then 0 else in_forms.position end
),

found as (
    select * from in_forms
    union all by name
    select * from in_prose
    union all by name
    select
        blank_cells.*, null::varchar as figure_id, 0::decimal(30, 6) as base, 0::decimal(24, 7) as half,
        0 as decimals, null::varchar as unit, blank_cells.stated_kind as unit_kind
    from blank_cells
),

-- of several that may be meant, the nearest number is
chosen as (
    select *
    from found
    qualify check_kind <> 'one_of' or row_number() over (
        partition by rule, variant, stated_figure_id order by abs(base - stated_base), position
    ) = 1
),

added as (
    select
        rule,
        variant,
        stated_figure_id,
        sum(sign * base) as computed_base,
        sum(half) as terms_half,
        count(*) as n_found,
        count(*) filter (where not optional) as n_required_found,
        max(decimals) as terms_decimals,
        min(unit_kind) <> any_value(stated_kind) or max(unit_kind) <> any_value(stated_kind) as mixes_kinds,
        count(distinct unit) > 1 as mixes_units,
        coalesce(list(figure_id order by position) filter (where figure_id is not null), []::varchar[])
            as term_figure_ids,
        list(figure_id order by position) filter (where sign < 0 and figure_id is not null) as minus_figure_ids
    from chosen
    group by all
),

expected as (
    select
        rule, variant, count(*) as n_terms, count(*) filter (where not optional) as n_required,
        bool_and(form = 'prose') as all_in_prose
    from terms
    where side = 'term'
    group by all
)

select
    stated.rule,
    stated.variant,
    stated.report_id,
    stated.form_no,
    stated.figure_id as stated_figure_id,
    added.computed_base,
    added.terms_half,
    coalesce(added.n_found, 0)::integer as n_found,
    case when stated.check_kind = 'one_of' then 0 else expected.n_terms - coalesce(added.n_found, 0) end::integer as n_blank,
    added.terms_decimals,
    coalesce(added.mixes_units, false) as mixes_units,
    coalesce(added.term_figure_ids, []::varchar[]) as term_figure_ids,
    added.minus_figure_ids,
    true as must_be_whole,
    case
        when added.n_found is null then 'no form says it'
        when added.mixes_kinds then 'the units cannot be compared'
        when stated.check_kind <> 'one_of' and added.n_required_found < expected.n_required then 'a part is not stated'
    end as why_not
from stated
inner join expected on stated.rule = expected.rule and stated.variant = expected.variant
left join added
    on
        stated.rule = added.rule and stated.variant = added.variant and stated.figure_id = added.stated_figure_id
-- sentences that name none of the parts assert nothing
where added.n_found is not null or not expected.all_in_prose
