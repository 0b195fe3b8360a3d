-- One row per form.
select form, national_no, title_zh, title_en, line_key, cast(position as integer) as position
from {{ ref('forms') }}
