"""A table as rows of printed strings, in which two markers say what is merged.

`<` is covered by the cell to its left, `^` by the cell above it; everything else is printed to the letter. A block
of two rows and two columns in one cell reads `[["text", "<"], ["^", "^"]]`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

LEFT = "<"
UP = "^"

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetCell:
    """The top-left cell of a merged area; `row` and `col` are 0-based."""

    text: str
    row: int
    col: int
    row_span: int
    col_span: int


@dataclass(frozen=True, slots=True)
class SetGrid:
    """A table to be set. `header_rows` rows repeat on every page where the layout says so.

    `widths` are relative; `aligns` is one of l, c, r for every body column (header cells and totals are centred).
    """

    rows: tuple[Row, ...]
    header_rows: int = 0
    widths: tuple[float, ...] = ()
    aligns: str = ""

    @property
    def n_cols(self) -> int:
        return len(self.rows[0])

    def align(self, cell: SetCell) -> str:
        """How the cell's text stands: l, c or r."""
        if cell.row < self.header_rows or not self.aligns:
            return "c"
        return "c" if cell.text.endswith(("合计", "总计")) else self.aligns[cell.col]


def cells(rows: tuple[Row, ...]) -> list[SetCell]:
    """Every printed cell with its spans. Raises ValueError for a marker that belongs to no cell, or ragged rows."""
    n_cols = len(rows[0])
    if any(len(row) != n_cols for row in rows):
        raise ValueError(f"ragged rows: {[len(row) for row in rows]} cells, first row {rows[0]}")
    taken = [[False] * n_cols for _ in rows]
    found: list[SetCell] = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if taken[r][c]:
                continue
            if text in (LEFT, UP):
                raise ValueError(f"marker {text!r} at row {r}, column {c} belongs to no cell: {row}")
            right = c + 1
            while right < n_cols and row[right] == LEFT and not taken[r][right]:
                right += 1
            below = r + 1
            while below < len(rows) and rows[below][c] == UP and not taken[below][c]:
                below += 1
            for i in range(r, below):
                for j in range(c, right):
                    taken[i][j] = True
            found.append(SetCell(text, r, c, below - r, right - c))
    return found


def read_grid(path: Path) -> tuple[Row, ...]:
    """A CSV of a grid: one line per printed row, `\\n` in a cell for a line break, short lines filled with blanks."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = [tuple(cell.replace("\\n", "\n") for cell in row) for row in csv.reader(f)]
    width = max(len(row) for row in rows)
    return tuple(row + ("",) * (width - len(row)) for row in rows)
