-- One row per amount that a sentence states of a project that has a self-evaluation form (JX2) in the same report, and
-- the whole of the self-evaluation (JX1) against the account. Projects are paired by their bare names: equal, or one
-- within the other and most of it; two printed years that differ are two projects.
with evaluations as (
    select report_id, form, table_no, name from {{ ref('stg_evaluations') }} where form = 'project_performance' and name is not null
),

reports as (select report_id, place_name from {{ ref('int_reports') }}),

funds as (
    select report_id, form, table_no, measure, figure_id, base, half, decimals, form_no
    from {{ ref('int_keyed_figures') }}
    where
        form in ('project_performance', 'overall_performance')
        and measure in ('initial_budget', 'adjusted_budget', 'executed') and {{ plain_text('line_label') }} like '%资金总额%'
),

statements as (
    select * from {{ ref('int_keyed_figures') }}
    where
        line_key like 'label:%' and line_key not like '%结余'
        and (
            form = 'prose' and measure in ('project_amount', 'initial_budget', 'adjusted_budget', 'budget_adjustment')
            -- the base data table lists projects too
            or form = 'performance_base_data' and measure in ('initial_budget', 'final')
        )
),

forms as (
    select
        evaluations.report_id, evaluations.table_no,
        regexp_extract({{ plain_text('name') }}, '([0-9]{4})年', 1) as year,
        {{ bare_project('name', 'place_name') }} as core
    from evaluations
    inner join reports on evaluations.report_id = reports.report_id
),

named as (
    select
        statements.*,
        regexp_extract({{ plain_text('line_label') }}, '([0-9]{4})年', 1) as year,
        {{ bare_project('line_label', 'place_name') }} as core
    from statements
    inner join reports on statements.report_id = reports.report_id
),

paired_by_name as (
    select named.report_id, named.form, named.line_key, forms.table_no
    from named
    inner join forms on named.report_id = forms.report_id
    where
        (named.year = forms.year or named.year = '' or forms.year = '')
        and least(len(named.core), len(forms.core)) >= 4
        and (contains(named.core, forms.core) or contains(forms.core, named.core))
        and least(len(named.core), len(forms.core)) >= 0.6 * greatest(len(named.core), len(forms.core))
    qualify row_number() over (
        partition by named.report_id, named.form, named.line_key
        order by abs(len(named.core) - len(forms.core)), forms.year <> named.year, forms.table_no
    ) = 1
),

-- else by a budget that is no round number and that one form only has: 889.8 is adjusted for one project
budgets as (
    select report_id, table_no, base
    from funds
    where form = 'project_performance' and measure = 'adjusted_budget' and base % 100000 <> 0
    qualify count(*) over (partition by report_id, base) = 1
),

paired_by_amount as (
    select distinct named.report_id, named.form, named.line_key, budgets.table_no
    from named
    inner join budgets on named.report_id = budgets.report_id and abs(named.base) = budgets.base
    anti join paired_by_name
        on
            named.report_id = paired_by_name.report_id and named.form = paired_by_name.form
            and named.line_key = paired_by_name.line_key
    where
        named.measure in ('initial_budget', 'adjusted_budget', 'budget_adjustment')
        and not exists (
            select 1 from paired_by_name as taken
            where taken.report_id = named.report_id and taken.form = named.form and taken.table_no = budgets.table_no
        )
),

paired as (
    select named.figure_id, named.report_id, named.form_no, named.measure, pairs.table_no
    from named
    inner join (select * from paired_by_name union all select * from paired_by_amount) as pairs
        on named.report_id = pairs.report_id and named.form = pairs.form and named.line_key = pairs.line_key
),

projects as (
    select
        'performance_project_in_prose' as rule, paired.report_id, paired.form_no, paired.figure_id as stated_figure_id,
        funds.base as computed_base, funds.half as terms_half, funds.decimals as terms_decimals, funds.figure_id
    from paired
    inner join funds
        on
            paired.report_id = funds.report_id and paired.table_no = funds.table_no
            and funds.form = 'project_performance'
            and case paired.measure when 'project_amount' then 'executed' when 'final' then 'executed' else paired.measure end
            = funds.measure
    -- 2024年预算数 of the base data table may be the initial or the adjusted budget
    inner join {{ ref('int_keyed_figures') }} as stated on paired.figure_id = stated.figure_id
    where stated.form = 'prose' or stated.measure = 'final'
),

---------- the whole: JX1 against the account, or against what sentences state

wholes as (
    select
        funds.report_id, funds.form_no, funds.figure_id as stated_figure_id, funds.base as stated_base,
        amounts.figure_id, amounts.base as computed_base, amounts.half as terms_half, amounts.decimals as terms_decimals
    from funds
    inner join {{ ref('int_prose_amounts') }} as amounts on funds.report_id = amounts.report_id
    where
        funds.form = 'overall_performance' and funds.measure = 'executed'
        and amounts.line_key in ('expenditure_this_year', 'overall_expenditure') and amounts.measure = 'final'
    qualify row_number() over (
        partition by funds.figure_id
        order by amounts.sentence is not null, amounts.line_key, abs(amounts.base - funds.base), amounts.figure_id
    ) = 1
),

---------- more forms than the text counts projects

counts as (
    select report_id, form_no, figure_id as stated_figure_id, value
    from {{ ref('int_keyed_figures') }}
    where form = 'prose' and measure = 'count' and line_key = 'general_budget_project_count'
),

counted as (
    select
        'performance_project_count' as rule, counts.report_id, counts.form_no, counts.stated_figure_id,
        count(distinct funds.table_no)::decimal(30, 6) as computed_base, 0 as terms_half, 0 as terms_decimals,
        list(distinct funds.figure_id order by funds.figure_id) filter (where funds.measure = 'executed') as figure_ids
    from counts
    inner join funds on counts.report_id = funds.report_id and funds.form = 'project_performance'
    group by all
    -- fewer forms than projects is common: not all are published
    having count(distinct funds.table_no) >= any_value(counts.value)
)

select
    rule, 1 as variant, report_id, form_no, stated_figure_id, computed_base::decimal(30, 6) as computed_base,
    terms_half::decimal(24, 7) as terms_half, n_found::integer as n_found, 0 as n_blank,
    terms_decimals::integer as terms_decimals, false as mixes_units, term_figure_ids, null::varchar as why_not,
    true as must_be_whole
from (
    select rule, report_id, form_no, stated_figure_id, computed_base, terms_half, 1 as n_found, terms_decimals,
        [figure_id] as term_figure_ids
    from projects
    union all by name
    select 'performance_total_is_account' as rule, report_id, form_no, stated_figure_id, computed_base, terms_half,
        1 as n_found, terms_decimals, [figure_id] as term_figure_ids
    from wholes
    union all by name
    select rule, report_id, form_no, stated_figure_id, computed_base, terms_half, computed_base as n_found,
        terms_decimals, coalesce(figure_ids, []::varchar[]) as term_figure_ids
    from counted
)
