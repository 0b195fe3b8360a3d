-- One row per thing in a report that does not agree: identities that do not hold, and codes that are not what they say.
with reconciliation as (select * from {{ ref('reconciliation') }} where outcome = 'inconsistent'),

rules as (select rule as rule_id, severity, parts_zh, parts_en, message_zh, message_en from {{ source('rules', 'rules') }}),

forms as (select form as form_id, title_zh, title_en from {{ ref('forms') }}),

measures as (select measure as measure_id, name_zh, name_en from {{ ref('measures') }}),

codes as (select * from {{ ref('int_code_findings') }}),

sums as (
    select
        reconciliation.rule,
        reconciliation.outcome,
        reconciliation.report_id,
        reconciliation.form,
        reconciliation.form_no,
        reconciliation.line_key,
        reconciliation.line_code,
        reconciliation.line_label,
        reconciliation.measure,
        reconciliation.unit,
        reconciliation.stated,
        reconciliation.computed as expected,
        reconciliation.difference,
        reconciliation.tolerance,
        reconciliation.page,
        reconciliation.source_line,
        reconciliation.figure_ids,
        reconciliation.stated_decimals,
        reconciliation.computed_decimals,
        case reconciliation.terms_level
            when 'class' then '各类之和' when 'section' then '各款之和' when 'item' then
                case when reconciliation.form = 'general_budget_basic_expenditure' then '各款之和' else '各项之和' end
            else rules.parts_zh
        end as parts_zh,
        case reconciliation.terms_level
            when 'class' then 'the sum of the classes' when 'section' then 'the sum of its sections'
            when 'item' then 'the sum of its items'
            else rules.parts_en
        end as parts_en,
        null::integer as fiscal_year,
        null::varchar as canonical_code,
        null::varchar as canonical,
        null::varchar as belongs_to
    from reconciliation
    inner join rules on reconciliation.rule = rules.rule_id
),

all_findings as (
    select * from sums
    union all by name
    select * from codes
),

-- the braces of the rule's sentence
worded as (
    select
        all_findings.*,
        rules.severity,
        rules.message_zh,
        rules.message_en,
        concat_ws(' ', forms.title_zh, case when page is not null then concat('第 ', page, ' 页')
            when source_line is not null then concat('第 ', source_line, ' 行') end) as where_zh,
        concat_ws(', ', forms.title_en, case when page is not null then concat('page ', page)
            when source_line is not null then concat('line ', source_line) end) as where_en,
        -- GK07 has one row without a label, and where a line is its own column the name is said once
        nullif(trim(concat_ws(' ',
            coalesce(line_code, case when line_key <> 'all' and line_label is null then line_key end),
            regexp_replace(line_label, '\s+', '', 'g'))), '') as line_text,
        case when form in ('revenue_expenditure_summary', 'disclosure_statistics')
            and line_key <> 'grand_total' then null else measures.name_zh end as measure_zh,
        case when form in ('revenue_expenditure_summary', 'disclosure_statistics')
            and line_key <> 'grand_total' then null else lower(measures.name_en[1]) || measures.name_en[2:] end as measure_en,
        {{ number_text('stated', 'stated_decimals') }} as stated_text,
        {{ number_text('expected', 'computed_decimals') }} as expected_text,
        {{ number_text('abs(difference)', 'greatest(stated_decimals, computed_decimals)') }} as difference_text
    from all_findings
    inner join rules on all_findings.rule = rules.rule_id
    left join forms on all_findings.form = forms.form_id
    left join measures on all_findings.measure = measures.measure_id
)

select
    cast({{ stable_id(['rule', 'report_id', 'form', 'form_no', 'line_key', 'measure']) }} as varchar) as finding_id,
    cast(rule as varchar) as rule,
    cast(severity as varchar) as severity,
    cast(outcome as varchar) as outcome,
    cast(report_id as varchar) as report_id,
    cast(form as varchar) as form,
    cast(line_code as varchar) as line_code,
    cast(line_label as varchar) as line_label,
    cast(measure as varchar) as measure,
    cast(stated as decimal(24, 6)) as stated,
    cast(expected as decimal(24, 6)) as expected,
    cast(difference as decimal(24, 6)) as difference,
    cast(tolerance as decimal(24, 7)) as tolerance,
    cast(page as integer) as page,
    cast(trim({{ fill('message_zh', 'zh') }}) as varchar) as message_zh,
    cast(trim({{ fill('message_en', 'en') }}) as varchar) as message_en,
    cast(figure_ids as varchar[]) as figure_ids
from worded
