-- One row per place and fiscal year: the scores of its reports, from the counts of all of them together (current versions).
-- Timeliness is the mean over the reports that its bodies owed and of which it is known whether they came in time.
with reports as (select * from {{ ref('report_scores') }} where is_current),

summed as (
    select
        division_code,
        fiscal_year,
        min(place_name) as place_name,
        count(*) as reports,
        sum(forms_present + forms_empty_stated) as forms_there,
        sum(forms_expected - forms_excused) as forms_counted,
        sum(identities_hold) as identities_hold,
        sum(identities_judged - identities_excused) as identities_counted,
        sum(certainty) as certainty,
        sum(figures) as figures,
        sum(rejects) as rejects,
        sum(findings) as findings,
        sum(findings_false) as findings_false
    from reports
    group by division_code, fiscal_year
),

owed as (
    select
        division_code,
        fiscal_year,
        min(place_name) as place_name,
        count(*) as known,
        count(*) filter (where state = 'missing') as missing,
        sum({{ timeliness_points('state', 'days_late') }}) as points
    from {{ ref('disclosure_timeliness') }}
    where expected_by = 'published_before' and state in ('on_time', 'late', 'missing')
    group by division_code, fiscal_year
),

together as (
    select
        coalesce(summed.division_code, owed.division_code) as division_code,
        coalesce(summed.fiscal_year, owed.fiscal_year) as fiscal_year,
        coalesce(summed.place_name, owed.place_name) as place_name,
        summed.* exclude (division_code, fiscal_year, place_name),
        owed.known,
        owed.missing,
        owed.points
    from summed
    full outer join owed
        on
            summed.division_code is not distinct from owed.division_code
            and summed.fiscal_year is not distinct from owed.fiscal_year
)

select
    cast({{ stable_id(['division_code', 'fiscal_year']) }} as varchar) as place_year_id,
    cast(division_code as varchar) as division_code,
    cast(place_name as varchar) as place_name,
    cast(fiscal_year as integer) as fiscal_year,
    cast(coalesce(reports, 0) as integer) as reports,
    {{ score('forms_there', 'forms_counted') }} as completeness,
    {{ score('identities_hold', 'identities_counted') }} as consistency,
    {{ score('points', 'known * 100') }} as timeliness,
    {{ score('certainty * 10000', '(figures + rejects) * 10000') }} as legibility,
    cast(coalesce(forms_there, 0) as integer) as forms_there,
    cast(coalesce(forms_counted, 0) as integer) as forms_counted,
    cast(coalesce(identities_hold, 0) as integer) as identities_hold,
    cast(coalesce(identities_counted, 0) as integer) as identities_counted,
    cast(coalesce(known, 0) as integer) as disclosures_known,
    cast(coalesce(missing, 0) as integer) as disclosures_missing,
    cast(coalesce(points, 0) as integer) as timeliness_points,
    cast(coalesce(figures, 0) as integer) as figures,
    cast(coalesce(certainty, 0) as decimal(18, 4)) as certainty,
    cast(coalesce(rejects, 0) as integer) as rejects,
    cast(coalesce(findings, 0) as integer) as findings,
    cast(coalesce(findings_false, 0) as integer) as findings_false
from together
