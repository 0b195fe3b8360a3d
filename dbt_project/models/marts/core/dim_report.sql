-- One row per report in one version. `file_name` and `sha256` are of its first file; all its files are in dim_file.
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
    superseded_by,
    cast(parts as integer) as files
from {{ ref('int_reports') }}
