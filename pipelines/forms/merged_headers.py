"""Header rows of text conversions that print a merged cell once and leave no blanks for the cells that it covers.

Pasted from Word (永州 2021, 邵东 2024), 项目 over 科目编码 and 科目名称 is one cell: the row has fewer cells than the
table has columns, and nothing says which of them is wide. The row below says it, if it can be read in one way only:
a cell over a blank (merged downwards) or over a column number is as wide as that, the others share what is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.documents.model import Cell
from pipelines.forms.labels import bare
from pipelines.forms.matrix import Row, is_index_row
from pipelines.forms.words import finds, is_any

# Words of a wide cell without which every column is still known by its own name.
DISPENSABLE = re.compile(r"人员经费|公用经费|收入|支出|项目|科目.*")
TOTALS = frozenset({"合计", "小计", "总计"})


@dataclass(frozen=True, slots=True)
class _Group:
    """One printed cell and the columns that it covers."""

    cell: Cell | None
    start: int
    width: int

    @property
    def text(self) -> str:
        return bare(self.cell.text) if self.cell is not None else ""


def spread(head: list[Row], width: int) -> list[Row] | None:
    """The header rows with every cell over the columns that it covers; None when a needed row has no one reading."""
    done: list[Row] = []
    below: list[_Group] | None = None
    for row in reversed(head):
        cells = row.cells[: row.width]
        if len(cells) >= width:
            groups = [_Group(cell, c, 1) for c, cell in enumerate(cells[:width])]
            done.append(row)
        elif below is None and is_index_row(row):
            continue
        else:
            found = _over(list(cells), below) if below is not None else None
            if found is None:
                if all(DISPENSABLE.fullmatch(bare(text)) for text in row.texts()):
                    continue
                return None
            groups = found
            done.append(_as_row(row, groups, width))
        below = groups
    return done[::-1]


def has_gaps(head: list[Row]) -> bool:
    """Whether the first header row prints blanks between its cells: then it does keep the places of wide cells."""
    cells = head[0].cells[: head[0].width] if head else ()
    return any(cell is None or not cell.text.strip() for cell in cells)


def _over(cells: list[Cell | None], below: list[_Group]) -> list[_Group] | None:
    """Each cell with the groups below it, when one way of dividing them gives as many parts as there are cells."""
    for divide in (_by_blanks, _evenly, _by_lanes, _by_totals):
        parts = divide(below, len(cells))
        if len(parts) == len(cells):
            return [
                _Group(cell, part[0].start, sum(group.width for group in part))
                for cell, part in zip(cells, parts, strict=True)
            ]
    return None


def _by_blanks(below: list[_Group], _: int) -> list[list[_Group]]:
    """A blank or a column number stands alone under its cell; names side by side belong to one."""
    parts: list[list[_Group]] = []
    open_run = False
    for group in below:
        alone = not group.text or re.fullmatch(r"\d{1,2}", group.text) is not None or finds("index_row", group.text)
        if alone or not open_run:
            parts.append([])
        parts[-1].append(group)
        open_run = not alone
    return parts


def _evenly(below: list[_Group], count: int) -> list[list[_Group]]:
    """预算数 | 决算数 | 预算数 | 决算数: the names repeat, so the cells above share them evenly."""
    size, rest = divmod(len(below), count)
    parts = [below[i * size : (i + 1) * size] for i in range(count)]
    alike = rest == 0 and size > 0 and all([g.text for g in part] == [g.text for g in parts[0]] for part in parts)
    return parts if alike else []


def _by_lanes(below: list[_Group], _: int) -> list[list[_Group]]:
    """A new part begins with every 项目 or 科目编码 that follows amounts."""
    parts: list[list[_Group]] = []
    for group in below:
        label = _is_key(group)
        if not parts or (label and not _is_key(parts[-1][-1])):
            parts.append([])
        parts[-1].append(group)
    return parts


def _by_totals(below: list[_Group], _: int) -> list[list[_Group]]:
    """A new part begins with every 合计 or 小计, and after the columns of code and name."""
    parts: list[list[_Group]] = []
    for group in below:
        if not parts or group.text in TOTALS or (_is_key(parts[-1][-1]) and not _is_key(group)):
            parts.append([])
        parts[-1].append(group)
    return parts


def _is_key(group: _Group) -> bool:
    return is_any("code_headers", [group.text]) or is_any("label_headers", [group.text])


def _as_row(row: Row, groups: list[_Group], width: int) -> Row:
    cells: list[Cell | None] = [None] * width
    cover: list[Cell | None] = [None] * width
    for group in groups:
        cells[group.start] = group.cell
        cover[group.start : group.start + group.width] = [group.cell] * group.width
    return Row(tuple(cells), tuple(cover), width, row.page)
