"""Rows of cell texts → `Grid`, and the lines that tables of text and spreadsheets carry above and below themselves.

A spreadsheet (and its export as text) prints title, unit and department in rows of the table; a reader hands them on
as paragraphs, as every other format has them. What such a row looks like is in the patterns below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.documents.model import Cell, Grid, Paragraph


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells' texts, and the line (or sheet row) on which each cell begins."""

    cells: tuple[str, ...]
    line: int
    cell_lines: tuple[int, ...] = ()

    @property
    def filled(self) -> list[str]:
        return [text.strip() for text in self.cells if text.strip()]


@dataclass(frozen=True)
class Placed:
    """A cell of a format that knows its merged cells, at its top left position."""

    text: str
    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    line: int | None = None


_HEADINGS = (
    re.compile(r"^公开\s*\d{1,2}\s*表?$"),  # 公开 01 表; 高平 2024 breaks it after the number
    re.compile(r"^(?:编制|填报|公开)?(?:部门|单位)(?:名称)?[（(]?[^：:]{0,6}[)）]?[:：]"),  # 部门：… 编制单位：…
    re.compile(r"^(?:金额)?单位\s*[:：]\s*(?:人民币)?\s*[万亿]?\s*元"),
    re.compile(r"^[（(]?\s*\d{4}\s*年度?\s*[)）]?$"),
    re.compile(r"^(?:表|附表|附件)\s*[\d一二三四五六七八九十]{1,3}\s*[:：]?$"),
    # a title, perhaps with the year before it or a remark behind it (黑龙江: …决算表（功能分类到项级）)
    re.compile(r"^.{2,60}(?:决算|預算|预算|自评|基础数据|统计|情况|明细)(?:总|明细)?表(?:[（(].{0,30}[)）])?$"),
)
_NOTE = re.compile(r"^(?:注|备注|说明)\s*\d?\s*[:：]")  # 株洲 2024: 注：本表反映…; 高平 2024: 说明：本表无数据


def is_heading(row: Row) -> bool:
    """Whether a row prints only what stands above a form: title, form number, department, year, unit."""
    filled = row.filled
    if not filled or len(filled) > 4:
        return False
    return all(any(p.match(text) for p in _HEADINGS) for text in filled)


def is_remark(text: str) -> bool:
    """Whether a text is the remark under a form."""
    return _NOTE.match(text.strip()) is not None


def is_note(row: Row) -> bool:
    """Whether a row is the remark under a form, or a sentence beginning with a tab."""
    filled = row.filled
    if len(filled) != 1:
        return False
    indented_prose = len(row.cells) <= 2 and len(filled[0]) > 40 and filled[0].endswith(("。", "；"))
    return is_remark(filled[0]) or indented_prose


def paragraphs_of(row: Row) -> list[Paragraph]:
    """Each filled cell of a row as a paragraph of its own."""
    return [
        Paragraph(text.strip(), source_line=row.cell_lines[i] if row.cell_lines else row.line)
        for i, text in enumerate(row.cells)
        if text.strip()
    ]


def grid_of_rows(rows: Sequence[Row]) -> Grid:
    """A grid whose format cannot tell a merged cell from a blank one; every row keeps its own number of cells."""
    cells = tuple(
        Cell(
            text=text if text.strip() else "",
            row=r,
            col=c,
            source_line=row.cell_lines[c] if row.cell_lines else row.line,
        )
        for r, row in enumerate(rows)
        for c, text in enumerate(row.cells)
    )
    widths = tuple(len(row.cells) for row in rows)
    return Grid(
        cells=cells,
        n_rows=len(rows),
        n_cols=max(widths, default=0),
        spans_known=False,
        source_line=rows[0].line if rows else None,
        row_widths=widths,
    )


def grid_of_cells(placed: Sequence[Placed], n_rows: int, n_cols: int, line: int | None) -> Grid:
    """A grid of a format that knows its merged cells."""
    cells = tuple(
        Cell(
            text=p.text if p.text.strip() else "",
            row=p.row,
            col=p.col,
            row_span=p.row_span,
            col_span=p.col_span,
            source_line=p.line,
        )
        for p in sorted(placed, key=lambda p: (p.row, p.col))
    )
    return Grid(cells=cells, n_rows=n_rows, n_cols=n_cols, spans_known=True, source_line=line)
