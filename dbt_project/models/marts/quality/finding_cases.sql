-- One row per case: findings that one figure explains, with that figure's address and what probably happened to it.
with members as (
    select
        {{ stable_id(['report_id', 'case_key']) }} as case_id, *
    from {{ ref('int_case_findings') }}
),

findings as (select * from {{ ref('int_findings') }}),

keyed as not materialized (select * from {{ ref('int_keyed_figures') }}),

figures as not materialized (select * from {{ ref('figures') }}),

forms as (select form, title_zh, title_en from {{ ref('forms') }}),

cases as (
    select
        members.case_id,
        members.report_id,
        min(members.figure_id) as figure_id,
        arg_min(members.correction, (members.figure_id, members.finding_id)) as correction,
        count(*) as n_findings,
        min(case findings.severity when 'error' then 1 when 'warning' then 2 else 3 end) as severity_rank,
        max(findings.tolerance / nullif(keyed.unit_inverse, 0)) as tolerance_base,
        list(distinct members.finding_id order by members.finding_id) as finding_ids,
        flatten(list(findings.figure_ids order by members.finding_id)) as figure_ids
    from members
    inner join findings on members.finding_id = findings.finding_id
    left join keyed on findings.figure_ids[1] = keyed.figure_id
    group by members.case_id, members.report_id
),

explained as (
    select
        cases.*,
        keyed.form, keyed.form_no, keyed.line_key, keyed.row_no, keyed.table_no, keyed.lane, keyed.line_code, keyed.line_label,
        keyed.measure, keyed.unit, keyed.unit_kind, keyed.value, keyed.base, keyed.decimals, keyed.page, keyed.source_line,
        figures.x0, figures.top, figures.x1, figures.bottom,
        keyed.base + cases.correction as corrected_base,
        (keyed.base + cases.correction) * keyed.unit_inverse as corrected
    from cases
    left join keyed on cases.figure_id = keyed.figure_id
    left join figures on cases.figure_id = figures.figure_id
),

spelled as (
    select
        *,
        {{ digit_cause(
            "format('{:.' || greatest(decimals, 0) || 'f}', abs(value)::double)",
            "format('{:.' || greatest(decimals, 0) || 'f}', abs(corrected)::double)",
            'base', 'corrected_base', 'coalesce(tolerance_base, 0)'
        ) }} as digit_cause
    from explained
),

---------- what else arithmetic shows: the number of a neighbouring row, of another place, a part left out

neighbours as (
    select spelled.case_id, arg_min(beside.figure_id, (abs(beside.row_no - spelled.row_no), beside.figure_id)) as figure_id
    from spelled
    inner join keyed as beside
        on
            spelled.report_id = beside.report_id and spelled.form = beside.form and spelled.table_no = beside.table_no
            and spelled.lane = beside.lane and spelled.measure = beside.measure
    where
        spelled.form <> 'prose' and abs(beside.row_no - spelled.row_no) = 1 and beside.base <> 0
        and abs(beside.base - spelled.corrected_base) <= spelled.tolerance_base
    group by all
),

-- the same amount, to the digit, on the line of another form
elsewhere as (
    select spelled.case_id, min_by(other.figure_id, (case when other.form = 'prose' then 1 else 0 end, other.figure_id)) as figure_id
    from spelled
    inner join keyed as other on spelled.report_id = other.report_id and spelled.base = other.base
    where
        spelled.form = 'prose' and spelled.unit_kind = 'money' and other.unit_kind = 'money' and spelled.base <> 0
        and other.form in ('revenue_expenditure_summary', 'revenue', 'expenditure', 'appropriation_summary', 'general_budget_expenditure')
        -- three digits and more: small round amounts are equal by chance
        and length(regexp_replace(regexp_replace(spelled.value::varchar, '[.]?0+$', ''), '[^0-9]', '', 'g')) >= 4
    group by all
),

parts as (
    select spelled.case_id, min(part.figure_id) as figure_id
    from (select case_id, figure_id as own_id, correction, tolerance_base, unit_kind, unnest(figure_ids) as part_id from spelled) as spelled
    inner join keyed as part on spelled.part_id = part.figure_id
    where
        spelled.part_id <> spelled.own_id and part.base <> 0 and part.unit_kind = spelled.unit_kind
        and abs(abs(spelled.correction) - abs(part.base)) <= spelled.tolerance_base
    group by all
),

judged as (
    select
        spelled.*,
        case
            when spelled.correction is null then null
            when digit_cause is not null then digit_cause
            when neighbours.figure_id is not null then 'shifted_row'
            when elsewhere.figure_id is not null then 'amount_of_another_line'
            when parts.figure_id is not null and n_findings = 1 then 'missing_term'
        end as cause,
        case
            when digit_cause is null
                then coalesce(neighbours.figure_id, elsewhere.figure_id, case when n_findings = 1 then parts.figure_id end)
        end as cause_figure_id
    from spelled
    left join neighbours on spelled.case_id = neighbours.case_id
    left join elsewhere on spelled.case_id = elsewhere.case_id
    left join parts on spelled.case_id = parts.case_id
)

select
    cast(judged.case_id as varchar) as case_id,
    cast(judged.report_id as varchar) as report_id,
    cast(case judged.severity_rank when 1 then 'error' when 2 then 'warning' else 'note' end as varchar) as severity,
    cast(judged.n_findings as integer) as n_findings,
    cast(judged.figure_id as varchar) as figure_id,
    cast(judged.form as varchar) as form,
    cast(judged.line_code as varchar) as line_code,
    cast(judged.line_label as varchar) as line_label,
    cast(judged.measure as varchar) as measure,
    cast(judged.unit as varchar) as unit,
    cast(judged.value as decimal(24, 6)) as stated,
    cast(judged.corrected as decimal(24, 6)) as corrected,
    cast(judged.page as integer) as page,
    cast(judged.source_line as integer) as source_line,
    cast(judged.x0 as double) as x0,
    cast(judged.top as double) as top,
    cast(judged.x1 as double) as x1,
    cast(judged.bottom as double) as bottom,
    cast(judged.cause as varchar) as likely_cause,
    cast(judged.cause_figure_id as varchar) as cause_figure_id,
    cast(case judged.cause
        when 'sign' then '正负号相反' when 'decimal_point' then '相差十的整数次幂：小数点或单位（元、万元）错位'
        when 'one_digit' then '一位数字不同' when 'digits_exchanged' then '数字颠倒' when 'digit_too_many_or_few' then '多或少一位数字'
        when 'shifted_row' then '与相邻行的数相同：可能错行'
        when 'amount_of_another_line' then concat('与', forms.title_zh, '中“', cause.line_label, '”的数相同：可能抄自该处')
        when 'missing_term' then concat('差额等于“', coalesce(cause.line_label, cause.line_code), '”：可能漏加或重复')
    end as varchar) as cause_zh,
    cast(case judged.cause
        when 'sign' then 'the sign is the opposite' when 'decimal_point' then 'a power of ten apart: the point or the unit slipped'
        when 'one_digit' then 'one digit differs' when 'digits_exchanged' then 'digits are exchanged'
        when 'digit_too_many_or_few' then 'a digit too many or too few'
        when 'shifted_row' then 'equals the number of the neighbouring row: a shifted row'
        when 'amount_of_another_line' then concat('equals the amount of ', cause.line_label, ' in ', forms.title_en, ': copied from there')
        when 'missing_term' then concat('the difference equals ', coalesce(cause.line_label, cause.line_code), ': left out or added twice')
    end as varchar) as cause_en,
    cast(judged.finding_ids as varchar[]) as finding_ids
from judged
left join keyed as cause on judged.cause_figure_id = cause.figure_id
left join forms on cause.form = forms.form
