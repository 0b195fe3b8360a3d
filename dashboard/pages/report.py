"""Report reader: the list of reports, and one report, its forms as read beside the page as printed."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from dashboard.pages import choices, scores
from dashboard.pages.choices import Where
from dashboard.pages.evidence import figures, files_of, shown_as
from dashboard.store import Row
from dashboard.view import NotFound, View

REPORTS = """
select r.*, p.present, p.expected, coalesce(f.findings, 0) as findings from dim_report r
left join (select report_id, count(*) filter (where is_expected and state <> 'missing') as present,
    count(*) filter (where is_expected) as expected from report_forms group by 1) p using (report_id)
left join (select report_id, count(*) as findings from findings group by 1) f using (report_id)
where {where}
"""
ORDERS = {
    "place": "division_code; agency_name; fiscal_year",
    "agency": "agency_name; fiscal_year",
    "year": "fiscal_year",
    "pages": "pages",
    "findings": "findings",
    "status": "status",
}
KINDS = ("final_account", "budget", "performance")
ROWS = """
select figure_id, table_no, row_no, lane, line_code, line_label, measure, measure_label, printed, unit, origin, page,
    source_line, confidence, file_id
from figures where report_id = ? and form = ? and table_no = ? order by lane, row_no, x0 nulls last, figure_id
"""


def reports(view: View) -> Response:
    """The page /reports."""
    where = Where()
    place = view.get("place")
    if place == "none":
        where.add("r.division_code is null")
    else:
        where.add_if("r.division_code = ?", place)
    where.add_if("r.fiscal_year = ?", view.number("year"))
    where.add_if("r.kind = ?", view.get("kind"))
    where.add_if("r.status = ?", view.get("status"))
    where.add_if(
        "(contains(r.agency_name, ?) or contains(r.file_name, ?) or contains(r.place_name, ?) "
        "or starts_with(r.report_id, ?))",
        view.get("q"),
    )
    if view.get("old") != "1":
        where.add("r.superseded_by is null")
    return view.render(
        "reports.html",
        listed=view.paged(REPORTS.format(where=where.sql), where.values, ORDERS, "place"),
        places=choices.places(view),
        years=choices.years(view),
        kinds=KINDS,
    )


def page(view: View) -> Response:
    """The page /report/{report_id}."""
    report_id = view.request.path_params["report_id"]
    report = view.store.row("select * from dim_report where report_id = ?", [report_id])
    if report is None:
        raise NotFound(view.say("report.no_report", report_id=report_id))
    tables = view.store.rows(
        """select f.form, f.table_no, count(*) as figures, min(page) as page, min(source_line) as source_line,
               arg_min(file_id, row_no) as file_id
           from figures f where report_id = ? group by f.form, f.table_no
           order by f.form = 'prose', f.table_no, f.form""",
        [report_id],
    )
    chosen = chosen_table(view, tables)
    rows = view.store.rows(ROWS, [report_id, chosen["form"], chosen["table_no"]]) if chosen else []
    marked = figures(view, [m], report_id) if (m := view.get("mark")) else []
    files = files_of(view, report_id)
    asked = view.get("file") or (marked[0] if marked else chosen or {}).get("file_id")
    file = next((file for file in files if file["file_id"] == asked), files[0] if files else None)
    shown_page = view.number("p") or (marked[0]["page"] if marked else None) or (chosen["page"] if chosen else None)
    has_pages = bool(file and file["pages"] and file["format"] in ("pdf", "image"))
    if file and has_pages:
        shown_page = min(max(1, shown_page or 1), file["pages"])
    text = shown_as(view, marked[0], False) if marked and marked[0]["page"] is None else None
    versions = view.store.rows(
        """select o.report_id, o.version, o.file_name from dim_report o, dim_report r where r.report_id = ?
               and o.agency_name is not distinct from r.agency_name and o.fiscal_year is not distinct from r.fiscal_year
               and o.kind = r.kind and o.scope is not distinct from r.scope
               and o.division_code is not distinct from r.division_code and o.agency_name is not null
           order by o.version""",
        [report_id],
    )
    return view.render(
        "report.html",
        report=report,
        tables=tables,
        chosen=chosen,
        lanes=lanes(rows),
        sentences=rows if chosen and chosen["form"] == "prose" else [],
        marked=marked[0] if marked else None,
        files=files,
        file=file,
        shown_page=shown_page if has_pages else None,
        text=text,
        missing=view.store.rows(
            "select form, state, empty_statement from report_forms "
            "where report_id = ? and state <> 'present' and is_expected",
            [report_id],
        ),
        rejects=view.store.rows(
            "select * from rejects where report_id = ? order by page, source_line, row_no limit 100", [report_id]
        ),
        found=view.store.rows(
            "select * from findings where report_id = ? "
            "order by array_position(['error', 'warning', 'note'], severity), page, finding_id limit 100",
            [report_id],
        ),
        versions=versions if len(versions) > 1 else [],
        scored=scores.of_report(view, report_id),
        forms=choices.forms(view),
        measures=choices.measures(view),
    )


def chosen_table(view: View, tables: list[Row]) -> Row | None:
    """The form that the URL names (form, n), else that of the marked figure, else the first."""
    form, number = view.get("form"), view.number("n")
    for table in tables:
        if table["form"] == form and (number is None or table["table_no"] == number):
            return table
    if mark := view.get("mark"):
        for row in figures(view, [mark], view.request.path_params["report_id"]):
            for table in tables:
                if (table["form"], table["table_no"]) == (row["form"], row["table_no"]):
                    return table
    return tables[0] if tables else None


def lanes(rows: list[Row]) -> list[dict[str, Any]]:
    """Side-by-side lanes of a form as tables: measures in the order of their columns, rows with a cell for each."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        lane = found.setdefault(row["lane"] or 1, {"columns": {}, "lines": {}})
        lane["columns"].setdefault(row["measure"], row["measure_label"])
        line = lane["lines"].setdefault(
            row["row_no"], {"code": row["line_code"], "label": row["line_label"], "cells": {}}
        )
        line["cells"].setdefault(row["measure"], []).append(row)
    for lane in found.values():
        lane["has_codes"] = any(line["code"] for line in lane["lines"].values())
    return [found[number] for number in sorted(found)]
