"""The figure: one printed number with its address. What reading a report produces, whatever its format.

The columns are a contract (docs: the mart `figures`); `forms/` and `prose/` emit these rows, `landing/` writes them.
Nothing here reads anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Origin = Literal["table", "prose", "ocr"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number. `figure_id` and `report_id` are given when it lands, from the bytes and the address."""

    form: str  # form id of seeds/forms.csv
    table_no: int  # 1-based order of the joined form in the report; 0 for prose
    row_no: int  # 1-based row in the joined form, or number of the sentence
    lane: int  # 1-based side-by-side lane
    line_code: str | None  # as printed, joined: 201 06 01 → 2010601
    line_label: str | None  # as printed without line breaks, ordinal kept
    measure: str  # id of seeds/measures.csv
    measure_label: str  # header path as printed, joined with ' › '
    printed: str  # the cell to the letter
    decimals: int  # printed precision
    unit: str | None  # 万元 / 元 / % / 辆 …
    value: Decimal  # in the printed unit
    amount_yuan: Decimal | None  # money only
    origin: Origin = "table"
    confidence: Decimal | None = None
    page: int | None = None
    x0: float | None = None
    top: float | None = None
    x1: float | None = None
    bottom: float | None = None
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Something printed that did not become a figure: a grid, a row, a cell or a sentence, with the reason."""

    kind: Literal["grid", "row", "cell", "sentence", "page", "file"]
    reason: str  # id of seeds/reject_reasons.csv
    detail: str  # a sentence: what was expected, what was found
    printed: str  # the text that was not read, shortened to 2,000 characters
    form: str | None = None
    table_no: int | None = None
    row_no: int | None = None
    page: int | None = None
    x0: float | None = None
    top: float | None = None
    x1: float | None = None
    bottom: float | None = None
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class Alteration:
    """Something read otherwise than printed: a joined row, a moved cell, a code found from a name. Never silent."""

    kind: str  # id of seeds/alteration_kinds.csv
    detail: str
    printed: str
    form: str | None = None
    table_no: int | None = None
    row_no: int | None = None
    lane: int | None = None
    page: int | None = None
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class FormRead:
    """One form as found in the report, also when it is empty: the coverage record behind 'forms missing'."""

    form: str
    table_no: int
    title: str | None  # as printed
    unit: str | None
    pages: str | None  # '8–9'
    rows: int
    figures: int
    empty_statement: str | None  # '本表无数据' and the like, as printed
    recognised_by: Literal["title", "title and headers", "headers", "sentences"]
    heading: tuple[str, ...] = ()  # title and the lines between it and the table, as printed: 部门：…, 2024年度


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a performance form's indicators, in the publisher's words; its numbers are figures of the same row."""

    form: str
    table_no: int
    row_no: int
    level1: str | None  # 产出指标
    level2: str | None  # 数量指标
    level3: str | None  # what is measured
    target: str | None
    adjusted_target: str | None
    actual: str | None
    deviation: str | None  # the reason given for a deviation
    page: int | None = None
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One performance form as a whole: whose it is, and what it concludes in words."""

    form: str
    table_no: int
    name: str | None  # the project, or the body itself
    department: str | None
    unit: str | None
    goal: str | None
    achieved: str | None
    grade: str | None  # 优 / 良 / 中 / 差, as printed
    page: int | None = None
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that reading one document gave."""

    figures: tuple[Figure, ...] = ()
    rejects: tuple[Reject, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    forms: tuple[FormRead, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
