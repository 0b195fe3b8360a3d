-- One row per rule of the catalogue (expectations/rules).
select
    rule,
    theme,
    cast(position as integer) as position,
    name_zh,
    name_en,
    asserts,
    check_kind,
    severity,
    why,
    message_zh,
    message_en
from {{ source('rules', 'rules') }}
