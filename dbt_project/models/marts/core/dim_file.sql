-- One row per report file, with the report it is part of and where it comes from.
with homes as (select file_id, report_id, part_no from {{ ref('int_parts') }} where form is null)

select
    files.file_id,
    coalesce(homes.report_id, files.file_id) as report_id,
    cast(coalesce(homes.part_no, 1) as integer) as part_no,
    files.file_name,
    files.file_path,
    files.archive_path,
    files.sha256,
    files.format,
    files.pages,
    files.status,
    files.status_reason,
    files.published_on,
    files.fetched_at,
    files.source_url,
    files.page_url,
    cast(files.is_inherited as boolean) as is_inherited
from {{ ref('int_bundles') }} as files
left join homes on files.file_id = homes.file_id
