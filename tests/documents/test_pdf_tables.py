"""Ruled tables as PDF programs draw them: every border habit must give the same grid."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from pdf_sketch import VERA, Sketch

from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.reader import read_document

XS, YS = (80, 200, 300, 400), (120, 140, 160, 190)
ROWS = [["项目", None, "决算数"], ["合计", "3,282.73", ""], ["基本\n支出", "1.00", "0.00"]]
# text, row, col, row_span, col_span
CELLS = [
    ("项目", 0, 0, 1, 2),
    ("决算数", 0, 2, 1, 1),
    ("合计", 1, 0, 1, 1),
    ("3,282.73", 1, 1, 1, 1),
    ("", 1, 2, 1, 1),
    ("基本\n支出", 2, 0, 1, 1),
    ("1.00", 2, 1, 1, 1),
    ("0.00", 2, 2, 1, 1),
]


def grids(document: Document) -> list[Grid]:
    return [block for page in document.pages for block in page.blocks if isinstance(block, Grid)]


def paragraphs(document: Document) -> list[str]:
    return [block.text for page in document.pages for block in page.blocks if isinstance(block, Paragraph)]


def spans(grid: Grid) -> list[tuple[str, int, int, int, int]]:
    return [(c.text, c.row, c.col, c.row_span, c.col_span) for c in grid.cells]


@pytest.fixture
def sketch(tmp_path: Path) -> Callable[..., Sketch]:
    return lambda **how: Sketch(tmp_path / "report.pdf", **how)


@pytest.mark.parametrize("thin", [False, True], ids=["lines", "thin rectangles"])
@pytest.mark.parametrize("sides", [True, False], ids=["closed", "open sides"])
def test_every_way_of_ruling_gives_the_same_grid(sketch, thin, sides):
    page = sketch()
    page.table(XS, YS, ROWS, thin=thin, sides=sides)
    (grid,) = grids(read_document(page.save()))
    assert spans(grid) == CELLS
    assert (grid.n_rows, grid.n_cols, grid.spans_known, grid.page) == (3, 3, True, 1)
    assert grid.box is not None
    assert [round(at) for at in (grid.box.x0, grid.box.top, grid.box.x1, grid.box.bottom)] == [80, 120, 400, 190]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_as_it_shows(sketch, turn):
    page = sketch(width=842, height=595, turn=turn)
    page.text(250, 90, "支出决算表", 14)
    page.table(XS, YS, ROWS)
    document = read_document(page.save())
    (grid,) = grids(document)
    assert spans(grid) == CELLS
    assert grid.box is not None and (round(grid.box.x0), round(grid.box.top)) == (80, 120)
    assert (document.pages[0].width, document.pages[0].height) == (842, 595)
    assert paragraphs(document) == ["支出决算表"]


def test_a_table_drawn_sideways_on_an_upright_page(sketch):
    """The boxes stay those of the page as displayed, where the table stands on its side."""
    page = sketch(width=842, height=595, sideways=True)
    page.table(XS, YS, ROWS)
    document = read_document(page.save())
    (grid,) = grids(document)
    assert spans(grid) == CELLS
    assert (document.pages[0].width, document.pages[0].height) == (595, 842)
    assert grid.box is not None
    assert [round(at) for at in (grid.box.x0, grid.box.top, grid.box.x1, grid.box.bottom)] == [120, 442, 190, 762]


def test_two_forms_on_a_page_stay_two_grids_in_reading_order(sketch):
    page = sketch()
    page.text(250, 90, "收入决算表", 14)
    page.text(440, 110, "单位：万元")
    page.table(XS, YS, ROWS)
    page.text(80, 210, "注：本表反映收入。")
    page.text(250, 240, "支出决算表", 14)
    page.table((80, 200, 300), (260, 280, 300), [["项目", "金额"], ["合计", "2.00"]])
    document = read_document(page.save())
    shown = [b.text if isinstance(b, Paragraph) else (b.n_rows, b.n_cols) for b in document.pages[0].blocks]
    assert shown == ["收入决算表", "单位：万元", (3, 3), "注：本表反映收入。", "支出决算表", (2, 2)]


def test_headers_merged_both_ways(sketch):
    """The head of 财政拨款“三公”经费支出决算表: a group over two columns, beside a cell over two rows."""
    page = sketch()
    for y, x0, x1 in ((100, 80, 380), (120, 180, 380), (140, 80, 380), (160, 80, 380)):
        page.line(x0, y, x1, y)
    for x, y0, y1 in ((80, 100, 160), (180, 100, 160), (280, 120, 160), (380, 100, 160)):
        page.line(x, y0, x, y1)
    page.text(85, 124, "合计")
    page.text(190, 113, "公务用车购置及运行维护费")
    page.text(185, 133, "小计")
    page.text(285, 133, "购置费")
    page.text(85, 153, "2.85")
    page.text(285, 153, "0.00")
    (grid,) = grids(read_document(page.save()))
    assert spans(grid) == [
        ("合计", 0, 0, 2, 1),
        ("公务用车购置及运行维护费", 0, 1, 1, 2),
        ("小计", 1, 1, 1, 1),
        ("购置费", 1, 2, 1, 1),
        ("2.85", 2, 0, 1, 1),
        ("", 2, 1, 1, 1),
        ("0.00", 2, 2, 1, 1),
    ]


def test_cell_backgrounds_alone_rule_a_table(sketch):
    page = sketch()
    page.canvas.setFillGray(0.9)
    for row in range(3):
        for col in range(3):
            page.canvas.rect(80 + 100 * col, 842 - 120 - 20 * row, 99.5, 19.5, stroke=0, fill=1)
    page.canvas.setFillGray(0)
    page.text(85, 115, "合计")
    page.text(285, 155, "9.99")
    (grid,) = grids(read_document(page.save()))
    assert (grid.n_rows, grid.n_cols) == (3, 3)
    assert [(c.text, c.row, c.col) for c in grid.cells if c.text] == [("合计", 0, 0), ("9.99", 2, 2)]


def test_a_rule_that_drifts_by_a_few_points_makes_no_column(sketch):
    """Word tables whose lower rows were dragged: the column borders of rows 1 and 2 differ by 4 points."""
    page = sketch()
    for y in (100, 120, 140):
        page.line(80, y, 300, y)
    for x in (80, 300):
        page.line(x, 100, x, 140)
    page.line(200, 100, 200, 120)
    page.line(204, 120, 204, 140)
    page.text(85, 113, "合计")
    page.text(210, 113, "1.00")
    page.text(85, 133, "基本支出")
    page.text(210, 133, "2.00")
    (grid,) = grids(read_document(page.save()))
    assert [[c.text for c in grid.cells if c.row == row] for row in (0, 1)] == [["合计", "1.00"], ["基本支出", "2.00"]]
    assert grid.n_cols == 2


def test_a_page_break_that_left_out_the_bottom_rule(sketch):
    page = sketch()
    for y in (100, 120):
        page.line(80, y, 300, y)
    for x in (80, 200, 300):
        page.line(x, 100, x, 140)
    page.text(85, 113, "合计")
    page.text(205, 133, "7.00")
    (grid,) = grids(read_document(page.save()))
    assert [(c.text, c.row, c.col) for c in grid.cells] == [("合计", 0, 0), ("", 0, 1), ("", 1, 0), ("7.00", 1, 1)]


def test_bold_by_doubling_and_digits_that_hang_low(sketch):
    page = sketch()
    page.table((80, 260, 400), (100, 125, 150), [["", ""], ["", ""]])
    for dx in (0, 0.3):
        page.text(85 + dx, 117, "合计1122.00", 12)
    page.text(265, 114, "支出")
    page.text(285, 118, "3282.73", 10, VERA)  # 0.4 em lower
    page.text(330, 114, "万元")
    for place, char in reversed(list(enumerate("乱序绘制"))):  # drawn from right to left
        page.text(85 + 10 * place, 140, char)
    page.text(265, 140, "⽀出⻔\u00a0２０％")
    (grid,) = grids(read_document(page.save()))
    assert [c.text for c in grid.cells] == ["合计1122.00", "支出3282.73万元", "乱序绘制", "支出门 ２０％"]


def test_a_table_without_any_rules(sketch):
    page = sketch()
    page.text(250, 80, "支出情况表", 14)
    drawn = [
        ["项目", "预算数", "决算数"],
        ["合计", "12.00", "13.50"],
        ["基本支出", "10.00", "11.50"],
        ["项目支出", "2.00", "2.00"],
    ]
    for row, (label, first, second) in enumerate(drawn):
        page.text(80, 110 + 18 * row, label)
        page.text(250, 110 + 18 * row, first)
        page.text(400, 110 + 18 * row, second)
    page.text(80, 190, "以上数据单位为万元，没有边框的表按文字对齐读出。")
    document = read_document(page.save())
    (grid,) = grids(document)
    assert not grid.spans_known
    rows = [[c.text for c in grid.cells if c.row == row] for row in range(grid.n_rows)]
    assert rows == drawn
    assert paragraphs(document) == ["支出情况表", "以上数据单位为万元，没有边框的表按文字对齐读出。"]


@pytest.mark.parametrize("thin", [False, True])
def test_cells_equal_those_of_pdfplumber(sketch, thin):
    page = sketch()
    page.table(XS, YS, ROWS, thin=thin)
    page.table((80, 150, 230), (300, 320, 340), [["a", None], ["甲", "乙"]], thin=thin)
    path = page.save()
    with pdfplumber.open(path) as pdf:
        expected = [[[text for text in row if text is not None] for row in t] for t in pdf.pages[0].extract_tables()]
    found = [[[c.text for c in g.cells if c.row == row] for row in range(g.n_rows)] for g in grids(read_document(path))]
    assert found == expected


def test_a_real_report_reads_as_pdfplumber_reads_it(shared):
    """Every table of 普陀 2024, cell for cell; blanks aside, which pdfplumber joins otherwise."""
    (path,) = (shared / "reports").glob("上海市普陀区*.pdf")
    document = read_document(path)
    with pdfplumber.open(path) as pdf:
        for page, ours in zip(pdf.pages[5:19], document.pages[5:19], strict=True):
            tables = [[text for row in table for text in row if text is not None] for table in page.extract_tables()]
            theirs = [[re.sub(r"\s", "", text) for text in table] for table in tables]
            mine = [[re.sub(r"\s", "", c.text) for c in b.cells] for b in ours.blocks if isinstance(b, Grid)]
            assert mine == theirs, f"page {page.page_number}"
            page.close()


def test_white_boxes_behind_text_are_no_table(sketch):
    """Word draws them behind every run of text that was pasted from a web page."""
    page = sketch()
    page.canvas.setFillGray(1)
    for row in range(2):
        for col in range(2):
            page.canvas.rect(80 + 120 * col, 842 - 115 - 20 * row, 120, 20, stroke=0, fill=1)
    page.canvas.setFillGray(0)
    page.text(80, 110, "本年收入合计9746.50万元，其中财政拨款")
    page.text(80, 130, "收入9746.50万元。")
    assert grids(read_document(page.save())) == []


def test_shaded_lines_of_prose_are_no_table(sketch):
    page = sketch()
    page.canvas.setFillGray(0.9)
    for row in range(3):
        page.canvas.rect(80, 842 - 115 - 20 * row, 400, 20, stroke=0, fill=1)
    page.canvas.setFillGray(0)
    for row in range(3):
        page.text(85, 110 + 20 * row, f"第{row}行文字。")
    document = read_document(page.save())
    assert grids(document) == []
    assert "".join(paragraphs(document)) == "第0行文字。第1行文字。第2行文字。"


def test_a_watermark_stays_out_of_the_cells(sketch):
    page = sketch()
    page.table(XS, YS, ROWS)
    page.canvas.saveState()
    page.canvas.translate(200, 842 - 190)
    page.canvas.rotate(40)
    page.canvas.setFont("STSong-Light", 24)
    page.canvas.drawString(0, 0, "内部资料")
    page.canvas.restoreState()
    document = read_document(page.save())
    assert spans(grids(document)[0]) == CELLS
    assert paragraphs(document) == ["内部资料"]


def test_a_double_border_is_one_border(sketch):
    page = sketch()
    page.table((80, 200, 300), (100, 120, 140), [["合计", "1.00"], ["基本", "2.00"]])
    for at in (76.2, 303.8):
        page.line(at, 96.2, at, 143.8)
    for at in (96.2, 143.8):
        page.line(76.2, at, 303.8, at)
    (grid,) = grids(read_document(page.save()))
    assert [(c.text, c.row, c.col) for c in grid.cells] == [
        ("合计", 0, 0),
        ("1.00", 0, 1),
        ("基本", 1, 0),
        ("2.00", 1, 1),
    ]


def test_the_lines_above_a_form_stay_apart(sketch):
    """高平 2024: form number at the right margin, then agency, year and unit spread over the next line."""
    page = sketch()
    page.text(460, 90, "公开01表")
    page.text(80, 106, "部门名称：高平市应急管理局")
    page.text(280, 106, "2024年度")
    page.text(430, 106, "金额单位：万元")
    page.table((80, 300, 500), (112, 132, 152), [["项目", "金额"], ["合计", "2.00"]])
    assert paragraphs(read_document(page.save())) == ["公开01表", "部门名称：高平市应急管理局 2024年度 金额单位：万元"]


def test_prose_is_joined_and_paragraphs_stay_apart(sketch):
    page = sketch()
    lines = [
        (100, "2024年度收入支出总计9859.38万元。与2023年度相比，收入支出总计增加10"),
        (80, "62.85万元，增长12.08%。主要原因：项目支出增加，较上一年度增加1133.95万元"),
        (80, "。"),
        (100, "本年收入合计9746.50万元。"),
    ]
    for number, (x, text) in enumerate(lines):
        page.text(x, 100 + 18 * number, text)
    assert paragraphs(read_document(page.save())) == [
        lines[0][1] + lines[1][1] + lines[2][1],
        "本年收入合计9746.50万元。",
    ]


def test_text_that_runs_over_its_border_stays_in_its_cell(sketch):
    """Spreadsheet prints: a label longer than its column, its rest under the amount; a number wider than its own."""
    page = sketch()
    page.table((80, 200, 260, 320), (100, 120, 140), [["", "", ""], ["", "", ""]])
    page.text(83, 113, "机关事业单位基本养老保险缴费支出")  # 160 points in a column of 120
    page.text(226, 113, "446.11")
    page.text(83, 133, "合计")
    page.text(266 - 70, 133, "123,456,789.00")  # set from the right, 70 points in a column of 60
    page.text(290, 133, "0.00")
    (grid,) = grids(read_document(page.save()))
    assert [[c.text for c in grid.cells if c.row == row] for row in (0, 1)] == [
        ["机关事业单位基本养老保险缴费支出", "446.11", ""],
        ["合计", "123,456,789.00", "0.00"],
    ]


def test_a_table_inside_a_form_object_and_a_scaled_space(sketch):
    """Some programs wrap the page in a form XObject, or draw in units of their own."""
    page = sketch()
    page.canvas.beginForm("page")
    page.canvas.scale(0.5, 0.5)
    page.canvas.translate(0, 842)
    page.table(
        [2 * x for x in XS],
        [2 * y for y in YS],
        [["项目", None, "决算数"], ["合计", "1.00", ""], ["", "", ""]],
        size=20,
    )
    page.canvas.endForm()
    page.canvas.doForm("page")
    (grid,) = grids(read_document(page.save()))
    assert grid.box is not None
    assert [round(at) for at in (grid.box.x0, grid.box.top, grid.box.x1, grid.box.bottom)] == [80, 120, 400, 190]
    assert [(c.text, c.row, c.col) for c in grid.cells if c.text] == [
        ("项目", 0, 0),
        ("决算数", 0, 2),
        ("合计", 1, 0),
        ("1.00", 1, 1),
    ]


def test_a_hyphen_at_the_end_of_a_line_is_kept(sketch):
    page = sketch()
    page.table((80, 200, 300), (100, 140, 170), [["Budget-\nfinal", "2023-\n2024"], ["合计", "-\n1.00"]])
    (grid,) = grids(read_document(page.save()))
    assert [c.text for c in grid.cells] == ["Budget-\nfinal", "2023-\n2024", "合计", "-\n1.00"]


def test_dotted_rules_are_rules(sketch):
    """Word draws a dotted border as a row of half-point squares."""
    page = sketch()
    for y in (100, 120, 140):
        for step in range(230):
            page.thin(80 + 0.96 * step, y, 80 + 0.96 * step, y)
    for x in (80, 190, 300):
        for step in range(42):
            page.thin(x, 100 + 0.96 * step, x, 100 + 0.96 * step)
    page.text(85, 113, "合计")
    page.text(195, 133, "2.00")
    (grid,) = grids(read_document(page.save()))
    assert [(c.text, c.row, c.col) for c in grid.cells] == [("合计", 0, 0), ("", 0, 1), ("", 1, 0), ("2.00", 1, 1)]


def test_a_table_with_rules_between_rows_only(sketch):
    """No vertical rule anywhere; a name wrapped over two lines, its amounts standing between them."""
    page = sketch()
    for y in (100, 120, 140, 170, 190):
        page.line(80, y, 500, y)
    for x, base, text in [
        (85, 113, "项目"),
        (300, 113, "合计"),
        (420, 113, "基本支出"),
        (85, 133, "社会保障"),
        (300, 133, "12.00"),
        (420, 133, "13.00"),
        (85, 152, "机关事业单位基本养"),
        (85, 164, "老保险缴费支出"),
        (300, 158, "1,446.11"),
        (420, 158, "1.00"),
        (85, 183, "合计"),
        (300, 183, "1,458.11"),
        (420, 183, "14.00"),
    ]:
        page.text(x, base, text)
    (grid,) = grids(read_document(page.save()))
    assert not grid.spans_known
    assert [[c.text for c in grid.cells if c.row == row] for row in range(grid.n_rows)] == [
        ["项目", "合计", "基本支出"],
        ["社会保障", "12.00", "13.00"],
        ["机关事业单位基本养\n老保险缴费支出", "1,446.11", "1.00"],
        ["合计", "1,458.11", "14.00"],
    ]


def test_a_table_with_ruled_columns_and_one_rule_under_the_head(sketch):
    page = sketch()
    for y in (100, 120, 200):
        page.line(80, y, 500, y)
    for x in (80, 300, 400, 500):
        page.line(x, 100, x, 200)
    for x, base, text in [
        (85, 113, "项目"),
        (305, 113, "合计"),
        (405, 113, "基本支出"),
        (85, 133, "社会保障"),
        (305, 133, "12.00"),
        (405, 133, "13.00"),
        (85, 149, "机关事业单位基本养"),
        (85, 161, "老保险缴费支出"),
        (305, 155, "1,446.11"),
        (405, 155, "1.00"),
        (85, 183, "合计"),
        (305, 183, "1,458.11"),
        (405, 183, "14.00"),
    ]:
        page.text(x, base, text)
    (grid,) = grids(read_document(page.save()))
    assert [[c.text for c in grid.cells if c.row == row] for row in range(grid.n_rows)] == [
        ["项目", "合计", "基本支出"],
        ["社会保障", "12.00", "13.00"],
        ["机关事业单位基本养\n老保险缴费支出", "1,446.11", "1.00"],
        ["合计", "1,458.11", "14.00"],
    ]


def test_a_level_watermark_stays_out_of_the_cells(sketch):
    """Letters three rows tall, drawn over the table without a slant."""
    page = sketch()
    page.table((80, 200, 320), (120, 140, 160, 180), [["项目", "决算数"], ["合计", "3,282.73"], ["基本支出", "1.00"]])
    page.text(100, 168, "内部资料2023", 48)
    document = read_document(page.save())
    (grid,) = grids(document)
    assert [c.text for c in grid.cells] == ["项目", "决算数", "合计", "3,282.73", "基本支出", "1.00"]
    assert paragraphs(document) == ["内部资料2023"]
