"""Spending: 类 → 款 → 项 that can be drilled, and what the other forms say about the same bodies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from dashboard.drawing import treemap
from dashboard.pages import choices
from dashboard.pages.choices import Where
from dashboard.store import Row
from dashboard.view import View

TILES = 24
FUNDS = ("all", "general_public_budget", "government_fund", "state_capital")
# One fund: the leaves of its own form, of the reports that `spending` counts; sentences only where there is no form.
OF_ONE_FUND = """
select l.line_id as spending_id, r.place_name as place, r.division_code, d.province, r.agency_name as agency,
    a.agency_type, r.fiscal_year as year, l.form as source_form, 
    coalesce(l.function_code, l.line_code)[:3] as class_code,
    c.name as class, case when l.level in ('section', 'item') then coalesce(l.function_code, l.line_code)[:5] end
    as section_code, s.name as section, case when l.level = 'item' then l.function_code end as item_code,
    case when l.level = 'item' then coalesce(l.function_name, l.line_label) end as item, l.basic_yuan, l.project_yuan,
    l.total_yuan as amount_yuan, l.report_id, l.figure_id, l.page
from fct_expenditure_by_function l
join dim_report r on r.report_id = l.report_id and r.superseded_by is null and r.kind = 'final_account'
left join dim_division d on d.division_code = r.division_code
left join (select distinct report_id, agency_type from spending) a on a.report_id = l.report_id
left join dim_function c on c.function_code = coalesce(l.function_code, l.line_code)[:3]
left join dim_function s on s.function_code = coalesce(l.function_code, l.line_code)[:5]
where l.fund = ? and l.is_leaf and l.form_no = 1 and l.total_yuan is not null
    and (l.form <> 'prose' or l.report_id not in (
    select report_id from fct_expenditure_by_function
    where fund = ? and form <> 'prose' and is_leaf and form_no = 1 and total_yuan is not null))
"""
LEVELS = {"class": ("class_code", "class"), "section": ("section_code", "section"), "item": ("item_code", "item")}
GROUPED = """
select {code} as code, any_value({name}) as name, sum(amount_yuan) as amount, sum(basic_yuan) as basic,
    sum(project_yuan) as project, count(*) as lines, any_value(figure_id) as figure_id,
    count(distinct report_id) as reports
from ({source}) where {where} group by {code} order by amount desc nulls last, code
"""
LINE_ORDERS = {
    "amount": "amount_yuan",
    "place": "division_code; agency",
    "year": "year",
    "code": "coalesce(item_code, section_code, class_code)",
    "basic": "basic_yuan",
    "project": "project_yuan",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the filters say: as SQL for `spending`-like rows, and as report ids for the other facts."""

    where: Where
    reports: Where
    year: int | None
    fund: str
    code: str


def page(view: View) -> Response:
    """The page /spending."""
    chosen = read_filters(view)
    source, values = ("select * from spending", []) if chosen.fund == "all" else (OF_ONE_FUND, [chosen.fund] * 2)
    level = {0: "class", 3: "section"}.get(len(chosen.code), "item")
    code, name = LEVELS[level]
    groups = view.store.rows(
        GROUPED.format(code=code, name=name, source=source, where=chosen.where.sql), [*values, *chosen.where.values]
    )
    total = sum((row["amount"] for row in groups if row["amount"] is not None), Decimal(0))
    lines = view.paged(
        f"select * from ({source}) where {chosen.where.sql}",
        [*values, *chosen.where.values],
        LINE_ORDERS,
        "-amount",
        total=sum(row["lines"] for row in groups),
    )
    summed = view.store.row(
        f"select count(distinct report_id) as n from ({source}) where {chosen.where.sql}",
        [*values, *chosen.where.values],
    )
    return view.render(
        "spending.html",
        chosen=chosen,
        level=level,
        groups=groups,
        english=english(view),
        tiles=tiles(groups),
        total=total,
        basic=added(groups, "basic"),
        project=added(groups, "project"),
        lines=lines,
        trail=trail(view, chosen.code),
        places=choices.places(view),
        agencies=choices.agencies(view, view.get("place")),
        types=choices.agency_types(view),
        years=choices.years(view),
        funds=FUNDS,
        economic=economic(view, chosen),
        budget=budget(view, chosen),
        three_public=three_public(view, chosen),
        operating_cost=operating_cost(view, chosen),
        n_reports=n_reports(view, chosen),
        n_summed=summed["n"] if summed else 0,
    )


def read_filters(view: View) -> Chosen:
    """place, agency, type, year (the latest when not said, `all` for every year), fund, code."""
    where, reports = Where(), Where()
    year = view.number("year")
    if year is None and view.get("year") != "all":
        latest = view.store.row("select max(year) as year from spending")
        year = latest["year"] if latest else None
    where.add_if("year = ?", year)
    reports.add_if("r.fiscal_year = ?", year)
    place = view.get("place")
    where.add_if("(division_code = ? or province = ?)", place)
    reports.add_if(
        "(r.division_code = ? or r.division_code in (select division_code from dim_division where province = ?))", place
    )
    where.add_if("contains(agency, ?)", view.get("agency"))
    reports.add_if("contains(r.agency_name, ?)", view.get("agency"))
    kind = view.get("type")
    where.add_if("agency_type = ?", kind)
    reports.add_if("r.report_id in (select report_id from spending where agency_type = ?)", kind)
    code = view.get("code") or ""
    code = code if code.isascii() and code.isdigit() and len(code) in (3, 5, 7) else ""
    if code:
        where.add("starts_with(coalesce(item_code, section_code, class_code), ?)", code)
    return Chosen(where, reports, year, view.choice("fund", FUNDS), code)


def tiles(groups: list[Row]) -> list[dict[str, Any]]:
    """The treemap: the largest groups, and the rest as one tile without a link."""
    shown = [row for row in groups if row["amount"] is not None and row["amount"] > 0]
    values = [float(row["amount"]) for row in shown]
    total = sum(values)
    kept = [i for i, value in enumerate(values[:TILES]) if value / total >= 0.004]
    rest = shown[len(kept) :]
    if rest:
        values = [*values[: len(kept)], sum(float(row["amount"]) for row in rest)]
    drawn = []
    for tile in treemap(values[: len(kept) + bool(rest)]):
        row = shown[tile.index] if tile.index < len(kept) else None
        yuan = row["amount"] if row else sum((r["amount"] for r in rest), Decimal(0))
        drawn.append({"box": tile, "row": row, "amount": yuan, "share": values[tile.index] / total, "rest": len(rest)})
    return drawn


def added(groups: list[Row], column: str) -> Decimal | None:
    """The sum of a column, None when no row has it: not the same as zero."""
    values = [row[column] for row in groups if row[column] is not None]
    return sum(values, Decimal(0)) if values else None


def english(view: View) -> dict[str, str]:
    """Function code → English name (empty on Chinese pages: the report's own names stand)."""
    if view.language != "en":
        return {}
    return {r["c"]: r["n"] for r in view.store.rows("select function_code c, name_en n from dim_function") if r["n"]}


def trail(view: View, code: str) -> list[Row]:
    """The codes above and at the chosen one, with names."""
    codes = [code[:n] for n in (3, 5, 7) if n <= len(code)]
    if not codes:
        return []
    sql = f"select function_code, name, name_en from dim_function where function_code in ({choices.marks(codes)})"
    found = {row["function_code"]: row for row in view.store.rows(sql, codes)}
    return [found.get(c, {"function_code": c, "name": c, "name_en": c}) for c in codes]


COUNTED = "(select * from dim_report r where {where} and report_id in (select report_id from spending))"


def n_reports(view: View, chosen: Chosen) -> int:
    """Reports behind the page."""
    row = view.store.row(f"select count(*) as n from {COUNTED.format(where=chosen.reports.sql)}", chosen.reports.values)
    return row["n"] if row else 0


def economic(view: View, chosen: Chosen) -> list[Row]:
    """Basic expenditure of the general public budget by economic 类 (leaves of GK06 added)."""
    return view.store.rows(
        f"""select e.class_code as code, any_value(c.name) as name, any_value(c.name_en) as name_en,
                sum(f.amount_yuan) as amount, count(distinct f.report_id) as reports, count(*) as lines,
                any_value(f.figure_id) as figure_id
            from fct_expenditure_by_economic_class f
            join {COUNTED.format(where=chosen.reports.sql)} r using (report_id)
            join dim_economic e using (economic_code)
            join dim_economic c on c.economic_code = e.class_code
            where f.is_leaf and not f.is_total and f.form_no = 1 and f.amount_yuan is not null
            group by e.class_code order by amount desc""",
        chosen.reports.values,
    )


def budget(view: View, chosen: Chosen) -> list[Row]:
    """Budget → final by 款 or 项, where the report says both (年初预算为…支出决算为…)."""
    where = ""
    values = list(chosen.reports.values)
    if chosen.code:
        where = "and starts_with(f.function_code, ?)"
        values.append(chosen.code)
    return view.store.rows(
        f"""select f.function_code as code, coalesce(f.function_name, f.line_label) as name,
                any_value(f.function_name_en) as name_en, sum(f.initial_budget_yuan) as initial,
                sum(f.adjusted_budget_yuan) as adjusted, sum(f.total_yuan) as final, count(*) as lines,
                any_value(f.figure_id) as figure_id, count(distinct f.report_id) as reports
            from fct_expenditure_by_function f
            join {COUNTED.format(where=chosen.reports.sql)} r using (report_id)
            where (f.initial_budget_yuan is not null or f.adjusted_budget_yuan is not null)
                and f.total_yuan is not null and f.is_leaf {where}
            group by f.function_code, coalesce(f.function_name, f.line_label)
            order by abs(coalesce(sum(f.total_yuan) - sum(f.initial_budget_yuan), 0)) desc, code limit 40""",
        values,
    )


def three_public(view: View, chosen: Chosen) -> list[Row]:
    """“三公”经费, budget and final, with the number of reports that print each."""
    return view.store.rows(
        f"""select f.item, any_value(f.item_zh) as zh, bool_or(f.is_total) as is_total, sum(f.budget_yuan) as budget,
                sum(f.final_yuan) as final, count(f.final_yuan) as n_final, count(f.budget_yuan) as n_budget,
                any_value(f.final_figure_id) as final_figure, any_value(f.budget_figure_id) as budget_figure
            from fct_three_public_expenses f join {COUNTED.format(where=chosen.reports.sql)} r using (report_id)
            where f.form_no = 1
            group by f.item order by array_position(
                ['three_public', 'overseas_travel', 'vehicle', 'vehicle_purchase', 'vehicle_operation', 'reception'],
                f.item) nulls last""",
        chosen.reports.values,
    )


def operating_cost(view: View, chosen: Chosen) -> list[Row]:
    """机关运行经费 of each report, as a sentence states it (every edition has one)."""
    return view.store.rows(
        f"""select r.agency_name as agency, r.fiscal_year as year, f.amount_yuan as amount, f.figure_id, f.page
            from figures f join {COUNTED.format(where=chosen.reports.sql)} r using (report_id)
            where f.form = 'prose' and f.line_label = '机关运行经费' and f.measure = 'final'
                and f.amount_yuan is not null
            qualify row_number() over (partition by f.report_id order by f.row_no, f.figure_id) = 1
            order by amount desc limit 50""",
        chosen.reports.values,
    )
