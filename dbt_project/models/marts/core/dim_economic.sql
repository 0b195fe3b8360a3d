-- One row per code of the 支出经济分类 (departmental 3xx and government 5xx) ever in the lists, with its last name.
with {{ latest_and_spans('economic_codes') }},

government as (
    select departmental_code as code, string_agg(government_code, ' ' order by government_code) as codes
    from {{ ref('economic_correspondence') }}
    group by 1
)

select
    latest.code as economic_code,
    latest.name,
    latest.name_en,
    latest.system,
    latest.level,
    latest.parent_code,
    latest.code[:3] as class_code,
    classes.name as class_name,
    government.codes as government_codes,
    cast(spans.valid_from as integer) as valid_from,
    cast(spans.valid_to as integer) as valid_to,
    coalesce(gfsm.gfsm_code, class_gfsm.gfsm_code) as gfsm_code,
    coalesce(gfsm.gfsm_name_en, class_gfsm.gfsm_name_en) as gfsm_name_en,
    latest.source_kind,
    latest.source
from latest
inner join spans on latest.code = spans.code
left join latest as classes on classes.code = latest.code[:3]
left join government on latest.code = government.code
left join {{ ref('gfsm_map') }} as gfsm on gfsm.code = latest.code
left join {{ ref('gfsm_map') }} as class_gfsm on class_gfsm.code = latest.code[:3]
