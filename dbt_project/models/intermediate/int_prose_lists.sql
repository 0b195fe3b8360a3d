-- One row per list of amounts that sentences give below a total: the total, its parts, and whether the list says that it
-- is whole. Publishers' lists often are not (主要包括：…), so that parts may fall short of a total but never exceed it.
--   items       年初预算 X，支出决算 Y，其中：1、… (类)…(款)…(项)   whole by the template of the notice
--   economic    工资福利支出 X，其中：基本工资 …                     not whole
--   projects    项目支出 X，其中：project a, project b               whole where the count or 合计 says so
{% set project_heads = "('project_expenditure', 'special_funds', 'projects_added', 'projects_carried_over')" %}
with statements as (
    select
        *,
        line_key like '2%' and role in ('class', 'section', 'item')
        or len(string_split(measure_label, ' › ')) > 3 as is_item,
        regexp_matches(line_key, '^3[0-9]{2,4}$') as is_economic,
        line_key like 'label:%' and line_key not like '%结余' as is_project
    from {{ ref('int_keyed_figures') }}
    where form = 'prose' and unit_kind = 'money'
),

-- where a list ends: the next sentence about a known subject that is no part of a list
known as (
    select distinct report_id, row_no
    from statements
    where not is_item and not is_economic and line_key not like 'label:%' and measure in ('initial_budget', 'final')
),

project_heads as (select distinct report_id, row_no from statements where line_key in {{ project_heads }}),

heads as (
    select
        statements.*,
        'items' as list_kind,
        coalesce((
            select min(known.row_no) from known
            where known.report_id = statements.report_id and known.row_no > statements.row_no
        ), 2147483647) as before_sentence
    from statements
    where
        line_key in ('general_budget_expenditure', 'appropriation_expenditure', 'expenditure_this_year')
        and measure in ('initial_budget', 'final')
    union all
    select
        statements.*,
        'economic' as list_kind,
        coalesce((
            select min(again.row_no) from statements as again
            where
                again.report_id = statements.report_id and again.row_no > statements.row_no
                and (again.line_key = statements.line_key or (again.line_key not like '3%' and again.line_key not like 'label:%'))
        ), statements.row_no + 6) as before_sentence
    from statements
    where
        measure = 'final' and (
            regexp_matches(line_key, '^3[0-9]{2}$')
            or line_key in ('personnel_total', 'public_total', 'basic_expenditure', 'general_budget_basic', 'appropriation_basic')
        )
    union all
    select
        statements.*,
        'projects' as list_kind,
        least(
            coalesce((
                select min(project_heads.row_no) from project_heads
                where project_heads.report_id = statements.report_id and project_heads.row_no > statements.row_no
            ), 2147483647),
            statements.row_no + case when line_key in ('projects_added', 'projects_carried_over') then 20 else 3 end
        ) as before_sentence
    from statements
    where line_key in {{ project_heads }} and measure in ('initial_budget', 'final', 'project_amount')
),

parts as (
    select
        heads.list_kind,
        heads.figure_id as head_id,
        part.*,
        -- the same part named twice counts once; with two amounts in one sentence the larger is the whole of it
        row_number() over (
            partition by heads.list_kind, heads.figure_id, part.line_key order by part.row_no, part.base desc, part.figure_id
        ) as named,
        heads.row_no as head_row,
        min(part.row_no) over (partition by heads.list_kind, heads.figure_id) as first_row
    from heads
    inner join statements as part on heads.report_id = part.report_id
    where
        part.row_no between heads.row_no and heads.before_sentence - 1
        and part.figure_id <> heads.figure_id
        and case heads.list_kind
            when 'items' then part.is_item and part.measure = heads.measure
            when 'economic' then part.measure = 'final' and regexp_matches(part.line_key, case
                when heads.line_key = 'personnel_total' then '^30[13][0-9]{2}$'
                when heads.line_key = 'public_total' then '^3(02|07|09|10|11|12|13|99)[0-9]{2}$'
                when heads.line_key like '3%' then '^' || heads.line_key || '[0-9]{2}$'
                else '^3[0-9]{2}$'
            end)
            else part.is_project and part.measure in (heads.measure, case heads.measure when 'final' then 'project_amount' end)
        end
),

-- of items and the 类 above them only the highest are added
topmost as (
    select parts.*
    from parts
    where
        named = 1
        -- projects that a sentence lists itself are not followed by others of the same list
        and (list_kind <> 'projects' or first_row > head_row or row_no = head_row)
        and not (list_kind = 'items' and exists (
            select 1 from parts as above
            where
                above.list_kind = parts.list_kind and above.head_id = parts.head_id and above.line_key <> parts.line_key
                and parts.line_key like '2%' and starts_with(parts.line_key, above.line_key)
        ))
),

lists as (
    select
        list_kind,
        head_id,
        sum(base) as computed_base,
        sum(half) as terms_half,
        count(*) as n_parts,
        count(*) filter (where line_key like 'label:%') as n_without_code,
        list(distinct line_key order by line_key) as line_keys,
        max(row_no) as last_sentence,
        max(source_line) as last_line,
        max(page) as last_page,
        max(decimals) as terms_decimals,
        list(figure_id order by row_no, line_key) as term_figure_ids
    from topmost
    group by all
),

counts as (
    select report_id, row_no, value from {{ ref('int_keyed_figures') }}
    where form = 'prose' and measure = 'count' and line_key = 'project_count'
),

-- lines of the form that a list of items does not name
unnamed as (
    select lists.list_kind, lists.head_id, count(*) as n_unnamed
    from lists
    inner join heads on lists.head_id = heads.figure_id and lists.list_kind = heads.list_kind
    inner join {{ ref('int_keyed_figures') }} as figures
        on heads.report_id = figures.report_id and figures.form = 'general_budget_expenditure'
    where
        lists.list_kind = 'items' and figures.measure = 'expenditure' and figures.role = 'item' and figures.value <> 0
        and not list_bool_or(list_transform(lists.line_keys, k -> starts_with(figures.line_key, k)))
    group by all
),

-- a sentence between the total and the last part that was not read
unread as (
    select distinct lists.list_kind, lists.head_id
    from lists
    inner join heads on lists.head_id = heads.figure_id and lists.list_kind = heads.list_kind
    inner join {{ ref('stg_rejects') }} as rejects on heads.report_id = rejects.report_id and heads.file_id = rejects.file_id
    where
        lists.list_kind = 'items' and rejects.kind = 'sentence'
        and coalesce(rejects.page, rejects.source_line)
            between coalesce(heads.page, heads.source_line) and coalesce(lists.last_page, lists.last_line)
)

select
    heads.list_kind,
    heads.report_id,
    heads.form_no,
    heads.figure_id as stated_figure_id,
    heads.measure,
    heads.base as stated_base,
    heads.half as stated_half,
    lists.computed_base,
    lists.terms_half,
    lists.n_parts,
    lists.terms_decimals,
    lists.term_figure_ids,
    coalesce(unnamed.n_unnamed, 0) > lists.n_without_code as is_incomplete,
    unread.head_id is not null as has_unread_sentence,
    case heads.list_kind
        when 'items' then true
        when 'projects' then
            heads.line_key in ('projects_added', 'projects_carried_over')
            or regexp_matches(heads.measure_label, '合计|共计|总计')
            or exists (
                select 1 from counts
                where
                    counts.report_id = heads.report_id and counts.value = lists.n_parts
                    and abs(counts.row_no - heads.row_no) <= 1
            )
        else false
    end as says_it_is_whole
from heads
inner join lists on heads.figure_id = lists.head_id and heads.list_kind = lists.list_kind
left join unnamed on heads.figure_id = unnamed.head_id and heads.list_kind = unnamed.list_kind
left join unread on heads.figure_id = unread.head_id and heads.list_kind = unread.list_kind
where lists.n_parts > 1
