-- One row per report file as landed. Typed; nothing renamed, nothing corrected.
select
    cast(report_id as varchar) as report_id,
    cast(division_code as varchar) as division_code,
    cast(place_name as varchar) as place_name,
    cast(agency_name as varchar) as agency_name,
    cast(fiscal_year as integer) as fiscal_year,
    cast(kind as varchar) as kind,
    cast(scope as varchar) as scope,
    cast(file_name as varchar) as file_name,
    cast(file_path as varchar) as file_path,
    cast(sha256 as varchar) as sha256,
    cast(file_bytes as bigint) as file_bytes,
    cast(format as varchar) as format,
    cast(pages as integer) as pages,
    cast(unit as varchar) as unit,
    cast(status as varchar) as status,
    cast(status_reason as varchar) as status_reason,
    cast(published_on as date) as published_on,
    cast(identity_source as varchar) as identity_source,
    cast(extractor_version as varchar) as extractor_version
from {{ source('landing', 'reports') }}
