"""The published PDF of 普陀 2024, compared with what the page shows (values read by eye from the rendered pages)."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.reader import read_document


@pytest.fixture(scope="module")
def putuo(shared: Path) -> Document:
    (path,) = (shared / "reports").glob("上海市普陀区*.pdf")
    return read_document(path)


def grid_on(document: Document, page: int) -> Grid:
    (grid,) = (block for block in document.pages[page - 1].blocks if isinstance(block, Grid))
    return grid


def row(grid: Grid, number: int) -> list[str]:
    return [cell.text for cell in grid.cells if cell.row == number]


def test_the_whole_file_is_read(putuo):
    assert (putuo.format, putuo.status, putuo.status_reason, putuo.n_pages) == ("pdf", "read", None, 30)
    assert [p.number for p in putuo.pages if any(isinstance(b, Grid) for b in p.blocks)] == list(range(6, 20))


def test_page_16_two_lanes_side_by_side(putuo):
    grid = grid_on(putuo, 16)
    assert (grid.n_rows, grid.n_cols) == (40, 6)
    assert row(grid, 0) == ["经济分类\n科目编码", "科目名称", "决算数"] * 2
    assert row(grid, 1) == ["301", "工资福利支出", "4816.14", "302", "商品和服务支出", "440.90"]
    assert row(grid, 7) == ["30108", "机关事业单位基本养老保\n险缴费", "446.11", "30206", "电费", "18.86"]
    assert row(grid, 28) == ["", "", "", "30299", "其他商品和服务支出", "28.86"]
    assert [(c.text, c.col, c.col_span) for c in grid.cells if c.row == 39] == [
        ("人员经费合计", 0, 2),
        ("4884.09", 2, 1),
        ("公用经费合计", 3, 2),
        ("480.66", 5, 1),
    ]


def test_page_17_header_cells_span_rows_and_columns(putuo):
    grid = grid_on(putuo, 17)
    spans = {c.text: (c.row, c.col, c.row_span, c.col_span) for c in grid.cells if c.row < 3}
    assert spans == {
        "财政拨款“三公”经费": (0, 0, 1, 12),
        "合计": (1, 0, 2, 2),
        "因公出国\n（境）费": (1, 2, 2, 2),
        "公务用车购置及运行维护费": (1, 4, 1, 6),
        "公务接待费": (1, 10, 2, 2),
        "小计": (2, 4, 1, 2),
        "公务用车\n购置费": (2, 6, 1, 2),
        "公务用车\n运行维护费": (2, 8, 1, 2),
    }
    assert row(grid, 3) == ["预算数", "决算数"] * 6
    assert row(grid, 4) == ["2.85", "0.39", *["0.00"] * 8, "2.85", "0.39"]


def test_page_18_an_empty_form_keeps_its_blank_cells(putuo):
    grid = grid_on(putuo, 18)
    assert row(grid, 2) == ["合计", "", "", "合计", "基本支出", "项目支出", ""]
    assert [row(grid, number) for number in (3, 4, 5)] == [[""] * 8] * 3
    notes = [b.text for b in putuo.pages[17].blocks if isinstance(b, Paragraph)][-1]
    assert notes.endswith("故本表无数据。")


def test_prose_is_joined_over_its_lines_and_not_over_headings(putuo):
    texts = [b.text for b in putuo.pages[19].blocks if isinstance(b, Paragraph)]
    assert "二、收入决算情况说明" in texts
    assert "本年收入合计9746.50万元，其中：财政拨款收入9746.50万元，占100.00%。" in texts
    contents = [b.text for b in putuo.pages[2].blocks if isinstance(b, Paragraph)]
    assert "七、财政拨款“三公”经费支出决算情况说明" in contents


def test_every_block_has_its_page_and_box(putuo):
    for page in putuo.pages:
        for block in page.blocks:
            box = block.box
            assert block.page == page.number and box is not None
            assert 0 <= box.x0 < box.x1 <= page.width and 0 <= box.top < box.bottom <= page.height
