-- One row per identity that a report asserts, judged: its verdict, and nothing yet of how it is told.
with identities as (select * from {{ ref('int_identities') }}),

rules as (select rule, check_kind, only_where_printed from {{ source('rules', 'rules') }}),

terms as (select * from {{ source('rules', 'rule_terms') }}),

parents as (select * from {{ ref('int_line_parents') }}),

lines as (select distinct report_id, form, form_no, line_key, role from {{ ref('int_keyed_figures') }}),

rejected as (select * from {{ ref('int_rejected_lines') }}),

---------- how many parts were blank

expected as (
    select rule, variant, any_value(n_terms) as n_terms
    from terms
    group by all
),

children as (
    select report_id, form, form_no, parent_key, count(*) as n_lines
    from parents
    group by all
),

---------- identities with a rejected part: the cell is known (its line is), or only the form

rejected_parts as (
    select distinct terms.rule, terms.variant, rejected.report_id, rejected.form_no, bound.line as bound_line
    from rejected
    inner join terms on rejected.form = terms.form
    left join lines
        on
            rejected.report_id = lines.report_id and rejected.form = lines.form
            and rejected.form_no = lines.form_no and rejected.line_key = lines.line_key
    left join parents
        on
            rejected.report_id = parents.report_id and rejected.form = parents.form
            and rejected.form_no = parents.form_no and rejected.line_key = parents.line_key
    cross join lateral (
        select unnest(case
            when terms.line_selector = 'children' then [rejected.line_key, parents.parent_key]
            when terms.line_selector in ('each', 'each_role') then [rejected.line_key]
            else ['']
        end) as line
    ) as bound
    where
        rejected.line_key is not null
        and case terms.line_selector
            when 'key' then terms.line = rejected.line_key
            when 'each_role' then terms.line = lines.role
            when 'sum_role' then terms.line = lines.role
            else true
        end
),

rejected_forms as (
    select distinct terms.rule, terms.variant, rejected.report_id, rejected.form_no
    from rejected
    inner join terms on rejected.form = terms.form
    where rejected.line_key is null and terms.stated_form is distinct from 'prose'
),

---------- between forms

printed as (
    select rule, variant, report_id, form_no, max(n_found) > 0 as is_printed from identities group by all
),

forms_printed as (select distinct report_id, form from lines),

between_forms as (
    select
        identities.* exclude (n_lines_found, mixes_kinds),
        rules.check_kind,
        true as must_be_whole,
        greatest(coalesce(children.n_lines - identities.n_lines_found, expected.n_terms - identities.n_found, 0), 0) as n_blank,
        rejected_parts.rule is not null as has_rejected_part,
        -- a row that was not read matters where it may be a part: where lines are added up, or a part is blank
        rejected_forms.rule is not null and (expected.n_terms is null or identities.n_found < expected.n_terms)
            as has_rejected_row,
        case
            when identities.stated_base is null then 'the total is blank'
            when identities.n_found = 0 then 'every part is blank'
            when identities.mixes_kinds then 'the units cannot be compared'
        end as why_not
    from identities
    inner join rules on identities.rule = rules.rule
    inner join expected on identities.rule = expected.rule and identities.variant = expected.variant
    -- a form that is not in the report asserts nothing
    inner join forms_printed on identities.report_id = forms_printed.report_id and identities.form = forms_printed.form
    inner join printed
        on
            identities.rule = printed.rule and identities.variant = printed.variant
            and identities.report_id = printed.report_id and identities.form_no = printed.form_no
    left join children
        on
            identities.report_id = children.report_id and identities.form = children.form
            and identities.form_no = children.form_no
            -- within the key, so that the join stays one by hash
            and case when rules.check_kind = 'children' then identities.bound_line end = children.parent_key
    left join lines as stated_lines
        on
            identities.report_id = stated_lines.report_id and identities.form = stated_lines.form
            and identities.form_no = stated_lines.form_no
            and case when rules.check_kind = 'children' and identities.stated_base is null then identities.bound_line end
            = stated_lines.line_key
    left join rejected_parts
        on
            identities.rule = rejected_parts.rule and identities.variant = rejected_parts.variant
            and identities.report_id = rejected_parts.report_id and identities.form_no = rejected_parts.form_no
            and identities.bound_line = rejected_parts.bound_line
    left join rejected_forms
        on
            identities.rule = rejected_forms.rule and identities.variant = rejected_forms.variant
            and identities.report_id = rejected_forms.report_id and identities.form_no = rejected_forms.form_no
    where
        -- a rule about columns that only some editions print is asserted only by forms that print them
        (printed.is_printed or not rules.only_where_printed)
        -- no line, no assertion: GK06 without a grand total, a line of one fund that has no line in another
        and (
            identities.stated_base is not null
            or case rules.check_kind
                when 'children' then stated_lines.line_key is not null when 'at_most' then false else true
            end
        )
),

---------- of sentences, performance forms, years and versions: every stated figure is an instance of its own

others as (
    {% for model in ['int_prose_identities', 'int_rate_identities', 'int_list_identities', 'int_performance_identities',
        'int_project_identities', 'int_history_identities'] %}
    select * from {{ ref(model) }}{{ " union all by name" if not loop.last }}
    {% endfor %}
),

by_figure as (
    select
        others.rule, others.variant, others.report_id, figures.form_no, figures.form, others.stated_figure_id,
        figures.base as stated_base, figures.half as stated_half, others.computed_base, others.terms_half, others.n_found,
        others.n_blank, others.terms_decimals, others.mixes_units, others.term_figure_ids, others.minus_figure_ids,
        others.must_be_whole, others.why_not,
        -- the figure itself makes the instance; a list of parts and the same figure's repetition are different rules
        concat_ws(':', others.stated_figure_id, others.term_figure_ids[1]) as bound_line,
        '' as bound_measure,
        case when others.at_most then 'at_most' else rules.check_kind end as check_kind,
        false as has_rejected_part,
        false as has_rejected_row
    from others
    inner join rules on others.rule = rules.rule
    inner join {{ ref('int_keyed_figures') }} as figures on others.stated_figure_id = figures.figure_id
),

measured as (
    select * from between_forms
    union all by name
    select * from by_figure
),

with_difference as (
    select
        * replace (case
            when why_not is not null then why_not
            when has_rejected_part and n_blank > 0 then 'a part was rejected'
            -- a list that does not say it is whole may fall short of its total
            when not must_be_whole and stated_base - computed_base > stated_half + terms_half
                then 'the list does not say it is whole'
        end as why_not),
        stated_half + terms_half as tolerance_base,
        stated_base - computed_base as difference_base
    from measured
),

judged as (
    select
        *,
        {{ outcome("(why_not is null)", 'check_kind', 'difference_base', 'tolerance_base') }} as verdict
    from with_difference
)

select
    {{ stable_id(['rule', 'variant', 'report_id', 'form_no', 'bound_line', 'bound_measure']) }} as reconciliation_id,
    rule,
    variant,
    report_id,
    form,
    form_no,
    bound_line,
    bound_measure,
    check_kind,
    stated_figure_id,
    stated_base,
    computed_base,
    tolerance_base,
    difference_base,
    n_found::integer as n_found,
    n_blank::integer as n_blank,
    terms_decimals,
    mixes_units,
    term_figure_ids,
    minus_figure_ids,
    case when verdict = 'inconsistent' and has_rejected_row then 'not_checkable' else verdict end as outcome,
    case when verdict = 'inconsistent' and has_rejected_row then 'a row of the form was rejected' else why_not end as why_not
from judged
