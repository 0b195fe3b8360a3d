"""Performance: what projects spent and scored by their own account, and the reasons they give for deviations."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from dashboard.drawing import axis
from dashboard.pages import choices
from dashboard.pages.choices import Where
from dashboard.store import Row
from dashboard.view import NotFound, View

POINTS = 600  # of a scatter, taken evenly; the table has them all
PROJECTS = """
select p.* exclude (goal, achieved), r.place_name, r.division_code, r.agency_name, r.fiscal_year,
    case when p.total_weight > 0 then p.total_score / p.total_weight * 100 else p.total_score end as score
from fct_project_performance p join dim_report r using (report_id)
where r.superseded_by is null and {where}
"""
ORDERS = {
    "project": "project_name",
    "place": "division_code; agency_name",
    "year": "fiscal_year",
    "executed": "executed_yuan",
    "budget": "adjusted_budget_yuan",
    "rate": "execution_rate",
    "score": "score",
}
REASONS = """
select i.*, r.agency_name, r.fiscal_year, r.place_name
from fct_performance_indicator i join dim_report r using (report_id)
where r.superseded_by is null and length(trim(i.deviation)) > 1 and {where}
order by (i.weight - i.score) desc nulls last, r.fiscal_year desc, i.report_id, i.table_no, i.row_no limit 60
"""


def page(view: View) -> Response:
    """The page /performance."""
    if not view.store.has("fct_project_performance", "fct_performance_indicator"):
        return view.render("performance.html", absent=True)
    where = filters(view)
    listed = view.paged(PROJECTS.format(where=where.sql), where.values, ORDERS, "-year")
    q = view.get("q")
    searched = reason_filters(view)
    overall: list[Row] = []
    if view.store.has("fct_overall_performance"):
        overall = overall_rows(view)
    return view.render(
        "performance.html",
        absent=False,
        listed=listed,
        scatter=scatter(view, where),
        reasons=view.store.rows(REASONS.format(where=searched.sql), searched.values),
        overall=overall,
        places=choices.places(view),
        years=choices.years(view),
        q=q,
    )


def filters(view: View) -> Where:
    """place, year, agency and words (of the project, its indicators, goals and reasons)."""
    where = about_report(view)
    where.add_if(
        """(contains(p.project_name, ?) or contains(p.goal, ?) or contains(p.achieved, ?) or p.evaluation_id in (
            select evaluation_id from fct_performance_indicator
            where contains(indicator, ?) or contains(deviation, ?) or contains(actual, ?)))""",
        view.get("q"),
    )
    where.add_if("p.grade = ?", view.get("grade"))
    return where


def reason_filters(view: View) -> Where:
    """The same for reasons of deviation."""
    where = about_report(view)
    where.add_if("(contains(i.indicator, ?) or contains(i.deviation, ?) or contains(i.evaluated, ?))", view.get("q"))
    return where


def about_report(view: View) -> Where:
    where = Where()
    where.add_if("r.division_code = ?", view.get("place"))
    where.add_if("r.fiscal_year = ?", view.number("year"))
    where.add_if("contains(r.agency_name, ?)", view.get("agency"))
    return where


def overall_rows(view: View) -> list[Row]:
    """Whole bodies' self-evaluations, when that mart is there."""
    where = about_report(view)
    sql = f"""select p.*, r.agency_name, r.fiscal_year, r.place_name from fct_overall_performance p
        join dim_report r using (report_id) where r.superseded_by is null and {where.sql}
        order by r.fiscal_year desc, r.division_code limit 100"""
    return view.store.rows(sql, where.values)


def scatter(view: View, where: Where) -> dict[str, Any]:
    """Execution rate (x, percent) against score (y, of 100), where both are printed."""
    sql = f"""select * from ({PROJECTS.format(where=where.sql)})
        where execution_rate is not null and score is not null order by hash(evaluation_id) limit {POINTS}"""
    rows = view.store.rows(sql, where.values)
    across = axis([float(row["execution_rate"]) for row in rows] + [100.0])
    scores = [float(row["score"]) for row in rows]
    up = axis([*scores, 100.0], from_zero=not scores or min(scores) < 40)
    points = [{"row": r, "x": across.at(float(r["execution_rate"])), "y": 100 - up.at(float(r["score"]))} for r in rows]
    return {"points": points, "across": across, "up": up, "full": len(points) == POINTS}


def project(view: View) -> Response:
    """The page /performance/{evaluation_id}: one self-evaluation in full."""
    if not view.store.has("fct_project_performance", "fct_performance_indicator"):
        raise NotFound(view.say("performance.absent"))
    evaluation_id = view.request.path_params["evaluation_id"]
    for table in ("fct_project_performance", "fct_overall_performance"):
        if not view.store.has(table):
            continue
        row = view.store.row(
            f"""select p.*, r.place_name, r.agency_name, r.fiscal_year, r.file_name from {table} p
                join dim_report r using (report_id) where evaluation_id = ?""",
            [evaluation_id],
        )
        if row:
            indicators = view.store.rows(
                "select * from fct_performance_indicator where evaluation_id = ? order by row_no", [evaluation_id]
            )
            return view.render("project.html", row=row, indicators=indicators)
    raise NotFound(evaluation_id)
