-- One row per percent that a sentence states, with the percent that the stated amounts give.
--   change_rate               (this year − last year) / last year, or change / (this year − change)
--   change_rate_from_budget   the same against the budget
--   completion_rate           final account / budget
--   share                     part / whole
-- The amounts are those of the nearest sentences, else of the forms. Each stands for an interval, so the percent does
-- too; to that comes the percent's own precision: percents are rounded, truncated or moved so that shares make 100.00,
-- which is one unit of the last digit, and of two decimals two (REAL-REPORTS A16: 0.02 points are noise, 0.08 are not).
{% set amounts_within = 4 %}
with amounts as (select * from {{ ref('int_prose_amounts') }}),

rates as (
    select
        *,
        {{ plain_text('measure_label') }} as clause,
        regexp_replace(regexp_extract({{ plain_text('measure_label') }}, '占(?:比)?(?:了)?([^占]*?)(?:的)?[0-9.,]+%?$', 1), '[,。:为约达]', '', 'g')
            as phrase
    from {{ ref('int_keyed_figures') }}
    where
        form = 'prose' and unit_kind = 'percent'
        and measure in ('change_rate', 'change_rate_from_budget', 'completion_rate', 'share')
),

wholes as (select * from {{ ref('prose_wholes') }}),

-- which amounts each rate may be made of: input and aspect; `order_of` says which aspect is meant first
inputs as (
    select * from (values
        ('change_rate', 'this', 'final', 1), ('change_rate', 'this', 'project_amount', 2),
        ('change_rate', 'base', 'last_year', 1), ('change_rate', 'change', 'change', 1),
        ('change_rate_from_budget', 'this', 'final', 1), ('change_rate_from_budget', 'base', 'initial_budget', 1),
        ('change_rate_from_budget', 'base', 'adjusted_budget', 2),
        ('change_rate_from_budget', 'change', 'change_from_budget', 1),
        ('completion_rate', 'this', 'final', 1), ('completion_rate', 'this', 'project_amount', 2),
        ('completion_rate', 'base', 'initial_budget', 1), ('completion_rate', 'base', 'adjusted_budget', 2),
        ('share', 'this', 'final', 1), ('share', 'this', 'project_amount', 2), ('share', 'this', 'initial_budget', 3)
    ) as t (measure, input, aspect, order_of)
),

wanted as (
    select
        rates.figure_id as rate_id, rates.report_id, rates.row_no as sentence, inputs.input, inputs.aspect,
        rates.line_key,
        case
            -- 完成全年预算的 names its base, and so does 完成年初预算的
            when inputs.aspect = 'adjusted_budget' and rates.clause like '%全年%' then 0
            when inputs.aspect = 'initial_budget' and rates.clause like '%全年%' then 2
            else inputs.order_of
        end as order_of,
        {{ amounts_within }} as within
    from rates
    inner join inputs on rates.measure = inputs.measure
    union all
    select
        rates.figure_id, rates.report_id, rates.row_no, 'base', 'final', wholes.whole, wholes.position,
        -- a whole that is named may have been stated long before
        case when wholes.phrase is null then {{ amounts_within }} else 2147483647 end
    from rates
    inner join wholes
        on
            case
                when wholes.phrase is not null then rates.phrase = wholes.phrase
                else
                    coalesce(rates.phrase, '') = '' and wholes.part = case
                        when rates.role in ('class', 'section', 'item') and rates.line_key like '2%' then 'function'
                        else rates.line_key
                    end
            end
    where rates.measure = 'share'
),

found as (
    select wanted.rate_id, wanted.input, amounts.figure_id, amounts.base, amounts.half, amounts.decimals
    from wanted
    inner join amounts
        on
            wanted.report_id = amounts.report_id and wanted.line_key = amounts.line_key
            and wanted.aspect = amounts.measure
    where
        amounts.unit_kind = 'money' and amounts.figure_id <> wanted.rate_id
        and (
            amounts.sentence is null
            or abs(amounts.sentence - wanted.sentence) <= case wanted.input when 'change' then 1 else wanted.within end
        )
    qualify row_number() over (
        partition by wanted.rate_id, wanted.input
        order by
            coalesce(abs(amounts.sentence - wanted.sentence), 99),
            wanted.order_of,
            amounts.sentence > wanted.sentence,
            amounts.rank,
            amounts.figure_id
    ) = 1
),

side_by_side as (
    select
        rate_id,
        any_value(base::double) filter (where input = 'this') as a,
        any_value(half::double) filter (where input = 'this') as a_half,
        any_value(base::double) filter (where input = 'base') as b,
        any_value(half::double) filter (where input = 'base') as b_half,
        any_value(base::double) filter (where input = 'change') as c,
        any_value(half::double) filter (where input = 'change') as c_half,
        any_value(figure_id) filter (where input = 'this') as a_id,
        any_value(figure_id) filter (where input = 'base') as b_id,
        any_value(figure_id) filter (where input = 'change') as c_id
    from found
    group by all
),

-- of what the percent is made: [numerator, denominator] at the middle and at the ends of the intervals
made_of as (
    select
        rates.*,
        case
            when measure in ('completion_rate', 'share') and a is not null and b is not null then 'ratio'
            when measure in ('completion_rate', 'share') then null
            when a is not null and b is not null then 'growth'
            when a is not null and c is not null then 'change'
            when b is not null and c is not null then 'ratio_of_change'
        end as formula,
        side_by_side.* exclude (rate_id)
    from rates
    left join side_by_side on rates.figure_id = side_by_side.rate_id
),

computed as (
    select
        *,
        case formula when 'change' then a - c else b end as denominator,
        case formula when 'change' then a_half + c_half else b_half end as denominator_half,
        case formula
            when 'ratio' then [100 * a / b, 100 * (a - a_half) / (b + b_half), 100 * (a + a_half) / (b - b_half),
                100 * (a + a_half) / (b + b_half), 100 * (a - a_half) / (b - b_half)]
            when 'growth' then [100 * a / b - 100, 100 * (a - a_half) / (b + b_half) - 100,
                100 * (a + a_half) / (b - b_half) - 100]
            when 'change' then [100 * c / (a - c),
                100 * (c - c_half) / (a + a_half - c + c_half), 100 * (c + c_half) / (a - a_half - c - c_half),
                100 * (c - c_half) / (a - a_half - c + c_half), 100 * (c + c_half) / (a + a_half - c - c_half)]
            when 'ratio_of_change' then [100 * c / b, 100 * (c - c_half) / (b + b_half), 100 * (c + c_half) / (b - b_half),
                100 * (c + c_half) / (b + b_half), 100 * (c - c_half) / (b - b_half)]
        end as percents,
        case formula
            when 'ratio' then [a_id, b_id] when 'growth' then [a_id, b_id]
            when 'change' then [c_id, a_id] when 'ratio_of_change' then [c_id, b_id]
        end as term_figure_ids
    from made_of
)

select
    case measure
        when 'share' then 'prose_share' when 'completion_rate' then 'prose_completion_rate' else 'prose_change_rate'
    end as rule,
    1 as variant,
    report_id,
    form_no,
    figure_id as stated_figure_id,
    case when denominator > denominator_half then percents[1] end::decimal(30, 6)
        as computed_base,
    -- the percent's own half unit is added with the others
    case
        when denominator > denominator_half
            then (
                greatest(list_max(percents) - percents[1], percents[1] - list_min(percents))
                + greatest(10.0 ** -decimals, least(2 * 10.0 ** -decimals, 0.02)) - 0.5 * 10.0 ** -decimals
            )
    end::decimal(24, 7) as terms_half,
    len(term_figure_ids)::integer as n_found,
    0 as n_blank,
    greatest(decimals, 2)::integer as terms_decimals,
    true as mixes_units,
    coalesce(term_figure_ids, []::varchar[]) as term_figure_ids,
    case
        when measure = 'share' and coalesce(phrase, '') <> '' and b is null then 'the whole is not known'
        when formula is null then 'an amount is not stated'
        when denominator <= denominator_half then 'the base is zero'
    end as why_not,
    true as must_be_whole,
    denominator = 0 and value <> 0 and formula is not null as is_on_zero
from computed
