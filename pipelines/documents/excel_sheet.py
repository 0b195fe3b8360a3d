"""The cells of one sheet → paragraphs (titles, units, remarks) and grids, one for each table on the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.documents.grid_build import (
    Placed,
    Row,
    grid_of_cells,
    grid_of_rows,
    is_heading,
    is_note,
    paragraphs_of,
)
from pipelines.documents.model import Block

Corner = tuple[int, int]

# A section of a form stands alone in its row as a title does: 一、政府采购情况 (高平 2024, 公开10表)
_SECTION = re.compile(r"^[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")


@dataclass(frozen=True)
class Sheet:
    """Texts by row and column from A1 on, and merged areas: top left corner → bottom right corner, both included."""

    texts: list[list[str]]
    merged: dict[Corner, Corner] = field(default_factory=dict)
    spans_known: bool = True


def blocks_of_sheet(sheet: Sheet) -> Iterator[Block]:
    """Blocks from top to bottom. A blank row ends a table, and so does a title in the first column."""
    rows = [Row(tuple(texts), number) for number, texts in enumerate(sheet.texts, start=1)]
    covered = {
        r for (top, left), (bottom, _) in sheet.merged.items() if _at(sheet, top, left) for r in range(top, bottom + 1)
    }
    begin = 0
    while begin < len(rows):
        if not rows[begin].filled:
            begin += 1
            continue
        end = begin + 1
        while end < len(rows) and (rows[end].filled or end in covered) and not _starts_form(rows, end):
            end += 1
        yield from _blocks_of_table(sheet, rows[begin:end])
        begin = end


def _at(sheet: Sheet, row: int, col: int) -> str:
    return sheet.texts[row][col].strip() if row < len(sheet.texts) and col < len(sheet.texts[row]) else ""


def _starts_form(rows: Sequence[Row], i: int) -> bool:
    return len(rows[i].filled) == 1 and is_heading(rows[i]) and not is_heading(rows[i - 1])


def _above_table(row: Row) -> bool:
    """Whether a row prints only what stands above a form: title, number, department, year, unit."""
    return is_heading(row) or (len(row.filled) == 1 and not _SECTION.match(row.filled[0]))


def _blocks_of_table(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Block]:
    first, last = 0, len(rows)
    while first < last and (_above_table(rows[first]) or not rows[first].filled):
        first += 1
    while last > first and (is_note(rows[last - 1]) or not rows[last - 1].filled):
        last -= 1
    for row in rows[:first]:
        yield from paragraphs_of(row)
    table = rows[first:last]
    if any(len(row.filled) > 1 for row in table):
        yield _grid(sheet, table)
    else:
        for row in table:
            yield from paragraphs_of(row)
    for row in rows[last:]:
        yield from paragraphs_of(row)


def _grid(sheet: Sheet, rows: Sequence[Row]) -> Block:
    """A grid without the blank columns around it."""
    used = [c for row in rows for c, text in enumerate(row.cells) if text.strip()]
    left, right = min(used), max(used) + 1
    top, bottom = rows[0].line - 1, rows[-1].line
    for (r, c), (_, end) in sheet.merged.items():
        if top <= r < bottom and _at(sheet, r, c):
            right = max(right, end + 1)
    if not sheet.spans_known:
        return grid_of_rows([Row(row.cells[left:right], row.line) for row in rows])
    hidden: set[Corner] = set()  # covered by a merged area
    placed = []
    for r in range(top, bottom):
        for c in range(left, right):
            if (r, c) in hidden:
                continue
            end_row, end_col = sheet.merged.get((r, c), (r, c))
            end_row, end_col = min(end_row, bottom - 1), min(end_col, right - 1)
            hidden |= {(i, j) for i in range(r, end_row + 1) for j in range(c, end_col + 1)}
            texts = sheet.texts[r]
            text = texts[c] if c < len(texts) else ""
            placed.append(Placed(text, r - top, c - left, end_row - r + 1, end_col - c + 1, r + 1))
    return grid_of_cells(placed, bottom - top, right - left, rows[0].line)
