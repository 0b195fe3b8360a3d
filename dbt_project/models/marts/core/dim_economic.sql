-- One row per code of the 支出经济分类 (departmental 3xx and government 5xx) ever in the lists, with its last name.
with codes as (select * from {{ ref('economic_codes') }}),

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

government as (
    select cast(departmental_code as varchar) as code, string_agg(cast(government_code as varchar), ' ' order by government_code) as codes
    from {{ ref('economic_correspondence') }}
    group by 1
)

select
    cast(latest.code as varchar) as economic_code,
    latest.name,
    latest.name_en,
    latest.system,
    latest.level,
    cast(latest.parent_code as varchar) as parent_code,
    cast(latest.code as varchar)[:3] as class_code,
    classes.name as class_name,
    government.codes as government_codes,
    cast(spans.valid_from as integer) as valid_from,
    cast(spans.valid_to as integer) as valid_to,
    coalesce(gfsm.gfsm_code, class_gfsm.gfsm_code) as gfsm_code,
    coalesce(gfsm.gfsm_name_en, class_gfsm.gfsm_name_en) as gfsm_name_en,
    latest.source_kind,
    latest.source
from latest
inner join spans on cast(latest.code as varchar) = spans.code
left join latest as classes on cast(classes.code as varchar) = cast(latest.code as varchar)[:3]
left join government on cast(latest.code as varchar) = government.code
left join {{ ref('gfsm_map') }} as gfsm on gfsm.code = latest.code
left join {{ ref('gfsm_map') }} as class_gfsm on class_gfsm.code = cast(latest.code as varchar)[:3]
