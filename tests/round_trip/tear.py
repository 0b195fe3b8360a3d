"""Forms as a page shows them, torn as programs tear them: the grid alone, without any file format in between."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pipelines.documents.model import Block, Box, Cell, Document, Grid, Page, Paragraph
from tests.typeset.forms import FormTable, set_form
from tests.typeset.grid import LEFT, UP, cells
from tests.typeset.layout import Layout
from tests.typeset.report import Report

Rows = list[list[str]]
Tear = Callable[[Random, Rows, int], Rows]  # rows, how many of them are header


def torn_document(report: Report, layout: Layout, tears: list[Tear], random: Random) -> Document:
    """Every form of the report on pages of its own, its grid torn by all of `tears` and cut over one to three pages."""
    pages: list[Page] = []
    for form in report.forms:
        table = set_form(report, layout, form)
        rows, n_head = [list(row) for row in table.grid.rows], table.grid.header_rows
        for tear in tears:
            rows = tear(random, rows, n_head)
        pages += _on_pages(random, table, rows, n_head, len(pages) + 1)
    return Document("torn.pdf", "0" * 64, "pdf", tuple(pages), len(pages))


def _on_pages(random: Random, table: FormTable, rows: Rows, n_head: int, number: int) -> list[Page]:
    """The form's pages: its title on the first or on all, its header on the first or on all, page numbers below."""
    places = range(n_head + 3, len(rows) - 4, 3)  # a few rows on every page
    cuts = sorted(random.sample(places, min(2, len(places))))
    cuts = [cut for cut in cuts if n_head and all(UP not in row for row in rows[cut : cut + 1])]
    again, title_again = random.random() < 0.5, random.random() < 0.3
    above = [text for text in (table.title, table.number, *table.head) if text]
    made: list[Page] = []
    for i, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        part = rows[start:end] if i == 0 or not again else rows[:n_head] + rows[start:end]
        lines = above if i == 0 or title_again else []
        blocks: list[Block] = [Paragraph(text, page=number + i) for text in lines]
        blocks.append(_grid(part, number + i))
        if end == len(rows):
            blocks += [Paragraph(note, page=number + i) for note in table.notes]
        blocks.append(Paragraph(f"— {number + i} —", page=number + i))
        made.append(Page(tuple(blocks), number + i))
    return made


def _grid(rows: Rows, page: int) -> Grid:
    """The grid as the PDF reader gives it; columns are 40 points wide, rows 20 points high."""
    found = tuple(
        Cell(c.text, c.row, c.col, c.row_span, c.col_span, _box(c.row, c.col, c.row_span, c.col_span))
        for c in cells(tuple(tuple(row) for row in rows))
    )
    box = _box(0, 0, len(rows), len(rows[0]))
    return Grid(found, len(rows), len(rows[0]), spans_known=True, page=page, box=box)


def _box(row: int, col: int, row_span: int, col_span: int) -> Box:
    return Box(40.0 + col * 40, 100.0 + row * 20, 40.0 + (col + col_span) * 40, 100.0 + (row + row_span) * 20)


def broken_words(random: Random, rows: Rows, n_head: int) -> Rows:
    """Blanks and line breaks inside the words of the header: 本年支↵出合计, 项 目."""
    return [[_broken(random, text) if r < n_head else text for text in row] for r, row in enumerate(rows)]


def _broken(random: Random, text: str) -> str:
    if len(text) < 2 or text.isdigit():
        return text
    at = random.randint(1, len(text) - 1)
    return text[:at] + random.choice(("\n", " ", "\u3000", "")) + text[at:]


def phantom_column(random: Random, rows: Rows, n_head: int) -> Rows:
    """A double rule: one more column, to whose side amounts fall at random where the header covers both."""
    n_cols = len(rows[0])
    at = random.randint(1, n_cols)
    wide = n_head > 0 and random.random() < 0.5
    made = []
    for r, row in enumerate(rows):
        inside = at < n_cols and row[at] == LEFT
        body = r >= n_head
        mark = LEFT if inside or (wide and not body) else ""
        if not inside and not body and wide and row[at - 1] == UP:
            mark = LEFT
        new = [*row[:at], mark, *row[at:]]
        amount = any(ch.isdigit() for ch in row[at - 1]) and "." in row[at - 1]
        if body and wide and amount and not inside and random.random() < 0.5:
            new[at - 1], new[at] = "", row[at - 1]
        made.append(new)
    return made


def footnotes(random: Random, rows: Rows, n_head: int) -> Rows:
    """A mark behind some amounts, and full-width or padded digits: 36.10①, １２.００, ' 5.00 '."""
    wide = str.maketrans("0123456789.,", "０１２３４５６７８９．，")

    def marked(text: str) -> str:
        kind = random.randint(0, 9)
        return f"{text}①" if kind == 0 else f" {text} " if kind == 1 else text.translate(wide) if kind == 2 else text

    return [
        [marked(text) if r >= n_head and "." in text and text[-1].isdigit() else text for text in row]
        for r, row in enumerate(rows)
    ]


def remarks_inside(random: Random, rows: Rows, n_head: int) -> Rows:
    """A remark over the whole width and a line of signatures below the form."""
    n_cols = len(rows[0])
    note = ["注：本表反映部门本年度的情况，合计数与分项数之和的差异为四舍五入所致。"] + [LEFT] * (n_cols - 1)
    signed = ["填表人：某某"] + [""] * (n_cols - 2) + ["20231231"]
    return [*rows, *random.choice(([note], [signed], [note, signed]))]


def indented(random: Random, rows: Rows, n_head: int) -> Rows:
    """Names indented by blanks, codes with blanks between their parts."""
    return [
        ["\u3000" * random.randint(0, 2) + text if r >= n_head and text[:1] > "一" else text for text in row]
        for r, row in enumerate(rows)
    ]


TEARS: tuple[Tear, ...] = (broken_words, phantom_column, footnotes, remarks_inside, indented)
