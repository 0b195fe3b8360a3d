-- One row per leaf line of spending by function, in plain words, nothing counted twice. Four choices make that so:
--   leaves only: a line with printed lines below it is their sum and is left out;
--   the latest version of each report only;
--   one form a report: GK03 (all funds) where it has lines, else the fund forms GK05 + GK08 + GK09, else prose items;
--   where an agency published a 部门 and a 单位 / 本级 report for one year, the 部门 report, which contains the other.
-- A subordinate unit under a name of its own cannot be told from an independent body; its report counts as one.
with lines as (
    select * from {{ ref('fct_expenditure_by_function') }} where form_no = 1 and is_leaf and total_yuan is not null
),

reports as (
    select * from {{ ref('int_reports') }} where kind = 'final_account' and superseded_by is null
),

sources as (
    select
        lines.report_id,
        case
            when bool_or(lines.form = 'expenditure') then ['expenditure']
            when bool_or(lines.form <> 'prose')
                then ['general_budget_expenditure', 'government_fund', 'state_capital']
            else ['prose']
        end as forms
    from lines
    group by lines.report_id
),

counted as (
    select reports.*, sources.forms
    from reports
    inner join sources on reports.report_id = sources.report_id
    qualify reports.agency_id is null
        or reports.scope is distinct from 'unit'
        or not bool_or(reports.scope = 'department') over (partition by reports.agency_id, reports.fiscal_year)
),

functions as (
    select * from {{ ref('int_code_years') }} where system = 'function' and hops = 0
)

select
    cast({{ stable_id(['lines.line_id']) }} as varchar) as spending_id,
    counted.place_name as place,
    counted.division_code,
    divisions.province,
    coalesce(divisions.prefecture, case when divisions.level = 'prefecture' then divisions.name end) as prefecture,
    counted.agency_base as agency,
    agencies.agency_id,
    agencies.agency_type,
    counted.fiscal_year as year,
    counted.scope,
    lines.fund,
    lines.form as source_form,
    coalesce(lines.function_code, regexp_replace(lines.line_code, '[^0-9]', '', 'g'))[:3] as class_code,
    classes.name_in_year as class,
    case when lines.level in ('section', 'item')
        then coalesce(lines.function_code, regexp_replace(lines.line_code, '[^0-9]', '', 'g'))[:5] end as section_code,
    case when lines.level in ('section', 'item') then sections.name_in_year end as section,
    -- an item that no one item took over (2060402 after 2020) leads to its 款: it keeps its printed name
    case when lines.level = 'item' and len(lines.function_code) = 7 then lines.function_code end as item_code,
    case when lines.level = 'item'
        then case when len(lines.function_code) = 7 then lines.function_name else lines.line_label end end as item,
    lines.function_code,
    coalesce(lines.function_name, lines.line_label) as function_name,
    lines.function_code_latest,
    lines.function_name_latest,
    lines.basic_yuan,
    lines.project_yuan,
    lines.remittance_to_superior_yuan,
    lines.operating_yuan,
    lines.subsidy_to_affiliated_yuan,
    lines.total_yuan as amount_yuan,
    lines.report_id,
    lines.figure_id,
    lines.page,
    counted.file_name
from lines
inner join counted on lines.report_id = counted.report_id and list_contains(counted.forms, lines.form)
left join {{ ref('dim_division') }} as divisions on counted.division_code = divisions.division_code
left join {{ ref('dim_agency') }} as agencies on counted.agency_id = agencies.agency_id
left join functions as classes
    on
        counted.fiscal_year = classes.fiscal_year
        and coalesce(lines.function_code, regexp_replace(lines.line_code, '[^0-9]', '', 'g'))[:3] = classes.code
left join functions as sections
    on
        counted.fiscal_year = sections.fiscal_year
        and coalesce(lines.function_code, regexp_replace(lines.line_code, '[^0-9]', '', 'g'))[:5] = sections.code
