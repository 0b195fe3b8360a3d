-- One row per printed line with the key under which forms speak of the same thing.
--   coded lines   the printed code (or the code found from the name)
--   totals        'total'
--   summaries     class lines: the code of the class; others: seed summary_lines
--   anything else 'label:' and the bare label, so that nothing loses its place
-- `role` says what the line is: class / section / item / total / subtotal / revenue_line / balance / of_which / part.
with lines as (select * from {{ ref('int_form_lines') }}),

fixed as (select * from {{ ref('summary_lines') }}),

resolved as (
    select * from {{ ref('int_function_resolution') }}
    union all
    select * from {{ ref('int_economic_resolution') }}
),

keyed as (
    select
        lines.*,
        fixed.line_key as fixed_key,
        fixed.role as fixed_role
    from lines
    left join fixed
        on
            -- prose may set the year before a subject: 2024年度…项目
            case when lines.kind = 'sentence' then regexp_replace(lines.label, '^[0-9]{4}年度?', '') else lines.label end
                = fixed.label
            and lines.code is null
            and (
                lines.kind = fixed.kind
                -- prose speaks of the lines of every form; the summaries come first
                or (lines.kind = 'sentence' and len(lines.path_marks) = 0)
            )
    qualify row_number() over (
        partition by
            lines.report_id, lines.form, lines.table_no, lines.row_no, lines.lane,
            lines.line_code, lines.line_label
        order by case when fixed.kind = lines.kind then 0 else 1 end,
            case fixed.kind when 'summary' then 1 when 'function' then 2 when 'economic' then 3 else 4 end
    ) = 1
),

named as (
    select
        keyed.*,
        resolved.step,
        resolved.code as canonical_code,
        resolved.name as canonical_name,
        resolved.level as canonical_level,
        case
            when keyed.kind = 'none' then 'all'
            when keyed.code is not null and keyed.kind in ('function', 'economic', 'sentence') then keyed.code
            when keyed.fixed_key is not null then keyed.fixed_key
            when resolved.code is not null then resolved.code
            when keyed.label is null or keyed.label = '' then 'row:' || keyed.row_no
            else 'label:' || keyed.label
        end as first_key,
        case
            when keyed.kind = 'none' then 'total'
            when keyed.code is not null and keyed.kind in ('function', 'economic', 'sentence')
                then case when len(keyed.code) <= 3 then 'class'
                    when keyed.system like 'economic%' then 'item'
                    when len(keyed.code) <= 5 then 'section' else 'item' end
            when keyed.fixed_key is not null then keyed.fixed_role
            when resolved.code is not null then resolved.level
            -- a numbered line of a summary that no list knows still belongs to the sum above it
            when keyed.kind = 'summary' and keyed.has_ordinal and keyed.side = 'expenditure' then 'class'
            when keyed.kind = 'summary' and keyed.has_ordinal and keyed.side = 'revenue' then 'revenue_line'
            else 'other'
        end as first_role
    from keyed
    left join resolved on keyed.printed_line_id = resolved.printed_line_id
),

-- The three funds occur twice in the appropriation summary: income of the year, then opening (or closing) carry-over.
-- And where one line gives all fiscal appropriation, the funds below it are parts of it.
placed as (
    select
        *,
        max(case when first_key in ('opening_carry_over', 'closing_carry_over') then row_no end) over lane_lines
            as carry_over_row,
        -- where the carry-over line itself is blank, the funds that follow the year's total are still carry-over;
        -- but not in editions that print the total above its parts
        max(case when first_key in ('revenue_this_year', 'expenditure_this_year') then row_no end) over lane_lines
            as year_total_row,
        min(case when first_role = 'revenue_line' then row_no end) over lane_lines as first_revenue_row,
        bool_or(first_key = 'revenue_fiscal_appropriation')
            over (partition by report_id, form, table_no) as has_fiscal_appropriation
    from named
    window lane_lines as (partition by report_id, form, table_no, lane)
),

moved as (
    select
        *,
        kind = 'summary'
        and first_key in ('revenue_general_public_budget', 'revenue_government_fund', 'revenue_state_capital')
            as is_fund,
        coalesce(row_no > coalesce(
            carry_over_row, case when first_revenue_row < year_total_row then year_total_row end
        ), false) as is_carry_over
    from placed
)

select
    report_id,
    form,
    table_no,
    row_no,
    lane,
    line_code,
    line_label,
    kind,
    side,
    fiscal_year,
    case when kind in ('function', 'economic', 'summary', 'sentence') then printed_line_id end as printed_line_id,
    case
        when is_fund and is_carry_over and side = 'expenditure' then replace(first_key, 'revenue_', 'closing_carry_over_')
        when is_fund and is_carry_over then replace(first_key, 'revenue_', 'opening_carry_over_')
        when is_fund and has_fiscal_appropriation then replace(first_key, 'revenue_', 'of_which_')
        else first_key
    end as line_key,
    case when is_fund and (is_carry_over or has_fiscal_appropriation) then 'of_which' else first_role end as role,
    code as printed_digits,
    canonical_code,
    canonical_name,
    step
from moved
