"""Sets a report as the text that converters make of it, in the two manners seen (REAL-REPORTS B.2).

`tabs`: a printed row is a line, cells behind tabs, merged-away cells blank; a page break is an empty line, and after
it the cells that a code covers are gone, so that rows come back shorter. `cells`: as pasted from Word, one cell a line
behind a tab, cells merged from above as a lone tab, an empty line after each row and inside a cell's line breaks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tests.typeset.blocks import Break, Contents, Text, blocks
from tests.typeset.forms import FormTable
from tests.typeset.grid import LEFT, UP, SetGrid
from tests.typeset.layout import Layout
from tests.typeset.report import Report

Manner = Literal["tabs", "cells"]


def to_text(
    report: Report, path: Path, layout: Layout, manner: Manner = "tabs", rows_a_page: int = 18, encoding: str = "utf-8"
) -> None:
    """Write the report as converted text; a table breaks after every `rows_a_page` rows in the manner `tabs`."""
    lines: list[str] = []
    for block in blocks(report, layout):
        match block:
            case Break():
                lines.append("")
            case Text():
                lines += [block.text, ""]
            case Contents():
                lines += ["目录", "", *[f"- {title}" for _, title in block.titles], ""]
            case FormTable():
                lines += [block.title, ""]
                for part in (block.number, *block.head):
                    lines += [part, ""] if part else []
                lines += [*table(block.grid, manner, rows_a_page), ""]
                for note in block.notes:
                    lines += [note, ""]
            case SetGrid():
                lines += [*table(block, manner, rows_a_page), ""]
    path.write_bytes("\n".join(lines).encode(encoding))


def table(grid: SetGrid, manner: Manner, rows_a_page: int) -> list[str]:
    """The grid's lines in the manner."""
    if manner == "cells":
        return [line for row in grid.rows for line in (*cell_lines(row), "")]
    lines: list[str] = []
    for r, row in enumerate(grid.rows):
        if r and r % rows_a_page == 0:
            lines.append("")
        cut = r >= max(rows_a_page, grid.header_rows)
        kept = [text for text in row if not (cut and text == LEFT)]
        lines.append("\t".join("" if text in (LEFT, UP) else text.replace("\n", " ") for text in kept))
    return lines


def cell_lines(row: tuple[str, ...]) -> list[str]:
    """One line a cell behind a tab; cells covered from the left have none."""
    return ["\t" + ("" if text == UP else text.replace("\n", "\n\n")) for text in row if text != LEFT]
