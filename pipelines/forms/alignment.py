"""Rows whose cells do not stand in the columns of the header: rows cut by a page break, columns ruled differently.

A row is moved only when its cells can stand in one way; otherwise it is left to be rejected. Every move has a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from pipelines.documents.model import Cell
from pipelines.forms.header import Header
from pipelines.forms.labels import bare
from pipelines.forms.matrix import CODE, TOTAL, Row, is_blank
from pipelines.forms.numbers import is_nothing, read_number

Cells = tuple[Cell | None, ...]


def expected_width(head: list[Row], body: list[Row]) -> int:
    """The number of cells that a whole row of a text conversion prints: the header's, unless every row has more."""
    widths = Counter(row.width for row in body if not is_blank(row))
    header_width = max((row.width for row in head), default=0)
    if header_width in widths or not widths or header_width > max(widths):
        return header_width
    return max(widths, key=lambda width: (widths[width], width))


def prints_trailing_blanks(rows: list[Row]) -> bool:
    """Whether the conversion keeps blank cells at the end of rows; if not, a short row may just end in blanks."""
    return any(row.width and not is_blank(row) and not _text(row.cells[row.width - 1]) for row in rows)


def align(row: Row, header: Header, *, keeps_blanks: bool) -> tuple[Cells, str | None] | None:
    """The cells of a text row by column, and why it had to be moved; None when that cannot be said for certain."""
    n_cols = len(header.columns)
    cells = row.cells[: row.width]
    if len(cells) > n_cols:
        extra = len(cells) - n_cols
        if not any(_text(cell) for cell in cells[n_cols:]) and fits(cells[:n_cols], header):
            return cells[:n_cols], None
        if not any(_text(cell) for cell in cells[:extra]) and fits(cells[extra:], header):
            return cells[extra:], f"row of {len(cells)} cells under {n_cols} columns: {extra} blank cells before it"
        return None
    missing = n_cols - len(cells)
    padded = cells + (None,) * missing
    if (missing == 0 or not keeps_blanks) and fits(padded, header):
        return padded, None
    if missing == 0:
        return None
    moved = _by_kind(cells, header)
    if moved is not None:
        return moved, f"row of {len(cells)} cells under {n_cols} columns: blank cells lost at a page break"
    left = (None,) * missing + cells
    if fits(left, header) and not fits(padded, header):
        return left, f"row of {len(cells)} cells under {n_cols} columns: {missing} blank cells lost before it"
    return None


def fits(cells: Cells, header: Header) -> bool:
    """Whether every cell could stand in its column: words under labels, numbers under measures, codes under codes."""
    return all(_may_stand(_text(cell), column.role) for cell, column in zip(cells, header.columns, strict=False))


def _may_stand(text: str, role: str) -> bool:
    if not text:
        return True
    number = read_number(text) is not None
    if role == "code":
        return (
            re.fullmatch(r"\d{2,9}", text) is not None or TOTAL.search(text) is not None or text in {"类", "款", "项"}
        )
    if role == "label":
        return not number
    if role == "row_index":
        return re.fullmatch(r"\d{1,3}", text) is not None
    if role in ("value", "ambiguous"):
        return number or is_nothing(text)
    return True


def _by_kind(cells: Cells, header: Header) -> Cells | None:
    """One lane of code, label and exactly as many amounts as there are measures: the blanks between them were lost."""
    codes, labels, values = header.of_role("code"), header.of_role("label"), header.of_role("value")
    if len(header.lanes) != 1 or not codes or len(labels) != 1:
        return None
    printed = list(cells)
    placed: list[Cell | None] = [None] * len(header.columns)
    if printed and CODE.fullmatch(_text(printed[0])):
        placed[codes[0].index] = printed.pop(0)
    while printed and not _text(printed[0]) and len(printed) > len(values) + 1:
        printed.pop(0)
    if not printed or not _may_stand(_text(printed[0]), "label") or not _text(printed[0]):
        return None
    placed[labels[0].index] = printed.pop(0)
    if len(printed) != len(values):
        return None
    for column, cell in zip(values, printed, strict=True):
        placed[column.index] = cell
    return tuple(placed) if fits(tuple(placed), header) else None


def whole_row(row: Row, header: Header) -> Cells | None:
    """A row of a conversion that keeps no blank cells, if it has an amount for every measure of its one lane.

    Code and name stand before the amounts, either of them alone too (a total has no code).
    """
    codes, labels, values = header.of_role("code"), header.of_role("label"), header.of_role("value")
    cells = [cell for cell in row.cells if cell is not None]
    names, amounts = cells[: len(cells) - len(values)], cells[len(cells) - len(values) :]
    if len(header.lanes) != 1 or len(codes) > 1 or len(labels) > 1 or not values or not names:
        return None
    placed: list[Cell | None] = [None] * len(header.columns)
    for column, cell in zip(values, amounts, strict=True):
        placed[column.index] = cell
    if codes and CODE.fullmatch(_text(names[0])):
        placed[codes[0].index] = names.pop(0)
    if names and (len(names) > 1 or read_number(names[0].text) is not None):
        return None
    if names:
        placed[(labels or codes)[0].index] = names[0]
    return tuple(placed) if all(read_number(cell.text) is not None for cell in amounts) else None


def by_position(row: Row, header: Header) -> Cells | None:
    """The cells of a page's row by the place of the columns on the page; None when two would stand in one column."""
    placed: list[Cell | None] = [None] * len(header.columns)
    for cell in row.cells:
        if cell is None or not cell.text.strip():
            continue
        if cell.box is None:
            return None
        middle = (cell.box.x0 + cell.box.x1) / 2
        inside = [c for c in header.columns if c.x0 is not None and c.x1 is not None and c.x0 - 2 <= middle <= c.x1 + 2]
        if cell.col_span > 1:
            inside = [
                c
                for c in header.columns
                if c.x0 is not None and c.x1 is not None and cell.box.x0 - 2 <= c.x0 < cell.box.x1
            ][:1]
        if len(inside) != 1 or placed[inside[0].index] is not None:
            return None
        placed[inside[0].index] = replace(cell, col=inside[0].index)
    return tuple(placed)


def by_offset(rows: list[Row], header: Header) -> int | None:
    """By how many columns a narrower part of a form stands in from the left; None unless all its rows fit in one way.

    A sheet's blank row cuts a form, and the part below it comes without its blank columns (its total, say).
    """
    offsets = range(len(header.columns) - max((len(row.cells) for row in rows), default=0) + 1)
    fitting = [k for k in offsets if all(fits(shifted(row, k, header), header) for row in rows)]
    return fitting[0] if len(fitting) == 1 else None


def shifted(row: Row, offset: int, header: Header) -> Cells:
    """The row's cells from column `offset` on, blanks around them."""
    missing = len(header.columns) - offset - len(row.cells)
    return (None,) * offset + row.cells + (None,) * missing


def _text(cell: Cell | None) -> str:
    return bare(cell.text) if cell is not None else ""
