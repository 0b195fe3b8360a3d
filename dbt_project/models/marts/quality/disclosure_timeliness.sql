-- One row per report that is due: what a source of the registry owes, and what a body owes that has published before.
-- Nothing here asks for today's date: `as_of` is told to the build (the last due day that had passed, when not given).
with due_days as (
    select
        *,
        due_on <= as_of as has_passed,
        row_number() over (partition by kind, due_on <= as_of order by fiscal_year desc) as years_ago,
        row_number() over (partition by kind, due_on <= as_of order by fiscal_year) as years_ahead
    from {{ source('landing', 'due_days') }}
),

-- a source of the registry owes the last three years and the one that comes
of_sources as (
    select publishers.source_id, publishers.division_code, publishers.place_name, publishers.agency_name, publishers.kind,
        due_days.fiscal_year, publishers.looked_through
    from {{ source('landing', 'publishers') }} as publishers
    inner join due_days on publishers.kind = due_days.kind
    where (due_days.has_passed and due_days.years_ago <= 3) or (not due_days.has_passed and due_days.years_ahead = 1)
),

disclosed as (select * from {{ ref('int_disclosed') }}),

-- a body owes every year from the first that it has published, to the one that comes
of_agencies as (
    select agencies.*, due_days.fiscal_year
    from (
        select agency_id, kind, min(fiscal_year) as first_year, arg_max(division_code, fiscal_year) as division_code,
            arg_max(place_name, fiscal_year) as place_name, arg_max(agency_name, fiscal_year) as agency_name
        from disclosed
        group by agency_id, kind
    ) as agencies
    inner join due_days on agencies.kind = due_days.kind and due_days.fiscal_year >= agencies.first_year
    where due_days.has_passed or due_days.years_ahead = 1
),

-- a look at the place's portal is a look for each of its bodies
looks as (
    select division_code, kind, agency_name, max(looked_through) as looked_through
    from {{ source('landing', 'publishers') }}
    group by all
),

expected as (
    select source_id, division_code, place_name, null as agency_id, agency_name, kind, fiscal_year, looked_through,
        'registry' as expected_by
    from of_sources
    union all by name
    select
        of_agencies.division_code, of_agencies.place_name, of_agencies.agency_id, of_agencies.agency_name, of_agencies.kind,
        of_agencies.fiscal_year, max(looks.looked_through) as looked_through, 'published_before' as expected_by
    from of_agencies
    left join looks
        on
            of_agencies.division_code = looks.division_code and of_agencies.kind = looks.kind
            and (looks.agency_name is null or looks.agency_name = of_agencies.agency_name)
    group by all
),

-- the reports of each: of the body, or of the whole place where a source is a portal of many
found as (
    select
        expected.*,
        count(disclosed.agency_id) as n_bodies,
        coalesce(sum(disclosed.n_reports), 0) as n_reports,
        min(disclosed.first_published_on) as published_on,
        min(disclosed.first_fetched_on) as fetched_on,
        min(disclosed.there_by) as there_by,
        coalesce(sum(disclosed.n_undated), 0) as n_undated
    from expected
    left join disclosed
        on
            expected.division_code = disclosed.division_code and expected.kind = disclosed.kind
            and expected.fiscal_year = disclosed.fiscal_year
            and case
                when expected.agency_id is not null then expected.agency_id = disclosed.agency_id
                else expected.agency_name is null or expected.agency_name = disclosed.agency_name
            end
    group by all
),

judged as (
    select
        found.*,
        due_days.due_on,
        due_days.basis,
        due_days.as_of,
        case
            when n_reports > 0 then {{ disclosed_in_time('published_on', 'there_by', 'n_undated', 'due_days.due_on') }}
            when not due_days.has_passed then 'not_due_yet'
            when looked_through >= due_days.due_on then 'missing'
            else 'unknown'
        end as state
    from found
    inner join due_days on found.kind = due_days.kind and found.fiscal_year = due_days.fiscal_year
),

worded as (
    select
        *,
        case state when 'on_time' then 0 when 'late' then published_on - due_on end as days_late,
        concat(coalesce(agency_name, place_name), fiscal_year, '年度',
            case kind when 'final_account' then '决算' when 'budget' then '预算' when 'performance' then '绩效自评' else kind end)
            as what_zh,
        concat(coalesce(agency_name, place_name), ': ', fiscal_year, ' ',
            case kind when 'final_account' then 'final accounts' when 'budget' then 'budgets'
                when 'performance' then 'performance self-evaluations' else kind end) as what_en,
        concat('应于', strftime(due_on, '%Y年%-m月%-d日'), '前公开') as due_zh,
        concat('due by ', strftime(due_on, '%-d %B %Y')) as due_en
    from judged
)

select
    cast({{ stable_id(['expected_by', 'source_id', 'agency_id', 'division_code', 'kind', 'fiscal_year']) }} as varchar) as disclosure_id,
    cast(division_code as varchar) as division_code,
    cast(place_name as varchar) as place_name,
    cast(agency_id as varchar) as agency_id,
    cast(agency_name as varchar) as agency_name,
    cast(kind as varchar) as kind,
    cast(fiscal_year as integer) as fiscal_year,
    cast(due_on as date) as due_on,
    cast(state as varchar) as state,
    cast(days_late as integer) as days_late,
    cast(state = 'missing' or (state = 'unknown' and n_reports = 0) as boolean) as is_overdue,
    cast(published_on as date) as published_on,
    cast(fetched_on as date) as fetched_on,
    cast(n_reports as integer) as n_reports,
    cast(n_bodies as integer) as n_bodies,
    cast(expected_by as varchar) as expected_by,
    cast(source_id as varchar) as source_id,
    cast(basis as varchar) as basis,
    cast(as_of as date) as as_of,
    cast(concat(what_zh, case state
        when 'on_time' then concat('已按时公开（', coalesce(published_on, fetched_on), '，', due_zh, '）')
        when 'late' then concat(due_zh, '，', published_on, '才公开，晚', days_late, '天')
        when 'missing' then concat(due_zh, '，此后检查过来源，至今未见')
        when 'not_due_yet' then concat(due_zh, '，尚未到期')
        else case when n_reports > 0 then concat('已公开，公开日期不详（', due_zh, '）') else concat(due_zh, '，库中没有，此后未检查过来源') end
    end) as varchar) as message_zh,
    cast(concat(what_en, case state
        when 'on_time' then concat(' came in time (', coalesce(published_on, fetched_on), ', ', due_en, ')')
        when 'late' then concat(' were ', due_en, ' and came on ', published_on, ', ', days_late, ' days late')
        when 'missing' then concat(' were ', due_en, ' and are not there; the source was looked at since')
        when 'not_due_yet' then concat(' are ', due_en, ', which had not passed')
        else case when n_reports > 0 then concat(' are there; the day of publication is not known (', due_en, ')')
            else concat(' were ', due_en, ' and are not in the archive; no source was looked at since') end
    end) as varchar) as message_en
from worded
