-- One row per file: whose report it belongs to, and when it came. A file that does not say whose it is (a workbook of
-- forms, a scan of the seal) is what the other files of its bundle are, where these agree. A bundle is a folder below the
-- year's or inside a zip, a zip, or the files of one article; the narrowest that answers wins.
with scans as (
    select cast(report_id as varchar) as file_id
    from {{ source('landing', 'figures') }}
    group by report_id
    having 2 * count(*) filter (where origin = 'ocr') > count(*)
),

files as (
    select
        *,
        format = 'image' or file_id in (select file_id from scans) as is_scan,
        coalesce(agency_name is not null and fiscal_year is not null, false) as is_stated,
        -- 部门决算 in a heading is the template's word, also where a 单位 fills it in
        scope is null or coalesce(
            json_extract_string(identity_source, '$.scope') = 'default'
            or (json_extract_string(identity_source, '$.scope') = 'heading' and scope = 'department'), false
        ) as has_no_scope,
        regexp_replace(file_path, '/[^/]*$', '') as folder
    from {{ ref('stg_files') }}
),

bundles as (
    select file_id, 1 as width, 'folder ' || folder as bundle from files
    where
        archive_path is not null
        or (len(string_split(folder, '/')) > 2 and not regexp_matches(folder, '/(20[0-9]{2}年?度?|unfiled)$'))
    union all
    select file_id, 2 as width, 'zip ' || archive_path as bundle from files where archive_path is not null
    union all
    select file_id, 3 as width, 'page ' || page_url as bundle from files where page_url is not null
),

-- the bodies and years that the files of a bundle state; 应急管理局 beside 株洲市应急管理局 is the same body
stated as (
    select distinct
        bundles.bundle, files.division_code, files.place_name, files.agency_name, files.fiscal_year, files.kind
    from bundles
    inner join files on bundles.file_id = files.file_id
    where files.is_stated
),

bodies as (
    select * from stated
    where not exists (
        select 1 from stated as fuller
        where
            fuller.bundle = stated.bundle and fuller.fiscal_year = stated.fiscal_year
            and (
                (fuller.agency_name <> stated.agency_name and ends_with(fuller.agency_name, stated.agency_name))
                or (fuller.agency_name = stated.agency_name and stated.division_code is null and fuller.division_code is not null)
            )
    )
),

-- a budget of next year may hang on the same article: bodies that state the file's own kind come first
fitting as (
    select bundles.file_id, bundles.width, bodies.*
    from bundles
    inner join files on bundles.file_id = files.file_id
    inner join bodies on bundles.bundle = bodies.bundle
    where
        (files.agency_name is null or ends_with(bodies.agency_name, files.agency_name))
        and (files.fiscal_year is null or bodies.fiscal_year = files.fiscal_year)
        and (files.agency_name is null or coalesce(bodies.division_code = files.division_code, true))
    qualify dense_rank() over (
        partition by bundles.file_id order by bundles.width, coalesce(bodies.kind = files.kind, false) desc
    ) = 1
),

answers as (
    select
        file_id,
        count(distinct concat_ws('|', coalesce(division_code, ''), agency_name, fiscal_year)) as n_bodies,
        min(division_code) as division_code,
        min(place_name) as place_name,
        min(agency_name) as agency_name,
        min(fiscal_year) as fiscal_year
    from fitting
    group by file_id
),

whose as (
    select
        files.* exclude (division_code, place_name, agency_name, fiscal_year),
        coalesce(answers.division_code, files.division_code) as division_code,
        case when answers.division_code is not null then answers.place_name else files.place_name end as place_name,
        coalesce(answers.agency_name, files.agency_name) as agency_name,
        coalesce(answers.fiscal_year, files.fiscal_year) as fiscal_year,
        not files.is_stated and answers.file_id is not null as is_inherited
    from files
    left join answers on files.file_id = answers.file_id and answers.n_bodies = 1
),

-- what the files of one body, year and bundle say they are: a final account before its annexes
kinds as (
    select
        bundles.bundle,
        whose.division_code,
        whose.agency_name,
        whose.fiscal_year,
        case
            when bool_or(whose.kind = 'final_account') then 'final_account'
            when count(distinct whose.kind) = 1 then min(whose.kind)
        end as kind
    from bundles
    inner join whose on bundles.file_id = whose.file_id
    where whose.agency_name is not null and whose.fiscal_year is not null
    group by all
),

kinds_of_files as (
    select bundles.file_id, arg_min(kinds.kind, bundles.width) as kind
    from bundles
    inner join whose on bundles.file_id = whose.file_id
    inner join kinds
        on
            bundles.bundle = kinds.bundle and whose.agency_name = kinds.agency_name and whose.fiscal_year = kinds.fiscal_year
            and whose.division_code is not distinct from kinds.division_code
    where whose.kind is null
    group by bundles.file_id
),

kinded as (
    select whose.* exclude (kind), coalesce(whose.kind, kinds_of_files.kind) as kind
    from whose
    left join kinds_of_files on whose.file_id = kinds_of_files.file_id
),

-- a file that does not say for sure whether it is of a 部门 or a 单位 is of the scope that the others of its body, year and kind state
scoped as (
    select
        kinded.* exclude (scope),
        case
            when has_no_scope then coalesce(
                case when scopes.n_scopes = 1 then scopes.scope end, kinded.scope
            )
            else kinded.scope
        end as scope
    from kinded
    left join (
        select division_code, agency_name, fiscal_year, kind, count(distinct scope) as n_scopes, min(scope) as scope
        from kinded
        where not has_no_scope and agency_name is not null and fiscal_year is not null
        group by all
    ) as scopes
        on
            kinded.agency_name = scopes.agency_name and kinded.fiscal_year = scopes.fiscal_year
            and kinded.division_code is not distinct from scopes.division_code and kinded.kind is not distinct from scopes.kind
),

named as (
    select
        *,
        case
            when agency_name is null or fiscal_year is null then file_id
            else concat_ws('|', division_code, place_name, agency_name, fiscal_year, kind, scope)
        end as logical_report,
        regexp_replace(coalesce(file_name, ''), '\.[^.]+$', '') as stem,
        -- the archive names new bytes of a file a.v2.pdf, beside a.pdf
        coalesce(try_cast(nullif(regexp_extract(coalesce(file_path, file_name), '\.v([0-9]+)\.[^./]+', 1), '') as integer), 1) as version_no,
        concat(
            coalesce(source_url || coalesce('!' || regexp_extract(file_path, '!/(.*)$', 1), ''), folder), '|',
            case when source_url is null then regexp_replace(file_name, '\.v[0-9]+(\.[^.]+)$', '\1') end
        ) as series,
        coalesce(page_url, archive_path) as article
    from scoped
),

-- files of one article that were fetched within the hour came together
sessions as (
    select
        *,
        sum(case when since_the_last <= interval 1 hour then 0 else 1 end) over (
            partition by logical_report, article order by fetched_at, file_id rows unbounded preceding
        ) as session
    from (
        select
            *,
            fetched_at - lag(fetched_at) over (partition by logical_report, article order by fetched_at, file_id) as since_the_last
        from named
    )
)

select
    * exclude (since_the_last, session, stem, has_no_scope, is_stated, article),
    row_number() over (
        partition by logical_report
        order by
            published_on nulls first,
            case when article is null then fetched_at else first_fetched_at end nulls first,
            -- of files that came together a scan says least, a correction most
            is_scan desc,
            regexp_matches(stem, '更正|更新|修订|修正|修改后|重新公开'),
            version_no,
            {{ natural_order('stem') }},
            {{ natural_order("coalesce(file_path, '')") }},
            sha256
    ) as arrival
from (
    select *, min(fetched_at) over (partition by logical_report, article, session) as first_fetched_at from sessions
)
