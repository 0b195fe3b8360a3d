"""What a part is, seen from its whole: 基本支出 of one function item, a fund of one expense, a fund's own total.

公务接待费2万元（其中：一般公共预算支出2万元） states no total of the general public budget, and
行政运行（项）800万元，其中：基本支出700万元 no basic expenditure of the body: read so, they would be wrong.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.prose.lexicon import Subject, raw_subjects
from pipelines.prose.paths import path_code
from pipelines.prose.state import Spot, State

# Parts of a function item by nature, and the measures they are of it: of a final account, of a budget.
_NATURES = {
    "基本支出": {"final": "basic_expenditure", "initial_budget": "basic_initial_budget"},
    "项目支出": {"final": "project_expenditure", "initial_budget": "project_initial_budget"},
}
_TOTALS = ("summary", "revenue")  # a fund that one of these is broken into is the fund's own total
_OF_FUNDS = ("一般公共预算", "政府性基金", "国有资本经营")
_FUND_SCOPES = ("政府性基金", "国有资本经营")
_EXPENSES = ("three_public", "reception")


def item_by_nature(subject: Subject, measure: str, spot: Spot, state: State) -> tuple[Subject, str] | None:
    """The function item that 基本支出 or 项目支出 is part of, with the measure of the item that it states."""
    measures = _NATURES.get(subject.name, {})
    if measure not in measures:
        return None
    if spot.inside or state.in_list:
        whole = state.split or _function(state.bracket if spot.inside else None)
        whole = whole or (_function(state.last) if "其中" in spot.words else None) or _function(state.head)
        if whole is not None:
            state.split = whole
            return whole, measures[measure]
    return None


def _function(subject: Subject | None) -> Subject | None:
    return subject if subject is not None and subject.group == "function" else None


def within(subject: Subject, spot: Spot, state: State) -> Subject:
    """The subject as part of the expense that it breaks down; itself where the whole is a total of the body."""
    if state.of_procurement and subject.group in ("summary", "revenue", "expenditure"):
        return Subject(f"政府采购：{subject.name}", "item")
    if subject.group == "economic" and state.parted is not None and not (spot.inside or state.in_list):
        return Subject(f"{state.parted.name}：{subject.name}", "item")
    used = state.used and subject.group == "economic"  # …运行维护费18万元，主要用于燃油费10万元；维修费5万元
    if not (spot.inside or state.in_list or used):
        return subject
    whole = state.bracket if spot.inside and state.bracket is not None else state.head
    if whole is None or whole.name == subject.name:
        return subject
    if subject.name in (names := raw_subjects()["of_whole"].get(whole.name, {})):
        return replace(subject, name=names[subject.name])
    is_fund = subject.name in raw_subjects()["funds"]
    of_expense = subject.group == "economic" and (whole.group in _EXPENSES or whole.name.endswith("项目支出"))
    of_fund = whole.group == "expenditure" and whole.name.startswith(_OF_FUNDS)
    carried = subject.name == "年初结转和结余" and spot.last.endswith("支出")
    if of_fund and (carried or subject.name == "财政拨款支出"):  # 其中：当年财政拨款支出80万元，上年结转支出10万元
        return Subject(f"{whole.name}：{spot.printed(subject.name)}", "item")
    narrow = whole.group not in (*_TOTALS, "expenditure") or whole.name in raw_subjects()["narrow"]
    if of_expense or (is_fund and narrow):
        return Subject(f"{whole.name}：{subject.name}", "item")
    return subject


def of_function(subject: Subject, state: State) -> Subject:
    """住房公积金 in a list by 支出功能分类 is 2210201, not the economic item of that name."""
    if subject.group != "economic" or not state.by_function or state.economic:
        return subject
    if path_code(("", "", subject.name), state.year)[0] is None:
        return subject
    return replace(subject, group="function", names=("", "", subject.name))


def in_scope(subject: Subject, state: State) -> Subject:
    """本年收入 said in a sentence on 政府性基金预算, or in the section on it, is that fund's revenue."""
    scopes = raw_subjects()["scopes"]
    if not state.subjects:
        own = next((scope for scope, names in scopes.items() if subject.name in names.values()), None)
        if state.passage_scope is None:
            state.passage_scope = own if own in _FUND_SCOPES else ""
        state.scope = own or state.section_scope or state.passage_scope
    names = scopes.get(state.scope or state.section_scope, {})
    name = names.get(subject.name)
    if name is None or any(said not in names.values() for said in state.subjects):
        return subject
    pair = subject.pair and (names[subject.pair[0]], names[subject.pair[1]])
    return replace(subject, name=name, pair=pair)
