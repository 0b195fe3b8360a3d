-- One row per division code ever in force, with the names it has (or had last) and the places above it.
with codes as (
    select
        cast(division_code as varchar) as division_code,
        name,
        short_name,
        level,
        kind,
        cast(parent_code as varchar) as parent_code,
        cast(valid_from as integer) as valid_from,
        cast(valid_to as integer) as valid_to
    from {{ ref('division_codes') }}
),

latest as (
    select * from codes
    qualify row_number() over (partition by division_code order by valid_from desc nulls last, name) = 1
),

spans as (
    select
        division_code,
        min(valid_from) as valid_from,
        case when bool_or(valid_to is null) then null else max(valid_to) end as valid_to
    from codes
    group by division_code
)

select
    latest.division_code,
    latest.name,
    latest.short_name,
    latest.level,
    latest.kind,
    latest.parent_code,
    prefectures.name as prefecture,
    provinces.name as province,
    spans.valid_from,
    spans.valid_to
from latest
inner join spans on latest.division_code = spans.division_code
left join latest as provinces on provinces.division_code = latest.division_code[:2] || '0000'
left join latest as prefectures
    on
        prefectures.division_code = latest.division_code[:4] || '00'
        and latest.division_code[3:4] <> '00'
