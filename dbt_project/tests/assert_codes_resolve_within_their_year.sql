-- Nothing resolves to a code that is not valid in the year of the report (years before the first list use the first).
with resolved as (
    select system, fiscal_year, code, printed_code, printed_name from {{ ref('int_function_resolution') }}
    union all
    select system, fiscal_year, code, printed_code, printed_name from {{ ref('int_economic_resolution') }}
),

bounds as (
    select system, min(valid_from) as first_year from {{ ref('int_code_list') }} group by system
)

select resolved.*
from resolved
inner join bounds on resolved.system = bounds.system
left join {{ ref('int_code_list') }} as list
    on
        resolved.system = list.system and resolved.code = list.code
        and greatest(resolved.fiscal_year, bounds.first_year)
            between coalesce(list.valid_from, 0) and coalesce(list.valid_to, 9999)
where resolved.code is not null and list.code is null
