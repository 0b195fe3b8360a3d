"""What is due when, and what is said of it: by the rule of the registry, not by today's date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipelines.sources.registry import Source, load_registry
from pipelines.sources.timeliness import Published, due_on, expected, timeliness, to_table

DEADLINES = load_registry().deadlines


def report(year: int, day: date | None, kind: str = "final_account") -> Published:
    return Published("430200", kind, year, day, "株洲市应急管理局")


def said(source: Source, reports: list[Published], on: date, looked: date | None) -> dict[int, tuple[str, int | None]]:
    known = {} if looked is None else {source.id: looked}
    rows = timeliness([source], DEADLINES, reports, known, on)
    return {row.fiscal_year: (row.outcome, row.days_late) for row in rows}


def test_days_due() -> None:
    assert due_on(DEADLINES["final_account"], 2025) == date(2026, 10, 31)
    assert due_on(DEADLINES["budget"], 2026) == date(2026, 3, 31)


def test_outcomes(make_source: Callable[..., Source]) -> None:
    source = make_source()
    reports = [report(2023, date(2024, 9, 20)), report(2024, date(2025, 11, 3)), report(2025, None, kind="budget")]
    assert said(source, reports, date(2026, 11, 5), date(2026, 11, 4)) == {
        2023: ("in_time", 0),
        2024: ("late", 3),
        2025: ("missing", None),
    }
    assert said(source, reports, date(2026, 11, 5), date(2026, 10, 30))[2025] == ("not_looked", None)
    assert said(source, reports, date(2026, 11, 5), None)[2025] == ("not_looked", None)
    assert said(source, reports, date(2026, 10, 31), date(2026, 10, 31))[2025] == ("not_due", None)
    assert said(source, [report(2025, None)], date(2026, 11, 5), None)[2025] == ("there", None)
    assert said(make_source(enabled=False), reports, date(2026, 11, 5), None) == {}


def test_messages_name_place_year_and_day(make_source: Callable[..., Source]) -> None:
    rows = timeliness([make_source()], DEADLINES, [], {"test": date(2026, 11, 4)}, date(2026, 11, 5))
    assert rows[-1].message_en == "株洲市: 2025 final accounts were due by 31 October 2026 and are not there"
    assert rows[-1].message_zh == "株洲市2025年度决算应于2026年10月31日前公开，至今未见"
    assert to_table(rows).num_rows == 3


def test_an_agency_answers_for_its_own_reports_only(make_source: Callable[..., Source]) -> None:
    source = make_source(agency="株洲市财政局")
    there = [report(2025, date(2026, 9, 1))]
    assert said(source, there, date(2026, 11, 5), date(2026, 11, 4))[2025] == ("missing", None)


def test_the_facts_for_sql_know_no_today(make_source: Callable[..., Source]) -> None:
    source = make_source(kinds=("final_account", "budget"))
    rows = expected([source], DEADLINES, {"test": date(2026, 11, 4)}, years=1).to_pylist()
    assert [(row["kind"], row["fiscal_year"], row["due_on"]) for row in rows] == [
        ("final_account", 2025, date(2026, 10, 31)),
        ("budget", 2026, date(2026, 3, 31)),
    ]
    assert expected([source], DEADLINES, {}).num_rows == 0
