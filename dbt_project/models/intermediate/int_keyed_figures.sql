-- One row per figure with its line key, and its value in a unit in which forms can be compared (元 for money).
-- `half` is half a unit of the last printed digit, in the same unit: the figure stands for [base - half, base + half].
with figures as (select * from {{ ref('stg_figures') }}),

files as (select file_id, unit from {{ ref('stg_files') }}),

lines as (select * from {{ ref('int_line_keys') }}),

units as (select * from {{ ref('units') }}),

-- Some programs print 14 and 196.2 for 14.00 and 196.20. Where a form has shorter numbers and, among at least ten
-- full-length ones, none that ends in 0, its zeros were dropped: every cell is as precise as the longest.
precision as (
    select
        report_id,
        form,
        table_no,
        max(decimals) as most_decimals,
        count(*) filter (where decimals < most and value <> 0) > 0
        and count(*) filter (where decimals = most) >= 10
        and count(*) filter (where decimals > 0 and {{ plain_text('printed') }} like '%0') = 0 as drops_zeros
    from (
        select *, max(decimals) over (partition by report_id, form, table_no) as most
        from figures
        where
            origin = 'table' and amount_yuan is not null
            -- self-evaluations are typed by hand: 39 there is not 39.00
            and form not in (select form from {{ ref('forms') }} where line_key = 'label')
    )
    group by all
),

joined as (
    select
        figures.figure_id,
        figures.report_id,
        figures.file_id,
        figures.form,
        figures.table_no,
        dense_rank() over (partition by figures.report_id, figures.form order by figures.table_no) as form_no,
        figures.row_no,
        figures.lane,
        figures.line_code,
        figures.line_label,
        lines.fiscal_year,
        lines.kind,
        lines.line_key,
        lines.role,
        lines.printed_line_id,
        figures.measure,
        figures.measure_label,
        figures.value,
        figures.amount_yuan,
        coalesce(figures.unit, files.unit) as unit,
        case
            when not coalesce(precision.drops_zeros, false) or figures.amount_yuan is null then figures.decimals
            else greatest(figures.decimals, precision.most_decimals)
        end as decimals,
        figures.origin,
        figures.page,
        figures.source_line
    from figures
    inner join files on figures.file_id = files.file_id
    inner join lines
        on
            figures.report_id = lines.report_id and figures.form = lines.form
            and figures.table_no = lines.table_no and figures.row_no = lines.row_no and figures.lane = lines.lane
            and figures.line_code is not distinct from lines.line_code
            and figures.line_label is not distinct from lines.line_label
    left join precision
        on
            figures.report_id = precision.report_id and figures.form = precision.form
            and figures.table_no = precision.table_no
)

select
    joined.*,
    coalesce(units.kind, 'unknown') as unit_kind,
    coalesce(units.inverse, 1)::decimal(9, 8) as unit_inverse,
    cast(joined.value * coalesce(units.multiplier, 1)::decimal(10, 0) as decimal(30, 6)) as base,
    -- what is counted, and what is awarded in points, is exact
    case
        when units.kind = 'count' or joined.measure in ('weight', 'heading_weight', 'score') then 0
        else cast({{ half_unit('joined.decimals') }} * coalesce(units.multiplier, 1)::decimal(10, 0) as decimal(24, 7))
    end::decimal(24, 7) as half,
    -- a line printed twice: the first speaks for it where one figure is asked for
    row_number() over (
        partition by joined.report_id, joined.form, joined.form_no, joined.line_key, joined.measure
        order by joined.row_no, joined.lane, joined.figure_id
    ) as occurrence
from joined
left join units on joined.unit = units.unit
