"""Data quality: what does not add up, how far every report was read, and when it was last judged."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from dashboard.pages import choices, scores
from dashboard.pages.choices import Where
from dashboard.store import Row
from dashboard.view import View

TABS = ("findings", "scores", "due", "checks", "rejects", "doubts", "runs")
VERDICTS = ("confirmed", "explained", "false")
SEVERITIES = ("error", "warning", "note")
FINDINGS = """
select f.*, r.place_name, r.division_code, r.agency_name, r.fiscal_year, {case} as case_id
from findings f join dim_report r using (report_id) {joined} where {where}
"""
FINDING_ORDERS = {
    "severity": "array_position(['error', 'warning', 'note'], severity); division_code; agency_name; fiscal_year; page",
    "rule": "rule",
    "place": "division_code; agency_name",
    "year": "fiscal_year",
    "difference": "abs(difference)",
    "case": "case_id; severity",
}
REJECTS = """
select x.*, r.place_name, r.division_code, r.agency_name, r.fiscal_year
from rejects x join dim_report r using (report_id)
where r.superseded_by is null and {where}
"""
DOUBTS = """
select x.*, r.place_name, r.division_code, r.agency_name, r.fiscal_year
from figures x join dim_report r using (report_id)
where r.superseded_by is null and x.confidence is not null and {where}
"""
CHECKS = """
select x.rule, x.outcome, x.form, x.line_code, x.line_label, x.stated, x.computed, x.difference, x.tolerance, x.n_terms,
    x.n_blank, x.stated_decimals, x.computed_decimals, x.stated_figure_id, x.report_id, r.place_name, r.division_code,
    r.agency_name, r.fiscal_year
from reconciliation x
join dim_report r using (report_id) where r.superseded_by is null and {where}
"""


def page(view: View) -> Response:
    """The page /quality, one tab of it."""
    tab = view.choice("tab", TABS)
    shown = {
        "findings": findings,
        "scores": scores.scores,
        "due": scores.due,
        "checks": checks,
        "rejects": rejects,
        "doubts": doubts,
        "runs": runs,
    }
    return view.render(
        "quality.html",
        tab=tab,
        tabs=TABS,
        severities=SEVERITIES,
        verdicts=VERDICTS,
        rules=choices.rules(view),
        forms=choices.forms(view),
        measures=choices.measures(view),
        places=choices.places(view),
        years=choices.years(view),
        docs=view.settings.data_docs is not None and (view.settings.data_docs / "index.html").is_file(),
        **{"listed": None, "by_rule": [], "outcomes": [], "runs": [], "failed": []} | shown[tab](view),
    )


def about_report(view: View) -> Where:
    """place, year, agency."""
    where = Where()
    where.add_if("r.division_code = ?", view.get("place"))
    where.add_if("r.fiscal_year = ?", view.number("year"))
    where.add_if("contains(r.agency_name, ?)", view.get("agency"))
    return where


def findings(view: View) -> dict[str, Any]:
    """Findings of the reports in force, and how many there are by rule."""
    where = about_report(view)
    where.add("r.superseded_by is null")
    where.add_if("f.severity = ?", view.get("severity"))
    where.add_if("f.rule = ?", view.get("rule"))
    reviewed = "review" in view.store.columns("findings")
    if reviewed and (mark := view.get("review")):
        where.add_if("f.review = ?", None if mark == "none" else mark)
        where.add_if("(f.review is null) = ?", True if mark == "none" else None)
    case, joined = case_columns(view)
    if case != "null":
        where.add_if(f"{case} = ?", view.get("case"))
    sql = FINDINGS.format(case=case, joined=joined, where=where.sql)
    by_rule = view.store.rows(
        f"select rule, severity, count(*) as n, count(distinct report_id) as reports from ({sql}) group by 1, 2 "
        "order by array_position(['error', 'warning', 'note'], severity), n desc",
        where.values,
    )
    return {"listed": view.paged(sql, where.values, FINDING_ORDERS, "severity"), "by_rule": by_rule}


def case_columns(view: View) -> tuple[str, str]:
    """How a finding leads to its case, when the warehouse groups findings into cases."""
    if view.store.has("finding_cases"):
        columns = set(view.store.columns("finding_cases"))
        if {"finding_ids", "case_id"} <= columns:
            cases = "(select unnest(finding_ids) as finding_id, case_id from finding_cases)"
            return "k.case_id", f"left join {cases} k on k.finding_id = f.finding_id"
    if "case_id" in view.store.columns("findings"):
        return "f.case_id", ""
    return "null", ""


def checks(view: View) -> dict[str, Any]:
    """Every identity, also those that hold."""
    where = about_report(view)
    where.add_if("x.outcome = ?", view.get("outcome"))
    where.add_if("x.rule = ?", view.get("rule"))
    sql = CHECKS.format(where=where.sql)
    orders = {
        "place": "division_code; agency_name; fiscal_year; form; rule",
        "difference": "abs(difference)",
        "rule": "rule",
    }
    outcomes = view.store.rows(f"select outcome, count(*) as n from ({sql}) group by 1 order by 2 desc", where.values)
    total = sum(row["n"] for row in outcomes)
    return {"listed": view.paged(sql, where.values, orders, "-difference", total=total), "outcomes": outcomes}


def rejects(view: View) -> dict[str, Any]:
    """Printed things that did not become figures."""
    where = about_report(view)
    where.add_if("x.reason = ?", view.get("reason"))
    sql = REJECTS.format(where=where.sql)
    orders = {"place": "division_code; agency_name; fiscal_year; page; source_line", "reason": "reason"}
    return {
        "listed": view.paged(sql, where.values, orders, "place"),
        "by_rule": view.store.rows(
            f"select reason, kind, count(*) as n from ({sql}) group by 1, 2 order by n desc limit 30", where.values
        ),
        "reasons": reject_reasons(view),
    }


def reject_reasons(view: View) -> dict[str, str]:
    """Reason id → its text."""
    if not view.store.has("reference.reject_reasons"):
        return {}
    rows: list[Row] = view.store.rows("select * from reference.reject_reasons")
    if not rows:
        return {}
    zh = next((c for c in rows[0] if c.endswith("_zh")), None)
    en = next((c for c in rows[0] if c.endswith("_en")), None)
    return {
        row["reason"]: view.named(row[zh] if zh else None, row[en] if en else None) for row in rows if "reason" in row
    }


def doubts(view: View) -> dict[str, Any]:
    """Figures that were recognised from a picture, the least certain first."""
    where = about_report(view)
    orders = {"confidence": "confidence; report_id; page; top", "place": "division_code; agency_name"}
    return {"listed": view.paged(DOUBTS.format(where=where.sql), where.values, orders, "confidence")}


def runs(view: View) -> dict[str, Any]:
    """When the suites ran, how they went, and what failed in the last run."""
    if not view.store.has("quality.expectation_results"):
        return {}
    found = view.store.rows(
        """select run_id, max(run_at) as run_at, count(*) as expectations, count(*) filter (where success) as met,
               count(*) filter (where not success and blocking) as blocking, count(distinct suite) as suites
           from quality.expectation_results group by run_id order by run_at desc limit 30"""
    )
    failed = view.store.rows(
        """select suite_title, expectation, severity, unexpected_count, element_count, observed, reason
           from quality.expectation_results where not success and run_id = (
               select run_id from quality.expectation_results order by run_at desc limit 1)
           order by array_position(['error', 'warning', 'note'], severity), suite limit 200"""
    )
    return {"runs": found, "failed": failed}
