-- Normalising codes moves money between codes, never changes how much there is.
with printed as (
    select report_id, form, sum(figures.amount_yuan) as amount_yuan
    from {{ ref('int_code_lines') }} as lines
    inner join {{ ref('int_keyed_figures') }} as figures
        using (report_id, form, table_no, row_no, lane)
    where lines.is_leaf and figures.measure = 'expenditure' and lines.form = 'expenditure'
        and lines.line_code is not distinct from figures.line_code
        and lines.line_label is not distinct from figures.line_label
    group by all
),

normalised as (
    select report_id, form, sum(total_yuan) as amount_yuan
    from {{ ref('fct_expenditure_by_function') }}
    where is_leaf and form = 'expenditure'
    group by all
)

select *
from printed
inner join normalised using (report_id, form)
-- lines that print only their parts add to the right side
where normalised.amount_yuan < printed.amount_yuan
