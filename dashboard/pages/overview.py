"""Overview: what the warehouse holds (places × years), what is new, and how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from starlette.responses import Response

from dashboard.pages import choices
from dashboard.pages.choices import Where
from dashboard.pages.scores import overdue
from dashboard.store import Identity, Row
from dashboard.view import View
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import open_readonly

PLACES_A_PAGE = 40
NEWEST = 12
OVERDUE = 8
TOTALS = """
select count(*) as reports, count(distinct division_code) as places, count(distinct fiscal_year) as years,
    count(*) filter (where status <> 'read') as troubled,
    count(*) filter (where superseded_by is not null) as superseded,
    (select count(*) from dim_agency) as agencies, (select count(*) from figures) as figures,
    (select count(*) from figures where page is not null or source_line is not null) as addressed,
    (select count(*) from rejects) as rejects
from dim_report
"""
CHECKS = "select outcome, count(*) as n from reconciliation group by outcome"
FINDINGS = "select severity, count(*) as n from findings where {where} group by severity"
NOT_FALSE = "review is distinct from 'false'"
MATRIX_PLACES = """
select r.division_code, any_value(r.place_name) as place, any_value(d.province) as province,
    any_value(d.prefecture) as prefecture
from dim_report r left join dim_division d using (division_code)
where {where} group by r.division_code
"""
MATRIX = """
select division_code, fiscal_year, kind, count(*) as reports, count(distinct agency_name) as agencies,
    count(*) filter (where status <> 'read') as troubled
from dim_report where superseded_by is null and {where} group by all
"""
_seen: dict[Path, tuple[Identity, frozenset[str] | None]] = {}


def page(view: View) -> Response:
    """The page /."""
    totals = view.store.row(TOTALS) or {}
    checks = {row["outcome"]: row["n"] for row in view.store.rows(CHECKS)}
    judged = sum(n for outcome, n in checks.items() if outcome != "not_checkable")
    where = NOT_FALSE if "review" in view.store.columns("findings") else "true"
    findings = {row["severity"]: row["n"] for row in view.store.rows(FINDINGS.format(where=where))}
    return view.render(
        "overview.html",
        totals=totals,
        checks=checks,
        judged=judged,
        agreeing=checks.get("exact", 0) + checks.get("rounding", 0),
        findings=findings,
        matrix=matrix(view),
        newest=newest(view),
        overdue=overdue(view, OVERDUE),
        run=last_run(view),
    )


def matrix(view: View) -> dict[str, Any]:
    """Places (one page of them) × years: how many reports of which kind."""
    where = Where()
    where.add_if("d.province = ?", view.get("province"))
    where.add_if("(contains(r.place_name, ?) or starts_with(r.division_code, ?))", view.get("q"))
    listed = view.paged(
        MATRIX_PLACES.format(where=where.sql), where.values, {"code": "division_code"}, "code", PLACES_A_PAGE
    )
    codes = [row["division_code"] for row in listed.rows]
    here = " or ".join(["division_code is not distinct from ?"] * len(codes)) or "false"
    cells: dict[tuple[str | None, int | None], list[Row]] = {}
    for row in view.store.rows(MATRIX.format(where=f"({here})"), codes):
        cells.setdefault((row["division_code"], row["fiscal_year"]), []).append(row)
    years = sorted(choices.years(view))
    provinces = sorted({p["province"] for p in choices.places(view) if p["province"]})
    return {"places": listed, "years": years, "cells": cells, "provinces": provinces}


def newest(view: View) -> dict[str, Any]:
    """Reports that the build before this one did not have; without such a build, those of the latest years."""
    before = reports_before(view)
    where, values = "true", list[object]()
    if before is not None:
        where, values = f"r.report_id not in ({choices.marks(sorted(before)) or 'null'})", list(sorted(before))
        if len(before) > 20_000 or not before:
            where, values = "true", []
    dated = "l.published_on" if view.store.has("landing.reports") else "null"
    joined = "left join landing.reports l using (report_id)" if view.store.has("landing.reports") else ""
    rows = view.store.rows(
        f"""select r.*, {dated} as published_on, count(*) over () as found from dim_report r {joined} where {where}
            order by published_on desc nulls last, r.fiscal_year desc nulls last, r.division_code, r.agency_name
            limit {NEWEST}""",
        values,
    )
    return {"rows": rows, "compared": before is not None, "found": rows[0]["found"] if rows else 0}


def reports_before(view: View) -> frozenset[str] | None:
    """Report ids of the build that was published before (kept beside as <name>.1); None when there is none."""
    path = view.store.path.with_name(view.store.path.name + ".1")
    try:
        stat = path.stat()
    except OSError:
        return None
    identity = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    if _seen.get(path, (None, None))[0] != identity:
        try:
            with open_readonly(path, threads=1) as opened:
                found = opened.connection.execute("select report_id from dim_report").fetchall()
            _seen[path] = identity, frozenset(report_id for (report_id,) in found)
        except (WarehouseError, duckdb.Error):
            _seen[path] = identity, None  # a build of another version: nothing to compare with
    return _seen[path][1]


def last_run(view: View) -> Row | None:
    """When the suites last judged this warehouse, and how it went."""
    if not view.store.has("quality.expectation_results"):
        return None
    return view.store.row(
        """select run_id, max(run_at) as run_at, count(*) as expectations, count(*) filter (where success) as met
           from quality.expectation_results group by run_id order by run_at desc limit 1"""
    )
