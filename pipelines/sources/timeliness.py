"""Was it published in time? For each place and kind of report: due when, there since when, late by how much.

A report that is not there is `missing` only where its publisher was looked at, in full, after the due day; where
nobody looked, that is what is said. Pure functions: facts in, rows out.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import pyarrow as pa

from pipelines.sources.registry import Deadline, Source

Outcome = Literal["in_time", "late", "there", "missing", "not_looked", "not_due"]
LABELS = {
    "final_account": ("决算", "final accounts"),
    "budget": ("预算", "budgets"),
    "performance": ("绩效自评", "performance self-evaluations"),
}


@dataclass(frozen=True, slots=True)
class Published:
    """One report that is there, as `dim_report` has it; the day of publication may be unknown."""

    division_code: str
    kind: str
    fiscal_year: int
    published_on: date | None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """One place (or agency), kind and fiscal year. The columns of `disclosure_timeliness`."""

    division_code: str
    place_name: str
    agency_name: str | None  # None: the place as a whole
    kind: str
    fiscal_year: int
    due_on: date
    outcome: Outcome
    reports: int
    reports_year_before: int
    first_published_on: date | None
    last_looked_on: date | None
    days_late: int | None
    message_zh: str
    message_en: str


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("division_code", "place_name", "agency_name", "kind")]
    + [("fiscal_year", pa.int32()), ("due_on", pa.date32()), ("outcome", pa.string())]
    + [("reports", pa.int32()), ("reports_year_before", pa.int32())]
    + [("first_published_on", pa.date32()), ("last_looked_on", pa.date32()), ("days_late", pa.int32())]
    + [("message_zh", pa.string()), ("message_en", pa.string())]
)


EXPECTED = pa.schema(
    [(name, pa.string()) for name in ("source_id", "division_code", "place_name", "agency_name", "kind")]
    + [("fiscal_year", pa.int32()), ("due_on", pa.date32()), ("last_looked_on", pa.date32())]
)


def due_on(deadline: Deadline, fiscal_year: int) -> date:
    """The last day on which reports of `fiscal_year` are in time."""
    year = fiscal_year + deadline.years_after
    return date(year, deadline.month, min(deadline.day, calendar.monthrange(year, deadline.month)[1]))


def timeliness(
    sources: Sequence[Source],
    deadlines: Mapping[str, Deadline],
    published: Iterable[Published],
    looked: Mapping[str, date],
    on: date,
    *,
    years: int = 3,
) -> list[Timeliness]:
    """One row for each source, kind that it owes, and the last `years` fiscal years that began before `on`.

    `looked`: source id → the day of its last complete look. Sources that are not enabled have no rows.
    """
    reports = list(published)
    rows = []
    for source in sources:
        if not source.enabled:
            continue
        for kind in source.kinds:
            if kind in deadlines:
                rows += [
                    _row(source, kind, year, deadlines[kind], reports, looked.get(source.id), on)
                    for year in _fiscal_years(deadlines[kind], on, years)
                ]
    return rows


def expected(
    sources: Sequence[Source], deadlines: Mapping[str, Deadline], looked: Mapping[str, date], *, years: int = 3
) -> pa.Table:
    """The facts alone, for SQL: what each source that was ever looked at owes, due when, last looked at when.

    It knows no today, so that the same archive gives the same table: a report is missing where `last_looked_on` is
    after `due_on` and no report is there.
    """
    rows = [
        dict(zip(EXPECTED.names, values, strict=True))
        for source in sources
        if source.enabled and source.id in looked
        for kind in source.kinds
        if kind in deadlines
        for year in _fiscal_years(deadlines[kind], looked[source.id], years)
        for values in [
            (
                *(source.id, source.division_code, source.place, source.agency, kind, year),
                *(due_on(deadlines[kind], year), looked[source.id]),
            )
        ]
    ]
    return pa.Table.from_pylist(rows, schema=EXPECTED)


def _fiscal_years(deadline: Deadline, on: date, years: int) -> range:
    """The last `years` fiscal years whose reports are due by the end of the year of `on`."""
    last = on.year - deadline.years_after
    return range(last - years + 1, last + 1)


def to_table(rows: Sequence[Timeliness]) -> pa.Table:
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=SCHEMA)


def _row(
    source: Source,
    kind: str,
    year: int,
    deadline: Deadline,
    reports: Sequence[Published],
    looked: date | None,
    on: date,
) -> Timeliness:
    of_source = [
        report
        for report in reports
        if (report.division_code, report.kind) == (source.division_code, kind)
        and (source.agency is None or report.agency == source.agency)
    ]
    there = [report for report in of_source if report.fiscal_year == year]
    first = min((report.published_on for report in there if report.published_on), default=None)
    due = due_on(deadline, year)
    outcome = _outcome(there, first, due, looked, on)
    zh, en = _messages(source, kind, year, due, outcome, len(there), first)
    return Timeliness(
        source.division_code,
        source.place,
        source.agency,
        kind,
        year,
        due,
        outcome,
        len(there),
        sum(report.fiscal_year == year - 1 for report in of_source),
        first,
        looked,
        max((first - due).days, 0) if first else None,
        zh,
        en,
    )


def _outcome(there: Sequence[Published], first: date | None, due: date, looked: date | None, on: date) -> Outcome:
    if there:
        return "there" if first is None else ("late" if first > due else "in_time")
    if on <= due:
        return "not_due"
    return "missing" if looked is not None and looked > due else "not_looked"


def _messages(
    source: Source, kind: str, year: int, due: date, outcome: Outcome, count: int, first: date | None
) -> tuple[str, str]:
    who = source.agency or source.place
    zh, en = LABELS.get(kind, (kind, kind))
    due_zh = f"{due.year}年{due.month}月{due.day}日"
    due_en = f"{due.day} {calendar.month_name[due.month]} {due.year}"
    said = {
        "missing": (f"应于{due_zh}前公开，至今未见", f"were due by {due_en} and are not there"),
        "late": (f"应于{due_zh}前公开，{first}才公开", f"were due by {due_en} and came on {first}"),
        "in_time": (f"已于{first}公开，共{count}份", f"came on {first}, in time: {count} reports"),
        "there": (f"已公开{count}份，公开日期不详", f"are there ({count} reports), published on an unknown day"),
        "not_looked": (
            f"应于{due_zh}前公开，此后未检查过来源",
            f"were due by {due_en}; the source was not looked at since",
        ),
        "not_due": (f"应于{due_zh}前公开，尚未到期", f"are due by {due_en}"),
    }[outcome]
    return f"{who}{year}年度{zh}{said[0]}", f"{who}: {year} {en} {said[1]}"
