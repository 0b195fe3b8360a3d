-- One row per list of a sentence against its total, per repeated statement, per project's course and per stated count.
with lists as (select * from {{ ref('int_prose_lists') }}),

statements as (select * from {{ ref('int_keyed_figures') }} where form = 'prose'),

said_by_forms as (
    select distinct stated_figure_id from {{ ref('int_prose_identities') }} where why_not is null
),

---------- lists

listed as (
    select
        case list_kind when 'items' then 'prose_items_total' when 'economic' then 'prose_economic_parts' else 'prose_projects_total' end
            as rule,
        report_id, form_no, stated_figure_id, computed_base, terms_half, n_parts as n_found, terms_decimals, term_figure_ids,
        case
            when abs(stated_base - computed_base) <= stated_half + terms_half then null
            when is_incomplete then 'the list does not name every line'
            when has_unread_sentence then 'a sentence was not read'
        end as why_not,
        says_it_is_whole as must_be_whole
    from lists
),

---------- the same thing said twice, where no form says it

repeated as (
    select
        'prose_repeat' as rule,
        later.report_id, later.form_no, later.figure_id as stated_figure_id,
        earlier.base as computed_base, earlier.half as terms_half, 1 as n_found, earlier.decimals as terms_decimals,
        [earlier.figure_id] as term_figure_ids, null::varchar as why_not, true as must_be_whole
    from statements as later
    inner join statements as earlier
        on
            later.report_id = earlier.report_id and later.line_key = earlier.line_key
            and later.measure = earlier.measure and later.unit_kind = earlier.unit_kind
    anti join said_by_forms on later.figure_id = said_by_forms.stated_figure_id
    where
        earlier.row_no < later.row_no and later.unit_kind in ('money', 'count')
        and later.measure in (
            'initial_budget', 'adjusted_budget', 'final', 'last_year', 'project_amount', 'count', 'change'
        )
        and (later.line_key not like 'label:%' or later.measure in ('project_amount', 'initial_budget', 'adjusted_budget'))
    qualify row_number() over (
        partition by later.figure_id order by abs(later.base - earlier.base), earlier.row_no, earlier.figure_id
    ) = 1
),

---------- a project's course: spent = budget + adjustment − left over

courses as (
    select
        spent.report_id, spent.form_no, spent.figure_id as stated_figure_id, spent.line_key,
        budget.figure_id as budget_id, budget.base as budget, budget.half as budget_half, budget.measure as budget_measure,
        moved.figure_id as moved_id, moved.base as moved, moved.half as moved_half,
        rest.figure_id as rest_id, rest.base as rest, rest.half as rest_half,
        greatest(budget.decimals, moved.decimals, rest.decimals) as terms_decimals
    from statements as spent
    inner join statements as budget
        on
            spent.report_id = budget.report_id and spent.line_key = budget.line_key
            and budget.measure in ('initial_budget', 'adjusted_budget') and abs(budget.row_no - spent.row_no) <= 1
    left join statements as moved
        on
            spent.report_id = moved.report_id and spent.line_key = moved.line_key
            and moved.measure = 'budget_adjustment' and abs(moved.row_no - spent.row_no) <= 1
    left join statements as rest
        on
            spent.report_id = rest.report_id
            and {{ plain_text('spent.line_label') }} || '结余' = {{ plain_text('rest.line_label') }}
            and rest.measure = 'project_amount' and rest.row_no - spent.row_no between 0 and 1
    where spent.measure in ('project_amount', 'final') and rest.figure_id is not null
    qualify row_number() over (
        partition by spent.figure_id
        order by budget.measure = 'adjusted_budget' desc, abs(budget.row_no - spent.row_no), budget.figure_id
    ) = 1
),

course as (
    select
        'prose_project_course' as rule,
        report_id, form_no, stated_figure_id,
        budget + case when budget_measure = 'initial_budget' then coalesce(moved, 0) else 0 end - rest as computed_base,
        budget_half + case when budget_measure = 'initial_budget' then coalesce(moved_half, 0) else 0 end + rest_half as terms_half,
        2 + (moved_id is not null and budget_measure = 'initial_budget')::integer as n_found,
        terms_decimals,
        list_filter(
            [budget_id, case when budget_measure = 'initial_budget' then moved_id end, rest_id], x -> x is not null
        ) as term_figure_ids,
        null::varchar as why_not,
        true as must_be_whole
    from courses
),

---------- how many projects there are

project_names as (
    select
        counted.figure_id as stated_figure_id, counted.report_id, counted.form_no, counted.half, counted.value,
        count(distinct named.line_key) as n_projects,
        list(named.figure_id order by named.row_no, named.line_key) filter (where named.occurrence = 1) as figure_ids
    from statements as counted
    inner join statements as named on counted.report_id = named.report_id
    where
        counted.line_key = 'project_count' and counted.measure = 'count'
        and named.row_no between counted.row_no and counted.row_no + 10
        and named.line_key like 'label:%' and named.line_key not like '%结余'
        and named.measure in ('initial_budget', 'project_amount')
    group by all
),

counted as (
    select
        'prose_project_count' as rule,
        report_id, form_no, stated_figure_id, n_projects::decimal(30, 6) as computed_base, 0 as terms_half,
        n_projects as n_found, 0 as terms_decimals, coalesce(figure_ids, []::varchar[]) as term_figure_ids,
        null::varchar as why_not, true as must_be_whole
    from project_names
    where n_projects > 1
),

---------- awards to small and medium enterprises by kind: Σ kind × share

awards as (
    select
        total.report_id, total.form_no, total.figure_id as stated_figure_id,
        sum(kind.base * share.value / 100) as computed_base,
        sum((kind.half * share.value + kind.base * 0.5 * 10.0 ** -share.decimals) / 100) as terms_half,
        count(*) as n_found,
        max(kind.decimals) as terms_decimals,
        flatten(list([share.figure_id, kind.figure_id] order by kind.line_key)) as term_figure_ids
    from statements as total
    inner join statements as share
        on
            total.report_id = share.report_id and share.measure = 'share'
            and abs(share.row_no - total.row_no) <= 2
            and share.line_key in ('procurement_goods_sme', 'procurement_works_sme', 'procurement_services_sme')
    inner join statements as kind
        on
            total.report_id = kind.report_id and kind.measure = 'final'
            and kind.line_key || '_sme' = share.line_key and abs(kind.row_no - total.row_no) <= 2
    where total.line_key = 'procurement_sme' and total.measure = 'final'
    group by all
),

awarded as (
    select
        'prose_awards_by_kind' as rule,
        report_id, form_no, stated_figure_id, computed_base::decimal(30, 6) as computed_base, terms_half,
        n_found, terms_decimals, term_figure_ids, null::varchar as why_not, true as must_be_whole
    from awards
    where n_found > 1
),

together as (
    select * from listed
    union all by name
    select * from repeated
    union all by name
    select * from course
    union all by name
    select * from counted
    union all by name
    select * from awarded
)

select
    rule,
    1 as variant,
    report_id,
    form_no,
    stated_figure_id,
    computed_base::decimal(30, 6) as computed_base,
    terms_half::decimal(24, 7) as terms_half,
    n_found::integer as n_found,
    0 as n_blank,
    terms_decimals,
    false as mixes_units,
    term_figure_ids,
    why_not,
    must_be_whole,
    false as at_most
from together
