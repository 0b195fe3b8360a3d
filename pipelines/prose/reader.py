"""A passage read sentence by sentence: every amount becomes a statement, or is left unread with the reason.

The subject of an amount is the name next to it, or the one its sentence speaks of. Where neither is sure, nothing is
said: a wrong figure is worse than a reject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipelines.prose.amounts import Amount, amounts_of
from pipelines.prose.clauses import clauses_of, masked, sentences_in, steps_of
from pipelines.prose.lexicon import Subject, economic_code, raw_subjects
from pipelines.prose.passages import Passage
from pipelines.prose.patterns import grammar
from pipelines.prose.statement import (
    RUNNING,
    Found,
    State,
    Statement,
    Unread,
    count_of,
    frame_of,
    is_clean,
    is_name,
    renamed,
    signed,
    subjects_in,
    unknown_name,
)

_MOVES = {"last": {}, "budget": {"change": "change_from_budget", "change_rate": "change_rate_from_budget"}}
_BUDGETS = ("initial_budget", "adjusted_budget")
_OF_PROJECTS = ("项目支出", "专项资金", "财政拨款项目支出", "一般公共预算财政拨款项目支出")
_ORDINAL = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[、.)])")
_SAID_YEAR = re.compile(r"(?:[、，:]|其中:?|截[至止])*(20\d\d)年")
_CARRIED = ("completion_rate", "share", "change", "change_rate")
_HAS_NUMBER = re.compile(r"(?<!\d)(?!20\d\d年)\d")
_ROSE_OR_FELL = re.compile(r"(?:费|支出|经费|资金|收入|款|工资|补贴|缴费|补助)[^，;]{0,6}(?:增加|减少|下降|增长|上升)")


class Reader:
    """Reads the sentences of one passage with the state that the passages before it left."""

    def __init__(self, passage: Passage, state: State) -> None:
        self.passage = passage
        self.text = passage.text
        self.state = state
        self.named_until = 0  # the words up to here name the project that the sentence is about

    def read(self) -> Iterator[Statement | Unread]:
        """Statements and unread amounts, in order."""
        for start, end in sentences_in(self.text):
            yield from self._sentence(start, end)

    def _sentence(self, start: int, end: int) -> Iterator[Statement | Unread]:
        state = self.state
        amounts = amounts_of(self.text, start, end)
        self._begin(self.text[start:end], start)
        if not any(a.exact for a in amounts):
            self._without_amounts(self.text[start:end])
            return
        words, spans, named = masked(self.text, start, end, amounts)
        outside: list[State] = []
        for amount in (a for a in amounts if a.start in named):
            yield Unread(amount, "amount_in_name", start)
        amounts = [a for a in amounts if a.exact and a.start not in named]
        for step in steps_of(start, amounts, spans):
            if step.kind == "open":
                outside.append(replace(state))
            elif step.kind == "close" and outside:
                self._restore(outside.pop())
            elif step.amount is not None:
                lead = words[step.start - start : step.at - start]
                read = self._amount(step.amount, lead, step.start, bool(outside), end)
                if read is not None:
                    yield read
        self._end(words)

    def _begin(self, sentence: str, start: int) -> None:
        """A new sentence: what it may speak of without naming it, and whether it goes on giving reasons."""
        state = self.state
        goes_on = state.zone == "reason" and grammar().words["reason_goes_on"].search(sentence) is not None
        state.zone = "reason" if goes_on else "main"
        state.last = None
        state.in_list = False
        state.pair = None
        state.pending = None
        state.base = None
        state.reason_open = goes_on and state.reason_open
        if not goes_on:
            state.reason_subject = None
        state.subjects = []
        state.segment = []
        state.said_year = None
        state.part_of_body = False
        state.counted_projects = None
        match = grammar().words["project_sentence"].match(sentence) if state.projects else None
        if match:
            name_at = start + match.start("name")
            state.last = Subject(self.passage.name(name_at, name_at + len(match["name"])), "project")
            self.named_until = name_at + len(match["name"])

    def _end(self, words: str) -> None:
        """What the next sentence speaks of: the one subject of this one, or the whole that was broken down."""
        state = self.state
        if len(set(state.subjects)) > 1 and not grammar().words["breakdown"].search(words):
            state.carry = None if state.head is None or state.head.group != "project" else state.carry
        elif state.head is not None and state.subjects:
            state.carry = state.head

    def _restore(self, saved: State) -> None:
        """After a closing bracket the sentence goes on where it was before it."""
        for name in ("last", "zone", "in_list", "listed_as", "counted", "counted_in", "direction", "economic"):
            setattr(self.state, name, getattr(saved, name))

    def _without_amounts(self, sentence: str) -> None:
        """A sentence that only names something: the heading of an item, or what a paragraph is about."""
        state = self.state
        found = subjects_in(sentence, state)
        words = sentence.rstrip("。:")
        paths = [s for s in found if s.path]
        if paths and is_clean(words[: paths[0].start], agency=False) and len(words) - paths[-1].end < 4:
            self._speak_of(paths[-1])
        elif found and len(words) < 40 and is_clean(words[: found[0].start], agency=False):
            if re.fullmatch(r"(?:支出|决算|财政拨款|情况|说明|费用|方面|收入)*", words[found[-1].end :]) and len(found) == 1:
                self._speak_of(found[0])

    def _speak_of(self, subject: Subject) -> None:
        self.state.head = self.state.carry = subject
        self._count_context(subject)

    # -- one amount -------------------------------------------------------------------------------------------------

    def _amount(self, amount: Amount, lead: str, lead_start: int, inside: bool, end: int) -> Statement | Unread | None:
        clauses = clauses_of(lead)
        if len(clauses) > 1 and not clauses[-1]:
            clauses = clauses[:-1]
        self._listen(lead, lead_start, clauses)
        last = self._after_reason(clauses[-1]).lstrip("、")
        start = lead_start + max(lead.rfind(last), 0) if last else lead_start
        if amount.kind == "count":
            return self._count(amount, last, start, end)
        if last in ("的", "的比例", "的比重") and self.state.pending and amount.kind == "percent":
            subject = self.state.last
            if subject is not None:
                return Statement(amount, subject, self.state.pending, 1, start)
        self.state.pending = None
        if self.state.zone == "main" and grammar().words["part_of_body"].search(lead):
            self.state.part_of_body = True
        if self.state.part_of_body:
            return Unread(amount, "subject_unclear", start) if amount.kind == "money" else None
        found = None if amount.list_no == 2 else frame_of(last, amount.kind, self.state)
        read: Statement | Unread | None = self._phrase(amount, lead, start) if amount.kind == "money" else None
        if read is not None:
            return read
        if amount.list_no == 2:
            read = self._second(amount, start)
        elif found is not None:
            read = self._framed(amount, found, last, clauses, start, inside)
        else:
            read = self._named(amount, last, lead, lead_start, start, inside)
        if isinstance(read, Unread):
            if amount.kind != "money":
                return None
            self.state.last = self.state.carry = None
        return read

    @staticmethod
    def _after_reason(clause: str) -> str:
        """主要原因是原因一是项目支出 → 项目支出."""
        cut = 0
        for match in grammar().words["reason"].finditer(clause):
            cut = match.end()
        return re.sub(r"^(?:是|为|:|系|主要|原因|因)+", "", clause[cut:]) if cut else clause

    def _listen(self, lead: str, lead_start: int, clauses: list[str]) -> None:
        """What the words before an amount say, in order: a list, a reason, the base of a comparison, a subject."""
        state, words = self.state, grammar().words
        if words["list"].search(lead):
            state.in_list = True
        position = 0
        for number, clause in enumerate(clauses):
            if position and lead[position - 1 : position] == ";":
                state.zone, state.reason_subject, state.reason_open = "main", None, False
                state.segment = []
            position += len(clause) + 1
            named = lead_start + position <= self.named_until + 1
            self._clause(clause, is_last=number == len(clauses) - 1 or named)
        self._project_spoken_of(lead, lead_start)
        for event in words["event"].finditer(lead) if state.event_kind else ():
            begin = lead_start + event.start(1)
            state.event = self.passage.name(begin, begin + len(event[1]))

    def _clause(self, clause: str, *, is_last: bool) -> None:
        state, words = self.state, grammar().words
        year = _SAID_YEAR.match(clause)
        if year and state.zone == "main":
            state.said_year = int(year[1])
        if words["list"].search(clause) or words["breakdown"].search(clause):
            state.segment = []
        reason = words["reason"].search(clause)
        if reason:
            state.zone = "reason"
        elif state.zone == "main" and words["purpose"].match(clause) and not words["list"].match(clause):
            state.zone = "purpose"
        self._base(clause)
        if is_last:
            return
        found = subjects_in(clause, state)
        if state.zone == "reason":
            if found and _ROSE_OR_FELL.search(clause[max(found[-1].end - 3, 0) :]):
                state.reason_subject = found[-1]
            elif _ROSE_OR_FELL.search(clause):
                state.reason_open = True
        elif state.zone == "main" and found and is_clean(clause[: found[0].start], agency=not state.in_list):
            if len(found) == 1 or found[-1].path:
                self._mention(found[-1])

    def _base(self, clause: str) -> None:
        """The base of the changes that follow: 与上年相比, 比年初预算数, 比2019年（疫情前）."""
        state = self.state
        if grammar().words["budget_reason"].search(clause):
            state.base = "other"
        for match in grammar().base.finditer(clause):
            groups = match.groupdict()
            if groups["year"]:
                state.base = "last" if int(groups["base_year"]) == state.year - 1 else "other"
            else:
                state.base = "last" if groups["last"] or groups["last2"] else "budget" if groups["budget"] else "other"
            if state.zone == "main":
                state.base_passage = state.base

    def _mention(self, subject: Subject) -> None:
        self.state.last = subject
        if not self.state.in_list:
            self.state.head = subject
        self._count_context(subject)

    def _count_context(self, subject: Subject) -> None:
        state = self.state
        if subject.group in ("three_public", "reception") or subject.name in ("会议费", "培训费"):
            state.event = None
            state.counted_in = subject.group if subject.group == "reception" else subject.name
            state.counted = raw_subjects()["counted"].get(subject.name)
            state.event_kind = {"会议费": "会议", "培训费": "培训"}.get(subject.name)

    # -- a frame was found ------------------------------------------------------------------------------------------

    def _framed(
        self, amount: Amount, found: Found, last: str, clauses: list[str], start: int, inside: bool
    ) -> Statement | Unread:
        state = self.state
        measure = found.frame.measure
        subject = found.subject or self._carried(clauses)
        if state.project is not None and subject is not None and subject.name == "项目支出":
            subject, state.project = state.project, None
        if inside and measure == "final" and not found.frame.carries and state.listed_as in _BUDGETS:
            found = replace(found, frame=replace(found.frame, measure=state.listed_as or measure))
            measure = found.frame.measure
        if subject is None or (found.subject is None and self._between_two(subject, measure)):
            return Unread(amount, "subject_unclear", start)
        measure = self._of_year(measure)
        if measure is None:
            return Unread(amount, "other_year", start)
        found = replace(found, frame=replace(found.frame, measure=measure))
        if subject.group == "economic" and found.subject and state.head and state.head.group == "project":
            return Unread(amount, "part_of_a_project", start)
        if state.zone == "reason" and measure not in ("change", "change_rate"):
            return Unread(amount, "amount_in_reason", start)
        if found.subject is not None:
            subject = renamed(subject, state)
        if amount.list_no == 1 and subject.pair is None:
            return Unread(amount, "list_without_names", start)
        return self._stated(amount, subject, found, start, explicit=found.subject is not None)

    def _carried(self, clauses: list[str]) -> Subject | None:
        """The subject of an amount whose clause names none: of the clause before, or of the sentence before."""
        state = self.state
        between = clauses[:-1]
        if state.zone == "reason":
            if state.reason_subject is not None:
                return state.reason_subject
            if state.reason_open or not grammar().base.search(clauses[-1]):
                return None
        if state.last is not None:
            numbers = any(_HAS_NUMBER.search(_ORDINAL.sub("", c)) for c in between) and state.zone == "main"
            return None if numbers else state.last
        if any(c and not is_clean(c, agency=False) and not self._only_words(c) for c in between):
            return None
        return state.carry

    def _of_year(self, measure: str) -> str | None:
        """The measure in the year that the sentence names: 2020年度支出 in a report of 2021 is last year's amount."""
        said, year = self.state.said_year, self.state.year
        compares = measure in ("change", "change_rate") and self.state.listed_as == "last_year"
        if said in (None, year) or measure == "last_year" or compares:
            return measure
        return "last_year" if said == year - 1 and measure == "final" else None

    def _between_two(self, subject: Subject, measure: str) -> bool:
        """A 10万元，B 20万元，比上年增加5万元: of B, or of both? It is B's only if A had the like said of it too."""
        segment = self.state.segment
        if measure not in _CARRIED or len(segment) < 2 or segment[-1][0] != subject.name:
            return False
        if measure == "change_rate" and {"change", "change_from_budget"} & segment[-1][1]:
            return False
        like = {measure, measure.replace("change", "change_from_budget")}
        return not all(said & like or measure in said for _, said in segment[:-1])

    @staticmethod
    def _only_words(clause: str) -> bool:
        """A clause that a new sentence may begin with before it goes on about the same: 与上年相比, 主要用于…."""
        rest = grammar().base.sub("", clause)
        return is_clean(rest, agency=False) or grammar().words["purpose"].match(clause) is not None

    def _stated(self, amount: Amount, subject: Subject, found: Found, start: int, *, explicit: bool) -> Statement | Unread:
        state = self.state
        measure, sign, note = found.frame.measure, 1, None
        if measure in ("change", "change_rate", "budget_adjustment"):
            way = signed(amount, found, state)
            if way is None:
                return Unread(amount, "direction_unclear", start)
            sign = way
            if amount.value != 0:
                state.direction = way
        if measure in ("change", "change_rate"):
            base = state.base or state.base_passage
            if base not in _MOVES:
                return Unread(amount, "base_unclear", start)
            measure = _MOVES[base].get(measure, measure)
        if measure == "balance":
            if subject.group != "project":
                return Unread(amount, "subject_unclear", start)
            subject, measure = replace(subject, name=f"{subject.name} 结余"), "project_amount"
        if measure == "final" and subject.group == "project":
            measure = "project_amount"
        if measure == "final" and state.budget_year:
            measure, note = "initial_budget", "the report is a budget"
        self._remember(amount, subject, measure, explicit)
        if amount.list_no == 1 and subject.pair is not None:
            state.pair = (measure, found.frame, {"second": subject.pair[1], "sign": str(sign)})
            subject = replace(subject, name=subject.pair[0], pair=None)
        return Statement(amount, self._coded(subject), measure, sign, start, note)

    def _remember(self, amount: Amount, subject: Subject, measure: str, explicit: bool) -> None:
        state = self.state
        if measure.endswith("budget") and amount.kind == "money":
            state.pending = "completion_rate"
        if measure == "project_amount" and subject.name.endswith(" 结余"):
            return
        if state.zone == "reason":
            state.reason_subject = subject
            return
        if explicit or not state.segment:
            if not state.segment or state.segment[-1][0] != subject.name:
                state.segment.append((subject.name, set()))
        state.segment[-1][1].add(measure)
        if explicit:
            if not state.in_list or state.head is None or not state.subjects:
                state.head = subject
            state.subjects.append(subject.name)
            self._count_context(subject)
            if subject.group == "economic" or subject.name in RUNNING:
                state.economic = True
                code = economic_code(subject.name, state.year, None)
                state.class_code = code if code and len(code) == 3 else state.class_code
            elif subject.group != "three_public" and subject.group != "reception" and subject.group != "other":
                state.economic = False
        elif not state.subjects:
            state.subjects.append(subject.name)
            state.head = subject
        state.last = subject
        state.listed_as = measure

    def _second(self, amount: Amount, start: int) -> Statement | Unread:
        """The second of two numbers given for two things: 收、支总计各是 A，B 万元."""
        pair, self.state.pair = self.state.pair, None
        if pair is None:
            return Unread(amount, "list_without_names", start)
        measure, _, rest = pair
        return Statement(amount, Subject(rest["second"] or "", "summary"), measure, int(rest["sign"] or 1), start)

    def _coded(self, subject: Subject) -> Subject:
        """Economic items of 三公 and the like count as economic only inside a list of economic items."""
        if subject.group == "economic" or (self.state.economic and subject.group in ("three_public", "reception", "other")):
            return replace(subject, group="economic", under=self.state.class_code)
        head = self.state.head
        if subject.group == "function" and not subject.path and head is not None and head.names[0]:
            return replace(subject, names=(head.names[0], "", subject.names[2])) if subject.names[2] else subject
        return subject

    # -- no frame ---------------------------------------------------------------------------------------------------

    def _named(
        self, amount: Amount, last: str, lead: str, lead_start: int, start: int, inside: bool
    ) -> Statement | Unread:
        """An amount after a name that the lexicon does not know: an item of a breakdown, or a project."""
        state, words = self.state, grammar().words
        if amount.kind != "money":
            return Unread(amount, "subject_unclear", start)
        special = self._event(amount, last, start)
        if special is not None:
            return special
        if state.counted_projects and words["counted_money"].search(_bare(last)):
            measure = "initial_budget" if "预算" in last or "计划" in last else "final"
            return self._new(amount, Subject(state.counted_projects, "projects"), measure, start)
        if re.search(r"(?:^|项目.{0,60})(?:金额|资金)$", last) and state.last and state.last.group == "project":
            measure = "initial_budget" if state.listed_as == "年初预算项目" else "adjusted_budget"
            if state.listed_as in ("年初预算项目", "年中追加项目", "上年结转项目"):
                return self._new(amount, state.last, measure, start)
        year = re.fullmatch(r"(?:20\d\d年度?|本年度?|全年|[，:])*(?P<name>总?(?:支出|收入))(?:为|共计|合计)?", last)
        if year and state.zone == "main" and not state.in_list:
            return self._new(amount, Subject(year["name"], "summary"), "final", start)
        name, measure = unknown_name(last)
        segment = lead.rfind(";") >= 0 or not lead or lead_start == self._sentence_start(start)
        is_project = words["project_name"].search(name) is not None
        listed = state.in_list or inside or (state.projects and measure is not None)
        if not is_name(name) or words["not_a_project"].search(name):
            return Unread(amount, "subject_unclear", start)
        if not listed and not (is_project and (state.accounts or state.zone == "reason") and (segment or state.zone == "reason")):
            return Unread(amount, "subject_unclear", start)
        if state.zone == "reason" and not is_project and measure is None:
            return Unread(amount, "amount_in_reason", start)
        of_projects = state.projects or (state.head is not None and state.head.name in _OF_PROJECTS)
        return self._item(amount, name, measure, start, inside, "project" if is_project or of_projects else "item")

    def _item(self, amount: Amount, name: str, measure: str | None, start: int, inside: bool, group: str) -> Statement:
        state = self.state
        known = [s for s in state.lexicon.find(name) if s.start == 0 and s.end == len(name)]
        if state.head is not None:
            name = raw_subjects()["after"].get(state.head.name, {}).get(name, name)
        subject = known[0] if known else Subject(self._printed(name, start, amount.start), group)
        if measure is not None:  # a budget or an outcome is said of it: a new item, no longer the reason of the last
            state.zone = "main"
        elif inside and state.listed_as in _BUDGETS:
            measure = state.listed_as
        if measure in (None, "final"):
            measure = "project_amount" if group == "project" else "final"
            measure = "initial_budget" if state.budget_year else measure
        return self._new(amount, subject, measure, start)

    def _new(self, amount: Amount, subject: Subject, measure: str | None, start: int) -> Statement:
        """A statement about a subject that the sentence goes on to speak of."""
        state = self.state
        measure = measure or "final"
        if state.zone != "reason":
            state.last = subject
            if not state.in_list:
                state.head = subject
            state.subjects.append(subject.name)
            state.segment.append((subject.name, {measure}))
            state.listed_as = measure
        if measure in _BUDGETS:
            state.pending = "completion_rate"
        return Statement(amount, self._coded(subject), measure, 1, start)

    def _sentence_start(self, at: int) -> int:
        return self.text.rfind("。", 0, at) + 1

    def _printed(self, name: str, start: int, end: int) -> str:
        """A name as printed, with its quotation marks and brackets; as matched where something hidden stood in it."""
        at = self.text.find(name, start, end)
        return self.passage.name(at, at + len(name)) if at >= 0 else name

    def _project_spoken_of(self, lead: str, lead_start: int) -> None:
        """年初预算项目“X”，年初预算 …: the clauses after it are about X; several names go by their kind."""
        match = re.search(r"(?P<kind>(?:年初预算|年中追加|上年结转)项目)[^，]*", lead)
        if match is None:
            return
        begin, end = lead_start + match.start(), lead_start + match.end()
        names = [self.passage.name(a, b) for a, b in self.passage.quoted if begin <= a and b <= end]
        if names:
            name = names[0] if len(names) == 1 else match["kind"]
            self.state.last = self.state.head = Subject(name, "project")
            self.state.listed_as = match["kind"]

    def _phrase(self, amount: Amount, lead: str, start: int) -> Statement | None:
        for phrase in grammar().phrases:
            match = phrase.lead.search(lead)
            if match is not None:
                label = phrase.label
                for name, value in match.groupdict().items():
                    label = label.replace("{" + name + "}", value or "")
                return self._new(amount, Subject(label, "procurement"), phrase.measure, start)
        return None

    def _event(self, amount: Amount, last: str, start: int) -> Statement | None:
        """What one meeting or training cost: 用于召开NAME，人数28人，…经费支出为会议伙食费0.12万元."""
        if self.state.event and re.search(r"(?:经费支出|支出经费|费用|花费)(?:为|共计?|合计)?[\u4e00-\u9fff]{0,8}$", last):
            subject = Subject(f"{self.state.event_kind}费：{self.state.event}", "event")
            return Statement(amount, subject, "final", 1, start)
        return None

    def _count(self, amount: Amount, last: str, start: int, end: int) -> Statement | None:
        """Counts that the table does not know are no figures and no rejects: a report is full of them."""
        state = self.state
        if state.zone == "reason" or not state.accounts or state.said_year not in (None, state.year):
            return None
        label = count_of(last, amount, self.text[amount.end : min(amount.end + 30, end)], state)
        if label is None:
            if state.zone == "main":
                state.last = state.carry = None
            return None
        label = self._printed(label, start, min(amount.end + 30, end))
        if "项目" in label:
            state.counted_projects = label
            state.segment = []
        return Statement(amount, Subject(label, "count"), "count", 1, start)


def _bare(clause: str) -> str:
    return re.sub(r"^(?:[、，:;]|其中)+", "", clause)
