-- One row per identity that a report asserts, whether it holds or not.
with identities as (select * from {{ ref('int_identities') }}),

rules as (select * from {{ source('rules', 'rules') }}),

terms as (select * from {{ source('rules', 'rule_terms') }}),

parents as (select * from {{ ref('int_line_parents') }}),

figures as (
    select distinct report_id, form, form_no, line_key, role from {{ ref('int_keyed_figures') }}
),

rejected as (select * from {{ ref('int_rejected_lines') }}),

---------- how many parts were blank

expected as (
    select rule, variant, any_value(n_terms) as n_terms, list(distinct form) as forms
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
    left join figures
        on
            rejected.report_id = figures.report_id and rejected.form = figures.form
            and rejected.form_no = figures.form_no and rejected.line_key = figures.line_key
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
            when 'each_role' then terms.line = figures.role
            when 'sum_role' then terms.line = figures.role
            else true
        end
),

rejected_forms as (
    select distinct terms.rule, terms.variant, rejected.report_id, rejected.form_no
    from rejected
    inner join terms on rejected.form = terms.form
    where rejected.line_key is null
),

---------- the verdict

measured as (
    select
        identities.*,
        rules.check_kind,
        rules.only_where_printed,
        coalesce(children.n_lines - identities.n_lines_found, expected.n_terms - identities.n_found, 0) as n_blank,
        identities.stated_half + identities.terms_half as tolerance_base,
        identities.stated_base - identities.computed_base as difference_base,
        bool_or(coalesce(identities.n_found, 0) > 0) over (
            partition by identities.rule, identities.variant, identities.report_id, identities.form_no
        ) as is_printed,
        case rules.check_kind
            when 'children' then stated_lines.line_key is not null
            when 'at_most' then false
            else true
        end as has_stated_line,
        rejected_parts.rule is not null as has_rejected_part,
        rejected_forms.rule is not null as has_rejected_row,
        case
            when identities.stated is null then 'the total is blank'
            when identities.n_found = 0 then 'every part is blank'
            when identities.n_unit_kinds > 1 then 'the units cannot be compared'
        end as why_not
    from identities
    inner join rules on identities.rule = rules.rule
    inner join expected on identities.rule = expected.rule and identities.variant = expected.variant
    left join children
        on
            identities.report_id = children.report_id and identities.form = children.form
            and identities.form_no = children.form_no
            and case when rules.check_kind = 'children' then identities.bound_line end = children.parent_key
    left join (select distinct report_id, form, form_no, line_key from figures) as stated_lines
        on
            identities.report_id = stated_lines.report_id and identities.form = stated_lines.form
            and identities.form_no = stated_lines.form_no and identities.bound_line = stated_lines.line_key
    left join rejected_parts
        on
            identities.rule = rejected_parts.rule and identities.variant = rejected_parts.variant
            and identities.report_id = rejected_parts.report_id and identities.form_no = rejected_parts.form_no
            and identities.bound_line = rejected_parts.bound_line
    left join rejected_forms
        on
            identities.rule = rejected_forms.rule and identities.variant = rejected_forms.variant
            and identities.report_id = rejected_forms.report_id and identities.form_no = rejected_forms.form_no
),

judged as (
    select
        * replace (coalesce(why_not, case when has_rejected_part and n_blank > 0 then 'a part was rejected' end) as why_not),
        {{ outcome(
            "(why_not is null and not (has_rejected_part and n_blank > 0))",
            'check_kind', 'difference_base', 'tolerance_base'
        ) }} as verdict
    from measured
)

select
    cast({{ stable_id(['rule', 'variant', 'report_id', 'form_no', 'bound_line', 'bound_measure']) }} as varchar)
        as reconciliation_id,
    cast(rule as varchar) as rule,
    cast(report_id as varchar) as report_id,
    cast(form as varchar) as form,
    cast(form_no as integer) as form_no,
    cast(coalesce(stated_line_key, nullif(bound_line, ''), terms_line_key) as varchar) as line_key,
    -- as printed on the stated line; where that is blank, a line that is paired with it lends its name
    cast(case
        when stated_figure_id is not null then stated_line_code
        when bound_line <> '' and check_kind <> 'children' then terms_line_code
    end as varchar) as line_code,
    cast(case
        when stated_figure_id is not null then stated_line_label
        when bound_line <> '' and check_kind <> 'children' then terms_line_label
    end as varchar) as line_label,
    cast(coalesce(stated_measure, nullif(bound_measure, ''), terms_measure) as varchar) as measure,
    cast(coalesce(stated_unit, terms_unit) as varchar) as unit,
    cast(stated as decimal(24, 6)) as stated,
    cast(computed_base * coalesce(stated_inverse, terms_inverse) as decimal(24, 6)) as computed,
    cast(tolerance_base * stated_inverse as decimal(24, 7)) as tolerance,
    cast(difference_base * stated_inverse as decimal(24, 6)) as difference,
    cast(case when verdict = 'inconsistent' and has_rejected_row then 'not_checkable' else verdict end as varchar)
        as outcome,
    cast(case
        when verdict = 'inconsistent' and has_rejected_row then 'a row of the form was rejected'
        else why_not
    end as varchar) as not_checkable_reason,
    cast(coalesce(n_found, 0) as integer) as n_terms,
    cast(greatest(n_blank, 0) as integer) as n_blank,
    cast(terms as varchar) as terms,
    cast(case
        when check_kind <> 'children' then null
        when stated_role = 'total' or bound_line = 'total' then 'class'
        else terms_role
    end as varchar) as terms_level,
    cast(coalesce(stated_decimals, 2) as integer) as stated_decimals,
    cast(case when n_units <= 1 then coalesce(terms_decimals, stated_decimals, 2) else 4 end as integer)
        as computed_decimals,
    cast(stated_figure_id as varchar) as stated_figure_id,
    cast(list_concat(case when stated_figure_id is null then []::varchar[] else [stated_figure_id] end,
        coalesce(term_figure_ids, []::varchar[])) as varchar[]) as figure_ids,
    cast(coalesce(stated_page, terms_page) as integer) as page,
    cast(coalesce(stated_source_line, terms_source_line) as integer) as source_line
from judged
where
    -- a rule about columns that only some editions print is asserted only by forms that print them
    (is_printed or not only_where_printed)
    -- no line, no assertion: GK06 without a grand total, a line of one fund that has no line in another
    and (stated is not null or has_stated_line)
