"""What is read of a passage, and what the passage has spoken of so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.prose.amounts import Amount
from pipelines.prose.lexicon import Lexicon, Subject
from pipelines.prose.passages import Passage

BUDGETS = ("initial_budget", "adjusted_budget")
# Subjects whose breakdown is one of economic items.
RUNNING = ("人员经费", "公用经费", "机关运行经费", "基本支出", "财政拨款基本支出", "一般公共预算财政拨款基本支出")


@dataclass(frozen=True, slots=True)
class Statement:
    """One amount read. `sign` turns the printed number into the value."""

    amount: Amount
    subject: Subject
    measure: str
    sign: int
    clause_start: int


@dataclass(frozen=True, slots=True)
class Unread:
    """One amount that was not read, and why (an id of reject_reasons.csv)."""

    amount: Amount
    reason: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an amount stands: the words before it, as clauses, and what follows."""

    passage: Passage
    amount: Amount
    words: str  # back to the amount or bracket before
    words_start: int
    clauses: tuple[str, ...]
    last: str  # the clause next to the amount, without what gives a reason
    start: int  # where that clause begins
    end: int  # of the sentence
    inside: bool  # in brackets

    def unread(self, reason: str = "subject_unclear") -> Unread:
        return Unread(self.amount, reason)

    def states(self, subject: Subject, measure: str, sign: int = 1) -> Statement:
        return Statement(self.amount, subject, measure, sign, self.start)

    def printed(self, name: str) -> str:
        """A name as printed, with its quotation marks and brackets; as matched where something hidden stood in it."""
        at = self.passage.text.find(name, self.start, min(self.amount.end + 30, self.end))
        return self.passage.name(at, at + len(name)) if at >= 0 else name


@dataclass(slots=True)
class State:
    """The memory of a reader. Fields marked * are those of one sentence, + of one passage."""

    year: int
    lexicon: Lexicon
    budget_year: bool = False  # the report is a budget: an amount without an aspect is one
    accounts: bool = False  # the part of the report that states accounts
    projects: bool = False  # a section on projects
    above: tuple[str, str, str] = ("", "", "")  # 类, 款, 项 last named
    project: Subject | None = None  # the heading before names a project
    parted: Subject | None = None  # what a passage ended in 其中: of; its parts stand in passages of their own
    head: Subject | None = None  # + the subject of the sentence: what its breakdown is of
    carry: Subject | None = None  # + what a new sentence speaks of when it names nothing
    base_passage: str | None = None  # + the base of changes last named
    direction: int | None = None  # +
    economic: bool = False  # + a breakdown into economic items
    class_code: str | None = None  # + the economic 类 broken down
    counted: str | None = None  # + 公务接待 | 国内公务接待 | …: what 批次 and 人次 count
    counted_in: str | None = None  # +
    event: str | None = None  # + a meeting or training
    event_kind: str | None = None  # +
    listed_as: str | None = None  # + the measure of the last amount
    by_function: bool = False  # the items listed are of 支出功能分类
    item_code: str | None = None  # the code of the figure before
    section_scope: str | None = None  # the fund that the section is about (`scopes` of subjects.yml)
    zone: str = "main"  # * main | reason | purpose
    last: Subject | None = None  # * the subject of the amount before
    in_list: bool = False  # *
    of_procurement: bool = False  # * money is parted by where that of procurement comes from
    used: bool = False  # * the sentence says what an amount was used for
    list_measure: str | None = None  # * a breakdown of a budget is one of budgets
    passage_scope: str | None = None  # + the fund that the passage begins with; '' for none
    scope: str | None = None  # * the fund that the sentence is about
    split: Subject | None = None  # * the function item that is parted into 基本支出 and 项目支出, until a semicolon
    bracket: Subject | None = None  # * what an amount in brackets is part of
    unread: bool = False  # * the amount before was not read
    whole_unread: bool = False  # * … and a list breaks it down
    breaks_down: bool = False  # * the sentence begins with 其中: it is about the whole before it
    said_both: bool = False  # * the whole that a breakdown goes on from had a budget and a final account
    head_is_listed: bool = False  # * the head is only the first of a list whose whole was not read
    base: str | None = None  # * last | budget | other
    about_budgets: bool = False  # * compares budgets with each other
    part_of_body: bool = False  # * speaks of a unit under the body
    said_year: int | None = None  # * the year that it says its amounts are of
    reason_subject: Subject | None = None  # *
    reason_open: bool = False  # * a reason names something unknown that rose or fell
    pending: str | None = None  # * 完成全年预算84.82万元的 → completion_rate
    both: Subject | None = None  # * two totals spoken of as one: 收、支总计
    enumerated: int = 0  # * items of the list that bear an ordinal
    pair: tuple[str, str, int] | None = None  # * measure, second name and sign of two numbers for two things
    counted_last: str | None = None  # * the label of the count before: 购置公务用车0辆，其中：轿车0辆
    counted_here: str = ""  # * the label of the last count, and where it ended
    counted_end: int = -1  # *
    counted_alone: bool = False  # * no money was said of the projects counted so far
    counted_projects: str | None = None  # * 绩效自评项目39个，涉及预算金额 …
    named_until: int = 0  # * the words up to here name the project that the sentence is about
    whole: tuple[Subject, set[str]] | None = None  # * what 其中 broke down, until the next semicolon
    finals: dict[str, Decimal] = field(default_factory=dict)  # * amounts of the year by subject
    subjects: list[str] = field(default_factory=list)  # *
    segment: list[tuple[str, set[str]]] = field(default_factory=list)  # * since the last semicolon: subjects, measures

    def begin_passage(self) -> None:
        """A new passage speaks of nothing yet; what goes on from the one before is put back by the caller."""
        self.head = self.carry = self.project = None
        self.base_passage = self.direction = self.class_code = self.listed_as = None
        self.counted = self.counted_in = self.event = self.event_kind = None
        self.economic = False
        self.passage_scope = None

    def begin_sentence(self, *, goes_on: bool, breakdown: bool) -> None:
        """A new sentence; `goes_on` with giving reasons, or with a `breakdown` of the amount before."""
        self.zone = "reason" if goes_on else "main"
        if not goes_on:
            self.reason_subject, self.reason_open = None, False
        self.breaks_down = breakdown
        self.said_both = breakdown and any("final" in said for _, said in self.segment)
        self.head_is_listed = self.unread = self.whole_unread = False
        self.scope = self.split = self.bracket = None
        if not breakdown:
            self.listed_as = None
        self.last = self.base = self.said_year = self.pending = self.pair = self.list_measure = None
        if not breakdown:  # 对35个项目开展了自评。其中，优33个
            self.counted_projects = None
        self.counted_last = None
        self.counted_here, self.counted_end, self.counted_alone = "", -1, False
        self.both = self.carry if self.carry is not None and self.carry.pair is not None else None
        self.enumerated = 0
        self.used = self.of_procurement = False
        self.in_list = self.about_budgets = self.part_of_body = False
        self.named_until = 0
        self.whole = None
        self.subjects, self.segment, self.finals = [], [], {}

    def restore(self, saved: State) -> None:
        """After a closing bracket the sentence goes on where it was before it."""
        kept = (
            "last",
            "zone",
            "in_list",
            "listed_as",
            "list_measure",
            "counted",
            "counted_in",
            "direction",
            "economic",
        )
        for name in (*kept, "bracket", "split"):
            setattr(self, name, getattr(saved, name))
