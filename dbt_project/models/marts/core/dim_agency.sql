-- One row per agency that has a report: the same body under 部门 and （本级） reports is one agency.
with agencies as (
    select
        agency_id,
        min(division_code) as division_code,
        min(place_name) as place_name,
        min(agency_base) as name,
        min(fiscal_year) as first_year,
        max(fiscal_year) as last_year,
        count(distinct report_id) as reports
    from {{ ref('int_reports') }}
    where agency_id is not null
    group by agency_id
),

types as (select * from {{ ref('agency_types') }}),

typed as (
    select agencies.agency_id, types.agency_type, types.name_zh, types.name_en
    from agencies
    -- the patterns are Python's; DuckDB has no look-behind, and one excluded character before is the same
    inner join types
        on regexp_matches(agencies.name, regexp_replace(types.pattern, '\(\?<!(.)\)', '(?:^|[^\1])', 'g'))
    qualify row_number() over (partition by agencies.agency_id order by types.priority, types.agency_type) = 1
)

select
    agencies.agency_id,
    agencies.name,
    coalesce(typed.agency_type, 'other') as agency_type,
    coalesce(typed.name_zh, '其他') as agency_type_zh,
    coalesce(typed.name_en, 'Other') as agency_type_en,
    agencies.division_code,
    agencies.place_name,
    cast(agencies.first_year as integer) as first_year,
    cast(agencies.last_year as integer) as last_year,
    cast(agencies.reports as integer) as reports
from agencies
left join typed on agencies.agency_id = typed.agency_id
