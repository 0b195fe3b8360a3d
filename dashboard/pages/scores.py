"""The scores of places and reports with their trend, and what was due and is late or missing: two tabs of /quality."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dashboard.drawing import axis
from dashboard.pages.choices import Where
from dashboard.store import Row
from dashboard.view import View

NAMES = ("completeness", "consistency", "timeliness", "legibility")
RUNS = 30
PLACES = """
select s.*, d.province, {before}
from place_scores s left join dim_division d using (division_code)
where {where}
{newest}
"""
# The year before; and a place that is not chosen has one row, its newest year with reports.
BEFORE = ", ".join(
    f"lag(s.{name}) over (partition by s.division_code order by s.fiscal_year) as {name}_before" for name in NAMES
)
NEWEST = "qualify row_number() over (partition by s.division_code order by s.reports > 0 desc, s.fiscal_year desc) = 1"
PLACE_ORDERS = {"place": "division_code; fiscal_year", "year": "fiscal_year; division_code"} | {
    name: f"{name}; division_code; fiscal_year" for name in NAMES
}
REPORTS = """
select s.*, r.status from report_scores s join dim_report r using (report_id) where s.is_current and {where}
"""
REPORT_ORDERS = {
    "place": "division_code; agency_name; fiscal_year; report_id",
    "year": "fiscal_year; report_id",
    "findings": "findings; report_id",
} | {name: f"{name}; report_id" for name in NAMES}
RUN_TREND = """
select run_id, max(run_at) as run_at,
    coalesce(sum(unexpected_count) filter (where severity = 'error'), 0) as error,
    coalesce(sum(unexpected_count) filter (where severity = 'warning'), 0) as warning,
    coalesce(sum(unexpected_count) filter (where severity = 'note'), 0) as note
from quality.expectation_results where kind = 'reconciliation' group by run_id order by run_at desc limit 30
"""
DUE = """
select * from disclosure_timeliness d where {where}
"""
STATES = ("missing", "late", "unknown", "on_time", "not_due_yet")
DUE_ORDERS = {
    "due": "due_on; is_overdue; division_code; agency_name; kind; disclosure_id",
    "place": "division_code; agency_name; kind; fiscal_year; disclosure_id",
    "late": "days_late; disclosure_id",
    # the newest first within a state
    "state": f"array_position({list(STATES)}, state); date '2100-01-01' - due_on; division_code; disclosure_id",
}


def scores(view: View) -> dict[str, Any]:
    """Places with their scores and those of the year before, findings by run, reports with what they are scored by."""
    if not view.store.has("place_scores", "report_scores"):
        return {"scored": False}
    of_place, of_report = Where(), Where()
    place, year = view.get("place"), view.number("year")
    of_place.add_if("s.division_code = ?", place)
    of_report.add_if("s.division_code = ?", place)
    of_report.add_if("s.fiscal_year = ?", year)
    of_report.add_if("contains(s.agency_name, ?)", view.get("agency"))
    each_year = place is not None
    sql = PLACES.format(before=BEFORE, where=of_place.sql, newest="" if each_year else NEWEST)
    if year is not None:  # outside, so that the year before is still there to compare with
        unfiltered = PLACES.format(before=BEFORE, where=of_place.sql, newest="")
        sql, of_place.values = f"select * from ({unfiltered}) where fiscal_year = ?", [*of_place.values, year]
    return {
        "scored": True,
        "places_scored": view.paged(sql, of_place.values, PLACE_ORDERS, "-year" if each_year else "consistency"),
        "listed": view.paged(REPORTS.format(where=of_report.sql), of_report.values, REPORT_ORDERS, "consistency"),
        "run_trend": run_trend(view),
    }


def run_trend(view: View) -> dict[str, Any] | None:
    """Findings by run, the newest first, and a line of their sum where there are two runs and more."""
    if not view.store.has("quality.expectation_results"):
        return None
    runs = view.store.rows(RUN_TREND)
    totals = [int(run["error"] + run["warning"] + run["note"]) for run in reversed(runs)]
    scale = axis(totals, steps=3)
    span = max(1, len(totals) - 1)
    points = [
        {"x": round(index / span * 100, 2), "y": 100 - scale.at(total), "n": total, "at": run["run_at"]}
        for index, (total, run) in enumerate(zip(totals, reversed(runs), strict=True))
    ]
    return {"runs": runs, "scale": scale, "points": points, "segments": list(pairwise(points))}


def due(view: View) -> dict[str, Any]:
    """What was due, and whether it is there."""
    if not view.store.has("disclosure_timeliness"):
        return {}
    where = Where()
    where.add_if("d.division_code = ?", view.get("place"))
    where.add_if("d.fiscal_year = ?", view.number("year"))
    where.add_if("contains(d.agency_name, ?)", view.get("agency"))
    sql = DUE.format(where=where.sql)
    counted = view.store.rows(f"select state, count(*) as n from ({sql}) group by 1", where.values)
    by_state = {row["state"]: row["n"] for row in counted}
    where.add_if("d.state = ?", view.get("state"))
    return {
        "listed": view.paged(DUE.format(where=where.sql), where.values, DUE_ORDERS, "state"),
        "by_state": [(state, by_state[state]) for state in STATES if state in by_state],
        "as_of": (view.store.row("select max(as_of) as day from disclosure_timeliness") or {}).get("day"),
    }


def overdue(view: View, at_most: int) -> dict[str, Any] | None:
    """The newest of what is due and not in the archive, what is known to be missing first; None without the mart."""
    if not view.store.has("disclosure_timeliness"):
        return None
    rows = view.store.rows(
        f"""select *, count(*) over () as n from disclosure_timeliness where is_overdue
            order by state = 'missing' desc, due_on desc, division_code, agency_name nulls first, kind, disclosure_id
            limit {at_most}"""
    )
    day = view.store.row("select max(as_of) as day from disclosure_timeliness")
    return {"rows": rows, "n": rows[0]["n"] if rows else 0, "as_of": day["day"] if day else None}


def of_report(view: View, report_id: str) -> dict[str, Any] | None:
    """The scores of one report, and of the same body's reports of that kind in other years, newest first."""
    if not view.store.has("report_scores"):
        return None
    own = view.store.row("select * from report_scores where report_id = ?", [report_id])
    if own is None:
        return None
    others: list[Row] = view.store.rows(
        """select report_id, fiscal_year, completeness, consistency, timeliness, legibility from report_scores
           where agency_id = ? and kind = ? and is_current and report_id <> ?
           order by fiscal_year desc, report_id limit 12""",
        [own["agency_id"], own["kind"], report_id],
    )
    return {"own": own, "others": others}
