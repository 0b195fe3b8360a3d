"""Compare: bodies of one kind side by side on one code, over the years. What has no data is said to have none."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from starlette.responses import Response

from dashboard.drawing import axis
from dashboard.pages import choices
from dashboard.pages.choices import Where
from dashboard.store import Row
from dashboard.view import View

MULTIPLES = 12  # small charts on one page
BODIES_A_PAGE = 30
BODIES = """
select a.agency_id, a.name, a.place_name, a.division_code, a.first_year, a.last_year
from dim_agency a left join dim_division d using (division_code) where {where}
"""
# The series of a code is followed to its code of today, so that a renamed or moved code stays one line.
CELLS = """
select agency_id, year, sum(amount_yuan) as whole,
    sum(amount_yuan) filter (where {code}) as amount, count(*) filter (where {code}) as lines,
    any_value(figure_id) filter (where {code}) as figure_id, any_value(report_id) as report_id
from spending where agency_id in ({bodies}) group by agency_id, year
"""
SERIES = "starts_with(coalesce(function_code_latest, function_code, item_code, section_code, class_code), ?)"
PUBLISHED = """
select a.agency_id, r.fiscal_year as year, any_value(r.report_id) as report_id,
    bool_or(r.kind = 'final_account') as final
from dim_report r join dim_agency a
    on a.division_code is not distinct from r.division_code and starts_with(r.agency_name, a.name)
where a.agency_id in ({bodies}) and r.superseded_by is null group by all
"""


def page(view: View) -> Response:
    """The page /compare."""
    types = choices.agency_types(view)
    kind = view.get("type") or (types[0]["agency_type"] if types else None)
    code = view.get("code") or ""
    code = code if code.isascii() and code.isdigit() and len(code) in (3, 5, 7) else ""
    listed = bodies(view, kind)
    years = sorted(choices.years(view))
    cells = read_cells(view, [row["agency_id"] for row in listed.rows], code)
    by_share = view.choice("show", ("amount", "share")) == "share"
    year = view.number("year") if view.number("year") in years else None
    year = year or best_year(cells, years)
    return view.render(
        "compare.html",
        types=types,
        kind=kind,
        code=code,
        listed=listed,
        years=years,
        year=year,
        cells=cells,
        by_share=by_share,
        bars=bars(listed.rows, cells, year, by_share),
        multiples=multiples(listed.rows, cells, years, by_share),
        named_code=named_code(view, code),
        crosswalk=crosswalk(view, code),
        codes=codes_offered(view, kind),
        places=choices.places(view),
    )


def bodies(view: View, kind: str | None) -> Any:
    """One page of the bodies compared."""
    where = Where()
    where.add_if("a.agency_type = ?", kind)
    where.add_if("(a.division_code = ? or d.province = ?)", view.get("place"))
    where.add_if("(contains(a.name, ?) or contains(a.place_name, ?))", view.get("q"))
    orders = {"place": "a.division_code; a.name", "name": "a.name"}
    return view.paged(BODIES.format(where=where.sql), where.values, orders, "place", BODIES_A_PAGE)


def read_cells(view: View, ids: list[str], code: str) -> dict[tuple[str, int], dict[str, Any]]:
    """(agency, year) → state and amounts. States: known | no_line (the code is not printed)
    | no_form (a final account without spending) | no_account (another kind of report). Absent: nothing published."""
    if not ids:
        return {}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in view.store.rows(PUBLISHED.format(bodies=choices.marks(ids)), ids):
        state = "no_form" if row["final"] else "no_account"
        found[row["agency_id"], row["year"]] = {"state": state, "report_id": row["report_id"], "amount": None}
    sql = CELLS.format(code=SERIES, bodies=choices.marks(ids))
    for row in view.store.rows(sql, [code, code, code, *ids]):
        share = row["amount"] / row["whole"] if row["lines"] and row["amount"] is not None and row["whole"] else None
        found[row["agency_id"], row["year"]] = {**row, "state": "known" if row["lines"] else "no_line", "share": share}
    return found


def best_year(cells: dict[tuple[str, int], dict[str, Any]], years: list[int]) -> int | None:
    """The latest year that most bodies have."""
    counted = {
        year: sum(1 for (_, y), cell in cells.items() if y == year and cell["state"] == "known") for year in years
    }
    return max(years, key=lambda year: (counted[year], year)) if years else None


def value_of(cell: dict[str, Any] | None, by_share: bool) -> float | None:
    """What a chart shows of a cell: 元, or percent of all spending."""
    if not cell or cell["state"] != "known":
        return None
    value: Decimal | None = cell["share"] if by_share else cell["amount"]
    return None if value is None else float(value) * (100 if by_share else 1)


def bars(
    rows: list[Row], cells: dict[tuple[str, int], dict[str, Any]], year: int | None, by_share: bool
) -> list[dict[str, Any]]:
    """Bodies with their bar of one year, longest first; those without a number last, said to have none."""
    drawn: list[dict[str, Any]] = []
    for row in rows:
        cell = cells.get((row["agency_id"], year or 0))
        drawn.append({"body": row, "cell": cell, "value": value_of(cell, by_share)})
    drawn.sort(key=lambda bar: (bar["value"] is None, -(bar["value"] or 0)))
    longest = max((bar["value"] for bar in drawn if bar["value"] is not None), default=0) or 1
    for bar in drawn:
        bar["percent"] = None if bar["value"] is None else round(max(bar["value"], 0) / longest * 100, 2)
    return drawn


def multiples(
    rows: list[Row], cells: dict[tuple[str, int], dict[str, Any]], years: list[int], by_share: bool
) -> dict[str, Any]:
    """A small chart for each body on one common scale; a year without a number breaks the line."""
    bodies = [
        row for row in rows if any(value_of(cells.get((row["agency_id"], y)), by_share) is not None for y in years)
    ]
    values = [
        v for row in bodies for y in years if (v := value_of(cells.get((row["agency_id"], y)), by_share)) is not None
    ]
    scale = axis(values, steps=3)
    span = max(1, len(years) - 1)
    charts = []
    for row in bodies[:MULTIPLES]:
        points = []
        for index, year in enumerate(years):
            value = value_of(cells.get((row["agency_id"], year)), by_share)
            x = 50.0 if len(years) == 1 else round(index / span * 100, 2)
            points.append({"year": year, "x": x, "y": None if value is None else 100 - scale.at(value), "value": value})
        segments = [(a, b) for a, b in pairwise(points) if a["y"] is not None and b["y"] is not None]
        charts.append({"body": row, "points": points, "segments": segments})
    return {"charts": charts, "scale": scale, "left_out": max(0, len(bodies) - MULTIPLES)}


def named_code(view: View, code: str) -> Row | None:
    """The chosen code with its names."""
    sql = "select function_code, name, name_en from dim_function where function_code = ?"
    return view.store.row(sql, [code]) if code else None


def crosswalk(view: View, code: str) -> list[Row]:
    """Every code whose series is counted under the chosen one today, with the years in which it was in force."""
    if not code:
        return []
    return view.store.rows(
        """select function_code, name, name_en, valid_from, valid_to, code_latest, name_latest, source
           from dim_function
           where starts_with(code_latest, ?) and length(function_code) = ?
               and function_code is distinct from code_latest
           order by function_code limit 40""",
        [code, len(code)],
    )


def codes_offered(view: View, kind: str | None) -> list[Row]:
    """类 and 款 that bodies of this kind report, for the filter."""
    where = Where()
    where.add_if("agency_type = ?", kind)
    return view.store.rows(
        f"""with found as (
                select distinct unnest([code[:3], code[:5]]) as function_code from (
                    select distinct coalesce(function_code_latest, section_code, class_code) as code
                    from spending where {where.sql}))
            select function_code, name, name_en from found join dim_function using (function_code) order by 1""",
        where.values,
    )
