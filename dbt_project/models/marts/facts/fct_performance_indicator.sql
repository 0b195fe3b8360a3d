-- One row per indicator of a performance self-evaluation: the publisher's words, with the weight and score as figures.
with scores as (
    select
        report_id,
        form,
        table_no,
        row_no,
        max(value) filter (where measure = 'weight') as weight,
        max(value) filter (where measure = 'score') as score,
        max(figure_id) filter (where measure = 'weight') as weight_figure_id,
        max(figure_id) filter (where measure = 'score') as score_figure_id
    from {{ ref('stg_figures') }}
    where measure in ('weight', 'score')
    group by report_id, form, table_no, row_no
)

select
    cast({{ stable_id(['report_id', 'indicators.form', 'table_no', 'row_no']) }} as varchar) as indicator_id,
    cast({{ stable_id(['report_id', 'indicators.form', 'table_no']) }} as varchar) as evaluation_id,
    report_id,
    form,
    table_no,
    row_no,
    forms.name as evaluated,
    level1,
    level2,
    level3 as indicator,
    target,
    adjusted_target,
    actual,
    cast(scores.weight as decimal(24, 6)) as weight,
    cast(scores.score as decimal(24, 6)) as score,
    deviation,
    cast(scores.weight_figure_id as varchar) as weight_figure_id,
    cast(scores.score_figure_id as varchar) as score_figure_id,
    indicators.page,
    indicators.source_line
from {{ ref('stg_indicators') }} as indicators
left join {{ ref('int_performance_forms') }} as forms using (report_id, form, table_no)
left join scores using (report_id, form, table_no, row_no)
