"""Nothing is dropped in silence: every number of every grid is a figure, a reject, a code or the number of a line.

Written against the printed grids alone; it shares nothing with the interpreter but the reading of one number.
"""

from __future__ import annotations

import re
from collections import Counter

from pipelines.documents.model import Document, Grid
from pipelines.figures import Reading
from pipelines.forms.labels import bare
from pipelines.forms.matrix import Row, is_index_row, rows_of
from pipelines.forms.numbers import read_number

KEY_HEADERS = re.compile(r".*(编码|代码|编号|行次|序号|栏次)|类|款|项|科目|类款项")
FOOTER = re.compile(r"(填表人|制表人|填报人|联系人|联系电话|经办人|负责人|单位负责人)(\(.*\))?:")

Address = tuple[int | None, str]


def unaccounted(document: Document, reading: Reading) -> list[str]:
    """Numbers of the document's grids that nothing accounts for, each with its page or line; [] is as it should be."""
    printed: Counter[Address] = Counter()
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Grid) and not _rejected_whole(block, reading):
                printed.update((page or block.page, bare(text)) for page, text in _amounts(block))
    return [f"{where}: {text}" for (where, text), n in (printed - _said(reading)).items() for _ in range(n)]


def _said(reading: Reading) -> Counter[Address]:
    said: Counter[Address] = Counter((f.page, bare(f.printed)) for f in reading.figures)
    for reject in reading.rejects:
        said.update((reject.page, bare(text)) for text in re.split(r"[\t\n]", reject.printed))
    for i in reading.indicators:
        words = (i.level1, i.level2, i.level3, i.target, i.adjusted_target, i.actual, i.deviation)
        said.update((i.page, bare(word)) for word in words if word)
    return said


def _rejected_whole(grid: Grid, reading: Reading) -> bool:
    place = (grid.page, grid.box.top if grid.box else None, grid.source_line)
    return any(place == (r.page, r.top, r.source_line) for r in reading.rejects if r.kind == "grid")


def _amounts(grid: Grid) -> list[Address]:
    """Page, if not the grid's, and text of the cells that are numbers, not codes, column indexes or line numbers."""
    rows = rows_of(grid)
    found: list[Address] = []
    for r, row in enumerate(rows):
        if is_index_row(row) or any(FOOTER.match(bare(text)) for text in row.texts()):
            continue
        for c, cell in enumerate(row.cells):
            if cell is None or read_number(cell.text) is None:
                continue
            text = bare(cell.text)
            if re.fullmatch(r"\d{1,9}", text) and (_under_key_header(rows, r, c) or _is_key(rows, r, c, text)):
                continue
            found.append((cell.page, text))
    return found


def _under_key_header(rows: list[Row], r: int, c: int) -> bool:
    covers = (row.cover[c] for row in rows[:r])
    return any(cover is not None and KEY_HEADERS.fullmatch(bare(cover.text)) for cover in covers)


def _is_key(rows: list[Row], r: int, c: int, text: str) -> bool:
    """On a page without header: a code with a name on its right, or whole numbers that count up by one."""
    after = (bare(cell.text) for cell in rows[r].cells[c + 1 :] if cell is not None and cell.text.strip())
    right = next((text for text in after if not re.fullmatch(r"\d{2}", text)), "")
    if re.fullmatch(r"\d{2,3}|\d{5}|\d{7}", text) and re.search(r"[\u4e00-\u9fff]", right):
        return True
    left = rows[r].cells[c - 1] if c else None
    alone = sum(any(read_number(t) for t in row.texts()) for row in rows) <= 2  # the last line and a line of signatures
    if alone and len(text) <= 3 and left is not None and re.search(r"[\u4e00-\u9fff]$", bare(left.text)):
        return True
    near = [rows[k].cells[c] for k in (r - 1, r + 1) if 0 <= k < len(rows)]
    others = [bare(cell.text) for cell in near if cell is not None]
    return len(text) <= 3 and any(o.isdigit() and abs(int(o) - int(text)) == 1 for o in others)
