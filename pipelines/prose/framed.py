"""An amount for which a frame was found: whose it is, of which year, against which base, in which direction."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from pipelines.prose.frames import ORDINAL, Found, counterpart, is_clean, on_side, renamed, signed, total_of_both
from pipelines.prose.hearing import count_context
from pipelines.prose.lexicon import Subject, economic_code, raw_subjects
from pipelines.prose.patterns import grammar
from pipelines.prose.state import BUDGETS, RUNNING, Spot, State, Statement, Unread
from pipelines.prose.wholes import in_scope, item_by_nature, of_function, within

# What a change is called by its base; any other base is no figure.
_BY_BASE = {"last": {}, "budget": {"change": "change_from_budget", "change_rate": "change_rate_from_budget"}}
_CARRIED = ("completion_rate", "share", "change", "change_rate")
_ORDINAL = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[、.)])")
_RATE = re.compile(
    r"，?(?:同比)?(?:(?:增长|增加|上升|提高|增幅)|(?P<down>下降|减少|降低|降幅))了?为?(?P<rate>\d+(?:\.\d+)?)%"
)
_BUDGET_NEXT = re.compile(r"[，;]?(?:(?:年初|全年|调整后?)?预算(?:安排|批复)?(?:数|额)?(?:为|是)?)-?\d")
_AGAINST = re.compile(r"(?:决算数?|支出)?(?:比|较|与)")
_CODE = re.compile(r"\(?(?<!\d)2\d{2}(?:\d{2}){0,2}(?!\d)\)?")
_HAS_NUMBER = re.compile(r"(?<!\d)(?!20\d\d年)\d")
_NOT_ECONOMIC = ("three_public", "reception", "other", "economic")


def framed(spot: Spot, found: Found, state: State) -> Statement | Unread:
    """The statement that the frame makes, or why it is not certain."""
    measure = found.frame.measure
    if measure in BUDGETS and state.last is None and _rest(spot).startswith(("相比", "比较", "对比")):
        return spot.unread()  # 与年初预算数2,800万元相比，财政拨款支出 …: whose budget it is comes after it
    subject = found.subject or _carried(spot, found, state)
    if state.project is not None and subject is not None and subject.name == "项目支出":
        subject, state.project = state.project, None
    if subject is not None and found.subject is None:
        subject = _of_which(spot, subject, measure, state)
    if subject is None:
        return spot.unread()
    if measure == "final" and not found.frame.carries:
        measure = subject.aspect or _inherited(spot, state) or measure
    if measure in (*BUDGETS, "unclear") and found.frame.measure == "final" and _BUDGET_NEXT.match(_rest(spot)):
        measure = "final"  # 其中：公务接待费支出2万元，年初预算3万元: the item says itself which is its budget
    if measure == "unclear":  # 决算8万元，年初预算10万元，其中：… of which?
        return spot.unread()
    of_year = _of_year(measure, state)
    if of_year is None:
        return spot.unread("other_year")
    if subject.group == "economic" and found.subject and state.head and state.head.group == "project":
        return spot.unread("part_of_a_project")
    if state.zone == "reason" and measure not in ("change", "change_rate"):
        return spot.unread("amount_in_reason")
    if found.subject is not None:
        subject = in_scope(within(of_function(renamed(subject, state), state), spot, state), state)
        if state.whole_unread and subject.name in raw_subjects()["parts"]:
            return spot.unread()
        item = item_by_nature(subject, of_year, spot, state) if found.frame.kind == "money" else None
        if item is not None:
            whole, nature = item
            _remember(Subject(f"{whole.name}：{subject.name}", "item"), nature, state, explicit=True)
            return spot.states(coded(whole, state), nature)
    if spot.amount.list_no == 1 and subject.pair is None:
        return spot.unread("list_without_names")
    return _stated(spot, subject, found, of_year, state)


def _inherited(spot: Spot, state: State) -> str | None:
    """年初预算10万元，其中：公务接待费4万元: the items of a budget are budgets; so are those in brackets after one."""
    if spot.inside and state.listed_as in BUDGETS:
        return state.listed_as
    return state.list_measure if state.in_list else None


def _carried(spot: Spot, found: Found, state: State) -> Subject | None:
    """The subject of an amount whose clause names none: of the clause before, or of the sentence before."""
    subject = _spoken_of(spot, state)
    if subject is not None and found.side is not None:
        subject = on_side(state.both or subject, found.side)
    elif subject is not None and found.said is not None:
        subject = counterpart(subject, found.said)
    if grammar().words["of_project"].match(spot.last) and (subject is None or subject.group != "project"):
        return None
    return subject


def _spoken_of(spot: Spot, state: State) -> Subject | None:
    between = spot.clauses[:-1]
    if state.zone == "reason":
        if state.reason_subject is not None:
            return state.reason_subject
        if state.reason_open or not grammar().base.search(spot.clauses[-1]):
            return None
    if state.last is not None:
        numbers = any(_HAS_NUMBER.search(_CODE.sub("", _ORDINAL.sub("", clause))) for clause in between)
        return None if numbers and state.zone == "main" else state.last
    if any(clause and not _only_words(clause) for clause in between):
        return None
    return state.carry


def _only_words(clause: str) -> bool:
    """A clause that a new sentence may begin with before it goes on about the same: 与上年相比, 主要用于…."""
    rest = grammar().base.sub("", clause)
    return is_clean(rest, agency=False) or grammar().words["purpose"].match(clause) is not None


def _of_which(spot: Spot, subject: Subject, measure: str, state: State) -> Subject | None:
    """The subject carried, the whole that it is part of, or None when the sentence does not tell.

    A 10万元，B 20万元，比上年增加5万元: of B, or of both? A 90万元，其中B 10万元，比上年增加5万元: of A, or of B?
    It is of the last one only if those before had the like said of them, or if the arithmetic of the sentence says so.
    """
    segment, whole = state.segment, state.whole
    if measure not in _CARRIED or not segment or segment[-1][0] != subject.name:
        return subject
    if measure == "change_rate" and {"change", "change_from_budget"} & segment[-1][1]:
        return subject
    like = {measure, measure.replace("change", "change_from_budget")}
    if len(segment) == 2 and not segment[0][1] & like:
        both = total_of_both([name for name, _ in segment], state.finals)
        if both is not None:
            return both
    if not all(said & like for _, said in segment[:-1]):
        return None
    rest = _rest(spot)
    if whole is None or measure == "share" or whole[1] & like or _colon_list(spot, rest):
        return subject
    said = segment[-1][1]
    if len(said) > 1 and (
        len(whole[1]) == 1 or said >= whole[1]
    ):  # A 90万元，其中B预算5万元，决算4万元，比上年 …: of B
        return subject
    fits = [s for s in (subject, whole[0]) if _grew(spot.amount.value, rest, state.finals.get(s.name))]
    return fits[0] if len(fits) == 1 else None


def _colon_list(spot: Spot, rest: str) -> bool:
    """其中：A 10万元，比上年增加1万元；B …: items parted by semicolons, each with its own change."""
    sentence = spot.passage.text[: spot.amount.start].rpartition("。")[2]
    return ";" in rest and re.search(r"(?:其中|包括|如下|具体为|分别是):", sentence) is not None


def _rest(spot: Spot) -> str:
    """What follows the amount in its sentence."""
    return spot.passage.text[spot.amount.end : spot.end]


def _grew(change: Decimal, rest: str, final: Decimal | None) -> bool:
    """Whether the rate that follows a change is that of this change on this amount."""
    rate = _RATE.match(rest)
    if rate is None or final is None or final == 0 or change == 0:
        return False
    moved = -change if rate["down"] else change
    base = final - moved
    return base > 0 and abs(change / base * 100 - Decimal(rate["rate"])) < Decimal("0.06")


def _of_year(measure: str, state: State) -> str | None:
    """The measure in the year that the sentence names: 2020年度支出 in a report of 2021 is last year's amount."""
    said, year = state.said_year, state.year
    compares = measure in ("change", "change_rate") and state.listed_as == "last_year"
    if said in (None, year) or measure == "last_year" or compares:
        return measure
    return "last_year" if said == year - 1 and measure == "final" else None


def _stated(spot: Spot, subject: Subject, found: Found, measure: str, state: State) -> Statement | Unread:
    amount, sign = spot.amount, 1
    if measure in ("change", "change_rate", "budget_adjustment"):
        way = signed(amount, found, state)
        if way is None:
            return spot.unread("direction_unclear")
        sign = way
        state.direction = way if amount.value != 0 else state.direction
    if measure in ("change", "change_rate"):
        base = state.base or state.base_passage
        if base not in _BY_BASE or (state.about_budgets and not state.budget_year):
            return spot.unread("base_unclear")
        measure = _BY_BASE[base].get(measure, measure)
    if measure == "balance":
        if subject.group != "project":
            return spot.unread()
        return spot.states(replace(subject, name=f"{subject.name} 结余"), "project_amount")
    stated = any(name == subject.name and "project_amount" in said for name, said in state.segment)
    if measure == "final" and subject.group == "project" and not stated:  # X经费96万元（…，财政拨付40.5万元): final
        measure = "project_amount"
    if measure == "final" and state.budget_year:
        measure = "initial_budget"
    if measure in BUDGETS and amount.kind == "money":
        state.pending = "completion_rate"
        if _AGAINST.match(ORDINAL.sub("", spot.last)):  # 比2022年年初预算50万元减少14.5万元
            state.base = "budget"
    if measure == "last_year" and state.base is None:  # 由上年的309万元增加到321万元，增加12万元
        state.base = "last"
    if measure == "final":
        state.finals[subject.name] = amount.value
    _remember(subject, measure, state, explicit=found.subject is not None)
    if amount.list_no == 1 and subject.pair is not None:
        state.pair = (measure, subject.pair[1], sign)
        subject = replace(subject, name=subject.pair[0], pair=None)
    return spot.states(coded(subject, state), measure, sign)


def _remember(subject: Subject, measure: str, state: State, *, explicit: bool) -> None:
    """What the rest of the sentence, and the next, may speak of."""
    if state.zone == "reason":
        state.reason_subject = subject
        return
    if not state.segment or (explicit and state.segment[-1][0] != subject.name):
        state.segment.append((subject.name, set()))
    state.segment[-1][1].add(measure)
    if subject.pair is not None:
        state.both = subject
    if explicit:
        if not state.in_list or state.head is None or not (state.subjects or state.breaks_down):
            state.head_is_listed = state.in_list and state.head is None
            state.head = subject
        state.subjects.append(subject.name)
        count_context(subject, state)
        if subject.group == "economic" or subject.name in RUNNING:
            state.economic = True
            code = economic_code(subject.name, state.year, None)
            state.class_code = code if code and len(code) == 3 else state.class_code
        elif subject.group not in _NOT_ECONOMIC:
            state.economic = False
    elif not state.subjects:
        state.subjects.append(subject.name)
        state.head = subject
    state.last = subject
    state.listed_as = measure


def second(spot: Spot, state: State) -> Statement | Unread:
    """The second of two numbers given for two things: 收、支总计各是 A，B 万元."""
    pair, state.pair = state.pair, None
    if pair is None:
        return spot.unread("list_without_names")
    measure, name, sign = pair
    return spot.states(Subject(name, "summary"), measure, sign)


def coded(subject: Subject, state: State) -> Subject:
    """The subject with what its code is found by: the economic 类 broken down, the 类 of a function item.

    三公 items, 会议费 and 培训费 are economic items only inside a list of economic items.
    """
    if subject.group == "economic" or (state.economic and subject.group in _NOT_ECONOMIC):
        return replace(subject, group="economic", under=state.class_code)
    head = state.head
    if subject.group == "function" and not subject.path and head is not None and head.names[0] and subject.names[2]:
        return replace(subject, names=(head.names[0], "", subject.names[2]))
    return subject
