-- One row per broken identity and figure in it: by how much that figure would have to change for the identity to hold,
-- how many broken identities that change would repair, and how many that hold it would break.
with broken as (
    select
        findings.finding_id, findings.report_id, judged.reconciliation_id, judged.stated_figure_id, judged.stated_base,
        judged.difference_base, judged.tolerance_base, judged.term_figure_ids, judged.minus_figure_ids,
        judged.rule not in ('prose_awards_by_kind', 'performance_score_of_execution') as adds
    from {{ ref('int_findings') }} as findings
    inner join {{ ref('int_judged') }} as judged on findings.reconciliation_id = judged.reconciliation_id
),

figures as not materialized (select figure_id, unit_kind, base, form from {{ ref('int_keyed_figures') }}),

members as (
    select
        finding_id, report_id, stated_figure_id, tolerance_base, adds, true as is_stated, stated_figure_id as figure_id,
        -difference_base as correction
    from broken
    union all
    select
        finding_id, report_id, stated_figure_id, tolerance_base, adds, false as is_stated, figure_id,
        difference_base * case when list_contains(minus_figure_ids, figure_id) then -1 else 1 end as correction
    from (select *, unnest(term_figure_ids) as figure_id from broken)
),

candidates as (
    select members.*, figures.base, figures.form
    from members
    inner join figures on members.figure_id = figures.figure_id
    inner join figures as stated on members.stated_figure_id = stated.figure_id
    -- a term is corrected by the difference where terms are added; what is multiplied or divided is not
    where members.is_stated or (figures.unit_kind = stated.unit_kind and members.adds)
),

repairs as (
    select
        this.finding_id, this.figure_id,
        count(distinct other.finding_id) as n_repaired
    from candidates as this
    inner join candidates as other
        on
            this.figure_id = other.figure_id
            and abs(this.correction - other.correction) <= this.tolerance_base + other.tolerance_base
    group by all
),

-- percents that an amount is part of and that do not hold either: they speak for its being wrong
wrong_percents as (
    select members.figure_id, count(distinct members.finding_id) as n_percents
    from members
    inner join figures on members.figure_id = figures.figure_id
    inner join figures as stated on members.stated_figure_id = stated.figure_id
    where not members.is_stated and figures.unit_kind = 'money' and stated.unit_kind = 'percent'
    group by all
),

-- identities that hold now, by figure
holding as (
    select
        unnest(list_prepend(stated_figure_id, term_figure_ids)) as figure_id, tolerance_base, stated_base, check_kind,
        stated_figure_id
    from {{ ref('int_judged') }}
    where
        outcome in ('exact', 'rounding')
        and report_id in (select report_id from broken)
),

breaks as (
    select candidates.finding_id, candidates.figure_id, count(*) as n_broken
    from candidates
    inner join holding on candidates.figure_id = holding.figure_id
    inner join figures as stated on holding.stated_figure_id = stated.figure_id
    inner join figures as this on candidates.figure_id = this.figure_id
    where
        holding.check_kind <> 'at_most'
        and case
            when stated.unit_kind = this.unit_kind then abs(candidates.correction) > 2 * holding.tolerance_base
            else abs(candidates.correction) * 100 > 2 * holding.tolerance_base * abs(candidates.base)
        end
    group by all
)

select
    candidates.finding_id,
    candidates.report_id,
    candidates.figure_id,
    candidates.is_stated,
    candidates.form,
    candidates.base,
    candidates.correction,
    candidates.tolerance_base,
    repairs.n_repaired::integer as n_repaired,
    coalesce(breaks.n_broken, 0)::integer as n_broken,
    coalesce(wrong_percents.n_percents, 0)::integer as n_percents
from candidates
inner join repairs on candidates.finding_id = repairs.finding_id and candidates.figure_id = repairs.figure_id
left join breaks on candidates.finding_id = breaks.finding_id and candidates.figure_id = breaks.figure_id
left join wrong_percents on candidates.figure_id = wrong_percents.figure_id
