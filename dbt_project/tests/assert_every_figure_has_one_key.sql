-- No figure is lost or doubled on the way from landing to the checks.
select figure_id, count(*) as keys
from {{ ref('stg_figures') }}
left join {{ ref('int_keyed_figures') }} using (figure_id)
group by figure_id
having count(*) <> 1 or count(int_keyed_figures.figure_id) <> 1
