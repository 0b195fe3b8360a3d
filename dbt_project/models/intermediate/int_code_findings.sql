-- One row per printed line whose code is not what it says: unknown, of another year, or under another code's name.
-- The amount it carries is the line's first figure of money, so that what is at stake is known.
with figures as (
    select * from {{ ref('int_keyed_figures') }}
    where kind in ('function', 'economic') and role in ('class', 'section', 'item', 'other')
),

resolved as (
    select * from {{ ref('int_function_resolution') }}
    union all
    select * from {{ ref('int_economic_resolution') }}
),

suspicious as (
    select
        *,
        case
            when items_unlisted then 'code_item_unlisted'
            when step = 'unresolved' then 'code_unknown'
            when name_mismatch then 'code_name_mismatch'
            when name_doubtful then 'code_name_doubtful'
            when step = 'other_year' then 'code_other_year'
        end as rule
    from resolved
    where step in ('unresolved', 'other_year') or name_mismatch or name_doubtful
),

carriers as (
    select * from figures
    qualify row_number() over (
        partition by report_id, form, form_no, line_key
        order by case when measure in ('expenditure', 'revenue', 'basic_expenditure') then 0 else 1 end, row_no, figure_id
    ) = 1
)

select
    suspicious.rule,
    'inconsistent' as outcome,
    carriers.report_id,
    carriers.form,
    carriers.form_no,
    carriers.line_key,
    carriers.line_code,
    carriers.line_label,
    carriers.measure,
    carriers.unit,
    carriers.value as stated,
    null::decimal(24, 6) as expected,
    null::decimal(24, 6) as difference,
    null::decimal(24, 7) as tolerance,
    carriers.page,
    carriers.source_line,
    [carriers.figure_id] as figure_ids,
    carriers.decimals as stated_decimals,
    2 as computed_decimals,
    null::varchar as parts_zh,
    null::varchar as parts_en,
    suspicious.fiscal_year,
    suspicious.code as canonical_code,
    suspicious.name as canonical,
    suspicious.name_belongs_to as belongs_to
from carriers
inner join suspicious on carriers.printed_line_id = suspicious.printed_line_id
