-- One row per identity of a performance self-evaluation (JX1, JX2): funds, execution rate, weights, scores.
-- 预算执行率 has a weight of 10 where none is printed (财政部：项目支出绩效自评表 note).
with figures as not materialized (
    select *, {{ plain_text('line_label') }} as label from {{ ref('int_keyed_figures') }}
    where form in ('overall_performance', 'project_performance')
),

rejected as (
    select distinct report_id, form, table_no from {{ ref('stg_rejects') }} where form is not null
),

tables as (
    select distinct figures.report_id, figures.form, figures.table_no, figures.form_no, rejected.form is not null as has_reject
    from figures
    left join rejected
        on
            figures.report_id = rejected.report_id and figures.form = rejected.form
            and figures.table_no = rejected.table_no
),

---------- the lines of funds: one of them is the total

fund_rows as (
    select
        report_id, form, table_no, row_no, any_value(label) as label,
        row_number() over (
            partition by report_id, form, table_no
            order by
                case
                    when regexp_matches(any_value(label), '资金总额|总金额|^总额') then 2
                    when regexp_matches(any_value(label), '^(金额)?合计') then 1 else 0
                end desc,
                row_no
        ) = 1 as is_total,
        row_no = max(row_no) over (partition by report_id, form, table_no) as is_last
    from figures
    where measure in ('initial_budget', 'adjusted_budget', 'executed', 'budget_request')
    group by report_id, form, table_no, row_no
),

funds as (
    select figures.*, fund_rows.is_total, fund_rows.is_last
    from figures
    inner join fund_rows using (report_id, form, table_no, row_no)
),

side_by_side as (
    select
        report_id, form, form_no, table_no, row_no, is_total,
        {% for m in ['initial_budget', 'adjusted_budget', 'executed', 'remaining', 'execution_rate', 'weight', 'score'] %}
        any_value(figure_id) filter (where measure = '{{ m }}') as {{ m }}_id,
        any_value(base) filter (where measure = '{{ m }}') as {{ m }},
        any_value(half) filter (where measure = '{{ m }}') as {{ m }}_half,
        any_value(decimals) filter (where measure = '{{ m }}') as {{ m }}_decimals{{ "," if not loop.last }}
        {% endfor %}
    from funds
    group by report_id, form, form_no, table_no, row_no, is_total
),

-- a source that repeats the total line says nothing of its own
telling as (
    select
        side_by_side.*,
        bool_or(side_by_side.remaining_id is not null) over (partition by side_by_side.report_id, side_by_side.form)
            as prints_remaining
    from side_by_side
    left join side_by_side as total
        on
            total.is_total and not side_by_side.is_total
            and side_by_side.report_id = total.report_id and side_by_side.form = total.form
            and side_by_side.table_no = total.table_no
            {% for m in ['adjusted_budget', 'executed', 'remaining', 'execution_rate', 'score'] %}
            and side_by_side.{{ m }} is not distinct from total.{{ m }}
            {% endfor %}
    where total.row_no is null
),

rates as (
    select
        'performance_execution_rate' as rule, report_id, form_no, execution_rate_id as stated_figure_id,
        (100 * executed::double / nullif(coalesce(adjusted_budget, initial_budget), 0)::double)::decimal(30, 6) as computed_base,
        (
            100 * (
                executed_half / nullif(coalesce(adjusted_budget, initial_budget), 0)::double
                + coalesce(adjusted_budget_half, initial_budget_half) * executed
                / (nullif(coalesce(adjusted_budget, initial_budget), 0)::double ** 2)
            )
            + greatest(10.0 ** -execution_rate_decimals, least(2 * 10.0 ** -execution_rate_decimals, 0.02))
            - 0.5 * 10.0 ** -execution_rate_decimals
        )::decimal(24, 7) as terms_half,
        2 as n_found, 2 as terms_decimals, [executed_id, coalesce(adjusted_budget_id, initial_budget_id)] as term_figure_ids,
        case
            when coalesce(adjusted_budget, initial_budget) = 0 then 'the base is zero'
            -- where the edition prints what remains and this row does not, its numbers may be a column off (高平 2024)
            when remaining_id is null and prints_remaining then 'a number of the row is blank'
        end as why_not
    from telling
    where execution_rate_id is not null and executed_id is not null and coalesce(adjusted_budget_id, initial_budget_id) is not null
),

remaining as (
    select
        'performance_remaining' as rule, report_id, form_no, remaining_id as stated_figure_id,
        adjusted_budget - executed as computed_base, adjusted_budget_half + executed_half as terms_half,
        2 as n_found, greatest(adjusted_budget_decimals, executed_decimals) as terms_decimals,
        [adjusted_budget_id, executed_id] as term_figure_ids, null::varchar as why_not
    from telling
    where remaining_id is not null and adjusted_budget_id is not null and executed_id is not null
),

scores_of_execution as (
    select
        'performance_score_of_execution' as rule, report_id, form_no, score_id as stated_figure_id,
        coalesce(weight, 10) * least(execution_rate, 100) / 100 as computed_base,
        coalesce(weight, 10) * execution_rate_half / 100 + 0.5 * 10.0 ** -score_decimals as terms_half,
        1 + (weight_id is not null)::integer as n_found,
        greatest(score_decimals, 2) as terms_decimals,
        list_filter([execution_rate_id, weight_id], x -> x is not null) as term_figure_ids,
        -- more than ten points can only be of a weight that is printed elsewhere: 得分（20分*执行率） (湖北)
        case when weight is null and score > 10 then 'the weight is not printed' end as why_not
    from telling
    where score_id is not null and execution_rate_id is not null
),

fund_sums as (
    select
        'performance_fund_lines' as rule, total.report_id, total.form_no, total.figure_id as stated_figure_id,
        sum(part.base) as computed_base, sum(part.half) as terms_half, count(*) as n_found,
        max(part.decimals) as terms_decimals, list(part.figure_id order by part.row_no) as term_figure_ids,
        -- 财政拨款 and 其中：中央, 省级 are of two levels: which of them are the parts is not said
        case
            when
                bool_or(regexp_matches(part.label, '中央|省|市|县|区|一般公共预算|政府性基金'))
                and bool_or(regexp_matches(part.label, '^(其中[:：]?)?([当本]年)?财政(拨款|资金)')) then 'the parts are of two levels'
        end as why_not
    from funds as total
    inner join funds as part
        on
            total.report_id = part.report_id and total.form = part.form and total.table_no = part.table_no
            and total.measure = part.measure
            -- a table of tasks with their budgets may stand above (江西)
            and (part.row_no > total.row_no or total.is_last and total.label like '%合计')
    where
        total.is_total and not part.is_total
        and total.measure in ('initial_budget', 'adjusted_budget', 'executed', 'budget_request', 'remaining')
    group by total.report_id, total.form_no, total.figure_id
),

---------- JX1: by source (lane 1) and by kind of expenditure (lane 2), of a total that the form does not name

breakdown as (
    select
        report_id, form_no, table_no, lane,
        arg_min(figure_id, row_no) as first_id,
        sum(base) as base, sum(half) as half, count(*) as n_found, max(decimals) as terms_decimals,
        list(figure_id order by row_no) as ids
    from figures
    where form = 'overall_performance' and measure = 'fund_breakdown' and label not like '按%性质分%'
    group by all
),

breakdowns as (
    select
        'performance_breakdown' as rule, funds.report_id, funds.form_no, funds.figure_id as stated_figure_id,
        breakdown.base as computed_base, breakdown.half as terms_half, breakdown.n_found, breakdown.terms_decimals,
        breakdown.ids as term_figure_ids, null::varchar as why_not
    from breakdown
    inner join funds
        on
            breakdown.report_id = funds.report_id and breakdown.table_no = funds.table_no
            and funds.form = 'overall_performance' and funds.is_total
            and funds.measure in ('initial_budget', 'adjusted_budget', 'executed')
    qualify row_number() over (
        partition by breakdown.report_id, breakdown.table_no, breakdown.lane
        order by abs(funds.base - breakdown.base), funds.measure
    ) = 1
),

---------- indicators: weights and scores

indicators as (
    select * from {{ ref('stg_indicators') }}
),

graded as (
    select
        figures.report_id, figures.form, figures.form_no, figures.table_no, figures.row_no,
        any_value(figures.figure_id) filter (where figures.measure = 'weight') as weight_id,
        any_value(figures.base) filter (where figures.measure = 'weight') as weight,
        any_value(figures.figure_id) filter (where figures.measure = 'score') as score_id,
        any_value(figures.base) filter (where figures.measure = 'score') as score,
        any_value(figures.decimals) filter (where figures.measure = 'score') as score_decimals,
        max(figures.decimals) as decimals,
        bool_or(
            regexp_matches(figures.label, '^(自评|评价|综合|项目|绩效)*(总|合)[分计]|总得分') and fund_rows.row_no is null
        ) as is_total,
        bool_or(fund_rows.row_no is not null) as is_fund,
        bool_or(coalesce(fund_rows.is_total, false)) as is_fund_total
    from figures
    left join fund_rows using (report_id, form, table_no, row_no)
    where figures.measure in ('weight', 'score')
    group by figures.report_id, figures.form, figures.form_no, figures.table_no, figures.row_no
),

-- what counts towards the total: the indicators, and the total line of the funds
counting as (select * from graded where not is_total and (not is_fund or is_fund_total)),

added as (
    select
        report_id, form, form_no, table_no,
        sum(weight) as weight,
        bool_or(is_fund_total and weight is not null) as has_fund_weight,
        list(weight_id order by row_no) filter (where weight_id is not null) as weight_ids,
        -- an indicator with a score and no weight has lost its weight
        bool_or(weight is null and not is_fund) as lacks_weight,
        sum(score) as score,
        -- whole points and full marks are exact; other points with decimals are rounded
        coalesce(sum(0.5 * 10.0 ** -score_decimals) filter (
            where score_decimals > 0 and score is distinct from weight
        ), 0) as score_half,
        list(score_id order by row_no) filter (where score_id is not null) as score_ids,
        bool_or(score is null) as lacks_score,
        max(decimals) as decimals, count(*) as n, count(weight) filter (where not is_fund) as n_weights
    from counting
    group by all
),

totals as (
    select added.*, graded.score_id as total_score_id, graded.score_decimals as total_decimals, graded.weight_id as total_weight_id, graded.weight as total_weight,
        tables.has_reject
    from added
    inner join tables using (report_id, form, table_no, form_no)
    left join graded
        on
            added.report_id = graded.report_id and added.form = graded.form
            and added.table_no = graded.table_no and graded.is_total
),

score_totals as (
    select
        'performance_score_total' as rule, report_id, form_no, total_score_id as stated_figure_id, score as computed_base,
        score_half + case when score_half > 0 then 0.5 * 10.0 ** -total_decimals else 0 end as terms_half, n as n_found, decimals as terms_decimals, score_ids as term_figure_ids,
        case
            -- with one number where the others have two, nobody knows which of the two it is
            when has_reject or lacks_score or (lacks_weight and n_weights > 0) then 'a score was not read'
        end as why_not
    from totals
    where total_score_id is not null and n > 2
),

weight_totals as (
    select
        'performance_weights' as rule, report_id, form_no, total_weight_id as stated_figure_id,
        -- the ten points of the execution rate may be printed nowhere, or among the indicators (江苏: 过程)
        weight + case when has_fund_weight or weight = total_weight then 0 else 10 end as computed_base, 0 as terms_half, n as n_found, decimals as terms_decimals,
        weight_ids as term_figure_ids, case when has_reject or lacks_weight then 'a weight was not read' end as why_not
    from totals
    where total_weight_id is not null and n > 2
),

-- a text conversion may leave the second level where the first should be
headings as (
    select
        report_id, form, table_no, row_no,
        last_value(case
            when regexp_matches(level1, '^(产出|数量|质量|时效)') then '产出'
            when regexp_matches(level1, '^(效益|经济效益|社会效益|生态效益|可持续)') then '效益'
            when regexp_matches(level1, '^(满意|服务对象|社会公众)') then '满意'
            when regexp_matches(level1, '^(成本|经济成本|社会成本|生态.{0,2}成本)') then '成本'
        end ignore nulls) over (
            partition by report_id, form, table_no order by row_no rows between unbounded preceding and current row
        ) as heading
    from indicators
),

heading_weights as (
    select
        'performance_heading_weights' as rule, figures.report_id, figures.form_no, figures.figure_id as stated_figure_id,
        sum(counting.weight) as computed_base, 0 as terms_half, count(*) as n_found,
        max(counting.decimals) as terms_decimals, list(counting.weight_id order by counting.row_no) as term_figure_ids,
        case when bool_or(tables.has_reject) or bool_or(counting.weight is null) then 'a weight was not read' end as why_not
    from figures
    inner join headings
        on
            figures.report_id = headings.report_id and figures.form = headings.form
            and figures.table_no = headings.table_no and headings.row_no >= figures.row_no
            and figures.label[:2] = headings.heading
    inner join counting
        on
            headings.report_id = counting.report_id and headings.form = counting.form
            and headings.table_no = counting.table_no and headings.row_no = counting.row_no and not counting.is_fund
    inner join tables
        on
            figures.report_id = tables.report_id and figures.form = tables.form and figures.table_no = tables.table_no
    where figures.measure = 'heading_weight'
    group by figures.report_id, figures.form_no, figures.figure_id
),

score_bounds as (
    select
        'performance_score_within_weight' as rule, report_id, form_no, score_id as stated_figure_id, weight as computed_base,
        0 as terms_half, 1 as n_found, decimals as terms_decimals, [weight_id] as term_figure_ids,
        null::varchar as why_not
    from counting
    where score_id is not null and weight_id is not null
),

---------- JX0: staff in post / quota

staff as (
    select
        'performance_control_rate' as rule, rate.report_id, rate.form_no, rate.figure_id as stated_figure_id,
        (100 * actual.value::double / nullif(quota.value, 0)::double)::decimal(30, 6) as computed_base,
        greatest(10.0 ** -rate.decimals, least(2 * 10.0 ** -rate.decimals, 0.02)) - 0.5 * 10.0 ** -rate.decimals as terms_half,
        2 as n_found, 2 as terms_decimals, [actual.figure_id, quota.figure_id] as term_figure_ids,
        case when quota.value = 0 then 'the base is zero' end as why_not
    from {{ ref('int_keyed_figures') }} as rate
    inner join {{ ref('int_keyed_figures') }} as actual
        on rate.report_id = actual.report_id and rate.table_no = actual.table_no and rate.row_no = actual.row_no
    inner join {{ ref('int_keyed_figures') }} as quota
        on rate.report_id = quota.report_id and rate.table_no = quota.table_no and rate.row_no = quota.row_no
    where
        rate.form = 'performance_base_data' and rate.measure = 'control_rate'
        and actual.form = rate.form and actual.measure = 'staff_actual'
        and quota.form = rate.form and quota.measure = 'staff_quota'
),

together as (
    {% for part in ['rates', 'remaining', 'scores_of_execution', 'fund_sums', 'breakdowns', 'score_totals', 'weight_totals',
        'heading_weights', 'score_bounds', 'staff'] %}
    select * from {{ part }}{{ " union all by name" if not loop.last }}
    {% endfor %}
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
    terms_decimals::integer as terms_decimals,
    false as mixes_units,
    term_figure_ids,
    why_not,
    true as must_be_whole,
    rule = 'performance_score_within_weight' as at_most
from together
