-- One row per thing about a form as a whole that is not as it should be: missing, empty without a word, a row twice, a
-- line without the line above it, an item of prose that no list knows, amounts that another year or body makes unlikely.
{% set statutory = "('GK01', 'GK02', 'GK03', 'GK04', 'GK05', 'GK06', 'GK07', 'GK08', 'GK09', 'GK10', 'JX1', 'JX2')" %}
with reports as (select * from {{ ref('int_reports') }}),

figures as not materialized (select * from {{ ref('int_keyed_figures') }}),

forms as (select form, national_no, title_zh, title_en, position from {{ ref('forms') }}),

found as (select * from {{ ref('stg_forms') }}),

---------- forms

missing as (
    select
        'form_missing' as rule, reports.report_id, null as form, 1 as form_no, null as line_key, null as line_label,
        null as measure, null as figure_id, null::integer as page, null::integer as source_line,
        concat(count(*), ' 张：', string_agg(forms.title_zh, '、' order by forms.position)) as text_zh,
        concat(count(*), ': ', string_agg(forms.title_en, ', ' order by forms.position)) as text_en, []::varchar[] as figure_ids,
        null::decimal(24, 6) as stated
    from reports
    inner join forms on forms.national_no between 'GK01' and 'GK09'
    anti join (select report_id, form from found union select report_id, form from figures) as seen
        on reports.report_id = seen.report_id and forms.form = seen.form
    -- the forms of an older version that were stated anew are no report in themselves
    where reports.kind = 'final_account' and reports.status <> 'not_read' and not reports.is_remainder
    group by reports.report_id
),

empty_forms as (
    select
        'form_empty_unsaid' as rule, found.report_id, found.form, found.table_no as form_no, 'table:' || found.table_no as line_key,
        null as line_label, null as measure, null as figure_id, nullif(regexp_extract(found.pages, '^[0-9]+'), '')::integer as page,
        null::integer as source_line, coalesce(found.title, forms.title_zh) as text_zh, forms.title_en as text_en,
        []::varchar[] as figure_ids, null::decimal(24, 6) as stated
    from found
    inner join forms on found.form = forms.form
    where forms.national_no in {{ statutory }} and found.figures = 0 and found.empty_statement is null
),

-- the same report prints one form in 元 and another in 万元: legitimate, worth a look where the amounts say otherwise
units as (
    select
        'form_unit_differs' as rule, found.report_id, found.form, found.table_no as form_no, 'table:' || found.table_no as line_key,
        null as line_label, null as measure, null as figure_id, nullif(regexp_extract(found.pages, '^[0-9]+'), '')::integer as page,
        null::integer as source_line, found.unit as text_zh, found.unit as text_en, []::varchar[] as figure_ids,
        null::decimal(24, 6) as stated
    from found
    inner join forms on found.form = forms.form
    inner join (
        select report_id, mode(unit) as usual from found where unit is not null group by report_id having count(*) > 2
    ) as usual on found.report_id = usual.report_id
    where forms.national_no in {{ statutory }} and found.unit is not null and found.unit <> usual.usual
),

-- what the form's own heading says of body and year; an abbreviation (市应急局) is the same body where its place is
headed as (
    select
        found.*, forms.title_zh, forms.title_en, reports.agency_name, reports.agency_base, reports.division_code, reports.fiscal_year
    from found
    inner join forms on found.form = forms.form
    inner join reports on found.report_id = reports.report_id
    where forms.national_no like 'GK%' and reports.kind = 'final_account'
),

{% for rule, printed, expected, differs in [
    ('form_agency_differs', 'heading_agency', 'agency_name', "heading_division <> division_code or not (
        regexp_matches(agency_base, array_to_string(list_transform(string_split(heading_agency, ''), c -> regexp_escape(c)), '.*'))
        or contains(heading_agency, agency_base)
    )"),
    ('form_year_differs', 'heading_year', 'fiscal_year', 'heading_year <> fiscal_year'),
] %}
{{ rule }} as (
    select
        '{{ rule }}' as rule, report_id, form, table_no as form_no, 'table:' || table_no as line_key, null as line_label,
        null as measure, null as figure_id, nullif(regexp_extract(pages, '^[0-9]+'), '')::integer as page,
        null::integer as source_line, concat({{ printed }}, '，而报告为 ', {{ expected }}) as text_zh,
        concat({{ printed }}, ', the report is of ', {{ expected }}) as text_en, []::varchar[] as figure_ids,
        null::decimal(24, 6) as stated
    from headed
    where {{ printed }} is not null and {{ expected }} is not null and coalesce({{ differs }}, false)
),

{% endfor %}
---------- lines

coded as (
    select distinct on (report_id, form, form_no, line_key)
        report_id, form, form_no, line_key, line_code, line_label, role, measure, figure_id, page, source_line, value, unit
    from figures
    where kind in ('function', 'economic') and role in ('class', 'section', 'item') and line_code is not null
    order by report_id, form, form_no, line_key, row_no, figure_id
),

twice as (
    select
        'line_twice' as rule, report_id, form, form_no, line_key, line_label, min(measure) as measure,
        max(figure_id) as figure_id, max(page) as page, max(source_line) as source_line,
        null as text_zh, null as text_en, list(figure_id order by figure_id) as figure_ids, arg_min(value, figure_id)::decimal(24, 6) as stated
    from (
        select *, count(*) over (partition by report_id, form, form_no, line_key, measure) as times
        from figures
        where kind in ('function', 'economic') and line_code is not null and role in ('class', 'section', 'item')
    )
    where times > 1
    group by report_id, form, form_no, line_key, line_label
    qualify row_number() over (partition by report_id, form, form_no, line_key order by line_label) = 1
),

-- a 类 with only 项 below it is usual in some places; a line without its 类 is not, where the form prints 类
classes as (select distinct report_id, form, form_no, line_key from coded where role = 'class'),

orphans as (
    select
        'line_without_parent' as rule, coded.report_id, coded.form, coded.form_no, coded.line_key, coded.line_label,
        coded.measure, coded.figure_id, coded.page, coded.source_line,
        coded.line_key[:3] as text_zh, coded.line_key[:3] as text_en, [coded.figure_id] as figure_ids,
        coded.value::decimal(24, 6) as stated
    from coded
    inner join (select distinct report_id, form, form_no from classes) as printing
        on
            coded.report_id = printing.report_id and coded.form = printing.form and coded.form_no = printing.form_no
    anti join classes
        on
            coded.report_id = classes.report_id and coded.form = classes.form and coded.form_no = classes.form_no
            and coded.line_key[:3] = classes.line_key
    where coded.role in ('section', 'item')
),

---------- items that sentences name by their path

paths as (
    select *, string_split(measure_label, ' › ') as steps
    from figures
    where form = 'prose' and measure in ('final', 'initial_budget') and len(string_split(measure_label, ' › ')) > 3
    qualify row_number() over (
        partition by report_id, line_key order by measure = 'final' desc, row_no, figure_id
    ) = 1
),

unknown_items as (
    select
        'prose_item_unknown' as rule, report_id, 'prose' as form, form_no, line_key, line_label, measure, figure_id, page,
        source_line, steps[1] || ' › ' || steps[2] as text_zh, steps[1] || ' › ' || steps[2] as text_en,
        [figure_id] as figure_ids, value::decimal(24, 6) as stated
    from paths
    where line_code is null
),

section_names as (
    select code, plain_name from {{ ref('int_code_list') }} where system = 'function' and level = 'section'
    union all
    select cast(code as varchar), {{ plain_name('variant') }} from {{ ref('name_variants') }} where system = 'function' and len(cast(code as varchar)) = 5
),

named_otherwise as (
    select
        'prose_section_name' as rule, paths.report_id, 'prose' as form, paths.form_no, paths.line_key, paths.line_label,
        paths.measure, paths.figure_id, paths.page, paths.source_line,
        concat('“', paths.steps[2], '”，', paths.line_key[:5], ' 为“', official.name, '”') as text_zh,
        concat(paths.steps[2], '; ', paths.line_key[:5], ' is ', official.name) as text_en,
        [paths.figure_id] as figure_ids, paths.value::decimal(24, 6) as stated
    from paths
    anti join section_names
        on paths.line_key[:5] = section_names.code and {{ plain_name('paths.steps[2]') }} = section_names.plain_name
    inner join (
        select code, arg_max(name, valid_from) as name from {{ ref('int_code_list') }}
        where system = 'function' and level = 'section' group by code
    ) as official on paths.line_key[:5] = official.code
    where paths.line_code is not null and len(paths.line_key) = 7
),

---------- a percent on a base of zero

on_zero as (
    select
        'rate_on_zero_base' as rule, rates.report_id, 'prose' as form, rates.form_no, figures.line_key, figures.line_label,
        figures.measure, figures.figure_id, figures.page, figures.source_line, null as text_zh, null as text_en,
        list_prepend(figures.figure_id, rates.term_figure_ids) as figure_ids, figures.value::decimal(24, 6) as stated
    from {{ ref('int_rate_identities') }} as rates
    inner join figures on rates.stated_figure_id = figures.figure_id
    where rates.is_on_zero
),

---------- amounts that last year or bodies of the same type make unlikely

totals as (select * from {{ ref('int_bodies') }}),

slips as (
    select
        'unit_slip_between_years' as rule, later.report_id, later.form, later.form_no, later.line_key, later.line_label,
        later.measure, later.figure_id, later.page, later.source_line,
        concat(earlier.fiscal_year, ' 年为 ', {{ number_text('earlier.value', 'earlier.decimals') }}, ' ', earlier.unit) as text_zh,
        concat(earlier.fiscal_year, ': ', {{ number_text('earlier.value', 'earlier.decimals') }}, ' ', earlier.unit) as text_en,
        [later.figure_id, earlier.figure_id] as figure_ids, later.value::decimal(24, 6) as stated
    from totals as later
    inner join totals as earlier
        on later.agency_id = earlier.agency_id and later.scope = earlier.scope and later.fiscal_year = earlier.fiscal_year + 1
    where
        earlier.superseded_by is null
        -- within a factor of two of ten thousand, or exactly ten or a hundred times
        and (
            abs(abs(later.size - earlier.size) - 4) < 0.3
            or later.base in (earlier.base * 10, earlier.base * 100, earlier.base * 1000)
            or earlier.base in (later.base * 10, later.base * 100, later.base * 1000)
        )
),

outliers as (
    select
        'outlier_of_its_type' as rule, outliers.report_id, outliers.form, outliers.form_no, outliers.line_key, outliers.line_label,
        outliers.measure, outliers.figure_id, outliers.page, outliers.source_line, outliers.text_zh, outliers.text_en,
        [outliers.figure_id] as figure_ids, outliers.stated
    from {{ ref('int_outliers') }} as outliers
),

together as (
    {% for part in ['missing', 'empty_forms', 'units', 'form_agency_differs', 'form_year_differs', 'twice', 'orphans', 'unknown_items', 'named_otherwise', 'on_zero', 'slips',
        'outliers'] %}
    select * from {{ part }}{{ " union all by name" if not loop.last }}
    {% endfor %}
)

select
    together.rule,
    together.report_id,
    together.form,
    together.form_no,
    together.line_key,
    figures.line_code,
    together.line_label,
    together.measure,
    figures.unit,
    together.stated,
    figures.decimals as stated_decimals,
    together.page,
    together.source_line,
    together.figure_ids,
    together.text_zh,
    together.text_en
from together
left join figures on together.figure_id = figures.figure_id
