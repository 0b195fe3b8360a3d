"""What every reader produces: a `Document` of pages of paragraphs and grids, in reading order.

Nothing in this module knows what a form, a measure or a place is. Coordinates are PDF points from the top left
corner of the page (the same axes as pdfplumber's `x0, top, x1, bottom`); formats without pages have no boxes and
address their content by `source_line` (1-based line of the text, or row of the sheet).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Format = Literal["pdf", "text", "word", "html", "excel", "image", "unknown"]
Status = Literal["read", "partly_read", "not_read"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell. `text` is to the letter, with its line breaks; `row` and `col` are 0-based in the grid."""

    text: str
    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    box: Box | None = None
    source_line: int | None = None
    confidence: Decimal | None = None  # 0–1, only where it was recognised from a picture
    page: int | None = None  # 1-based, only where it is not its grid's (a sheet printed over several pages' width)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as printed on one page (or in one run of table lines of a text).

    `cells` holds the top-left cell of every merged area once, sorted by (row, col); positions that a span covers have
    no cell of their own. `spans_known` is False where the format cannot tell a merged cell from a blank one (text
    conversions); there, every row may also have its own number of cells (`row_widths`).
    """

    cells: tuple[Cell, ...]
    n_rows: int
    n_cols: int
    spans_known: bool
    page: int | None = None  # 1-based
    box: Box | None = None
    source_line: int | None = None
    row_widths: tuple[int, ...] = ()  # cells printed in each row; empty when every row has n_cols
    blanks_lost: bool = False  # a blank cell left no trace: a row with fewer cells could stand anyhow


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text outside any grid: one logical line of a title, or a whole paragraph of prose."""

    text: str
    page: int | None = None
    box: Box | None = None
    source_line: int | None = None
    confidence: Decimal | None = None


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a PDF or scan, one sheet of a workbook, or the whole of a format without pages (number None)."""

    blocks: tuple[Block, ...]
    number: int | None = None
    width: float | None = None
    height: float | None = None
    label: str | None = None  # the sheet's name in a workbook
    origin: Literal["native", "ocr"] = "native"
    unread: str | None = None  # why nothing of this page could be read, where that does not cost the others


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `status` is `not_read` with a reason when nothing could be had from it; it is never raised."""

    file_name: str
    sha256: str
    format: Format
    pages: tuple[Page, ...] = ()
    n_pages: int | None = None  # pages of the file, also those that were not opened
    status: Status = "read"
    status_reason: str | None = None  # a sentence for a person: what is wrong and what to do about it
    warnings: tuple[str, ...] = field(default=())
