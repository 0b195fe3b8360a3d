-- One row per identity that a report asserts, whether it holds or not: int_judged with its figures described.
with judged as (select * from {{ ref('int_judged') }}),

figures as not materialized (
    select
        figure_id, form, line_key, line_code, line_label, role, measure, unit, unit_inverse, value, decimals, page, source_line
    from {{ ref('int_keyed_figures') }}
),

-- the stated figure; where it is blank, the first term lends unit and place
described as (
    select
        judged.*,
        stated.value, stated.decimals as stated_decimals,
        -- as printed on the stated line; where that is blank, a line that is paired with it lends its name
        case
            when judged.stated_figure_id is not null then stated.line_code
            when judged.bound_line <> '' and judged.check_kind <> 'children' then lent.line_code
        end as line_code,
        case
            when judged.stated_figure_id is not null then stated.line_label
            when judged.bound_line <> '' and judged.check_kind <> 'children' then lent.line_label
        end as line_label,
        coalesce(stated.line_key, nullif(judged.bound_line, ''), lent.line_key) as line_key,
        coalesce(stated.measure, nullif(judged.bound_measure, ''), lent.measure) as measure,
        coalesce(stated.unit, lent.unit) as unit,
        coalesce(stated.unit_inverse, lent.unit_inverse) as inverse,
        case
            when judged.check_kind <> 'children' then null
            when stated.role = 'total' or judged.bound_line = 'total' then 'class'
            else lent.role
        end as terms_level,
        coalesce(stated.page, lent.page) as page,
        coalesce(stated.source_line, lent.source_line) as source_line
    from judged
    left join figures as stated on judged.stated_figure_id = stated.figure_id
    left join figures as lent
        on
            case when judged.stated_figure_id is null or judged.check_kind = 'children' then judged.term_figure_ids[1] end
            = lent.figure_id
),

texts as (select reconciliation_id, terms_zh from {{ ref('int_identity_terms') }})

select
    cast(described.reconciliation_id as varchar) as reconciliation_id,
    cast(rule as varchar) as rule,
    cast(report_id as varchar) as report_id,
    cast(described.form as varchar) as form,
    cast(form_no as integer) as form_no,
    cast(line_key as varchar) as line_key,
    cast(line_code as varchar) as line_code,
    cast(line_label as varchar) as line_label,
    cast(measure as varchar) as measure,
    cast(unit as varchar) as unit,
    cast(value as decimal(24, 6)) as stated,
    -- wide decimals are slow to multiply: where the two sides are equal there is nothing to compute
    cast(case when difference_base = 0 then value else computed_base * inverse end as decimal(24, 6)) as computed,
    -- half units of the last digit, no amount: exact to seven decimals as a double, too
    cast(tolerance_base::double * inverse::double as decimal(24, 7)) as tolerance,
    cast(case when difference_base = 0 then 0 else difference_base * inverse end as decimal(24, 6)) as difference,
    cast(outcome as varchar) as outcome,
    cast(why_not as varchar) as not_checkable_reason,
    cast(n_found as integer) as n_terms,
    cast(n_blank as integer) as n_blank,
    cast(texts.terms_zh as varchar) as terms,
    cast(terms_level as varchar) as terms_level,
    cast(coalesce(stated_decimals, 2) as integer) as stated_decimals,
    cast(case when mixes_units and check_kind not in ('model') then 4 else coalesce(terms_decimals, stated_decimals, 2) end as integer)
        as computed_decimals,
    cast(stated_figure_id as varchar) as stated_figure_id,
    cast(case
        when stated_figure_id is null then term_figure_ids else list_prepend(stated_figure_id, term_figure_ids)
    end as varchar[]) as figure_ids,
    cast(page as integer) as page,
    cast(source_line as integer) as source_line
from described
left join texts on described.reconciliation_id = texts.reconciliation_id
