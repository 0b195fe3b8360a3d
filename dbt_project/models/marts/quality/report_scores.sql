-- One row per report file: four scores of 0–100 and the counts that each is made of. Null where it cannot be known.
-- What a reviewer has marked false is left out of both sides of a score (…_excused).
with reports as (select *, {{ publishers_day('fetched_at') }} as fetched_on from {{ ref('int_reports') }}),

findings as (select finding_id, rule, report_id, form, reconciliation_id from {{ ref('int_findings') }}),

marks as (select finding_id, verdict from {{ ref('int_finding_keys') }} where verdict is not null),

rules as (select rule, severity from {{ source('rules', 'rules') }}),

---------- completeness: the forms that a final account should hold

not_missing as (
    select distinct findings.report_id, findings.rule, findings.form
    from findings
    inner join marks on findings.finding_id = marks.finding_id
    where marks.verdict = 'false' and findings.rule in ('form_missing', 'form_empty_unsaid')
),

forms as (
    select
        report_forms.report_id,
        count(*) as expected,
        count(*) filter (where state = 'present') as present,
        count(*) filter (where state = 'empty' and empty_statement is not null) as empty_stated,
        count(*) filter (where state = 'empty' and empty_statement is null) as empty_unstated,
        count(*) filter (where state = 'missing') as missing,
        count(*) filter (where not_missing.report_id is not null) as excused
    from {{ ref('report_forms') }} as report_forms
    -- the finding of missing forms is one for a report, that of an empty one names its form
    left join not_missing
        on
            report_forms.report_id = not_missing.report_id
            and case report_forms.state
                when 'missing' then not_missing.rule = 'form_missing'
                when 'empty' then report_forms.empty_statement is null and not_missing.rule = 'form_empty_unsaid'
                    and not_missing.form = report_forms.form
                else false
            end
    where report_forms.is_expected
    group by report_forms.report_id
),

---------- consistency: the identities that the report asserts and that could be checked

refuted as (
    select distinct findings.reconciliation_id
    from findings
    inner join marks on findings.finding_id = marks.finding_id
    where marks.verdict = 'false' and findings.reconciliation_id is not null
),

identities as (
    select
        judged.report_id,
        count(*) as judged,
        count(*) filter (where judged.outcome in ('exact', 'rounding')) as hold,
        count(*) filter (where judged.outcome = 'inconsistent' and refuted.reconciliation_id is not null) as excused
    from {{ ref('int_judged') }} as judged
    inner join rules on judged.rule = rules.rule
    left join refuted on judged.reconciliation_id = refuted.reconciliation_id
    where judged.outcome <> 'not_checkable' and rules.severity <> 'note'
    group by judged.report_id
),

---------- legibility: what was read of what is printed, and how certainly

figures as (
    select report_id, count(*) as figures, count(confidence) as figures_ocr, sum(coalesce(confidence, 1)) as certainty
    from {{ ref('stg_figures') }}
    group by report_id
),

rejects as (select report_id, count(*) as rejects from {{ ref('stg_rejects') }} group by report_id),

told as (
    select
        findings.report_id,
        count(*) as findings,
        count(*) filter (where marks.verdict = 'false') as findings_false
    from findings
    left join marks on findings.finding_id = marks.finding_id
    group by findings.report_id
),

---------- timeliness: the first version that was published, against the due day of its kind

published as (
    select
        logical_report,
        min(published_on) as first_published_on,
        min(coalesce(published_on, fetched_on)) as there_by,
        count(*) filter (where published_on is null) as n_undated
    from reports
    group by logical_report
),

days as (
    select
        reports.report_id,
        due_days.due_on,
        published.first_published_on,
        {{ disclosed_in_time('published.first_published_on', 'published.there_by', 'published.n_undated', 'due_days.due_on') }} as state
    from reports
    inner join published on reports.logical_report = published.logical_report
    inner join {{ source('landing', 'due_days') }} as due_days
        on reports.kind = due_days.kind and reports.fiscal_year = due_days.fiscal_year
),

counted as (
    select
        reports.*,
        coalesce(forms.expected, 0) as forms_expected,
        coalesce(forms.present, 0) as forms_present,
        coalesce(forms.empty_stated, 0) as forms_empty_stated,
        coalesce(forms.empty_unstated, 0) as forms_empty_unstated,
        coalesce(forms.missing, 0) as forms_missing,
        coalesce(forms.excused, 0) as forms_excused,
        coalesce(identities.judged, 0) as identities_judged,
        coalesce(identities.hold, 0) as identities_hold,
        coalesce(identities.excused, 0) as identities_excused,
        coalesce(figures.figures, 0) as figures,
        coalesce(figures.figures_ocr, 0) as figures_ocr,
        coalesce(figures.certainty, 0) as certainty,
        coalesce(rejects.rejects, 0) as rejects,
        coalesce(told.findings, 0) as findings,
        coalesce(told.findings_false, 0) as findings_false,
        days.due_on,
        days.first_published_on,
        days.state as timeliness_state,
        case days.state when 'on_time' then 0 when 'late' then days.first_published_on - days.due_on end as days_late
    from reports
    left join forms on reports.report_id = forms.report_id
    left join identities on reports.report_id = identities.report_id
    left join figures on reports.report_id = figures.report_id
    left join rejects on reports.report_id = rejects.report_id
    left join told on reports.report_id = told.report_id
    left join days on reports.report_id = days.report_id
)

select
    cast(report_id as varchar) as report_id,
    cast(division_code as varchar) as division_code,
    cast(place_name as varchar) as place_name,
    cast(agency_id as varchar) as agency_id,
    cast(agency_name as varchar) as agency_name,
    cast(fiscal_year as integer) as fiscal_year,
    cast(kind as varchar) as kind,
    cast(superseded_by is null as boolean) as is_current,
    {{ score('forms_present + forms_empty_stated', 'forms_expected - forms_excused') }} as completeness,
    {{ score('identities_hold', 'identities_judged - identities_excused') }} as consistency,
    cast({{ timeliness_points('timeliness_state', 'days_late') }} as decimal(5, 2)) as timeliness,
    {{ score('certainty * 10000', '(figures + rejects) * 10000') }} as legibility,
    cast(forms_expected as integer) as forms_expected,
    cast(forms_present as integer) as forms_present,
    cast(forms_empty_stated as integer) as forms_empty_stated,
    cast(forms_empty_unstated as integer) as forms_empty_unstated,
    cast(forms_missing as integer) as forms_missing,
    cast(forms_excused as integer) as forms_excused,
    cast(identities_judged as integer) as identities_judged,
    cast(identities_hold as integer) as identities_hold,
    cast(identities_excused as integer) as identities_excused,
    cast(due_on as date) as due_on,
    cast(first_published_on as date) as first_published_on,
    cast(days_late as integer) as days_late,
    cast(figures as integer) as figures,
    cast(figures_ocr as integer) as figures_ocr,
    cast(certainty as decimal(18, 4)) as certainty,
    cast(rejects as integer) as rejects,
    cast(findings as integer) as findings,
    cast(findings_false as integer) as findings_false
from counted
