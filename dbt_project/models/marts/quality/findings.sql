-- One row per thing in a report that does not agree. What belongs together: finding_cases; where it stands: finding_figures.
select
    cast(findings.finding_id as varchar) as finding_id,
    cast(rule as varchar) as rule,
    cast(severity as varchar) as severity,
    cast('inconsistent' as varchar) as outcome,
    cast(findings.report_id as varchar) as report_id,
    cast(form as varchar) as form,
    cast(line_code as varchar) as line_code,
    cast(line_label as varchar) as line_label,
    cast(measure as varchar) as measure,
    cast(stated as decimal(24, 6)) as stated,
    cast(expected as decimal(24, 6)) as expected,
    cast(difference as decimal(24, 6)) as difference,
    cast(tolerance as decimal(24, 7)) as tolerance,
    cast(page as integer) as page,
    cast(message_zh as varchar) as message_zh,
    cast(message_en as varchar) as message_en,
    cast(figure_ids as varchar[]) as figure_ids,
    cast(keys.finding_key as varchar) as finding_key,
    cast(keys.verdict as varchar) as review
from {{ ref('int_findings') }} as findings
inner join {{ ref('int_finding_keys') }} as keys on findings.finding_id = keys.finding_id
