"""Is everything there that should be? The registry's deadlines and looks go into a build; its mart is read back here.

The rule that says late, missing or not yet due is one: the mart `disclosure_timeliness`. The command line and Dagster's
checks read it; nothing decides it a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines.sources.refresh import last_looked, today
from pipelines.sources.registry import Registry
from pipelines.sources.timeliness import due_days, last_due_day, publishers
from pipelines.storage import Where
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import QueryError, open_readonly

REGISTERED = """
select division_code, place_name, agency_name, kind, fiscal_year, due_on, state, n_reports, published_on, days_late,
    message_zh, message_en
from disclosure_timeliness
where expected_by = 'registry'
order by division_code, agency_name nulls first, kind, fiscal_year
"""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one source of the registry owes for one fiscal year, and whether it is there: a row of the mart."""

    division_code: str
    place_name: str
    agency_name: str | None  # None: the place as a whole
    kind: str
    fiscal_year: int
    due_on: date
    state: str  # on_time | late | missing | not_due_yet | unknown
    n_reports: int
    published_on: date | None
    days_late: int | None
    message_zh: str
    message_en: str


def disclosure_tables(registry: Registry, raw: Where, as_of: date | None = None) -> Mapping[str, pa.Table]:
    """What a build is told beside the reports: `due_days` and `publishers` for the schema `landing`."""
    as_of = as_of or last_due_day(registry.deadlines, today())
    return {
        "due_days": due_days(registry.deadlines, as_of),
        "publishers": publishers(registry.sources, registry.deadlines, last_looked(raw)),
    }


def disclosure(warehouse: Path) -> list[Disclosure]:
    """One row a source of the registry, kind and fiscal year, as the published warehouse says; none without one."""
    try:
        with open_readonly(warehouse) as opened:
            rows = opened.query(REGISTERED).to_pylist()
    except (WarehouseError, QueryError):  # not built yet, or by an earlier program
        return []
    return [Disclosure(**row) for row in rows]
