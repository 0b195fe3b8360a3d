-- One row per report of a body that prints its total expenditure: what bodies and years are compared by.
select
    figures.report_id,
    figures.form,
    figures.form_no,
    figures.line_key,
    figures.line_label,
    figures.measure,
    figures.figure_id,
    figures.page,
    figures.source_line,
    figures.value,
    figures.decimals,
    figures.unit,
    figures.base,
    -- a total that is ten thousand times another's is a slip of the unit, not a large body
    log10(figures.base::double) as size,
    reports.agency_id,
    reports.scope,
    reports.fiscal_year,
    reports.superseded_by,
    types.agency_type
from {{ ref('int_keyed_figures') }} as figures
inner join {{ ref('int_reports') }} as reports on figures.report_id = reports.report_id
left join {{ ref('dim_agency') }} as types on reports.agency_id = types.agency_id
where
    figures.form = 'expenditure' and figures.line_key = 'total' and figures.measure = 'expenditure'
    and figures.occurrence = 1 and figures.form_no = 1 and figures.base > 0 and reports.kind = 'final_account'
