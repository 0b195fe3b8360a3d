"""The row or paragraph of a figure among its neighbours, as text: for formats that have no pages to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.documents.model import Block, Cell, Document, Grid
from pipelines.documents.reader import read_document
from pipelines.evidence.errors import EvidenceError

AROUND = 3  # rows or paragraphs before and after
HEADER = 3  # rows at the head of a table that are shown with the row
LONG = 120  # characters shown on either side of a number in a paragraph
SHORT = 40  # characters shown of a neighbouring cell
MARK = ("【", "】")


def text_around(
    path: Path, line: int | None, page: int | None, printed: str | None, label: str | None, header: str | None = None
) -> str:
    """What stands at `line` (as the readers count: line, row or block) of the sheet or page `page`, in its context.

    Where several tables have such a line (sheets of a workbook), the one is meant that prints `label` in the row and
    `header` (the path of headers, › between them) above it. Raises EvidenceError when the file cannot be read or holds
    nothing there.
    """
    if line is None:
        raise EvidenceError(f"no line is known for this figure of {path.name}")
    document = read_document(path)
    if document.status == "not_read":
        raise EvidenceError(f"{path.name} cannot be read: {document.status_reason}")
    tables: list[tuple[int, Grid, list[Cell]]] = []
    for blocks, index in _at_line(document, line, page):
        block = blocks[index]
        if isinstance(block, Grid):
            if hits := _hits(block, line, printed, label):
                tables.append((_likeness(block, hits, label, header), block, hits))
        elif not tables:
            return "\n".join(_paragraphs(blocks, index, line, printed))
    if tables:
        _, grid, hits = max(tables, key=lambda table: table[0])  # of equals the first
        return "\n".join(_rows(grid, hits))
    raise EvidenceError(f"{path.name} holds nothing at line {line}: has the file changed since it was read?")


def _at_line(document: Document, line: int, page: int | None) -> Iterable[tuple[Sequence[Block], int]]:
    """Blocks that hold the line, those that name it exactly first: tables that begin before it are tried too."""
    for sheet in document.pages:
        if page is not None and sheet.number not in (None, page):
            continue
        for index, block in enumerate(sheet.blocks):
            lines = {cell.source_line for cell in block.cells} if isinstance(block, Grid) else {block.source_line}
            if line in lines:
                yield sheet.blocks, index


def _hits(grid: Grid, line: int, printed: str | None, label: str | None) -> list[Cell]:
    """The cells at the line that print the number, in the rows that hold the label when any does."""
    cells = [cell for cell in grid.cells if cell.source_line == line]
    if printed is not None:
        cells = [c for c in cells if c.text == printed] or [c for c in cells if _plain(printed) in _plain(c.text)]
    wanted = _plain(label or "")
    rows = {cell.row for cell in grid.cells if wanted and wanted in _plain(cell.text)}
    return [cell for cell in cells if cell.row in rows] or cells


def _likeness(grid: Grid, hits: Sequence[Cell], label: str | None, header: str | None) -> int:
    """How much of a figure's label and headers a table shows where it should."""
    rows = {cell.row for cell in hits}
    in_rows = [_plain(cell.text) for cell in grid.cells if cell.row in rows]
    above = {_plain(cell.text) for cell in grid.cells if cell.row < min(rows)}
    wanted = _plain(label or "")
    labelled = bool(wanted) and any(wanted in text for text in in_rows)
    return 100 * labelled + sum(_plain(step) in above for step in (header or "").split("›") if _plain(step))


def _rows(grid: Grid, hits: Sequence[Cell]) -> list[str]:
    marked = {(cell.row, cell.col) for cell in hits}
    rows = sorted({cell.row for cell in hits})
    shown = set(range(min(HEADER, grid.n_rows)))
    for row in rows:
        shown |= set(range(max(0, row - AROUND), min(grid.n_rows, row + AROUND + 1)))
    lines, last = [], -1
    for row in sorted(shown):
        if row > last + 1:
            lines.append("      …")
        last = row
        cells = [cell for cell in grid.cells if cell.row == row]
        first = next((cell.source_line for cell in cells if cell.source_line is not None), None)
        texts = (_cell(cell, (cell.row, cell.col) in marked) for cell in cells)
        lines.append(f"{'>' if row in rows else ' '}{first or '':>5} {' | '.join(texts)}")
    if len(hits) > 1:
        lines.append(f"      ({len(hits)} cells here print the same: its measure tells which is meant)")
    return lines


def _cell(cell: Cell, marked: bool) -> str:
    text = " ".join(cell.text.split())
    if marked:
        return f"{MARK[0]}{text}{MARK[1]}"
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _paragraphs(blocks: Sequence[Block], index: int, line: int, printed: str | None) -> list[str]:
    lines = []
    for at in range(max(0, index - AROUND), min(len(blocks), index + AROUND + 1)):
        block = blocks[at]
        if isinstance(block, Grid):
            text = f"(table of {block.n_rows} rows)"
        elif at == index:
            text = _marked(block.text, printed)
        else:
            text = block.text if len(block.text) <= LONG else block.text[: LONG - 1] + "…"
        lines.append(f"{'>' if at == index else ' '}{block.source_line or '':>5} {text}")
    return lines


def _marked(text: str, printed: str | None) -> str:
    """The paragraph with every place marked where it prints the number as a whole, cut to their surroundings."""
    if not printed:
        return text
    number = re.escape(printed)
    found = list(re.finditer(rf"(?<![\d.,，]){number}(?!\d|[.,，]\d)", text)) or list(re.finditer(number, text))
    if not found:
        return text
    start, end = max(0, found[0].start() - LONG), min(len(text), found[-1].end() + LONG)
    pieces, at = ["…" if start else ""], start
    for match in found:
        pieces += [text[at : match.start()], MARK[0], match.group(), MARK[1]]
        at = match.end()
    return "".join([*pieces, text[at:end], "…" if end < len(text) else ""])


def _plain(text: str) -> str:
    return "".join(text.split())
