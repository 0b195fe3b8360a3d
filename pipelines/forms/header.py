"""The header of a form: for every column its path of names, its role, its lane and its measure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.documents.model import Cell
from pipelines.forms.definition import FormDefinition
from pipelines.forms.labels import ORDINAL_LINE, bare, printed_label
from pipelines.forms.matrix import CODE, Row, is_index_row
from pipelines.forms.numbers import read_number
from pipelines.forms.words import finds, is_any

TOTALS = ("合计", "总计", "小计", "共计")
Role = Literal["code", "label", "row_index", "value", "ambiguous", "unknown"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form. `path` is its header from the top as printed; `x0`, `x1` its place on the page, if any."""

    index: int
    role: Role
    lane: int
    path: tuple[str, ...]
    measure: str | None = None
    x0: float | None = None
    x1: float | None = None

    @property
    def label(self) -> str:
        """The header path as it lands in `measure_label`."""
        return " › ".join(self.path)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a form, left to right."""

    columns: tuple[Column, ...]

    def of_role(self, role: Role, lane: int | None = None) -> list[Column]:
        """The columns of a role, in one lane or in all."""
        return [column for column in self.columns if column.role == role and lane in (None, column.lane)]

    @property
    def lanes(self) -> list[int]:
        """The numbers of the side-by-side lanes, from the left."""
        return sorted({column.lane for column in self.columns})


def read_header(definition: FormDefinition, head: list[Row], body: list[Row], *, spans_known: bool) -> Header:
    """Roles and measures of all columns: from the header rows and, where they are silent, from what a column holds."""
    n_cols = max((len(row.cells) for row in head + body), default=0)
    groups = _groups(head, body, n_cols) if spans_known else list(range(n_cols))
    paths = _paths(head, n_cols, spans_known=spans_known)
    paths = [paths[groups[c]] if not paths[c] else paths[c] for c in range(n_cols)]
    silent = {c for c in range(n_cols) if not any(_prints(row.cells, c) for row in body)}
    lowest = _lowest(head, n_cols) if spans_known else []
    nameless = {c for c in silent if spans_known and _has_no_name(lowest, c)}
    roles: list[Role] = [
        "unknown" if column in nameless else _role(definition, path, column, body) for column, path in enumerate(paths)
    ]
    lanes = _lanes(roles)
    columns = []
    for index, (path, role, lane) in enumerate(zip(paths, roles, lanes, strict=True)):
        x0, x1 = _extent(index, head + body)
        measure = definition.measure_of([bare(name) for name in path], lane) if role == "value" else None
        columns.append(Column(index, role, lane, path, measure, x0, x1))
    return Header(tuple(_without_doubles(_staged_alike(definition, columns), groups, silent)))


def _staged_alike(definition: FormDefinition, columns: list[Column]) -> list[Column]:
    """Columns without a stage beside columns under 预算数 or 决算数 have lost theirs: none is taken for the default."""
    facets = definition.facets
    if facets is None:
        return columns

    def staged(column: Column) -> bool:
        names = [bare(name) for name in column.path]
        return facets.names_stage([name for name in names if facets.item_of([name]) is None])

    if not any(staged(column) for column in columns if column.measure):
        return columns
    return [c if not c.measure or staged(c) else replace(c, role="unknown", measure=None) for c in columns]


def _groups(head: list[Row], body: list[Row], n_cols: int) -> list[int]:
    """For every column the first column of its group: columns under one header cell that never both print anything.

    Double rules and uneven borders cut one printed column into two or three; the amounts of some rows stand in the
    first, of others in the second. A column without any header belongs to an empty one on its left likewise.
    """
    filled = [{r for r, row in enumerate(body) if _prints(row.cells, c)} for c in range(n_cols)]
    groups = list(range(n_cols))
    taken = set(filled[0]) if filled else set()  # rows in which the group on the left prints
    for c in range(1, n_cols):
        start, before = groups[c - 1], taken
        taken = set(filled[c])
        if before & filled[c]:
            continue
        same = [_same_header(row, c - 1, c) for row in head]
        nameless = not any(_prints(row.cover, c) for row in head)
        if (same and all(same) and any(_prints(row.cover, c) for row in head)) or (nameless and not before):
            groups[c] = start
            taken |= before
    return groups


def _has_no_name(lowest: list[Cell | None], column: int) -> bool:
    """Whether only a wide cell stands over the column, while the others under that cell have names of their own."""
    own = lowest[column]
    if own is None or own.col_span == 1:
        return own is None
    return any(other is not own for other in lowest[own.col : own.col + own.col_span])


def _lowest(head: list[Row], n_cols: int) -> list[Cell | None]:
    """For every column the lowest header cell over it that prints something."""
    named = [row for row in reversed(head) if not is_index_row(row)]
    return [next((row.cover[c] for row in named if _prints(row.cover, c)), None) for c in range(n_cols)]


def _prints(cells: tuple[Cell | None, ...], column: int) -> bool:
    cell = cells[column] if column < len(cells) else None
    return cell is not None and bool(cell.text.strip())


def _same_header(row: Row, left: int, right: int) -> bool:
    """Whether a header row has one cell over both columns, or nothing over either."""
    if not _prints(row.cover, left) and not _prints(row.cover, right):
        return True
    return row.cover[left] is row.cover[right]


def _paths(head: list[Row], n_cols: int, *, spans_known: bool) -> list[tuple[str, ...]]:
    """The header path of every column. Without known spans, a blank under a wide header takes the name on its left."""
    names: list[list[str]] = []
    for row in head:
        index_row = is_index_row(row)
        names.append([_header_name(cell, index_row) for cell in row.cover] + [""] * (n_cols - len(row.cover)))
    if not spans_known:
        filled = [_mark_any(row, n_cols) for row in head]
        for r, line in enumerate(names):
            for c in range(1, n_cols):
                below = any(filled[k][c] for k in range(r + 1, len(head)))
                if not line[c] and not filled[r][c] and line[c - 1] and below and not _ends_here(names, filled, r, c):
                    line[c] = line[c - 1]
    paths = []
    for c in range(n_cols):
        path: list[str] = []
        for line in names:
            if line[c] and (not path or path[-1] != line[c]):
                path.append(line[c])
        paths.append(tuple(path))
    return paths


def _ends_here(names: list[list[str]], filled: list[list[bool]], r: int, c: int) -> bool:
    """A wide header does not reach past its own parent: stop where the row above begins a new name."""
    return r > 0 and names[r - 1][c] != names[r - 1][c - 1]


def _header_name(cell: Cell | None, index_row: bool) -> str:
    text = printed_label(cell.text) if cell is not None else ""
    if ORDINAL_LINE.match(text):  # a section of the form (一、政府采购情况), not the name of a column
        return ""
    if index_row and (finds("index_row", text) or re.fullmatch(r"\d{1,2}", bare(text))):
        return ""
    return re.sub(r"\s+", "", text) if len(bare(text)) <= 4 else text


def _mark_any(row: Row, n_cols: int) -> list[bool]:
    marks = [cell is not None and bool(cell.text.strip()) for cell in row.cover]
    return marks + [False] * (n_cols - len(marks))


def _role(definition: FormDefinition, path: tuple[str, ...], column: int, body: list[Row]) -> Role:
    names = [bare(name) for name in path]
    if is_any("code_headers", names[-2:]) and not _is_mostly_words(column, body):
        return "code"
    if is_any("row_index_headers", names[-1:]):
        return "row_index"
    if definition.line_key == "economic" and _is_economic_codes(column, body):
        return "code"  # 302 under 公用经费, where the names of its column were lost, is no amount
    if _measures_somewhere(definition, names):
        return "value"
    if is_any("label_headers", names):
        return "code" if _is_mostly_codes(column, body) else "label"
    return _role_by_content(column, body)


def _measures_somewhere(definition: FormDefinition, names: list[str]) -> bool:
    if definition.row_items and definition.facets is not None and definition.facets.names_stage(names):
        return True  # the upright edition: the column is a stage, the item is in the row
    return any(definition.measure_of(names, lane) for lane in (1, 2))


def _texts(column: int, body: list[Row]) -> list[str]:
    cells = (row.cells[column] for row in body if column < len(row.cells))
    return [bare(cell.text) for cell in cells if cell is not None and cell.text.strip()]


def _is_mostly_codes(column: int, body: list[Row]) -> bool:
    texts = _texts(column, body)
    return bool(texts) and sum(CODE.fullmatch(text) is not None for text in texts) * 2 > len(texts)


def _is_economic_codes(column: int, body: list[Row]) -> bool:
    texts = set(_texts(column, body))
    return len(texts) > 1 and all(re.fullmatch(r"3(0[1-9]|1[0-3]|99)(\d{2})?", text) for text in texts)


def _is_mostly_words(column: int, body: list[Row]) -> bool:
    texts = [text for text in _texts(column, body) if text not in {"类", "款", "项"} and not text.endswith(TOTALS)]
    return bool(texts) and sum(re.search(r"[\u4e00-\u9fff]", text) is not None for text in texts) * 2 > len(texts)


def _role_by_content(column: int, body: list[Row]) -> Role:
    texts = _texts(column, body)
    if not texts:
        return "unknown"
    if _is_mostly_codes(column, body):
        return "code"
    if all(re.fullmatch(r"\d{1,3}", text) for text in texts) and len(set(texts)) == len(texts) > 2:
        return "row_index"
    if any(read_number(text) is not None for text in texts):
        return "unknown"
    return "label"


def _lanes(roles: list[Role]) -> list[int]:
    """A new lane begins with a label or code column that follows a value column."""
    lanes, lane, seen_value = [], 1, False
    for role in roles:
        if role in ("code", "label") and seen_value:
            lane, seen_value = lane + 1, False
        seen_value = seen_value or role in ("value", "ambiguous")
        lanes.append(lane)
    return lanes


def _extent(index: int, rows: list[Row]) -> tuple[float | None, float | None]:
    """Left and right edge of the column on the page: the widest unmerged cell that stands in it."""
    boxes = [
        cell.box
        for row in rows
        if index < len(row.cells) and (cell := row.cells[index]) is not None and cell.col_span == 1 and cell.box
    ]
    if not boxes:
        return None, None
    return min(box.x0 for box in boxes), max(box.x1 for box in boxes)


def _without_doubles(columns: list[Column], groups: list[int], silent: set[int]) -> list[Column]:
    """Two columns of one lane that would be the same measure are both ambiguous: neither is guessed.

    A column under which nothing is printed at all does not compete: it is what a double rule left.
    """
    seen: dict[tuple[int, str], set[int]] = {}
    for column in columns:
        if column.measure and column.index not in silent:
            seen.setdefault((column.lane, column.measure), set()).add(groups[column.index])
    made = []
    for c in columns:
        holders = seen.get((c.lane, c.measure or ""), set())
        if c.measure and holders and groups[c.index] not in holders:
            made.append(Column(c.index, "unknown", c.lane, c.path, None, c.x0, c.x1))
        elif c.measure and len(holders) > 1:
            made.append(Column(c.index, "ambiguous", c.lane, c.path, None, c.x0, c.x1))
        else:
            made.append(c)
    return made
