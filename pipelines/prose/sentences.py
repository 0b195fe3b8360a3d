"""Figures stated in sentences: `read_prose`. What the other files of this room find becomes figures here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.documents.model import Document
from pipelines.figures import Alteration, Figure, FormRead, Reading, Reject
from pipelines.prose.amounts import amounts_of
from pipelines.prose.clauses import sentences_in
from pipelines.prose.lexicon import ANY_YEAR, Subject, economic_code, lexicon
from pipelines.prose.passages import Passage, passages_of
from pipelines.prose.paths import path_code, paths_in
from pipelines.prose.patterns import grammar
from pipelines.prose.reader import read_passage
from pipelines.prose.state import State, Statement, Unread
from pipelines.reference.units import in_yuan

MAX_LABEL, MAX_PRINTED = 120, 2_000
# Units of seeds/units.csv for those that sentences print in other ways.
UNITS = dict.fromkeys(("台(套)", "台/套", "台套", "套(台)"), "台（套）") | {"批": "批次", "平方米": "㎡", "m2": "㎡"}
_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]+(?:部分|章)|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)"
    r"|\d{1,2}[、.)](?!\d))"
)
# A paragraph that goes on about what the heading or paragraph before it names.
_GOES_ON = re.compile(
    r"(?:年初预算|支出决算|决算数|完成|全年预算|项目支出(?:共计|合计|共)?\d|其中|[与比较](?:上年|上一年|20\d\d年)|主要用于)"
)
_APPROPRIATION = re.compile(r"(?<!预算)财政拨款收入?[、/和]?支出?(?:决算)?总")  # 四、财政拨款收入支出决算总体情况说明
_ITEM = re.compile(r"\(?\d{1,2}[、.)]|[①-⑳]")
_ITEM_HEADING = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[、.)](?!\d))(?P<name>.{3,60})$")


@dataclass(slots=True)
class _Report:
    """What was read so far, and where in the report we are."""

    year: int
    figures: list[Figure] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    alterations: list[Alteration] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)  # a path and its code are told once
    sentence: int = 0
    accounts: bool = False
    glossary: bool = False
    projects: bool = False


def read_prose(document: Document, *, fiscal_year: int | None, unit: str | None = None) -> Reading:
    """The figures that the sentences of a report state; amounts in the unit printed beside them.

    `fiscal_year` tells last year's amounts from this year's and dates the names of codes; without it the year that the
    report names most often is taken. `unit` is not needed, as a number in a sentence has its unit or is none. An amount
    of the accounts whose subject or measure is not certain is a reject. Never raises for what a document holds.
    """
    passages = list(passages_of(document))
    year = fiscal_year or _year_of(p.text for p in passages if p) or ANY_YEAR
    report = _Report(year)
    state = State(year, lexicon(year), budget_year=_is_budget(passages))
    for passage in passages:
        if passage is not None and not _heading(passage, report, state) and not report.glossary:
            _read(passage, report, state)
    figures = tuple(report.figures)
    form = FormRead("prose", 0, None, None, _pages(figures), report.sentence, len(figures), None, "sentences")
    return Reading(figures, tuple(report.rejects), tuple(report.alterations), (form,) if figures else ())


def _year_of(texts: Iterable[str]) -> int | None:
    years = Counter(year for text in texts for year in re.findall(r"(20[0-4]\d)年度", text))
    return int(years.most_common(1)[0][0]) if years else None


def _is_budget(passages: Iterable[Passage | None]) -> bool:
    """Whether the report is a budget: its title and first headings say so, and none of them speaks of 决算 or 自评."""
    titles = [p.text for p in passages if p is not None and len(p.text) < 45][:80]
    if any(re.search(r"决算|自评|绩效评价", title) for title in titles):
        return False
    return any(re.search(r"20\d\d年度?.{0,30}(?:部门|单位|本级)?预算", title) for title in titles[:40])


def _heading(passage: Passage, report: _Report, state: State) -> bool:
    """Whether the passage is a heading; it then says which part of the report begins."""
    text = passage.text.rstrip("。:")
    if len(text) > 60 or not (_HEADING.match(text) or len(text) <= 24) or "，" in text:
        return False
    if amounts_of(text, 0, len(text)) or paths_in(text):
        return False
    words = grammar().words
    _classification(text, state)
    if words["glossary"].search(text):
        report.glossary = True
    elif report.glossary and words["glossary_ends"].match(text):
        report.glossary = False
    if words["narrative"].search(text) and not words["performance_account"].search(text):
        report.accounts = report.projects = False
    elif words["accounts"].search(text):
        report.accounts = True
        if not _ITEM_HEADING.match(text):
            report.projects = words["project_heading"].search(text) is not None
    state.begin_passage()
    state.parted = None
    if re.match(r"[一二三四五六七八九十]{1,3}、|第", text):
        state.above = ("", "", "")
    if re.match(r"[一二三四五六七八九十]{1,3}[、.]|第|\([一二三四五六七八九十]", text):
        funds = [fund for fund in ("政府性基金", "国有资本经营") if fund in text and "一般公共预算" not in text]
        state.section_scope = funds[0] if len(funds) == 1 else "财政拨款收支" if _APPROPRIATION.search(text) else None
        state.by_function = words["by_function"].search(text) is not None
    item = _ITEM_HEADING.match(text)
    if item and report.projects and not words["known_heading"].search(item["name"]):
        state.project = Subject(passage.name(item.start("name"), len(text)), "project")
    known = list(state.lexicon.find(text))
    alone = len(known) == 1 and re.fullmatch(r"(?:财政拨款|支出|决算|情况|说明){0,3}", text[known[0].end :])
    if alone and _HEADING.sub("", text[: known[0].start]) == "":
        state.head = state.carry = known[0]
    return True


def _classification(text: str, state: State) -> None:
    """Whether the items that follow are of 支出功能分类: 住房公积金 is a name of both classifications."""
    words = grammar().words
    if words["by_function"].search(text):
        state.by_function = True
    elif words["by_nature"].search(text):
        state.by_function = False
    elif _ITEM.match(text) and state.item_code is not None:  # 3.…缴费支出（2080505）, 4.住房公积金
        state.by_function = state.item_code.startswith("2")


def _read(passage: Passage, report: _Report, state: State) -> None:
    kept = (state.carry, state.project) if _GOES_ON.match(passage.text) else (None, None)
    event, kind = state.event, state.event_kind
    state.begin_passage()
    state.carry, state.project = kept
    state.projects, state.accounts = report.projects, report.accounts
    if _ITEM.match(passage.text):
        state.parted = None
    _classification(passage.text, state)
    if event or kind:
        state.event_kind = kind
    unread: dict[int, list[Unread]] = {}
    starts = [start for start, _ in sentences_in(passage.text)]
    numbers: dict[int, int] = {}
    before = len(report.figures)
    for read in read_passage(passage, state):
        begin = max(s for s in starts if s <= read.amount.start)
        if begin not in numbers:
            report.sentence += 1
            numbers[begin] = report.sentence
        if isinstance(read, Unread):
            unread.setdefault(begin, []).append(read)
        else:
            report.figures.append(_figure(passage, read, numbers[begin], report))
            state.item_code = report.figures[-1].line_code
    if re.search("其中[，:]?$", passage.text):  # 2.项目支出46万元，…。其中：⏎工资福利支出1万元
        head = state.head
        state.parted = head if head is not None and head.name.endswith("项目支出") else None
    if passage.text.endswith(("如下:", "如下。")) and state.head is not None and state.head.group == "project":
        state.project = state.head
    if report.accounts or len(report.figures) > before:
        rows = {figure.row_no for figure in report.figures[before:]}
        report.rejects += [_reject(passage, begin, numbers[begin], items, rows) for begin, items in unread.items()]


def _figure(passage: Passage, read: Statement, row: int, report: _Report) -> Figure:
    amount, subject = read.amount, read.subject
    place = passage.place_of(amount.start)
    clause = passage.as_printed(max(read.clause_start, amount.end - MAX_LABEL), amount.end)
    printed = passage.as_printed(amount.start, amount.end)
    path = "".join(f"{name} › " for name in subject.names if name and subject.path)
    code = _code(subject, clause, row, place, report)
    if not amount.unit_printed:
        detail = f"the number stands for {amount.unit}: its unit is cut or shared with the number after it"
        _alter(report, "unit_supplied", detail, clause, row, place)
    value = amount.value * read.sign
    box = place.box
    return Figure(
        form="prose",
        table_no=0,
        row_no=row,
        lane=1,
        line_code=code,
        line_label=_full_width(subject, passage),
        measure=read.measure,
        measure_label=path + clause[-MAX_LABEL:],
        printed=printed,
        decimals=amount.decimals,
        unit=UNITS.get(amount.unit, amount.unit),
        value=value,
        amount_yuan=in_yuan(value, amount.unit) if amount.kind == "money" else None,
        origin="prose" if place.confidence is None else "ocr",
        confidence=place.confidence,
        page=place.page,
        x0=box.x0 if box else None,
        top=box.top if box else None,
        x1=box.x1 if box else None,
        bottom=box.bottom if box else None,
        source_line=place.source_line,
    )


def _full_width(subject: Subject, passage: Passage) -> str:
    """The label. Names of 支出功能分类 were matched with half-width brackets: 政府办公厅（室）及相关机构事务."""
    if subject.group != "function" or "（" not in passage.printed:
        return subject.name
    return subject.name.replace("(", "（").replace(")", "）")


def _code(subject: Subject, clause: str, row: int, place: object, report: _Report) -> str | None:
    """The code of a function item by its path, of an economic item by its name; an alteration says how it was found."""
    if subject.code:
        return subject.code
    if subject.group == "economic":
        code = economic_code(subject.name, report.year, subject.under)
        how = "the name of the economic item"
    elif subject.group == "function":
        names = subject.names
        code, how = path_code(names, report.year)
    else:
        return None
    kind = "code_from_name" if code else "code_not_found"
    _alter(report, kind, f"{subject.path or subject.name}: {code or 'no code'} by {how}", clause, row, place)
    return code


def _alter(report: _Report, kind: str, detail: str, printed: str, row: int, place: object) -> None:
    if (kind, detail) in report.told and kind != "unit_supplied":
        return
    report.told.add((kind, detail))
    page, line = getattr(place, "page", None), getattr(place, "source_line", None)
    report.alterations.append(Alteration(kind, detail, printed[:MAX_PRINTED], "prose", 0, row, 1, page, line))


def _reject(passage: Passage, begin: int, row: int, items: list[Unread], rows: set[int]) -> Reject:
    """One reject for the amounts of a sentence that were not read."""
    first = items[0].amount
    place = passage.place_of(first.start)
    end = next((e for s, e in sentences_in(passage.text) if s == begin), first.end)
    amounts = ", ".join(f"{passage.as_printed(u.amount.start, u.amount.end)} ({u.reason})" for u in items)
    reason = items[0].reason if row in rows else "sentence_states_money"
    box = place.box
    return Reject(
        kind="sentence",
        reason=reason,
        detail=f"what these amounts are about is not certain: {amounts}"[:500],
        printed=passage.as_printed(begin, end)[:MAX_PRINTED],
        form="prose",
        table_no=0,
        row_no=row,
        page=place.page,
        x0=box.x0 if box else None,
        top=box.top if box else None,
        x1=box.x1 if box else None,
        bottom=box.bottom if box else None,
        source_line=place.source_line,
    )


def _pages(figures: Iterable[Figure]) -> str | None:
    pages = sorted({f.page for f in figures if f.page is not None})
    return None if not pages else str(pages[0]) if len(pages) == 1 else f"{pages[0]}–{pages[-1]}"
