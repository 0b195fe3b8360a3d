-- One row per thing in a report that does not agree, with its sentence: identities that do not hold, codes that are not
-- what they say, forms and lines that are not as they should be.
with judged as (select reconciliation_id, check_kind from {{ ref('int_judged') }} where outcome = 'inconsistent'),

reconciliation as (select * from {{ ref('reconciliation') }} where outcome = 'inconsistent'),

rules as (select rule as rule_id, severity, parts_zh, parts_en, message_zh, message_en from {{ source('rules', 'rules') }}),

forms as (select form as form_id, title_zh, title_en from {{ ref('forms') }}),

measures as (select measure as measure_id, name_zh, name_en from {{ ref('measures') }}),

terms as (select * from {{ ref('int_identity_terms') }}),

sums as (
    select
        reconciliation.reconciliation_id,
        reconciliation.rule,
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
        terms.terms_zh,
        terms.terms_en
    from reconciliation
    inner join rules on reconciliation.rule = rules.rule_id
    left join terms on reconciliation.reconciliation_id = terms.reconciliation_id
),

all_findings as (
    select * from sums
    union all by name
    select
        rule, report_id, form, form_no, line_key, line_code, line_label, measure, unit, stated, expected, difference,
        tolerance, page, source_line, figure_ids, stated_decimals, computed_decimals, fiscal_year, canonical_code,
        canonical, belongs_to
    from {{ ref('int_code_findings') }}
    union all by name
    select
        rule, report_id, form, form_no, line_key, line_code, line_label, measure, unit, stated, stated_decimals, page,
        source_line, figure_ids, text_zh, text_en
    from {{ ref('int_form_findings') }}
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
            coalesce(line_code, case when line_key <> 'all' and line_key not like 'row:%' and line_label is null then line_key end),
            regexp_replace(line_label, '\s+', '', 'g'))), '') as line_text,
        case when form in ('revenue_expenditure_summary', 'disclosure_statistics')
            and line_key <> 'grand_total' then null else measures.name_zh end as measure_zh,
        case when form in ('revenue_expenditure_summary', 'disclosure_statistics')
            and line_key <> 'grand_total' then null else lower(measures.name_en[1]) || measures.name_en[2:] end as measure_en,
        {{ number_text('stated', 'stated_decimals') }} as stated_text,
        -- one digit more where the two would look alike
        {{ number_text('expected', 'told_decimals') }} as expected_text,
        {{ number_text('abs(difference)', 'greatest(stated_decimals, told_decimals)') }} as difference_text,
        row_number() over (
            partition by rule, report_id, form, form_no, line_key, measure order by page, source_line, figure_ids[1]
        ) as nth
    from (
        select
            *,
            case
                when round(abs(difference)::double, computed_decimals) = 0
                    or round(expected::double, computed_decimals) = stated::double
                    then computed_decimals + 1
                else computed_decimals
            end as told_decimals
        from all_findings
    ) as all_findings
    inner join rules on all_findings.rule = rules.rule_id
    left join forms on all_findings.form = forms.form_id
    left join measures on all_findings.measure = measures.measure_id
)

select
    -- the first of a kind keeps its id when a second one is found after it
    {{ stable_id(['rule', 'report_id', 'form', 'form_no', 'line_key', 'measure', 'nullif(nth, 1)']) }} as finding_id,
    reconciliation_id,
    judged.check_kind,
    rule,
    severity,
    report_id,
    form,
    form_no,
    line_key,
    line_code,
    line_label,
    measure,
    unit,
    stated,
    expected,
    difference,
    tolerance,
    page,
    source_line,
    trim({{ fill('message_zh', 'zh') }}) as message_zh,
    trim({{ fill('message_en', 'en') }}) as message_en,
    -- what the sentence says beside the numbers, where it says more
    text_zh as detail,
    figure_ids
from worded
left join judged using (reconciliation_id)
