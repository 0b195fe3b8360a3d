-- One row per code of the 支出功能分类 ever in the lists, with its last name and the code that carries its series on.
with codes as (select * from {{ ref('function_codes') }}),

latest as (
    select * from codes
    qualify row_number() over (partition by code order by valid_from desc nulls last, name) = 1
),

spans as (
    select
        cast(code as varchar) as code,
        min(valid_from) as valid_from,
        case when bool_or(valid_to is null) then null else max(valid_to) end as valid_to
    from codes
    group by 1
),

carried as (
    select code, code_in_year, name_in_year from {{ ref('int_code_years') }}
    where system = 'function' and fiscal_year = {{ var('last_fiscal_year') }}
),

cofog as (select code, cofog_code, cofog_name_en from {{ ref('cofog_map') }})

select
    cast(latest.code as varchar) as function_code,
    latest.name,
    latest.name_en,
    latest.level,
    cast(latest.parent_code as varchar) as parent_code,
    cast(latest.code as varchar)[:3] as class_code,
    classes.name as class_name,
    case when latest.level <> 'class' then cast(latest.code as varchar)[:5] end as section_code,
    case when latest.level <> 'class' then sections.name end as section_name,
    latest.budget_kind,
    cast(spans.valid_from as integer) as valid_from,
    cast(spans.valid_to as integer) as valid_to,
    cast(latest.successor_code as varchar) as successor_code,
    carried.code_in_year as code_latest,
    carried.name_in_year as name_latest,
    -- by 款 where the map has it, else by 类
    coalesce(section_cofog.cofog_code, class_cofog.cofog_code) as cofog_code,
    coalesce(section_cofog.cofog_name_en, class_cofog.cofog_name_en) as cofog_name_en,
    latest.source_kind,
    latest.source
from latest
inner join spans on cast(latest.code as varchar) = spans.code
left join latest as classes on cast(classes.code as varchar) = cast(latest.code as varchar)[:3]
left join latest as sections on cast(sections.code as varchar) = cast(latest.code as varchar)[:5]
left join carried on cast(latest.code as varchar) = carried.code
left join cofog as section_cofog on section_cofog.code = cast(latest.code as varchar)[:5] and latest.level <> 'class'
left join cofog as class_cofog on class_cofog.code = cast(latest.code as varchar)[:3]
