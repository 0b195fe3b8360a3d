"""A grid as rows of cells by column, with what each row is: blank, header, column index, note or data.

Spans are resolved here once: `cells` holds an anchor only where it is printed, `cover` repeats it over its whole area.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pipelines.documents.model import Cell, Grid
from pipelines.forms.labels import ORDINAL_LINE, bare
from pipelines.forms.numbers import read_number
from pipelines.forms.words import finds, is_any

CODE = re.compile(r"\d{3}(?:\d{2}){0,3}|[235]\d{9}")  # ten digits: 项 and three of the place
TOTAL = re.compile(r"(本年)?(收入|支出)?(合计|总计|小计|共计)")
MAX_HEADER_ROWS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row. `cells[c]` is the cell that starts in column c, else None; `width` counts the cells printed."""

    cells: tuple[Cell | None, ...]
    cover: tuple[Cell | None, ...]
    width: int
    page: int | None

    def texts(self) -> list[str]:
        """The text of every printed cell that is not blank, in order."""
        return [cell.text for cell in self.cells if cell is not None and cell.text.strip()]

    @property
    def first(self) -> Cell | None:
        """The first printed cell that is not blank."""
        return next((cell for cell in self.cells if cell is not None and cell.text.strip()), None)


def rows_of(grid: Grid) -> list[Row]:
    """The rows of a grid, top to bottom; a cell that spans rows is an anchor in its first row only."""
    anchors: list[list[Cell | None]] = [[None] * grid.n_cols for _ in range(grid.n_rows)]
    cover: list[list[Cell | None]] = [[None] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        anchors[cell.row][cell.col] = cell
        for r in range(cell.row, min(cell.row + cell.row_span, grid.n_rows)):
            for c in range(cell.col, min(cell.col + cell.col_span, grid.n_cols)):
                cover[r][c] = cell
    widths = grid.row_widths or (grid.n_cols,) * grid.n_rows
    return [Row(tuple(anchors[r]), tuple(cover[r]), widths[r], grid.page) for r in range(grid.n_rows)]


def is_blank(row: Row) -> bool:
    """Whether no cell of the row prints anything."""
    return not row.texts()


def is_index_row(row: Row) -> bool:
    """Whether the row numbers the columns: 栏次 1 2 3, or nothing but consecutive whole numbers."""
    texts = [bare(text) for text in row.texts()]
    if any(finds("index_row", text) for text in texts):
        return True
    numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,2}", text)]
    return len(numbers) >= 2 and len(numbers) == len(texts) and all(b - a == 1 for a, b in pairwise(numbers))


def is_note(row: Row) -> bool:
    """Whether the row is a remark under the form (注：…) or a sentence over its whole width."""
    texts = row.texts()
    if not texts:
        return False
    if finds("footer_start", texts[0]):
        return True
    return finds("note_start", texts[0]) or (len(texts) == 1 and (len(bare(texts[0])) > 60 or "。" in texts[0]))


def is_data(row: Row) -> bool:
    """Whether the row can belong to the body: a number, a code, or a label with an ordinal. Column indexes are not."""
    if is_index_row(row):
        return False
    texts = row.texts()
    if any(ORDINAL_LINE.match(text) for text in texts):
        return True
    return any(read_number(text) is not None for text in texts)


def header_length(rows: list[Row]) -> int:
    """How many rows from the top are header: all before the first number, and through the row of column indexes.

    Lines of the body that print no number yet (二、外交支出 with a blank amount) do not belong to it.
    """
    end = len(rows)
    for index, row in enumerate(rows):
        if is_index_row(row):
            return index + 1
        if any(read_number(text) is not None for text in row.texts()):
            end = index
            break
    while end > 0 and (is_blank(rows[end - 1]) or is_data(rows[end - 1]) or _is_blank_total(rows, end - 1)):
        end -= 1
    return end if end <= MAX_HEADER_ROWS else 0


def _is_blank_total(rows: list[Row], index: int) -> bool:
    """A total without any amount: 合计 alone in its row, under the header of codes or names."""
    cell = rows[index].first
    if cell is None or len(rows[index].texts()) != 1 or not TOTAL.fullmatch(bare(cell.text)):
        return False
    above = [row.cover[cell.col] for row in rows[:index] if cell.col < len(row.cover)]
    names = [bare(other.text) for other in above if other is not None]
    return is_any("code_headers", names) or is_any("label_headers", names)
