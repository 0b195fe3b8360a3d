-- A rule on a form or measure that does not exist would silently check nothing.
select rule, form, measure
from {{ source('rules', 'rule_terms') }} as terms
where
    not exists (select 1 from {{ ref('forms') }} as forms where forms.form = terms.form)
    or (
        measure <> 'each'
        and not exists (select 1 from {{ ref('measures') }} as measures where measures.measure = terms.measure)
    )
