"""Statutory forms that agree, drawn at random: landed figures of GK01–GK07 without a document.

Amounts are drawn in fen and added up there; every cell is then rounded to 0.01 万元 by itself, as the programs that
fill these forms do, so that printed totals miss the printed parts by rounding everywhere. Nothing here knows a rule:
what agrees does so because money was counted, not because an identity was looked up.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from random import Random

from tests.dbt_landing import Landing, Row

SEEDS = Path(__file__).resolve().parents[1] / "dbt_project" / "seeds"
YEAR = 2024
FUNDS = ("general_public", "government_fund", "state_capital")
SPENT = ("basic_expenditure", "project_expenditure")
SPENT_OTHERWISE = ("remittance_to_superior", "operating_expenditure", "subsidy_to_affiliated")
EARNED = {
    "superior_subsidy_revenue": "四、上级补助收入",
    "institutional_revenue": "五、事业收入",
    "operating_revenue": "六、经营收入",
    "affiliated_remittance_revenue": "七、附属单位上缴收入",
    "other_revenue": "八、其他收入",
}
FUND_LINES = ("一、一般公共预算财政拨款", "二、政府性基金预算财政拨款", "三、国有资本经营预算财政拨款")
# the lines of GK01 and GK04 in the order of the national edition of 2024
CLASSES = (
    "201", "202", "203", "204", "205", "206", "207", "208", "210", "211", "212", "213", "214",
    "215", "216", "217", "219", "220", "221", "222", "223", "224", "229", "231", "232", "234",
)  # fmt: skip
DIGITS = "零一二三四五六七八九十"
PERSONNEL, PUBLIC = ("301", "303"), ("302", "307", "310")

Fen = int
Cells = dict[str, Fen]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a report prints: zeros as 0.00 or blank, every class or those with money, with 款 or without."""

    zeros: bool
    every_class: bool
    sections: bool
    separators: bool

    def cell(self, fen: Fen) -> str:
        """1044944950 → '1,044.94'; the amount in 万元, rounded by itself."""
        value = (Decimal(fen) / 1_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if not value and not self.zeros:
            return ""
        return f"{value:,.2f}" if self.separators else f"{value:.2f}"

    def row(self, code: str | None, label: str | None, cells: Cells) -> Row:
        return code, label, {measure: self.cell(fen) for measure, fen in cells.items()}


@dataclass(slots=True)
class Item:
    """One 项: what was earned and spent under it, in fen; `fiscal` is the part of SPENT paid from its own fund."""

    code: str
    fund: str
    revenue: Cells
    spent: Cells
    fiscal: Cells


def add_report(landing: Landing, report_id: str, seed: int, **identity: object) -> None:
    """The forms GK01–GK07 of one made-up department; the same seed gives the same figures."""
    random = Random(seed)
    manner = Manner(*(random.random() < share for share in (0.5, 0.5, 0.8, 0.5)))
    items = draw_items(random)
    landing.report(report_id, fiscal_year=YEAR, **identity)
    balances = draw_balances(random, items)
    summaries(landing, report_id, manner, items, balances)
    landing.form(report_id, "revenue", tree(manner, items, "revenue", "revenue"), table_no=2, page=2)
    landing.form(report_id, "expenditure", tree(manner, items, "spent", "expenditure"), table_no=3, page=3)
    general = [item for item in items if item.fund == "general_public"]
    rows = tree(manner, general, "fiscal", "expenditure")
    landing.form(report_id, "general_budget_expenditure", rows, table_no=5, page=5)
    basic = sum(item.fiscal["basic_expenditure"] for item in general)
    economic = economic_form(landing, report_id, random, manner, basic)
    three_public(landing, report_id, random, manner, economic)


def amount(random: Random) -> Fen:
    """Small, middling and large, in fen: 0.01 yuan to 90 million yuan."""
    return random.choice((random.randint(1, 99_999), random.randint(1, 99_999_999), random.randint(1, 9_000_000_000)))


def some(random: Random, share: float) -> Fen:
    return amount(random) if random.random() < share else 0


def draw_items(random: Random) -> list[Item]:
    other, funds = random.random() < 0.5, random.random() < 0.4
    by_fund: dict[str, list[str]] = defaultdict(list)
    for row in code_list("function_codes.csv").values():
        if row["level"] == "item" and row["code"][:3] in CLASSES:
            by_fund[row["budget_kind"]].append(row["code"])
    drawn = [(code, FUNDS[0]) for code in random.sample(by_fund[FUNDS[0]], random.randint(1, 12))]
    if funds:
        drawn += [(code, fund) for fund in FUNDS[1:] for code in random.sample(by_fund[fund], random.randint(0, 2))]
    items = []
    for code, fund in sorted(drawn):
        basic = some(random, 0.6) if fund == FUNDS[0] else 0
        fiscal = {SPENT[0]: basic, SPENT[1]: some(random, 0.6) if basic else amount(random)}
        spent = {measure: fen + (some(random, 0.3) if other else 0) for measure, fen in fiscal.items()}
        spent |= {measure: some(random, 0.1) if other else 0 for measure in SPENT_OTHERWISE}
        # some money of the year is left, some spending is paid from what was left before
        granted = sum(fiscal.values()) * random.choice((100, 100, 100, random.randint(50, 150))) // 100
        revenue = {"fiscal_appropriation_revenue": granted}
        revenue |= {measure: some(random, 0.15) if other else 0 for measure in EARNED}
        items.append(Item(code, fund, revenue, spent, fiscal))
    return items


def draw_balances(random: Random, items: list[Item]) -> dict[str, tuple[Fen, Fen]]:
    """Opening and closing carry-over by fund, and of all other money: opening + earned − spent = closing ≥ 0."""
    balances = {}
    for fund in FUNDS:
        own = [item for item in items if item.fund == fund]
        kept = sum(
            sum(item.revenue[m] for m in item.revenue if m not in EARNED) - sum(item.fiscal.values()) for item in own
        )
        opening = max(0, -kept) + (some(random, 0.5) if own else 0)
        balances[fund] = (opening, opening + kept)
    earned = sum(item.revenue[measure] for item in items for measure in EARNED)
    kept = earned - sum(sum(item.spent.values()) - sum(item.fiscal.values()) for item in items)
    opening = max(0, -kept) + some(random, 0.4)
    balances["other"] = (opening, opening + kept)
    return balances


def summaries(
    landing: Landing, report_id: str, manner: Manner, items: list[Item], balances: dict[str, tuple[Fen, Fen]]
) -> None:
    """GK01 and GK04."""
    names = code_list("function_codes.csv")
    granted = {fund: sum(i.revenue["fiscal_appropriation_revenue"] for i in items if i.fund == fund) for fund in FUNDS}
    earned = {measure: sum(item.revenue[measure] for item in items) for measure in EARNED}
    opened, closed = balances["other"]
    surplus, distributed = opened // 3, closed // 4  # of other money only
    opening = sum(balance[0] for balance in balances.values()) - surplus
    closing = sum(balance[1] for balance in balances.values()) - distributed
    revenue = sum(granted.values()) + sum(earned.values())
    spent = sum(sum(item.spent.values()) for item in items)
    left: list[tuple[str, Fen]] = [(f"{line}收入", granted[fund]) for line, fund in zip(FUND_LINES, FUNDS, strict=True)]
    left += [(line, earned[measure]) for measure, line in EARNED.items()]
    left += [("本年收入合计", revenue), ("使用非财政拨款结余（含专用结余）", surplus), ("年初结转和结余", opening)]
    left += [("总计", revenue + surplus + opening)]
    classes = [
        (f"{ordinal(n)}、{names[code]['name']}", [item for item in items if item.code[:3] == code])
        for n, code in enumerate(CLASSES, start=1)
    ]
    classes = [(label, members) for label, members in classes if members or manner.every_class]
    right = [(label, sum(sum(item.spent.values()) for item in members)) for label, members in classes]
    right += [("本年支出合计", spent), ("结余分配", distributed), ("年末结转和结余", closing)]
    right += [("总计", spent + distributed + closing)]
    for lane, measure, lines in ((1, "revenue", left), (2, "expenditure", right)):
        rows = [manner.row(None, label, {measure: fen}) for label, fen in lines]
        landing.form(report_id, "revenue_expenditure_summary", rows, table_no=1, lane=lane, page=1)

    fiscal_opening = sum(balances[fund][0] for fund in FUNDS)
    left = [(line, granted[fund]) for line, fund in zip(FUND_LINES, FUNDS, strict=True)]
    left += [("本年收入合计", sum(granted.values())), ("年初财政拨款结转和结余", fiscal_opening)]
    left += [(line[2:], balances[fund][0]) for line, fund in zip(FUND_LINES, FUNDS, strict=True)]
    left += [("总计", sum(granted.values()) + fiscal_opening)]
    rows = [manner.row(None, label, {"revenue": fen}) for label, fen in left]
    landing.form(report_id, "appropriation_summary", rows, table_no=4, lane=1, page=4)
    paid = {fund: sum(sum(item.fiscal.values()) for item in items if item.fund == fund) for fund in FUNDS}
    by_fund = [
        (label, {f: sum(sum(item.fiscal.values()) for item in members if item.fund == f) for f in FUNDS})
        for label, members in classes
    ]
    by_fund += [("本年支出合计", paid), ("年末财政拨款结转和结余", {fund: balances[fund][1] for fund in FUNDS})]
    by_fund += [("总计", {fund: paid[fund] + balances[fund][1] for fund in FUNDS})]
    rows = [manner.row(None, label, across(cells)) for label, cells in by_fund]
    landing.form(report_id, "appropriation_summary", rows, table_no=4, lane=2, page=4)


def across(cells: Cells) -> Cells:
    measures = ("general_public_budget_expenditure", "government_fund_expenditure", "state_capital_expenditure")
    return {"expenditure": sum(cells.values())} | dict(zip(measures, (cells[f] for f in FUNDS), strict=True))


def tree(manner: Manner, items: Iterable[Item], attribute: str, total: str) -> list[Row]:
    """合计, 类, 款 and 项 with the sum of each row in measure `total`."""
    sums: dict[str, Cells] = defaultdict(lambda: defaultdict(int))
    for item in items:
        cells: Cells = getattr(item, attribute)
        for code in ("", item.code[:3], *([item.code[:5]] if manner.sections else []), item.code):
            for measure, fen in cells.items():
                sums[code][total] += fen
                sums[code][measure] += fen
    names = code_list("function_codes.csv")
    return [
        manner.row(code or None, names[code]["name"] if code else "合计", dict(sums[code]))
        for code in sorted(sums)
        if any(sums[code].values())
    ]


def economic_form(landing: Landing, report_id: str, random: Random, manner: Manner, basic: Fen) -> Cells:
    """GK06: basic expenditure split over economic items, personnel left and public right. → the items."""
    names = code_list("economic_codes.csv")
    codes = [code for code in names if len(code) == 5 and code[:3] in PERSONNEL + PUBLIC]
    chosen = sorted(random.sample(codes, min(random.randint(6, 30), len(codes))))
    cuts = sorted(random.randint(0, basic) for _ in chosen[1:])
    items = {
        code: high - low
        for code, low, high in zip(chosen, [0, *cuts], [*cuts, basic], strict=True)
        if basic and high > low
    }
    for lane, classes, label in ((1, PERSONNEL, "人员经费合计"), (2, PUBLIC, "公用经费合计")):
        rows = []
        for code in classes:
            own = {item: fen for item, fen in items.items() if item[:3] == code}
            lines = {code: sum(own.values())} | own if own else {}
            rows += [manner.row(c, names[c]["name"], {SPENT[0]: fen}) for c, fen in lines.items()]
        rows.append(manner.row(None, label, {SPENT[0]: sum(f for item, f in items.items() if item[:3] in classes)}))
        landing.form(report_id, "general_budget_basic_expenditure", rows, table_no=6, lane=lane, page=6)
    return items


def three_public(landing: Landing, report_id: str, random: Random, manner: Manner, items: Cells) -> None:
    """GK07 in one row; what basic expenditure has of it, and more."""
    within = {
        "overseas_travel": "30212",
        "vehicle_purchase": "31013",
        "vehicle_operation": "30231",
        "reception": "30217",
    }
    final = {item: items.get(code, 0) + some(random, 0.4) // 100 for item, code in within.items()}
    budget = {item: fen + some(random, 0.3) // 100 for item, fen in final.items()}
    cells: Cells = {}
    for stage, of in (("budget", budget), ("final", final)):
        vehicle = of["vehicle_purchase"] + of["vehicle_operation"]
        cells |= {f"three_public_{stage}": sum(of.values()), f"vehicle_{stage}": vehicle}
        cells |= {f"{item}_{stage}": fen for item, fen in of.items()}
    landing.form(report_id, "three_public_expenses", [manner.row(None, None, cells)], table_no=7, page=7)


def ordinal(number: int) -> str:
    """21 → '二十一'"""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


@cache
def code_list(file: str) -> dict[str, dict[str, str]]:
    """Codes that hold in YEAR and whose 类 and 款 are listed, too."""
    with (SEEDS / file).open(encoding="utf-8", newline="") as lines:
        rows = {
            row["code"]: row
            for row in csv.DictReader(lines)
            if not row["valid_to"]
            and int(row["valid_from"] or 0) <= YEAR
            and row.get("system", "departmental") == "departmental"
        }
    return {code: row for code, row in rows.items() if all(code[:n] in rows for n in (3, 5))}
