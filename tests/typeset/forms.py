"""Figures + form layout → the printed table: title lines, header, body rows with their merged cells, notes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.typeset.grid import LEFT, Row, SetGrid
from tests.typeset.layout import FormLayout, Layout
from tests.typeset.report import FormFigures, Report


@dataclass(frozen=True, slots=True)
class FormTable:
    """A statutory form ready to be set; `head` is (left, centre, right), each possibly blank."""

    form: str
    title: str
    contents_title: str
    number: str
    head: tuple[str, str, str]
    one_line_head: bool
    grid: SetGrid
    notes: tuple[str, ...]
    landscape: bool
    row_height: float
    font_size: float


def set_form(report: Report, layout: Layout, form: str) -> FormTable:
    """The form's table in the layout. Raises KeyError where the report or the layout lacks the form."""
    how, figures = layout.forms[form], report.forms[form]
    if how.lanes:
        body = lane_rows(figures, how)
    elif form == "disclosure_statistics":
        body = statistic_rows(figures)
    elif "code" in how.columns:
        body = function_rows(figures, how)
    else:
        body = [tuple(figures.cell(row, column) for column in how.columns) for row in figures.rows]
    header = how.header
    n_cols = len(header[0]) if header else len(body[0])
    body += [("",) * n_cols] * how.blank_rows
    grid = SetGrid((*header, *body), len(header), how.widths, how.aligns)
    names = {"agency": report.agency, "year": report.year}
    head = tuple(text.format(**names) for text in (how.agency_line, how.year_line, how.unit_line))
    notes = tuple(note.format(**names) for note in how.notes)
    title, contents_title = how.title.format(**names), how.contents_title.format(**names)
    return FormTable(
        form,
        title,
        contents_title,
        how.number,
        (head[0], head[1], head[2]),
        how.one_line_head,
        grid,
        notes,
        how.landscape,
        how.row_height,
        how.font_size,
    )


def function_rows(figures: FormFigures, how: FormLayout) -> list[Row]:
    """Rows by function code. Three code columns print the whole code in the first (Hunan); 合计 is placed by layout."""
    rows: list[Row] = []
    totals: list[Row] = []
    amounts = [column for column in how.columns if column not in ("code", "name")]
    for row in figures.rows:
        code, name = figures.cell(row, "code"), figures.cell(row, "name")
        values = tuple(figures.cell(row, column) for column in amounts)
        if code and how.split_codes:
            rows.append((code[:3], code[3:5], code[5:7], name, *values))
        elif code:
            rows.append((code, *[LEFT] * (how.code_columns - 1), name, *values))
        elif how.code_columns == 3:
            totals.append(("^", "^", "^", name, *values))  # 类 款 项 of the header stretch down beside 合计
        else:
            totals.append((name, LEFT, *values))
    return rows + totals if how.total == "bottom" else totals + rows


def lane_rows(figures: FormFigures, how: FormLayout) -> list[Row]:
    """The economic form in 2–4 lanes: personnel, goods and services, then the rest from lane to lane; totals below."""
    lines = [tuple(figures.cell(row, column) for column in how.columns) for row in figures.rows]
    personnel = [line for line in lines if line[0][:3] in ("301", "303")]
    goods = [line for line in lines if line[0][:3] == "302"]
    rest = [line for line in lines if line[0] and line[0][:3] not in ("301", "302", "303")]
    totals = {line[1]: line[2] for line in lines if not line[0]}
    if how.lanes == 2:
        lanes = [personnel, goods + rest]
    else:
        height = max(len(personnel), len(goods), 1)
        free = how.lanes - 2
        height = max(height, -(-len(rest) // free))
        lanes = [personnel, goods, *[rest[i * height : (i + 1) * height] for i in range(free)]]
    depth = max(len(lane) for lane in lanes)
    blank = ("", "", "")
    rows = [tuple(c for lane in lanes for c in (lane[i] if i < len(lane) else blank)) for i in range(depth)]
    if totals:
        (left, left_value), (right, right_value) = list(totals.items())[:2]
        wide = 3 * how.lanes - 4
        rows.append((left, LEFT, left_value, right, *[LEFT] * (wide - 1), right_value))
    return rows


def statistic_rows(figures: FormFigures) -> list[Row]:
    """公开10表: a section title over all columns, its own header line, then label, 行次, number."""
    return [
        (label, LEFT, LEFT) if not line and not value and label[1:2] == "、" else (label, line, value)
        for label, line, value in figures.rows
    ]
