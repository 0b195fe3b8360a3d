-- One row per finding with the figure that explains it best: the one whose correction repairs most broken identities and
-- breaks fewest that hold. Where two are equal: the one that digits explain, then the stated one, then a sentence.
with candidates as (select * from {{ ref('int_case_candidates') }}),

figures as not materialized (
    select figure_id, report_id, form, form_no, line_key, row_no, measure, unit_kind, unit_inverse, value, base, decimals
    from {{ ref('int_keyed_figures') }}
),

findings as (select finding_id, report_id, rule, figure_ids from {{ ref('int_findings') }}),

spelled as (
    select
        candidates.*,
        figures.unit_kind,
        figures.measure,
        figures.decimals,
        (candidates.base + candidates.correction) * figures.unit_inverse as corrected,
        format('{:.' || greatest(figures.decimals, 0) || 'f}', abs(figures.value)::double) as text,
        format('{:.' || greatest(figures.decimals, 0) || 'f}', abs((candidates.base + candidates.correction) * figures.unit_inverse)::double)
            as corrected_text
    from candidates
    inner join figures on candidates.figure_id = figures.figure_id
),

digits as (
    select
        *,
        {{ digit_cause('text', 'corrected_text', 'base', 'base + correction', 'tolerance_base') }} as digit_cause
    from spelled
),

weighed as (
    select
        *,
        n_repaired + n_percents - n_broken as evidence,
        -- of short numbers any two are one digit apart
        digit_cause is not null and len(replace(corrected_text, '.', '')) > 3 as digits_speak
    from digits
    -- nothing that is printed as an amount, a weight or a count becomes negative
    where base < 0 or base + correction >= -tolerance_base or digit_cause = 'sign' and measure in ('change', 'change_from_budget')
),

ranked as (
    select
        *,
        row_number() over best_first as place,
        count(*) over (partition by finding_id, evidence, n_repaired, digits_speak, is_stated) as alike,
        max(case when is_stated then figure_id end) over (partition by finding_id) as stated_id
    from weighed
    window best_first as (
        partition by finding_id
        order by
            evidence desc,
            n_repaired desc,
            digits_speak desc,
            is_stated desc,
            form = 'prose' desc,
            figure_id
    )
),

best as (
    select
        * exclude (figure_id),
        figure_id as grouping_id,
        -- several parts that explain it equally: the sum is named
        case when alike > 1 and not is_stated then coalesce(stated_id, figure_id) else figure_id end as figure_id,
        case when alike > 1 and not is_stated then -correction else correction end as own_correction
    from ranked
    where place = 1
),

-- a percent that is wrong because an amount in it is: it belongs to the case of that amount
amounts as (
    select distinct on (members.finding_id) members.finding_id, best.figure_id, best.correction
    from (select finding_id, unnest(figure_ids[2:]) as figure_id from findings) as members
    inner join best as own on members.finding_id = own.finding_id
    inner join best
        on
            members.figure_id = best.figure_id and best.finding_id <> members.finding_id
            and best.n_repaired + best.n_percents - best.n_broken > 0
    where own.unit_kind = 'percent' and best.unit_kind = 'money'
    order by members.finding_id, best.n_repaired desc, best.figure_id
)

select
    findings.finding_id,
    findings.report_id,
    coalesce(amounts.figure_id, best.figure_id, findings.figure_ids[1]) as figure_id,
    coalesce(amounts.correction, best.own_correction) as correction,
    -- the same wrong percent said ten times is one case
    case
        when amounts.figure_id is null and best.unit_kind = 'percent'
            then concat('percent ', best.base, ' ', round(best.corrected::double, 2))
        else coalesce(amounts.figure_id, best.grouping_id, findings.figure_ids[1], findings.finding_id)
    end as case_key
from findings
left join best on findings.finding_id = best.finding_id
left join amounts on findings.finding_id = amounts.finding_id
