"""What is due when, and who was asked for it: the facts from which `disclosure_timeliness` is made (in SQL).

A warehouse may not depend on the clock, and whether a report is missing does. So a build is made as of a day, `as_of`:
unless told otherwise the last due day that has passed. Between two due days every build of the same archive is the
same; after one, the next build says what is overdue.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa

from pipelines.sources.registry import Deadline, Source

FIRST_FISCAL_YEAR = 2007  # the classification of today begins, and with it the forms

DUE_DAYS = pa.schema(
    [
        ("kind", pa.string()),
        ("fiscal_year", pa.int32()),
        ("due_on", pa.date32()),
        ("basis", pa.string()),
        ("as_of", pa.date32()),
    ]
)
PUBLISHERS = pa.schema(
    [
        ("source_id", pa.string()),
        ("division_code", pa.string()),
        ("place_name", pa.string()),
        ("agency_name", pa.string()),
        ("kind", pa.string()),
        ("looked_through", pa.date32()),
    ]
)


def due_on(deadline: Deadline, fiscal_year: int) -> date:
    """The last day on which reports of `fiscal_year` are in time."""
    year = fiscal_year + deadline.years_after
    return date(year, deadline.month, min(deadline.day, calendar.monthrange(year, deadline.month)[1]))


def last_due_day(deadlines: Mapping[str, Deadline], before: date) -> date | None:
    """The last due day of any kind that had passed on the day `before`; None without deadlines."""
    days = [due_on(deadline, year) for deadline in deadlines.values() for year in _years(deadline, before)]
    return max((day for day in days if day < before), default=None)


def due_days(deadlines: Mapping[str, Deadline], as_of: date | None) -> pa.Table:
    """One row a kind and fiscal year: when its reports are due and why then. Up to the next due day after `as_of`."""
    rows = [
        {"kind": kind, "fiscal_year": year, "due_on": due_on(deadline, year), "basis": deadline.basis, "as_of": as_of}
        for kind, deadline in deadlines.items()
        if as_of is not None
        for year in _years(deadline, as_of)
        if due_on(deadline, year - 1) <= as_of
    ]
    return pa.Table.from_pylist(rows, schema=DUE_DAYS)


def publishers(sources: Sequence[Source], deadlines: Mapping[str, Deadline], looked: Mapping[str, date]) -> pa.Table:
    """One row an enabled source and kind that it owes. `looked`: source id → the day of its last complete look.

    `looked_through` is the last due day of that kind before this look: what was due until then and is not in the
    archive is missing. (The look's own day would make another warehouse of every look that found nothing.)
    """
    rows = [
        {
            "source_id": source.id,
            "division_code": source.division_code,
            "place_name": source.place,
            "agency_name": source.agency,
            "kind": kind,
            "looked_through": last_due_day({kind: deadlines[kind]}, looked[source.id]) if source.id in looked else None,
        }
        for source in sources
        if source.enabled
        for kind in source.kinds
        if kind in deadlines
    ]
    return pa.Table.from_pylist(rows, schema=PUBLISHERS)


def _years(deadline: Deadline, on: date) -> range:
    """Fiscal years whose reports are due up to a year after `on`."""
    return range(FIRST_FISCAL_YEAR, on.year - deadline.years_after + 2)
