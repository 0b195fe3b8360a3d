"""Small documents of paragraphs, and what `read_prose` makes of them as short rows."""

from __future__ import annotations

from decimal import Decimal

from pipelines.documents.model import Box, Document, Page, Paragraph
from pipelines.figures import Reading
from pipelines.prose.sentences import read_prose

ACCOUNTS = "三、支出决算情况说明"  # a heading, so that what is not read becomes a reject
Row = tuple[str | None, str | None, str, Decimal, str | None]


def document(*paragraphs: str, page: int | None = None) -> Document:
    """A text of the paragraphs, each on a line of its own; with `page` they have that page and a box."""
    box = None if page is None else Box(72, 100, 520, 120)
    line = (lambda n: n) if page is None else (lambda n: None)
    blocks = tuple(Paragraph(t, page=page, box=box, source_line=line(n)) for n, t in enumerate(paragraphs, start=1))
    return Document("sketch.txt", "0" * 64, "text", (Page(blocks),))


def read(*paragraphs: str, year: int = 2024) -> Reading:
    """The reading of an account section that holds the paragraphs."""
    return read_prose(document(ACCOUNTS, *paragraphs), fiscal_year=year)


def rows(reading: Reading) -> list[Row]:
    """(line code, line label, measure, value, unit) of every figure, in order."""
    return [(f.line_code, f.line_label, f.measure, f.value, f.unit) for f in reading.figures]


def said(reading: Reading) -> list[str]:
    """'label measure value unit' of every figure, in order."""
    return [f"{f.line_label} {f.measure} {f.value} {f.unit}" for f in reading.figures]


def reasons(reading: Reading) -> list[str]:
    return [reject.reason for reject in reading.rejects]
