"""What the words before an amount tell the reader: a list begins, a reason, a base to compare with, a new subject."""

from __future__ import annotations

import re

from pipelines.prose.frames import is_clean, subjects_in, total_of_both
from pipelines.prose.lexicon import Subject, raw_subjects
from pipelines.prose.passages import Passage
from pipelines.prose.patterns import grammar
from pipelines.prose.state import BUDGETS, State

_ROSE_OR_FELL = re.compile(r"(?:费|支出|经费|资金|收入|款|工资|补贴|缴费|补助)[^，;]{0,6}(?:增加|减少|下降|增长|上升)")
_SAID_YEAR = re.compile(r"(?:[、，:]|其中:?|截[至止])*(20\d\d)年")
_PROJECTS = re.compile(r"(?P<kind>(?:年初预算|年中追加|上年结转)项目)[^，]*")
_ONLY_A_NAME = re.compile(r"(?:支出|决算|财政拨款|情况|说明|费用|方面|收入)*")
_NUMBERED = re.compile(r"\d{1,2}[、.)](?!\d)|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳]")
_EVENT_KINDS = {"会议费": "会议", "培训费": "培训"}


def begin(passage: Passage, start: int, end: int, state: State) -> None:
    """A new sentence begins."""
    sentence = passage.text[start:end]
    words = grammar().words
    goes_on = state.zone == "reason" and words["reason_goes_on"].search(sentence) is not None
    state.begin_sentence(goes_on=goes_on, breakdown=words["list"].match(sentence) is not None)
    match = words["project_review"].match(sentence)
    if match is None and state.projects:
        match = words["project_sentence"].match(sentence)
    if match:
        at = start + match.start("name")
        state.named_until = at + len(match["name"])
        state.last = state.carry = Subject(passage.name(at, state.named_until), "project")


def end(words: str, state: State) -> None:
    """What the next sentence speaks of: the one subject of this one, or the whole that was broken down."""
    several = len(set(state.subjects)) > 1
    if several and state.head_is_listed:  # 其中：A 10万元，B 20万元, of a whole that was not read
        state.head = state.carry = None
    elif state.enumerated and state.subjects:  # 包括：1.A 10万元。与上年相比增加 … of A; after 1.A …；2.B … of neither
        state.carry = state.last if state.enumerated == 1 else None
    elif several and (both := total_of_both(state.subjects, state.finals)) is not None:
        state.carry = both
    elif several and not grammar().words["breakdown"].search(words):
        state.carry = state.carry if state.head is not None and state.head.group == "project" else None
    elif state.head is not None and state.subjects:
        state.carry = state.head


def without_amounts(sentence: str, state: State) -> None:
    """A sentence that only names something: the heading of an item, or what a paragraph is about."""
    sentence = sentence.rstrip("。:").rpartition(":")[2]  # 具体说明如下：城乡社区支出（类）…（项）
    found = subjects_in(sentence, state)
    words = sentence
    paths = [s for s in found if s.path]
    if paths:
        if is_clean(words[: paths[0].start], agency=False) and len(words) - paths[-1].end < 4:
            speak_of(paths[-1], state)
        return
    named = len(found) == 1 and len(words) < 40 and _ONLY_A_NAME.fullmatch(words[found[0].end :])
    if named and is_clean(words[: found[0].start], agency=False):
        speak_of(found[0], state)


def speak_of(subject: Subject, state: State) -> None:
    """The sentences that follow are about this subject."""
    state.head = state.carry = subject
    count_context(subject, state)


def listen(passage: Passage, words: str, words_start: int, clauses: tuple[str, ...], state: State) -> None:
    """The words before an amount, clause by clause."""
    patterns = grammar().words
    if patterns["list"].search(words):
        if not state.in_list and (state.listed_as in BUDGETS or state.listed_as == "last_year"):
            both = state.listed_as in BUDGETS and (state.said_both or any("final" in said for _, said in state.segment))
            state.list_measure = "unclear" if both else state.listed_as
        state.in_list = True
        state.whole_unread = state.whole_unread or state.unread
    if patterns["about_budgets"].search(words):
        state.about_budgets = True
    position = 0
    for number, clause in enumerate(clauses):
        if position and words[position - 1 : position] == ";":
            state.zone, state.reason_subject, state.reason_open = "main", None, False
            state.segment, state.whole, state.split = [], None, None
            state.whole_unread = False
        named = words_start + position < state.named_until
        position += len(clause) + 1
        _clause(clause, state, next_to_amount=number == len(clauses) - 1 or named)
    _projects(passage, words, words_start, state)
    for event in patterns["event"].finditer(words) if state.event_kind else ():
        at = words_start + event.start(1)
        state.event = passage.name(at, at + len(event[1]))


def _clause(clause: str, state: State, *, next_to_amount: bool) -> None:
    words = grammar().words
    year = _SAID_YEAR.match(clause)
    if year and state.zone == "main":
        state.said_year = int(year[1])
    if words["list"].search(clause) or words["breakdown"].search(clause):
        if state.segment and state.head is not None and state.segment[-1][0] == state.head.name:
            state.whole = (state.head, state.segment[-1][1])
        state.segment = []
    if words["reason"].search(clause):
        state.zone = "reason"
    elif state.zone == "main":
        of_projects = state.counted_projects is not None and clause.lstrip("，").startswith("涉及")
        if words["of_place"].search(clause) or (words["part_of_body"].search(clause) and not of_projects):
            state.part_of_body = True
        if words["of_procurement"].search(clause):
            state.of_procurement = True
        if words["purpose"].match(clause) and not words["list"].match(clause):
            state.zone, state.used = "purpose", True
    _base(clause, state)
    if state.in_list and state.zone == "main" and _NUMBERED.match(clause):
        state.enumerated += 1
    if next_to_amount:
        return
    found = subjects_in(grammar().base.sub("", clause), state)
    if state.zone == "reason":
        if found and _ROSE_OR_FELL.search(clause[max(found[-1].end - 3, 0) :]):
            state.reason_subject = found[-1]
        elif _ROSE_OR_FELL.search(clause):
            state.reason_open = True
        return
    alone = state.zone == "main" and found and (len(found) == 1 or found[-1].path)
    if alone and is_clean(clause[: found[0].start], agency=not state.in_list):
        _mention(found[-1], state)


def _mention(subject: Subject, state: State) -> None:
    state.last = subject
    if not state.in_list:
        state.head = subject
    count_context(subject, state)


def _base(clause: str, state: State) -> None:
    """The base of the changes that follow: 与上年相比, 比年初预算数, 比2019年（疫情前）."""
    if grammar().words["budget_reason"].search(clause):
        state.base = "other"
    for match in grammar().base.finditer(clause):
        groups = match.groupdict()
        if groups["year"]:
            state.base = "last" if int(groups["base_year"]) == state.year - 1 else "other"
        elif groups["last"] or groups["last2"]:
            state.base = "last"
        elif groups["budget"]:
            state.base = _of_budget(groups["budget_year"], state)
        else:
            state.base = "other"
        if state.zone == "main":
            state.base_passage = state.base


def _of_budget(year: str | None, state: State) -> str:
    """The base of a change on a budget. The budget of the year before is what a budget is compared with."""
    if year is None or int(year) == state.year:
        return "budget"
    return "last" if state.budget_year and int(year) == state.year - 1 else "other"


def count_context(subject: Subject, state: State) -> None:
    """批次, 人次 and 团组 that follow are those of this subject."""
    if subject.group in ("three_public", "reception") or subject.name in _EVENT_KINDS:
        state.event = None
        state.counted_in = subject.group if subject.group == "reception" else subject.name
        state.counted = raw_subjects()["counted"].get(subject.name)
        state.event_kind = _EVENT_KINDS.get(subject.name)


def _projects(passage: Passage, words: str, words_start: int, state: State) -> None:
    """年初预算项目“X”，年初预算 …: the clauses after it are about X; several names go by their kind."""
    match = _PROJECTS.search(words)
    if match is None:
        return
    first, last = words_start + match.start(), words_start + match.end()
    names = [passage.name(a, b) for a, b in passage.quoted if first <= a and b <= last]
    if names:
        state.last = state.head = Subject(names[0] if len(names) == 1 else match["kind"], "project")
        state.listed_as = match["kind"]
