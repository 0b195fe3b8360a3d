"""Text conversions: encodings, tables with one row a line and with one cell a line, leftovers, limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.documents import text as text_reader
from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.text import read_text


def read(tmp_path: Path, content: str | bytes) -> Document:
    path = tmp_path / "report.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(path, path.name, "0" * 64)


def blocks(document: Document) -> tuple[Paragraph | Grid, ...]:
    return document.pages[0].blocks


def grids(document: Document) -> list[Grid]:
    return [b for b in blocks(document) if isinstance(b, Grid)]


def paragraphs(document: Document) -> list[str]:
    return [b.text for b in blocks(document) if isinstance(b, Paragraph)]


def rows(grid: Grid) -> list[list[str]]:
    out: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        out[cell.row].append(cell.text)
    return out


def report(shared: Path, beginning: str) -> Document:
    (path,) = (shared / "reports").glob(f"{beginning}*.txt")
    return read_text(path, path.name, "0" * 64)


TRADITIONAL = "收入決算表\n科目代碼\t科目名稱\t本年收入合計\n208\t社會保障和就業支出\t142.96\n"
SAMPLE = "收入决算表\n科目代码\t科目名称\t本年收入合计\n208\t社会保障和就业支出\t142.96\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "big5hkscs"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    sample = TRADITIONAL if encoding == "big5hkscs" else SAMPLE
    document = read(tmp_path, sample.encode(encoding))
    assert document.status == "read"
    assert document.warnings == ()
    assert paragraphs(document) == [sample.split("\n")[0]]
    assert rows(grids(document)[0]) == [line.split("\t") for line in sample.split("\n")[1:3]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_byte_is_replaced_and_told(tmp_path: Path, encoding: str) -> None:
    document = read(tmp_path, (SAMPLE * 40).encode(encoding) + b"\xff\xff\n" + "完".encode(encoding))
    assert document.status == "read"
    assert len(document.warnings) == 1 and "replaced" in document.warnings[0]
    assert "社会保障和就业支出" in rows(grids(document)[0])[1]


@pytest.mark.parametrize("content", [b"", b" \n\t\n\xe3\x80\x80\n", b"%\x00\x01\x00\x00\xff\x00" * 500])
def test_what_is_no_text_is_not_read_with_a_reason(tmp_path: Path, content: bytes) -> None:
    document = read(tmp_path, content)
    assert document.status == "not_read"
    assert document.status_reason
    assert document.pages == ()


def test_a_missing_file_is_not_read(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none.txt", "none.txt", "").status == "not_read"


def test_blank_cells_and_line_numbers_are_kept(tmp_path: Path) -> None:
    (grid,) = grids(read(tmp_path, "\n部门决算\n项目\t行次\t金额\n\t\t\t合计\t3,282.73\n\t27\t\n"))
    assert grid.row_widths == (3, 5, 3)
    assert (grid.n_cols, grid.spans_known, grid.source_line) == (5, False, 3)
    assert rows(grid)[1:] == [["", "", "", "合计", "3,282.73"], ["", "27", ""]]
    assert {c.source_line for c in grid.cells if c.row == 2} == {5}


def test_blank_lines_inside_a_table_are_a_page_break_and_text_is_not(tmp_path: Path) -> None:
    table = "a\tb\n1\t2\n"
    assert len(grids(read(tmp_path, f"{table}\n\n{table}"))) == 1
    assert len(grids(read(tmp_path, f"{table}\n支出决算表\n\n{table}"))) == 2
    assert len(grids(read(tmp_path, f"{table}\r\n\x0c\r\n{table}"))) == 1


def test_contents_lines_and_indented_prose_are_no_tables(tmp_path: Path) -> None:
    contents = "第一部分 概况\t1\n一、收入支出决算总表\t5\n二、收入决算表\t\t7\n"
    prose = "\t一、部门职责\n\t贯彻落实党中央关于应急工作的方针政策。\n\n\t负责应急管理工作，指导应对突发事件。\n"
    document = read(tmp_path, contents + "\n概况\n" + prose)
    assert grids(document) == []
    assert paragraphs(document)[:3] == ["第一部分 概况\t1", "一、收入支出决算总表\t5", "二、收入决算表\t7"]
    assert paragraphs(document)[-1] == "负责应急管理工作，指导应对突发事件。"


def test_a_two_column_table_of_whole_numbers_is_no_contents_list(tmp_path: Path) -> None:
    assert len(grids(read(tmp_path, "人员\t1\n车辆\t4\n会议\t6\n"))) == 1


def test_titles_and_units_in_rows_of_an_exported_sheet_become_paragraphs(tmp_path: Path) -> None:
    sheet = (
        "收入决算表\t\t\n\t\t公开02表\n部门：某局\t\t金额单位：万元\n科目\t名称\t合计\n208\t社保\t1.00\n注：本表反映收入。\t\t\n"
        "支出决算表\t\t\n科目\t名称\t合计\n208\t社保\t1.00\n"
    )
    document = read(tmp_path, sheet)
    assert paragraphs(document) == [
        "收入决算表", "公开02表", "部门：某局", "金额单位：万元", "注：本表反映收入。", "支出决算表",
    ]  # fmt: skip
    assert [g.n_rows for g in grids(document)] == [2, 2]


def test_leftovers_go_and_are_counted_and_comparators_stay(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "### 支出決算表\n**2024年度\n某局**\n[bookmark: _GoBack]填表人：某\n- 一、职责\n- 5 -\n"
        '经验 <td colspan="8"></td>\t<p>一</p><p>二</p>\t<5%\t5*4=20万元\n指标\t≥3次\t1\t2\n',
    )
    assert paragraphs(document) == ["支出決算表", "2024年度", "某局", "填表人：某", "一、职责", "- 5 -"]
    assert rows(grids(document)[0])[0] == ["经验", "一\n二", "<5%", "5*4=20万元"]
    assert len(document.warnings) == 5
    assert "6 × HTML tag left by the conversion was taken away" in document.warnings


def test_a_markdown_table_is_a_table(tmp_path: Path) -> None:
    table = "| 项目 | 行次 | 金额 |\n|---|:--:|---:|\n| 合计 |  | 3,282.73 |\n| a\\|b | 2 | |\n"
    document = read(tmp_path, f"收入\n\n{table}")
    (grid,) = grids(document)
    assert rows(grid) == [["项目", "行次", "金额"], ["合计", "", "3,282.73"], ["a|b", "2", ""]]
    assert len(document.warnings) == 2


def test_one_cell_a_line(tmp_path: Path) -> None:
    """The shapes of 永州 2021: paragraphs in a cell, a blank cell, a cell that ends in an empty paragraph."""
    pasted = (
        "自评表\n\t部门名称\n\t某局\u3000\n\n\t年度预\n\n算申请\n\t\n\t年初\n预算数\n\t得分\n\n"
        "\t绩\n\n效\n\n\n\t一级指标\n\t分值\n\t得分\n\n\t总分\n\t100\n\n\n备注：每个项目分别填报。\n"
    )
    document = read(tmp_path, pasted)
    (grid,) = grids(document)
    assert rows(grid) == [
        ["部门名称", "某局\u3000"],
        ["年度预\n算申请", "", "年初\n预算数", "得分"],
        ["绩\n效", "一级指标", "分值", "得分"],
        ["总分", "100"],
    ]
    assert grid.row_widths == (2, 4, 4, 2)
    assert paragraphs(document) == ["自评表", "备注：每个项目分别填报。"]


def test_cells_beyond_the_cap_are_not_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_reader, "MAX_CELLS", 100)
    document = read(tmp_path, "a\tb\tc\n1\t2\t3\n\n\n\n\n一句话。\n" * 50)
    assert document.status == "partly_read"
    assert "100" in (document.status_reason or "")


def test_an_endless_line_is_cut(tmp_path: Path) -> None:
    document = read(tmp_path, "年" * 1_000_000 + "\n完\n")
    assert document.status == "partly_read"
    assert paragraphs(document)[-1] == "完"
    assert len(paragraphs(document)[0]) == text_reader.MAX_LINE


# --- real reports, values read by eye ---------------------------------------------------------------------------------


def test_zhuzhou_every_form_arrives_once_with_page_breaks_healed(shared: Path) -> None:
    found = grids(report(shared, "株洲市应急"))
    # nine forms, the base data, the overall self-evaluation and nine projects
    assert [g.source_line for g in found] == [
        158, 208, 255, 302, 351, 396, 441, 459, 476, 916, 955, 1055, 1152, 1292, 1319, 1350, 1379, 1412, 1443, 1469,
    ]  # fmt: skip


def test_zhuzhou_rows_after_a_page_break_keep_their_own_width(shared: Path) -> None:
    income = grids(report(shared, "株洲市应急"))[1]
    assert rows(income)[17] == ["221", "", "", "住房保障支出", "80.47", "80.47", *["0.00"] * 5]
    assert rows(income)[18] == ["22102", "住房改革支出", "80.47", "80.47", *["0.00"] * 5]
    assert income.row_widths[17:19] == (11, 9)
    assert next(c.source_line for c in income.cells if c.text == "22102") == 227


def test_zhuzhou_fused_header_row_of_the_government_fund(shared: Path) -> None:
    assert rows(grids(report(shared, "株洲市应急"))[7])[2] == [
        "类", "款", "项", "栏次 合计", "1", "4", "7", "8", "9", "10",
    ]  # fmt: skip


def test_gaoping_contents_are_paragraphs_and_forms_are_grids(shared: Path) -> None:
    document = report(shared, "高平市")
    assert "四、财政拨款收入支出决算总表\t11" in paragraphs(document)
    assert "支出決算表" in paragraphs(document)
    found = grids(document)
    assert [g.source_line for g in found[:10]] == [109, 159, 212, 268, 317, 370, 411, 430, 451, 469]
    assert rows(found[8])[4] == ["17.63", "", "17.63", "", "17.63", ""] * 2
    assert rows(found[5])[-1] == ["人员经费合计", "", "2162.83", "公用经费合计", *[""] * 7, "165.90"]


def test_yongzhou_tables_with_one_cell_a_line(shared: Path) -> None:
    found = grids(report(shared, "永州市"))
    assert [g.source_line for g in found] == [360, 622, 666, 1224, 1267, 1597, 1644]
    overall = rows(found[0])
    assert overall[2] == ["", "年度资金总额", "1166.45", "1166.45", "2553.51", "10", "100%", "10"]
    assert overall[10][:3] == ["绩\n效\n指\n标", "一级指标", "二级指标"]
    assert len(overall[10]) == 9
    assert overall[9][1].startswith("1.安全生产事故起数") and overall[9][2].startswith("1.整体形势稳定向好")
    assert overall[-1] == ["总分", "100", "\u3000100", ""]
    projects = [rows(g)[3] for g in (found[2], found[4], found[6])]
    assert [[t.strip() for t in row[2:5]] for row in projects] == [
        ["210", "210", "210"], ["96", "96", "40.5"], ["54", "54", "54"],
    ]  # fmt: skip


def test_lusong_base_data_and_the_row_torn_by_a_trailing_line_break(shared: Path) -> None:
    document = report(shared, "株洲市芦淞区")
    base, overall = grids(document)
    assert rows(base)[1] == ["", "14", "10", "71.4%"]
    assert rows(base)[-5] == ["政府采购金额", "——", "", "109.5"]
    assert rows(overall)[10][:2] == ["绩\n效\n指\n标", "一级指标"]
    assert rows(overall)[-4][4:6] == ["1.203.06万元；\n2.38.69万元。", "1.223.84万元；\n2.96.41万元。"]
    assert any("241" in w and "246" in w for w in document.warnings)


@pytest.mark.parametrize("beginning", ["株洲市应急", "高平市", "永州市", "株洲市芦淞区", "邵东市"])
def test_no_character_of_a_real_report_is_lost(shared: Path, beginning: str) -> None:
    (path,) = (shared / "reports").glob(f"{beginning}*.txt")
    read_back = "".join(
        cell.text for b in blocks(report(shared, beginning)) for cell in (b.cells if isinstance(b, Grid) else [b])
    )
    marks = str.maketrans("", "", "#*-<>/[]")
    source = path.read_text(encoding="utf-8")
    for leftover in ("<p>", "</p>", '<td colspan="8"></td>', "[bookmark: _GoBack]"):
        source = source.replace(leftover, "")
    assert "".join(read_back.split()).translate(marks) == "".join(source.split()).translate(marks)
