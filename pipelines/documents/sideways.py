"""Sheets wider than the paper: the columns that a spreadsheet printed on pages of their own, put beside their lines.

Spreadsheets print what does not fit the width on further pages, with the same rows at the same heights. Two grids are
one sheet when every line between rows of the second stands at the height of one of the first. Mostly the second has
amounts alone. Where it has labels too (the right-hand lane of a summary), it must begin under a header of its own, and
its first column must be one that no longer fitted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.documents.cells import AMOUNT
from pipelines.documents.model import Block, Cell, Grid, Page, Paragraph

LEVEL = 1.5  # points: lines this close in height are one
WORDS = 120  # characters outside the grid: 公开02表 and 单位：万元 go over with the last column, prose does not
MOST_DOWN = 20  # pages of one sheet from top to bottom, where its other half is looked for
OPEN_TOP = 3  # header rows of the sheet whose cells reach over the cut, and are left open at it
TITLE = re.compile(r"[\u4e00-\u9fff“”、（）()]{4,}表(\(.*\)|（.*）)?")  # …支出决算表 begins a sheet of its own
BODY_LINE = re.compile(r"(编制|公开|填报)?(部门|单位)(名称)?[:：](?!\s*[万亿千百]*元).*")  # above a form's left end
CODE_PARTS = {"类", "款", "项"}
MIN_ROWS = 3  # of the strip's first page: one or two equal rows may be chance


def joined_sideways(pages: Sequence[Page]) -> list[Page]:
    """The pages, with every strip of columns moved into the grid it was cut from.

    Moved cells keep their own page and box, which tells them from the others. A strip that fits no sheet stays.
    """
    made = list(pages)
    at = 0
    while at < len(made):
        length = 0
        while at + length < len(made) and _is_strip(made[at + length]):
            length += 1
        length = length or _lane_over_the_edge(made, at)
        # a table of the next form may hold amounts alone as well: the run of strips can end before it
        tries = ((run, n) for run in range(length, 0, -1) for n in range(run, 0, -1) if run % n == 0)
        length, down = next(((run, n) for run, n in tries if _fits(made, at, run, n)), (length, 0))
        for offset in range(length if down else 0):
            home = at - down + offset % down
            made[home], made[at + offset] = _moved(made[home], made[at + offset])
        at += max(1, length)
    return made


def _grid(page: Page) -> Grid | None:
    grids = [block for block in page.blocks if isinstance(block, Grid)]
    return grids[0] if len(grids) == 1 and grids[0].spans_known and grids[0].cells else None


def _is_strip(page: Page) -> bool:
    """One grid that holds amounts under a header and not a single label, and hardly a word beside it."""
    grid = _grid(page)
    if grid is None or sum(len(block.text) for block in page.blocks if isinstance(block, Paragraph)) > WORDS:
        return False
    if any(isinstance(block, Paragraph) and BODY_LINE.match(block.text) for block in page.blocks):
        return False
    texts = [(cell.row, cell.text.strip()) for cell in grid.cells if cell.text.strip()]
    first = next((row for row, text in texts if AMOUNT.fullmatch(text)), None)
    if first is None or first > max(4, grid.n_rows - 2):
        return False
    return all(AMOUNT.fullmatch(text) for row, text in texts if row >= first)


def _lane_over_the_edge(pages: Sequence[Page], at: int) -> int:
    """How many pages from `at` on are strips with labels: as many as there are pages of the sheet before them, or 0."""
    downs = range(1, min(at, len(pages) - at, MOST_DOWN) + 1)
    return next((down for down in downs if _fits(pages, at, down, down)), 0)


def _goes_on_beside(home: Page, page: Page) -> bool:
    """Whether the page's grid, labels and all, stands where the next columns of the home page's grid would."""
    sheet, strip = _grid(home), _grid(page)
    if sheet is None or strip is None or sheet.box is None or strip.box is None or home.width is None:
        return False
    beside = [block.text for block in page.blocks if isinstance(block, Paragraph)]
    if sum(map(len, beside)) > WORDS:
        return False
    header, own = _header_texts(sheet), _header_texts(strip)
    if not own or own == header or any(TITLE.fullmatch(text.split("\n")[0].strip()) for text in [*own, *beside]):
        return False
    first = [cell for cell in strip.cells if cell.col == 0 and cell.col_span == 1 and cell.box]
    if not first or _labels(sheet) & _labels(strip):
        return False
    room = home.width - sheet.box.x0 - sheet.box.x1
    return min(cell.box.x1 - cell.box.x0 for cell in first if cell.box) > room


def _header_texts(grid: Grid) -> list[str]:
    """The texts above the first row that holds an amount."""
    first = min((cell.row for cell in grid.cells if AMOUNT.fullmatch(cell.text.strip())), default=0)
    return [cell.text.strip() for cell in grid.cells if cell.row < first and cell.text.strip()]


def _labels(grid: Grid) -> set[str]:
    """What the first column says below the header: lines of one form again are its continuation, not its other half."""
    header = set(_header_texts(grid))
    return {cell.text.strip() for cell in grid.cells if cell.col == 0 and cell.text.strip()} - header


def _fits(pages: Sequence[Page], at: int, length: int, down: int) -> bool:
    """Whether the strips from `at` on are those of the `down` pages before them, page for page."""
    if at < down:
        return False
    pairs = [(_grid(pages[at - down + i % down]), _grid(pages[at + i])) for i in range(length)]
    if any(sheet is None or strip is None or _places(sheet, strip) is None for sheet, strip in pairs):
        return False
    if any(_is_strip(pages[at - down + i]) for i in range(down)) or (
        not _is_strip(pages[at]) and not _goes_on_beside(pages[at - down], pages[at])
    ):
        return False
    return max(strip.n_rows for _, strip in pairs if strip) >= MIN_ROWS


def _places(sheet: Grid, strip: Grid) -> dict[int, int] | None:
    """Line of the strip → line of the sheet at its height (0 is the top border); None if one has no counterpart."""
    if sheet.box and strip.box and abs(sheet.box.bottom - strip.box.bottom) > 4 * LEVEL:
        return None  # most pairs of grids: nothing to compare line by line
    theirs, ours = _levels(sheet), _levels(strip)
    if theirs is None or ours is None:
        return None
    places = {}
    for line, level in enumerate(ours):
        near = min(range(len(theirs)), key=lambda i: abs(theirs[i] - level))
        if abs(theirs[near] - level) > LEVEL:
            return None
        places[line] = near
    whole = places[0] <= OPEN_TOP and places[len(ours) - 1] == len(theirs) - 1
    return places if whole and len(set(places.values())) == len(places) else None


def _levels(grid: Grid) -> list[float] | None:
    """Heights of the lines between rows, from the top border to the bottom one."""
    lines: dict[int, list[float]] = {}
    for cell in grid.cells:
        if cell.box is None:
            return None
        lines.setdefault(cell.row, []).append(cell.box.top)
        lines.setdefault(cell.row + cell.row_span, []).append(cell.box.bottom)
    if set(lines) != set(range(grid.n_rows + 1)):
        return None
    return [sum(heights) / len(heights) for _, heights in sorted(lines.items())]


def _closed_at_the_cut(sheet: Grid, moved: Sequence[Cell]) -> list[Cell]:
    """The cells of both, where a header cell merged over the cut is one again: 预算数 printed before it covers on."""
    first = min((cell.row for cell in sheet.cells if AMOUNT.fullmatch(cell.text.strip())), default=0)
    rests = {(cell.row, cell.row_span): cell for cell in moved if cell.col == sheet.n_cols and cell.row < first}
    taken: list[Cell] = []
    kept: list[Cell] = []
    for cell in sheet.cells:
        rest = rests.get((cell.row, cell.row_span)) if cell.col + cell.col_span == sheet.n_cols else None
        text = _text_over_the_cut(cell.text.strip(), rest.text.strip()) if rest else None
        if rest and text:
            taken.append(rest)
            cell = replace(cell, text=text, col_span=cell.col_span + rest.col_span)
        kept.append(cell)
    return [*kept, *(cell for cell in moved if not any(cell is other for other in taken))]


def _text_over_the_cut(before: str, after: str) -> str | None:
    """The header that was cut between two pages, or None where these are two headers.

    预算数 and nothing, 决 and 决算数 (printed on both), 公 and 务用车购置费: no column's name is one character.
    """
    if not before or before in CODE_PARTS:
        return None
    if after.startswith(before) and after != before:
        return after
    if not after:
        return before
    return before + after if len(before) == 1 and "\u4e00" <= before <= "\u9fff" else None


def _moved(home: Page, page: Page) -> tuple[Page, Page]:
    """The sheet's page with the strip's columns in its grid and the lines above it, and what is left of the other."""
    sheet, strip = _grid(home), _grid(page)
    assert sheet is not None and strip is not None
    places = _places(sheet, strip)
    assert places is not None
    cells = [
        replace(
            cell,
            row=places[cell.row],
            row_span=places[cell.row + cell.row_span] - places[cell.row],
            col=cell.col + sheet.n_cols,
            page=cell.page or strip.page,
        )
        for cell in strip.cells
    ]
    every: list[Cell] = sorted(_closed_at_the_cut(sheet, cells), key=lambda cell: (cell.row, cell.col))
    wide = replace(sheet, cells=tuple(every), n_cols=sheet.n_cols + strip.n_cols)
    above = [b for b in page.blocks[: page.blocks.index(strip)] if isinstance(b, Paragraph)]
    blocks: list[Block] = []
    for block in home.blocks:
        blocks += [*above, wide] if block is sheet else [block]
    left = tuple(block for block in page.blocks if block is not strip and block not in above)
    return replace(home, blocks=tuple(blocks)), replace(page, blocks=left)
