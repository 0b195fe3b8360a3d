-- One row per report file.
select
    report_id,
    division_code,
    place_name,
    agency_name,
    fiscal_year,
    kind,
    scope,
    file_name,
    sha256,
    pages,
    unit,
    status,
    status_reason,
    cast(version as integer) as version,
    superseded_by
from {{ ref('int_reports') }}
