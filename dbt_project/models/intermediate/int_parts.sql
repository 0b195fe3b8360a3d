-- One row per file × form × table of the files that stand for one logical report: which version of it the table is in.
-- What several files state, the later one states for the report; the earlier stays as the version before. So files
-- that hold different forms, or the forms and the prose, are parts of one version, and a file that repeats another's
-- forms is a new version, of those forms alone where it holds no more.
with files as (
    select *
    from {{ ref('int_bundles') }}
    qualify count(*) over (partition by logical_report) > 1
),

figures as (
    select
        landed.report_id as file_id,
        landed.form,
        landed.table_no,
        landed.line_label,
        landed.measure,
        landed.value,
        landed.row_no
    from {{ source('landing', 'figures') }} as landed
    where landed.report_id in (select file_id from files)
),

evaluations as (
    select report_id as file_id, form, table_no, arg_min({{ plain_name('name') }}, name) as name
    from {{ source('landing', 'evaluations') }}
    where name is not null and report_id in (select file_id from files)
    group by all
),

tables as (
    select
        file_id,
        form,
        table_no,
        sum(figures) as figures,
        bool_or(says_it_is_empty) as says_it_is_empty
    from (
        select report_id as file_id, form, table_no, 0 as figures, empty_statement is not null as says_it_is_empty
        from {{ source('landing', 'forms') }}
        where report_id in (select file_id from files)
        union all
        select file_id, form, table_no, count(*) as figures, false as says_it_is_empty from figures group by all
    )
    group by all
),

-- `content` is what a later file can state anew: a form; of self-evaluations, each project by itself
contents as (
    select
        tables.*,
        files.logical_report,
        files.arrival,
        case
            when tables.form in ('project_performance', 'overall_performance')
                then concat(tables.form, ' ', coalesce(evaluations.name, tables.file_id || tables.table_no))
            else tables.form
        end as content,
        tables.form in ('project_performance', 'overall_performance', 'performance_base_data') as is_performance,
        -- an empty form speaks where its file holds forms: 'see annex 1' in the prose does not
        tables.figures > 0 or (
            tables.says_it_is_empty
            and sum(case when tables.form <> 'prose' then tables.figures else 0 end) over (partition by tables.file_id) > 0
        ) as speaks
    from tables
    inner join files on tables.file_id = files.file_id
    left join evaluations
        on
            tables.file_id = evaluations.file_id and tables.form = evaluations.form and tables.table_no = evaluations.table_no
),

spoken as (
    select distinct logical_report, file_id, arrival, content, is_performance from contents where speaks
),

---------- how much of an earlier file a later one states again

pairs as (
    select
        earlier.logical_report,
        earlier.file_id,
        later.file_id as later_id,
        earlier.kind,
        earlier.series = later.series as same_series
    from files as earlier
    inner join files as later on earlier.logical_report = later.logical_report and earlier.arrival < later.arrival
),

forms_again as (
    select
        pairs.file_id,
        pairs.later_id,
        count(*) as forms,
        count(again.content) as again
    from pairs
    inner join spoken on pairs.file_id = spoken.file_id and not spoken.is_performance and spoken.content <> 'prose'
    left join spoken as again on pairs.later_id = again.file_id and spoken.content = again.content
    group by all
),

sentences as (
    select distinct file_id, {{ plain_name('line_label') }} as subject, measure, value from figures where form = 'prose'
),

prose_again as (
    select
        file_id,
        later_id,
        count(*) as sentences,
        count(*) filter (where n_again > 0) as named_again,
        count(*) filter (where same_again) as again
    from (
        select
            pairs.file_id,
            pairs.later_id,
            count(again.file_id) as n_again,
            coalesce(bool_or(sentences.value = again.value), false) as same_again
        from pairs
        inner join sentences on pairs.file_id = sentences.file_id
        left join sentences as again
            on
                pairs.later_id = again.file_id and sentences.measure = again.measure
                and sentences.subject is not distinct from again.subject
        group by pairs.file_id, pairs.later_id, sentences.subject, sentences.measure, sentences.value
    )
    group by all
),

projects_again as (
    select pairs.file_id, pairs.later_id, count(again.content) as again
    from pairs
    inner join spoken on pairs.file_id = spoken.file_id and spoken.is_performance
    inner join (select distinct file_id from spoken where is_performance) as having_some on pairs.later_id = having_some.file_id
    left join spoken as again on pairs.later_id = again.file_id and spoken.content = again.content
    group by all
),

-- `prose`: the sentences are said again. Half of them with the same numbers; or of an account, of which there is one a
-- year, most of them with any: self-evaluations of two projects use the same words for other things.
-- `whole`: the later file is the earlier one, published again.
compared as (
    select
        pairs.*,
        forms_again.forms is not null as has_forms,
        3 * forms_again.again >= 2 * forms_again.forms as forms,
        prose_again.sentences is not null as has_prose,
        coalesce(projects_again.again > 0, true) and (
            2 * prose_again.again >= prose_again.sentences
            or (pairs.kind = 'final_account' and 5 * prose_again.named_again >= 4 * prose_again.sentences)
        ) as prose
    from pairs
    left join forms_again on pairs.file_id = forms_again.file_id and pairs.later_id = forms_again.later_id
    left join prose_again on pairs.file_id = prose_again.file_id and pairs.later_id = prose_again.later_id
    left join projects_again on pairs.file_id = projects_again.file_id and pairs.later_id = projects_again.later_id
),

repeated as (
    select
        file_id,
        later_id,
        coalesce(prose, false) as prose,
        (same_series and later_id in (select file_id from spoken))
        or ((has_forms or has_prose) and coalesce(forms, true) and coalesce(prose, not has_prose)) as whole
    from compared
),

---------- how many later files state a content: 0 is the report as it stands, 1 the version before

passed as (
    select distinct spoken.file_id, spoken.content, repeated.later_id
    from spoken
    inner join repeated on spoken.file_id = repeated.file_id
    left join spoken as again on repeated.later_id = again.file_id and spoken.content = again.content
    where repeated.whole or case when spoken.content = 'prose' then repeated.prose else again.file_id is not null end
),

ages as (
    select spoken.file_id, spoken.content, count(passed.later_id) as age
    from spoken
    left join passed on spoken.file_id = passed.file_id and spoken.content = passed.content
    group by all
),

-- a file as a whole stands where the newest of what it states stands
ages_of_files as (
    select files.file_id, coalesce(newest.age, replaced.age, 0) as age
    from files
    left join (select file_id, min(age) as age from ages group by file_id) as newest on files.file_id = newest.file_id
    left join (
        select file_id, count(*) as age from repeated where whole group by file_id
    ) as replaced on files.file_id = replaced.file_id
),

placed as (
    select
        contents.logical_report,
        contents.file_id,
        contents.arrival,
        contents.form,
        contents.table_no,
        contents.figures,
        coalesce(ages.age, ages_of_files.age) as age
    from contents
    inner join ages_of_files on contents.file_id = ages_of_files.file_id
    left join ages on contents.file_id = ages.file_id and contents.content = ages.content and contents.speaks
    union all
    select
        files.logical_report, files.file_id, files.arrival, null as form, null as table_no, 0 as figures, ages_of_files.age
    from files
    inner join ages_of_files on files.file_id = ages_of_files.file_id
),

-- ages without a gap, as a file that states nothing new has none of its own
versions as (
    select *, dense_rank() over (partition by logical_report order by age) - 1 as back from placed
),

---------- each version's files, the one with most of its figures first

file_versions as (
    select
        versions.logical_report,
        versions.back,
        versions.file_id,
        versions.arrival,
        sum(versions.figures) as figures,
        bool_or(versions.form is null) as is_home,
        coalesce(max(versions.table_no), 0) as tables,
        coalesce(max(sentences.last), 0) as sentences
    from versions
    left join (select file_id, max(row_no) as last from figures where form = 'prose' group by file_id) as sentences
        on versions.file_id = sentences.file_id and versions.form = 'prose'
    group by all
),

ordered as (
    select
        *,
        row_number() over (in_order) as part_no,
        -- tables and sentences are numbered on from file to file; a gap, as no sentence of one follows on the other's
        coalesce(sum(tables) over (in_order rows between unbounded preceding and 1 preceding), 0) as tables_before,
        coalesce(sum(sentences + 100) over (in_order rows between unbounded preceding and 1 preceding), 0) as sentences_before
    from file_versions
    window in_order as (partition by logical_report, back order by is_home desc, figures desc, arrival)
),

reports as (
    select
        logical_report,
        back,
        case when is_home then file_id else {{ stable_id(["'version'", 'logical_report', 'file_id', 'back']) }} end as report_id,
        not is_home as is_remainder
    from ordered
    where part_no = 1
)

select
    versions.file_id,
    versions.form,
    versions.table_no,
    reports.report_id,
    versions.logical_report,
    cast(versions.back as integer) as back,
    reports.is_remainder,
    cast(ordered.part_no as integer) as part_no,
    cast(ordered.tables_before as integer) as tables_before,
    cast(ordered.sentences_before as integer) as sentences_before,
    cast(versions.figures as integer) as figures
from versions
inner join reports on versions.logical_report = reports.logical_report and versions.back = reports.back
inner join ordered
    on versions.logical_report = ordered.logical_report and versions.back = ordered.back and versions.file_id = ordered.file_id
