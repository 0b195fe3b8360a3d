-- One row per agency, kind and fiscal year of which there are reports, and what is known of the day they were published.
with reports as (
    select *, {{ publishers_day('fetched_at') }} as fetched_on from {{ ref('int_reports') }}
    where agency_id is not null and fiscal_year is not null and kind is not null
)

select
    agency_id,
    kind,
    fiscal_year,
    min(division_code) as division_code,
    min(place_name) as place_name,
    min(agency_base) as agency_name,
    count(distinct logical_report) as n_reports,
    min(published_on) as first_published_on,
    min(fetched_on) as first_fetched_on,
    min(coalesce(published_on, fetched_on)) as there_by,
    count(*) filter (where published_on is null) as n_undated
from reports
group by agency_id, kind, fiscal_year
