-- One row per printed line of the disclosure statistics (GK10): procurement, operating cost, vehicles, equipment.
with figures as (
    select * from {{ ref('int_keyed_figures') }} where form = 'disclosure_statistics' and measure = 'statistic'
)

select
    figure_id as line_id,
    report_id,
    cast(form_no as integer) as form_no,
    row_no,
    lane,
    line_label,
    line_key,
    case
        when line_key like 'procurement%' then 'procurement'
        when line_key like 'operating_cost%' then 'operating_cost'
        when line_key like 'vehicles%' then 'vehicles'
        when line_key like 'equipment%' then 'equipment'
        else 'other'
    end as topic,
    role = 'total' as is_total,
    cast(value as decimal(24, 6)) as value,
    unit,
    amount_yuan,
    figure_id,
    page
from figures
