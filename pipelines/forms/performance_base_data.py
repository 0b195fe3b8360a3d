"""部门整体支出绩效评价基础数据表: staff, expenditure of two years by line, floor space; three tables in one grid."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipelines.documents.model import Cell
from pipelines.forms.emit import At, Output, emit_line, note_alteration, reject_cell
from pipelines.forms.header import Column
from pipelines.forms.labels import bare, printed_label
from pipelines.forms.lines import Line, Value
from pipelines.forms.matrix import Row, is_blank
from pipelines.forms.numbers import is_nothing, read_number
from pipelines.forms.performance_state import percent_of_share
from pipelines.forms.performance_words import column_of, column_patterns


@dataclass(frozen=True, slots=True)
class _Block:
    """The columns that the nearest header row above named: position, measure and printed name."""

    label: str
    columns: tuple[tuple[int, str, str], ...]


def read_base_data(out: Output, at: At, rows: list[Row], *, spans_known: bool) -> int:
    """Read the form into figures; returns how many rows held something. A row that does not fit is rejected."""
    block: _Block | None = None
    count = 0
    for row in rows:
        if is_blank(row):
            continue
        count += 1
        here = replace(at, row_no=count, row=row)
        header = _header(row)
        if header is not None:
            block = header
        elif block is not None:
            _read_row(out, here, block, row)
    return count


def _cells(row: Row) -> list[tuple[int, Cell]]:
    return [(c, cell) for c, cell in enumerate(row.cells) if cell is not None and cell.text.strip()]


def _header(row: Row) -> _Block | None:
    """A header row: its first cell names the block, the others its columns; the earlier 决算数 is last year's."""
    cells = _cells(row)
    columns: list[tuple[int, str, str]] = []
    years = [_year_column(bare(cell.text)) for _, cell in cells]
    latest = max((year for _, year in filter(None, years)), default=0)
    for (c, cell), named in zip(cells, years, strict=True):
        name = bare(cell.text)
        measure = column_of("base_columns", name)
        if measure is None and named is not None:
            measure = "last_year" if named[0] == "final" and named[1] < latest else named[0]
        if measure is not None:
            columns.append((c, measure, printed_label(cell.text)))
    if len(columns) < 2 or any(read_number(cell.text) for _, cell in cells):
        return None
    return _Block(printed_label(cells[0][1].text), tuple(columns))


def _year_column(name: str) -> tuple[str, int] | None:
    for measure, regex in column_patterns("base_year_columns").items():
        if match := regex.fullmatch(name):
            return measure, int(match["year"])
    return None


def _read_row(out: Output, at: At, block: _Block, row: Row) -> None:
    by_column = {c: (measure, name) for c, measure, name in block.columns}
    numbers = [(c, cell) for c, cell in _cells(row) if read_number(cell.text) is not None]
    words = [cell for c, cell in _cells(row) if read_number(cell.text) is None and not is_nothing(cell.text)]
    misplaced = [c for c, cell in numbers if c not in by_column or not _fits(by_column[c][0], cell)]
    if misplaced:
        expected = "、".join(name for _, _, name in block.columns)
        detail = f"A number does not fit the column it stands in; expected {expected}."
        reject_cell(out, at, "row_does_not_fit", detail, row.first, printed="\t".join(row.texts()))
        return
    label = printed_label(words[0].text) if words else re.sub(r"[(（].*", "", block.label)
    share = _share({by_column[c][0]: cell for c, cell in numbers})
    if share is not None:
        why = f"The rate is printed as a share: it is {share} %, as the staff in post and the quota give."
        note_alteration(out, at, "share_as_percent", why, "\t".join(row.texts()), 1)
    values = tuple(
        Value(
            Column(c, "value", 1, (by_column[c][1],), by_column[c][0]),
            by_column[c][0],
            cell,
            share if by_column[c][0] == "control_rate" else None,
        )
        for c, cell in numbers
    )
    if values:
        emit_line(out, at, Line(1, None, label, values))


def _share(cells: dict[str, Cell]) -> str | None:
    """82 for a 控制率 printed 0.82 over 53 of 65 persons; None where it is a percentage already."""
    rate, part, whole = (
        read_number(cells[key].text) if key in cells else None
        for key in ("control_rate", "staff_actual", "staff_quota")
    )
    return None if rate is None or part is None or whole is None else percent_of_share(rate, part, whole)


def _fits(measure: str, cell: Cell) -> bool:
    """A rate has a % sign or is a share; a head count is whole (株洲 2024 prints both one cell too far right)."""
    number = read_number(cell.text)
    if number is None:
        return False
    if measure.endswith("_rate"):
        return number.percent or number.value <= 2
    if number.percent:
        return False
    return number.decimals == 0 if measure.startswith("staff_") else True
