"""Where a number was printed, and a finding with its arithmetic: the page's picture with the cells outlined."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from starlette.responses import PlainTextResponse, Response

from dashboard.pages import choices
from dashboard.pictures import draw, raw_file
from dashboard.store import Row
from dashboard.view import NotFound, View
from pipelines.documents.model import Box
from pipelines.evidence import Evidence, EvidenceError

FIGURES = """
select f.*, r.place_name, r.agency_name, r.fiscal_year, d.file_name, d.sha256, d.file_path
from figures f join dim_report r using (report_id) join dim_file d using (file_id)
where f.figure_id in ({marks}) and {report}
"""
KEPT = {"cache-control": "private, max-age=300"}


def figures(view: View, ids: Sequence[str], report_id: str | None = None) -> list[Row]:
    """Figures with their report and file, in the order asked for; found sooner when their report is known."""
    if not ids:
        return []
    sql = FIGURES.format(marks=choices.marks(ids), report="true" if report_id is None else "f.report_id = ?")
    values = list(ids) if report_id is None else [*ids, report_id]
    found = {row["figure_id"]: row for row in view.store.rows(sql, values)}
    if report_id is not None and len(found) < len(set(ids)):
        return figures(view, ids)  # some stand in another report: last year's
    return [found[i] for i in ids if i in found]


def one_figure(view: View) -> Row:
    figure_id = view.request.path_params["figure_id"]
    rows = figures(view, [figure_id])
    if not rows:
        raise NotFound(view.say("evidence.no_figure", figure_id=figure_id))
    return rows[0]


def box(row: Row) -> Box | None:
    """The cell of a figure on its page."""
    edges = [row["x0"], row["top"], row["x1"], row["bottom"]]
    return None if any(edge is None for edge in edges) else Box(*edges)


def figure(view: View) -> Response:
    """The page /figure/{figure_id}."""
    row = one_figure(view)
    used = view.store.rows(
        """select reconciliation_id, rule, outcome, terms, stated, computed, unit, difference, tolerance
           from reconciliation where report_id = ? and list_contains(figure_ids, ?)
           order by outcome = 'inconsistent' desc, rule limit 40""",
        [row["report_id"], row["figure_id"]],
    )
    found = view.store.rows(
        "select finding_id, severity, message_zh, message_en from findings where report_id = ? "
        "and list_contains(figure_ids, ?) order by severity",
        [row["report_id"], row["figure_id"]],
    )
    return view.render(
        "figure.html",
        row=row,
        used=used,
        found=found,
        shown=shown_as(view, row, whole_page=False),
        forms=choices.forms(view),
        measures=choices.measures(view),
        rules=choices.rules(view),
    )


def shown_as(view: View, row: Row, whole_page: bool, company: Sequence[Box] = ()) -> dict[str, Any]:
    """How the place can be shown: as picture (a URL follows), as text, or why not."""
    if row["page"] is not None and box(row) is not None:
        return {"kind": "picture"}
    try:
        found = evidence_of(view, row, company, whole_page)
    except EvidenceError as error:
        return {"kind": "none", "why": str(error)}
    return {"kind": "picture"} if found.png is not None else {"kind": "text", "text": found.text}


def evidence_of(view: View, row: Row, company: Sequence[Box], whole_page: bool) -> Evidence:
    own = box(row)
    return draw(
        raw_file(view.settings.raw, row["file_path"]),
        page=row["page"],
        boxes=[*([own] if own else []), *company],
        whole_page=whole_page,
        source_line=row["source_line"],
        printed=row["printed"],
        line_label=row["line_label"],
        header=row["measure_label"],
    )


def figure_picture(view: View) -> Response:
    """PNG of the strip (or with whole=1 the page) that a figure stands on."""
    row = one_figure(view)
    return picture(lambda: evidence_of(view, row, (), view.get("whole") == "1"))


def picture(make: Any) -> Response:
    try:
        found: Evidence = make()
    except EvidenceError as error:
        return PlainTextResponse(str(error), 404)
    if found.png is None:
        return PlainTextResponse("This format has no pages to look at.", 404)
    return Response(found.png, media_type="image/png", headers=KEPT)


def page_picture(view: View) -> Response:
    """PNG of a whole page of a report's file (`file`; its first), the figures named by `mark` outlined."""
    report_id, page = view.request.path_params["report_id"], view.request.path_params["page"]
    files = files_of(view, report_id)
    if not files:
        raise NotFound(report_id)
    file = next((file for file in files if file["file_id"] == view.get("file")), files[0])
    marked = [
        row
        for row in figures(view, [m for m in (view.get("mark") or "").split(",") if m], report_id)
        if (row["file_id"], row["page"]) == (file["file_id"], page)
    ]
    boxes = [b for row in marked if (b := box(row)) is not None]
    return picture(
        lambda: draw(raw_file(view.settings.raw, file["file_path"]), page=page, boxes=boxes, whole_page=True)
    )


def files_of(view: View, report_id: str) -> list[Row]:
    """The files that a report is made of, or that figures of it stand in, the first first."""
    return view.store.rows(
        """select d.* from dim_file d
           where d.report_id = ? or d.file_id in (select file_id from figures where report_id = ?)
           order by d.report_id <> ?, d.part_no, d.file_id""",
        [report_id, report_id, report_id],
    )


# --- findings


def one_finding(view: View) -> Row:
    finding_id = view.request.path_params["finding_id"]
    row = view.store.row(
        """select f.*, r.place_name, r.division_code, r.agency_name, r.fiscal_year, r.file_name
           from findings f join dim_report r using (report_id) where finding_id = ?""",
        [finding_id],
    )
    if row is None:
        raise NotFound(view.say("evidence.no_finding", finding_id=finding_id))
    return row


def finding(view: View) -> Response:
    """The page /finding/{finding_id}: the sentence, the arithmetic, the pages, the review mark."""
    row = one_finding(view)
    parts = figures(view, row["figure_ids"] or [], row["report_id"])
    rule = view.store.row("select * from dim_rule where rule = ?", [row["rule"]])
    identity = view.store.row(
        """select * from reconciliation where report_id = ? and rule = ? and form = ?
               and line_code is not distinct from ? and line_label is not distinct from ?
               and measure is not distinct from ? and outcome = 'inconsistent' and figure_ids = ?""",
        [
            *(row[name] for name in ("report_id", "rule", "form", "line_code", "line_label", "measure")),
            row["figure_ids"],
        ],
    )
    pages = list(dict.fromkeys((part["file_id"], part["page"]) for part in parts if box(part) is not None))
    text = shown_as(view, parts[0], whole_page=False) if parts and not pages else None
    return view.render(
        "finding.html",
        row=row,
        parts=parts,
        rule=rule,
        identity=identity,
        bounds=bounds(row),
        pages=pages,
        text=text,
        case=case_of(view, row["finding_id"]),
        review=review_of(view, row["finding_id"]),
        forms=choices.forms(view),
        measures=choices.measures(view),
    )


def bounds(row: Row) -> dict[str, Decimal] | None:
    """How far apart the two sides are and how far they might be, in the printed unit."""
    if row["difference"] is None or row["tolerance"] is None:
        return None
    return {
        "apart": abs(row["difference"]),
        "allowed": row["tolerance"],
        "beyond": abs(row["difference"]) - row["tolerance"],
    }


def case_of(view: View, finding_id: str) -> Row | None:
    """The case of a finding: the figure that explains it and its other findings; None where there are no cases."""
    if not view.store.has("finding_cases") or "finding_ids" not in view.store.columns("finding_cases"):
        return None
    return view.store.row(
        """select k.*, f.printed, (select list({'id': o.finding_id, 'zh': o.message_zh, 'en': o.message_en})
               from findings o where list_contains(k.finding_ids, o.finding_id) and o.finding_id <> ?) as others
           from finding_cases k left join figures f on f.figure_id = k.figure_id
           where list_contains(k.finding_ids, ?)""",
        [finding_id, finding_id],
    )


def review_of(view: View, finding_id: str) -> Row | None:
    """The mark that counts for a finding; None where nobody has marked it."""
    if not view.store.has("finding_reviews"):
        return None
    return view.store.row("select * from finding_reviews where finding_id = ?", [finding_id])


def finding_picture(view: View) -> Response:
    """PNG of one page of a finding (page=…), its cells outlined; the stated figure first."""
    row = one_finding(view)
    parts = figures(view, row["figure_ids"] or [], row["report_id"])
    boxed = [part for part in parts if part["page"] is not None and box(part) is not None]
    first = boxed[0] if boxed else {"page": None, "file_id": None}
    address = view.number("page") or first["page"], view.get("file") or first["file_id"]
    here = [part for part in boxed if (part["page"], part["file_id"]) == address]
    if not here:
        return PlainTextResponse("Nothing of this finding has a place on this page.", 404)
    whole = view.get("whole") == "1"
    company = [b for part in here[1:] if (b := box(part)) is not None]
    return picture(lambda: evidence_of(view, here[0], company, whole))
