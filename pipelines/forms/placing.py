"""Where the cells of a row stand under the header's columns, by whatever the format knows of it."""

from __future__ import annotations

import re

from pipelines.forms.alignment import Cells, align, by_offset, by_position, fits, shifted, whole_row
from pipelines.forms.definition import FormDefinition
from pipelines.forms.header import Header
from pipelines.forms.labels import bare
from pipelines.forms.lines import is_lane_total
from pipelines.forms.matrix import Row
from pipelines.forms.recognise import Part

# An amount that runs into a name on either side of it.
_GLUED = re.compile(
    r"\d\.\d{2}(?![\d万亿元%])[\u4e00-\u9fff]|[\u4e00-\u9fff)）][\d,]*\d\.\d{2}$"
    r"|^[一二三四五六七八九十]+、[\u4e00-\u9fff()]+\d{1,2}$"  # or the number of the line
)


def place(
    definition: FormDefinition, header: Header, part: Part, row: Row, *, keeps_blanks: bool, continued: bool
) -> tuple[Cells, str | None] | None:
    """The cells of a row under the header's columns, and why any had to be moved; None if it cannot be said."""
    if is_lane_total(definition, header, row.cells):
        return row.cells, None
    if part.grid.blanks_lost:
        whole = whole_row(row, header)
        return None if whole is None else (whole, None)
    if not part.grid.spans_known:
        if part.grid.page is not None and any(
            cell is not None and _GLUED.search(bare(cell.text)) for cell in row.cells
        ):
            return None  # white space did not tell a label from the amount beside it
        return align(row, header, keeps_blanks=keeps_blanks)
    same_columns = len(row.cells) == len(header.columns)
    if same_columns and (not continued or fits(row.cells, header)):
        return _with_merged_codes(header, row), None
    by_place = by_position(row, header)
    if by_place is not None and fits(by_place, header):
        return by_place, None
    if not same_columns and (offset := by_offset(part.rows, header)) is not None:
        why = f"a part of {len(row.cells)} columns under {len(header.columns)}: it fits in one way only"
        return shifted(row, offset, header), why
    return (row.cells, None) if same_columns else None


def _with_merged_codes(header: Header, row: Row) -> Cells:
    """类 merged down over its 款 rows belongs to each of them, where codes stand in several columns."""
    codes = [column.index for column in header.of_role("code")]
    cells = list(row.cells)
    for index in codes if len(codes) > 1 else ():
        cover = row.cover[index]
        if cells[index] is None and cover is not None and cover.col == index and cover.row_span > 1:
            cells[index] = cover
    return tuple(cells)
