"""Workbooks, written by hand as XML so that every shape can be made."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from pipelines.documents.excel import OLE, read_excel
from pipelines.documents.excel_formats import is_scaled, plain_number, show_number
from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import read_report

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = ["General", "0.00", "#,##0.00", "0.00%"]  # styles 0 to 3


def cell(reference: str, value: str | float, style: int = 0) -> str:
    if isinstance(value, str) and value.startswith("#"):
        return f'<c r="{reference}" t="e"><v>{value}</v></c>'
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{reference}" s="{style}"><v>{value!r}</v></c>'


def sheet(rows: dict[int, list[str]], merged: tuple[str, ...] = ()) -> str:
    data = "".join(f'<row r="{number}">' + "".join(cells) + "</row>" for number, cells in rows.items())
    merges = "".join(f'<mergeCell ref="{m}"/>' for m in merged)
    tail = f"<mergeCells>{merges}</mergeCells>" if merged else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{tail}</worksheet>'


def read(tmp_path: Path, sheets: dict[str, str], hidden: tuple[str, ...] = ()) -> Document:
    formats = "".join(f'<numFmt numFmtId="{200 + i}" formatCode="{escape(f)}"/>' for i, f in enumerate(FORMATS))
    styles = "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(len(FORMATS)))
    states = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"{states[name]}/>' for i, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    parts = {
        "_rels/.rels": f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>',
        "xl/_rels/workbook.xml.rels": f'{related}<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>',
    }
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, f'<Relationships xmlns="{PACKAGE}">{content}</Relationships>')
        workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        package.writestr("xl/workbook.xml", workbook)
        inner = f"<numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs>"
        package.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{inner}</styleSheet>')
        for i, content in enumerate(sheets.values(), start=1):
            package.writestr(f"xl/worksheets/sheet{i}.xml", content)
    return read_excel(path, path.name, "0" * 64)


def shape(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells]


def test_title_and_unit_rows_are_paragraphs_and_merged_cells_are_one(tmp_path: Path) -> None:
    rows = {
        1: [cell("B1", "收入决算表")],
        2: [cell("D2", "公开02表")],
        3: [cell("B3", "部门：某局"), cell("D3", "金额单位：万元")],
        4: [cell("B4", "科目"), cell("D4", "本年收入")],
        5: [cell("B5", "代码"), cell("C5", "名称")],
        6: [cell("B6", 2080505), cell("C6", "社保"), cell("D6", 1234.5, 2)],
        7: [cell("B7", "注：本表反映收入。")],
    }
    document = read(tmp_path, {"收入": sheet(rows, ("B1:D1", "B4:C4", "D4:D5"))})
    (page,) = document.pages
    assert (document.status, document.warnings, page.label, page.number) == ("read", (), "收入", 1)
    assert [(b.text, b.source_line) for b in page.blocks if isinstance(b, Paragraph)] == [
        ("收入决算表", 1), ("公开02表", 2), ("部门：某局", 3), ("金额单位：万元", 3), ("注：本表反映收入。", 7),
    ]  # fmt: skip
    (grid,) = [b for b in page.blocks if isinstance(b, Grid)]
    assert (grid.spans_known, grid.source_line, grid.n_rows, grid.n_cols) == (True, 4, 3, 3)
    assert shape(grid) == [
        (0, 0, 1, 2, "科目"), (0, 2, 2, 1, "本年收入"), (1, 0, 1, 1, "代码"), (1, 1, 1, 1, "名称"),
        (2, 0, 1, 1, "2080505"), (2, 1, 1, 1, "社保"), (2, 2, 1, 1, "1,234.50"),
    ]  # fmt: skip


def test_forms_stacked_on_a_sheet_are_apart_and_sections_stay_inside(tmp_path: Path) -> None:
    rows = {
        1: [cell("A1", "一、政府采购情况")],
        2: [cell("A2", "项目"), cell("B2", "统计数")],
        3: [cell("A3", "合计"), cell("B3", 643.23)],
        4: [cell("A4", "支出决算表")],
        5: [cell("A5", "项目"), cell("B5", "金额")],
        6: [cell("A6", "合计"), cell("B6", 1.0)],
        9: [cell("A9", "某"), cell("B9", "某")],
    }
    blocks = read(tmp_path, {"一": sheet(rows)}).pages[0].blocks
    assert [(type(b).__name__, b.source_line) for b in blocks] == [
        ("Grid", 1), ("Paragraph", 4), ("Grid", 5), ("Grid", 9),
    ]  # fmt: skip


def test_a_vertically_merged_cell_reaches_over_a_blank_row(tmp_path: Path) -> None:
    rows = {1: [cell("A1", "支出"), cell("B1", "甲")], 3: [cell("B3", "乙")]}
    (grid,) = read(tmp_path, {"一": sheet(rows, ("A1:A3",))}).pages[0].blocks
    assert isinstance(grid, Grid)
    assert shape(grid)[0] == (0, 0, 3, 1, "支出")


def test_numbers_are_shown_as_their_cells_show_them(tmp_path: Path) -> None:
    row = [
        cell("A1", "合计"), cell("B1", 5296.110000000001), cell("C1", 47.746, 1), cell("D1", 0.0, 1),
        cell("E1", 0.9999, 3), cell("F1", 100.0), cell("G1", "#DIV/0!"), cell("H1", 1e15),
    ]  # fmt: skip
    (grid,) = read(tmp_path, {"一": sheet({1: row})}).pages[0].blocks
    assert isinstance(grid, Grid)
    assert [c.text for c in grid.cells] == [
        "合计", "5296.11", "47.75", "0.00", "99.99%", "100", "#DIV/0!", "1000000000000000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (3086.53, "#,##0.00_ ", "3,086.53"),
        (-1.005, "0.00", "-1.01"),
        (-12.5, "#,##0.00_);(#,##0.00)", "(12.50)"),
        (0.0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (1308.73, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,308.73"),
        (0.0, "#,##0.00;-#,##0.00;;", ""),
        (0.5, "#.##", ".5"),
        (7.0, "00", "07"),
        (3.0, '0"辆"', "3辆"),
        (-0.001, "0.00", "0.00"),
        (12345.0, "yyyy", "12345"),
        (12345.0, "General", "12345"),
    ],
)
def test_number_formats(value: float, code: str, shown: str) -> None:
    assert show_number(value, code) == shown


def test_formats_that_divide_by_thousands_are_noticed_and_not_followed() -> None:
    assert is_scaled("#,##0.00,") and is_scaled("0!.0,") and not is_scaled("#,##0.00")
    assert show_number(12345.0, "#,##0,") == plain_number(12345.0) == "12345"


def test_hidden_sheets_are_told_and_not_read(tmp_path: Path) -> None:
    content = sheet({1: [cell("A1", "合计"), cell("B1", 1)]})
    document = read(tmp_path, {"封面": content, "底稿": content}, hidden=("底稿",))
    assert [page.label for page in document.pages] == ["封面"]
    assert document.warnings == ("sheet 底稿 is hidden and was not read",)
    assert document.n_pages == 2


def test_a_damaged_sheet_does_not_cost_the_others(tmp_path: Path) -> None:
    good = sheet({1: [cell("A1", "合计"), cell("B1", 1)]})
    document = read(
        tmp_path, {"好": good, "坏": good[:120], "远": sheet({1048576: [cell("XFD1048576", "b")]}), "末": good}
    )
    assert [(page.label, bool(page.blocks), page.unread is None) for page in document.pages] == [
        ("好", True, True),
        ("坏", False, False),
        ("远", False, False),
        ("末", True, True),
    ]
    assert document.status == "partly_read"
    assert "sheet 坏" in (document.status_reason or "") and "1048576" in (document.status_reason or "")
    report = read_report(entry_for(tmp_path / "a.xlsx"))
    assert [(r.kind, r.reason, r.page) for r in report.reading.rejects if r.kind == "page"] == [
        ("page", "page_not_readable", 2),
        ("page", "page_not_readable", 3),
    ]


def test_a_cell_at_the_end_of_the_world_does_not_fill_the_memory(tmp_path: Path) -> None:
    document = read(tmp_path, {"一": sheet({1: [cell("A1", "a")], 1048576: [cell("XFD1048576", "b")]})})
    assert document.status == "not_read"
    assert "1048576" in (document.status_reason or "")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<table></table>", OLE + bytes(3000)])
def test_damaged_files_are_not_read_with_a_reason(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xls").write_bytes(content)
    document = read_excel(tmp_path / "a.xls", "a.xls", "0" * 64)
    assert (document.status, document.format) == ("not_read", "excel")
    assert document.status_reason


def test_a_locked_or_blank_workbook_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert "password" in (read_excel(tmp_path / "a.xlsx", "a.xlsx", "").status_reason or "")
    assert "no text" in (read(tmp_path, {"一": sheet({})}).status_reason or "")


def test_numbers_of_an_xls_are_as_its_cells_show_them() -> None:
    """The file was saved by LibreOffice as Excel 97: 1234.5 as #,##0.00, 0.9999 as 0.00%, 0 as an accountant's dash."""
    document = read_excel(Path(__file__).parent / "files" / "number_formats.xls", "a.xls", "0" * 64)
    [grid] = [block for block in document.pages[0].blocks if isinstance(block, Grid)]
    rows = [[cell.text for cell in grid.cells if cell.row == row] for row in range(1, 4)]
    assert rows == [
        ["教育支出", "1,234.50", "99.99%", "12"],
        ["科学技术支出", "6.40", "105.00%", "0"],
        ["合计", "1,240.90", "50.00%", "12"],
    ]
    assert "-" in {cell.text for cell in grid.cells if cell.row == 4}
    assert not document.warnings
