-- One row per measure: what a column of a form says.
select measure, name_zh, name_en, kind, description
from {{ ref('measures') }}
