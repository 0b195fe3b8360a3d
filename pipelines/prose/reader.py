"""A passage read sentence by sentence: every amount becomes a statement, or is left unread with the reason.

The subject of an amount is the name next to it, or the one its sentence speaks of. Where neither is sure, nothing is
said: a wrong figure is worse than a reject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipelines.prose.amounts import amounts_of
from pipelines.prose.clauses import Step, clauses_of, masked, sentences_in, steps_of
from pipelines.prose.counts import counted
from pipelines.prose.framed import framed, second
from pipelines.prose.frames import frame_of
from pipelines.prose.hearing import begin, end, listen, without_amounts
from pipelines.prose.named import named, of_projects_by_fund, phrase, total_of_budget
from pipelines.prose.passages import Passage
from pipelines.prose.patterns import grammar
from pipelines.prose.state import Spot, State, Statement, Unread

_SHARE_OF_BUDGET = ("的", "的比例", "的比重")  # 完成全年预算84.82万元的73.2%
_TOLD = ("share", "change_rate", "completion_rate", "change_rate_from_budget")  # percents of the account
_AFTER_REASON = re.compile(r"^(?:是|为|:|系|主要|原因|因)+")


def read_passage(passage: Passage, state: State) -> Iterator[Statement | Unread]:
    """Statements and unread amounts of a passage, in order."""
    for first, last in sentences_in(passage.text):
        yield from _sentence(passage, first, last, state)


def _sentence(passage: Passage, first: int, last: int, state: State) -> Iterator[Statement | Unread]:
    text = passage.text
    amounts = amounts_of(text, first, last)
    begin(passage, first, last, state)
    yield from (Unread(a, "amount_not_exact") for a in amounts if a.rough and a.kind == "money")
    if not any(a.exact for a in amounts):
        without_amounts(text[first:last], state)
        return
    words, spans, in_names = masked(text, first, last, amounts)
    yield from (Unread(a, "amount_in_name") for a in amounts if a.start in in_names)
    outside: list[State] = []
    for step in steps_of(first, [a for a in amounts if a.exact and a.start not in in_names], spans):
        if step.kind == "open":
            outside.append(replace(state))
            state.bracket = state.last
        elif step.kind == "close" and outside:
            state.restore(outside.pop())
        elif step.amount is not None:
            before = words[step.start - first : step.at - first]
            read = _amount(_spot(passage, step, before, last, bool(outside), state), state)
            if read is not None:
                yield read
    end(words, state)


def _spot(passage: Passage, step: Step, words: str, end: int, inside: bool, state: State) -> Spot:
    """The place of an amount. Listening to the words before it is part of it: they tell where a reason ends."""
    assert step.amount is not None
    clauses = clauses_of(words)
    if len(clauses) > 1 and not clauses[-1]:
        clauses = clauses[:-1]
    listen(passage, words, step.start, tuple(clauses), state)
    last = _after_reason(clauses[-1]).lstrip("、")
    start = step.start + max(words.rfind(last), 0) if last else step.start
    return Spot(passage, step.amount, words, step.start, tuple(clauses), last, start, end, inside)


def _after_reason(clause: str) -> str:
    """主要原因是原因一是项目支出 → 一是项目支出."""
    cut = 0
    for match in grammar().words["reason"].finditer(clause):
        cut = match.end()
    return _AFTER_REASON.sub("", clause[cut:]) if cut else clause


def _amount(spot: Spot, state: State) -> Statement | Unread | None:
    """One amount. Counts and percentages that say nothing of the account are passed over; money never is."""
    kind = spot.amount.kind
    if kind == "count":
        return counted(spot, state)
    if kind == "points":  # 比上年增长12.3个百分点: no measure is one of points
        return spot.unread() if state.zone == "main" and state.accounts else None
    if state.part_of_body:
        return spot.unread()
    if kind == "percent" and spot.last in _SHARE_OF_BUDGET and state.pending and state.last is not None:
        return spot.states(state.last, state.pending)
    state.pending = None
    read: Statement | Unread | None = None
    if kind == "money":
        read = phrase(spot, state) or of_projects_by_fund(spot, state)
    if read is None and spot.amount.list_no == 2:
        read = second(spot, state)
    found = None
    if read is None:
        found = frame_of(spot.last, kind, state)
        read = total_of_budget(spot, state) if found is not None and found.subject is None else None
        if read is None:
            read = framed(spot, found, state) if found is not None else named(spot, state)
    if isinstance(read, Unread):
        if kind != "money":
            told = found is not None and found.frame.measure in _TOLD and not spot.amount.list_no
            return read if told and state.zone == "main" else None
        state.last = state.carry = None
    state.unread = isinstance(read, Unread)
    return read
