"""Sheets wider than the paper, as spreadsheets print them: the columns left over stand on pages of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_sketch import Sketch

from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.reader import read_document
from pipelines.forms.interpreter import read_forms

LABELS = [
    ["科目编码", "科目名称", "本年收入合计"],
    ["201", "一般公共服务支出", "30.00"],
    ["20103", "政府办公厅", "30.00"],
]
LABELS += [["2010301", "行政运行", "30.00"], ["合计", "", "30.00"]]
STRIP = [["财政拨款收入", "其他收入"], ["20.00", "10.00"], ["20.00", "10.00"], ["20.00", "10.00"], ["20.00", "10.00"]]
LINES = (120, 145, 165, 185, 205, 225)
LEFT, COLUMNS = (60, 140, 320, 440), (60, 200, 340)


def pages(document: Document) -> list[list[list[str]]]:
    """The texts of each page's grid, row by row; [] for a page without one."""
    found = []
    for page in document.pages:
        grid = next((block for block in page.blocks if isinstance(block, Grid)), None)
        rows = [[c.text for c in grid.cells if c.row == r] for r in range(grid.n_rows)] if grid else []
        found.append(rows)
    return found


def sheet(path: Path, *parts: tuple[tuple[float, ...], tuple[float, ...], list[list[str]]]) -> Sketch:
    """A title and one table a page."""
    made = Sketch(path)
    for number, (xs, ys, rows) in enumerate(parts):
        if number == 0:
            made.text(250, 80, "收入决算表", 16)
        if number == len(parts) - 1:
            made.text(60, ys[0] - 5, "单位：万元")
        made.table(xs, ys, rows)
        if number < len(parts) - 1:
            made.canvas.showPage()
    return made


def test_columns_on_the_next_page_come_back_to_their_lines(tmp_path: Path) -> None:
    document = read_document(sheet(tmp_path / "r.pdf", (LEFT, LINES, LABELS), (COLUMNS, LINES, STRIP)).save())
    assert pages(document) == [[a + b for a, b in zip(LABELS, STRIP, strict=True)], []]
    reading = read_forms(document)
    where = {(f.line_code or f.line_label, f.measure): (str(f.value), f.page, f.unit) for f in reading.figures}
    assert where["2010301", "revenue"] == ("30.00", 1, "万元")
    assert where["2010301", "other_revenue"] == ("10.00", 2, "万元")
    assert len(where) == 12
    assert [a.kind for a in reading.alterations] == ["joined_columns"]
    assert not reading.rejects
    assert reading.forms[0].pages == "1–2"


def test_rows_then_columns(tmp_path: Path) -> None:  # pages 1, 2: all rows; pages 3, 4: the columns left over
    more = [
        ["208", "社会保障和就业支出", "5.00"],
        ["20805", "行政事业单位养老支出", "5.00"],
        ["2080501", "退休", "5.00"],
    ]
    rest = [["4.00", "1.00"], ["4.00", "1.00"], ["4.00", "1.00"]]
    second = (60, 80, 100, 120)
    parts = [(LEFT, LINES, LABELS), (LEFT, second, more), (COLUMNS, LINES, STRIP), (COLUMNS, second, rest)]
    document = read_document(sheet(tmp_path / "r.pdf", *parts).save())
    assert [len(rows) for rows in pages(document)] == [5, 3, 0, 0]
    figures = read_forms(document).figures
    assert len(figures) == 21
    assert [str(f.value) for f in figures if f.line_code == "2080501"] == ["5.00", "4.00", "1.00"]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ((120, 145, 165, 185, 205, 245), STRIP),  # another height: another table
        (LINES, [["项目", "金额"], ["办公费", "1.00"], ["水费", "1.00"], ["电费", "1.00"], ["合计", "3.00"]]),  # labels
    ],
    ids=["other heights", "labels"],
)
def test_what_may_be_a_table_of_its_own_stays(tmp_path: Path, lines: tuple[float, ...], rows: list[list[str]]) -> None:
    document = read_document(sheet(tmp_path / "r.pdf", (LEFT, LINES, LABELS), (COLUMNS, lines, rows)).save())
    assert pages(document) == [LABELS, rows]


def test_a_single_column_of_amounts_is_a_table_and_framed_text_is_none(tmp_path: Path) -> None:
    made = Sketch(tmp_path / "r.pdf")
    made.table((60, 160), LINES, [["其他收入"], ["10.00"], ["2.00"], ["1,003.00"], ["7"]])
    made.table((260, 560), LINES, [["注意事项"], ["一、公开时间"], ["二、公开内容"], ["三、公开方式"], ["四、共 7 项"]])
    blocks = read_document(made.save()).pages[0].blocks
    assert [[c.text for c in b.cells] for b in blocks if isinstance(b, Grid)] == [
        ["其他收入", "10.00", "2.00", "1,003.00", "7"]
    ]
    assert sum(isinstance(b, Paragraph) for b in blocks) == 5


def test_a_header_cut_between_pages_covers_both_sides(tmp_path: Path) -> None:
    """Six columns of 三公 over two pages: no label anywhere, 预算数 cut behind its second column."""
    left = [["预算数", ""], ["合计", "因公出国（境）费"], ["9.00", "5.00"]]
    right = [["", "决算数", ""], ["公务接待费", "合计", "公务接待费"], ["4.00", "8.50", "3.50"]]
    made = Sketch(tmp_path / "r.pdf")
    made.text(200, 60, "财政拨款“三公”经费支出决算表", 16)
    made.text(60, 85, "部门：某某局")
    ys = (100, 120, 140, 160)
    for y in ys:
        made.line(60, y, 260, y)
    for x, top in ((60, 100), (160, 120), (260, 100)):
        made.line(x, top, x, 160)
    for y, row in zip((115, 135, 155), left, strict=True):
        for x, text in zip((65, 165), row, strict=True):
            made.text(x, y, text)
    made.canvas.showPage()
    for y in ys:
        made.line(60, y, 360, y)
    for x, top in ((60, 100), (160, 100), (260, 120), (360, 100)):
        made.line(x, top, x, 160)
    for y, row in zip((115, 135, 155), right, strict=True):
        for x, text in zip((65, 165, 265), row, strict=True):
            made.text(x, y, text)
    made.text(60, 90, "金额单位：万元")
    figures = read_forms(read_document(made.save())).figures
    assert {f.measure: (str(f.value), f.page) for f in figures} == {
        "three_public_budget": ("9.00", 1),
        "overseas_travel_budget": ("5.00", 1),
        "reception_budget": ("4.00", 2),
        "three_public_final": ("8.50", 2),
        "reception_final": ("3.50", 2),
    }
