-- One row per code of the 支出功能分类 ever in the lists, with its last name and the code that carries its series on.
with {{ latest_and_spans('function_codes') }},

carried as (
    select code, code_in_year, name_in_year from {{ ref('int_code_years') }}
    where system = 'function' and fiscal_year = {{ var('last_fiscal_year') }}
),

cofog as (select code, cofog_code, cofog_name_en from {{ ref('cofog_map') }})

select
    latest.code as function_code,
    latest.name,
    latest.name_en,
    latest.level,
    latest.parent_code,
    latest.code[:3] as class_code,
    classes.name as class_name,
    case when latest.level <> 'class' then latest.code[:5] end as section_code,
    case when latest.level <> 'class' then sections.name end as section_name,
    latest.budget_kind,
    cast(spans.valid_from as integer) as valid_from,
    cast(spans.valid_to as integer) as valid_to,
    latest.successor_code,
    carried.code_in_year as code_latest,
    carried.name_in_year as name_latest,
    -- by 项 or 款 where the map has it, else by 类
    coalesce(own_cofog.cofog_code, section_cofog.cofog_code, class_cofog.cofog_code) as cofog_code,
    coalesce(own_cofog.cofog_name_en, section_cofog.cofog_name_en, class_cofog.cofog_name_en) as cofog_name_en,
    latest.source_kind,
    latest.source
from latest
inner join spans on latest.code = spans.code
left join latest as classes on classes.code = latest.code[:3]
left join latest as sections on sections.code = latest.code[:5]
left join carried on latest.code = carried.code
left join cofog as own_cofog on own_cofog.code = latest.code
left join cofog as section_cofog on section_cofog.code = latest.code[:5] and latest.level <> 'class'
left join cofog as class_cofog on class_cofog.code = latest.code[:3]
