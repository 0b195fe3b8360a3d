"""Rows of a ruled grid that hold several printed rows, because only the columns were ruled: they are told apart.

The evidence must be plain: at least two columns hold the same number of whole amounts, one under the other, at the same
heights. A label belongs to the amounts it stands nearest to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.documents.model import Box
from pipelines.documents.ruled import Slot
from pipelines.documents.text_lines import Line

MIN_COLUMNS = 2
_WHOLE_AMOUNT = re.compile(r"[-−(（]?(\d{1,3}([,，]\d{3})+|\d+)\.\d{1,2}[)）]?")  # with decimals: never half a number


@dataclass(frozen=True, slots=True)
class LinedSlot:
    """A cell's place and its lines of text, top to bottom."""

    slot: Slot
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def split_rows(cells: Sequence[LinedSlot], n_rows: int) -> tuple[list[LinedSlot], int]:
    """The cells with such rows split, and the new number of rows."""
    by_row: dict[int, list[LinedSlot]] = {}
    for cell in cells:
        by_row.setdefault(cell.slot.row, []).append(cell)
    for row in sorted(by_row, reverse=True):  # from below, so that the rows above keep their numbers
        heights = _heights(by_row[row])
        if heights:
            cells = [part for cell in cells for part in _parts(cell, row, heights)]
            n_rows += len(heights) - 1
    return sorted(cells, key=lambda cell: (cell.slot.row, cell.slot.col)), n_rows


def _heights(cells: Sequence[LinedSlot]) -> list[float]:
    """Middles of the printed rows that one ruled row holds; empty when it holds one."""
    if sum(len(cell.lines) > 1 for cell in cells) < MIN_COLUMNS or any(cell.slot.row_span > 1 for cell in cells):
        return []
    stacks: list[list[float]] = []
    for cell in cells:
        if len(cell.lines) > 1 and all(_WHOLE_AMOUNT.fullmatch(line.text) for line in cell.lines):
            stacks.append([(line.top + line.bottom) / 2 for line in cell.lines])
    if len(stacks) < MIN_COLUMNS or len({len(stack) for stack in stacks}) > 1:
        return []
    size = cells[0].lines[0].size if cells[0].lines else 10.0
    level = all(abs(a - b) < 0.6 * size for stack in stacks[1:] for a, b in zip(stack, stacks[0], strict=True))
    return stacks[0] if level else []


def _parts(cell: LinedSlot, row: int, heights: Sequence[float]) -> list[LinedSlot]:
    """A cell after the split of one row: moved down, stretched, or cut in pieces."""
    slot, extra = cell.slot, len(heights) - 1
    if slot.row > row:
        return [LinedSlot(_at(slot, slot.row + extra, slot.box), cell.lines)]
    if slot.row < row:
        stretched = slot.row_span + (extra if slot.row + slot.row_span > row else 0)
        return [LinedSlot(Slot(slot.box, slot.row, slot.col, stretched, slot.col_span), cell.lines)]
    borders = [slot.box.top, *((a + b) / 2 for a, b in pairwise(heights)), slot.box.bottom]
    pieces: list[list[Line]] = [[] for _ in heights]
    for line in cell.lines:
        middle = (line.top + line.bottom) / 2
        pieces[min(range(len(heights)), key=lambda number: abs(heights[number] - middle))].append(line)
    return [
        LinedSlot(_at(slot, row + n, Box(slot.box.x0, borders[n], slot.box.x1, borders[n + 1])), tuple(piece))
        for n, piece in enumerate(pieces)
    ]


def _at(slot: Slot, row: int, box: Box) -> Slot:
    return Slot(box, row, slot.col, slot.row_span, slot.col_span)
