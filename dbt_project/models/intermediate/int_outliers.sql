-- One row per report whose total is far from those of bodies of its type in its year. A view, so that it can be asked of
-- a file that holds all bodies, and of one that holds some and knows the sizes of the others (landing.other_bodies).
with typed as (
    select * from {{ ref('int_bodies') }} where superseded_by is null and agency_type <> 'other'
),

middles as (
    select agency_type, fiscal_year, median(size) as middle, mad(size) as spread, count(*) as bodies
    from (
        select agency_type, fiscal_year, size from typed
        union all
        select agency_type, fiscal_year, size from {{ source('landing', 'other_bodies') }}
    )
    group by all
)

select
    typed.report_id,
    typed.form,
    typed.form_no,
    typed.line_key,
    typed.line_label,
    typed.measure,
    typed.figure_id,
    typed.page,
    typed.source_line,
    typed.value::decimal(24, 6) as stated,
    concat(middles.bodies, ' 个同类单位的中位数为 ', format('{:,.2f}', 10 ** middles.middle / 10000), ' 万元') as text_zh,
    concat('the median of ', middles.bodies, ' bodies of its type is ', format('{:,.2f}', 10 ** middles.middle / 10000), ' 万元')
        as text_en
from typed
inner join middles on typed.agency_type = middles.agency_type and typed.fiscal_year = middles.fiscal_year
-- robust: five times the median absolute deviation (as a standard deviation), and more than thirty times the middle
where middles.bodies >= 10 and abs(typed.size - middles.middle) > greatest(5 * 1.4826 * middles.spread, 1.5)
