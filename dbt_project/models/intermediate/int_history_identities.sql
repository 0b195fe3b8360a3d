-- One row per amount that speaks of another year or version: last year's amount against last year's own report, a
-- change against the two accounts, and a number of a re-published report that differs from the version before.
with reports as (
    select
        report_id, agency_id, scope, kind, fiscal_year, logical_report, version, superseded_by
    from {{ ref('int_reports') }}
),

amounts as (select * from {{ ref('int_prose_amounts') }} where unit_kind = 'money'),

figures as not materialized (select * from {{ ref('int_keyed_figures') }}),

years as (
    select later.report_id, earlier.report_id as earlier_id
    from reports as later
    inner join reports as earlier
        on later.agency_id = earlier.agency_id and later.scope = earlier.scope and later.fiscal_year = earlier.fiscal_year + 1
    where later.kind = 'final_account' and earlier.kind = 'final_account' and earlier.superseded_by is null
),

-- what a report says of a subject: its forms before its sentences
accounts as (
    select report_id, line_key, figure_id, base, half, decimals
    from amounts
    where measure = 'final'
    qualify row_number() over (
        partition by report_id, line_key order by sentence is not null, rank, sentence, figure_id
    ) = 1
),

last_years as (
    select
        'last_year_own_report' as rule, stated.report_id, stated.form_no, stated.figure_id as stated_figure_id,
        accounts.base as computed_base, accounts.half as terms_half, 1 as n_found, accounts.decimals as terms_decimals,
        [accounts.figure_id] as term_figure_ids
    from figures as stated
    inner join years on stated.report_id = years.report_id
    inner join accounts on years.earlier_id = accounts.report_id and stated.line_key = accounts.line_key
    where stated.form = 'prose' and stated.measure = 'last_year'
),

changes as (
    select
        'change_between_reports' as rule, stated.report_id, stated.form_no, stated.figure_id as stated_figure_id,
        present.base - accounts.base as computed_base, present.half + accounts.half as terms_half, 2 as n_found,
        greatest(present.decimals, accounts.decimals) as terms_decimals,
        [present.figure_id, accounts.figure_id] as term_figure_ids
    from figures as stated
    inner join years on stated.report_id = years.report_id
    inner join accounts as present on stated.report_id = present.report_id and stated.line_key = present.line_key
    inner join accounts on years.earlier_id = accounts.report_id and stated.line_key = accounts.line_key
    where stated.form = 'prose' and stated.measure = 'change'
),

versions as (
    select later.report_id, earlier.report_id as earlier_id
    from reports as later
    inner join reports as earlier on later.logical_report = earlier.logical_report and later.version = earlier.version + 1
),

changed as (
    select
        'changed_between_versions' as rule, stated.report_id, stated.form_no, stated.figure_id as stated_figure_id,
        before.base as computed_base, before.half as terms_half, 1 as n_found, before.decimals as terms_decimals,
        [before.figure_id] as term_figure_ids
    from figures as stated
    inner join versions on stated.report_id = versions.report_id
    inner join figures as before
        on
            versions.earlier_id = before.report_id and stated.form = before.form and stated.form_no = before.form_no
            and stated.line_key = before.line_key and stated.measure = before.measure
    where
        stated.form <> 'prose' and stated.occurrence = 1 and before.occurrence = 1 and stated.base <> before.base
        and stated.line_key not like 'row:%'
)

select
    rule, 1 as variant, report_id, form_no, stated_figure_id, computed_base::decimal(30, 6) as computed_base,
    terms_half::decimal(24, 7) as terms_half, n_found, 0 as n_blank, terms_decimals::integer as terms_decimals,
    false as mixes_units, term_figure_ids, null::varchar as why_not, true as must_be_whole
from (
    select * from last_years
    union all by name
    select * from changes
    union all by name
    select * from changed
)
