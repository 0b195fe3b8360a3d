"""Texts that kept only blanks between the cells: read where certain, listed where not, never passed over."""

from __future__ import annotations

from pathlib import Path

from pipelines.documents.reader import read_document
from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.conservation import unaccounted


def read(tmp_path: Path, text: str) -> Reading:
    path = tmp_path / "r.txt"
    path.write_text(text, encoding="utf-8")
    document = read_document(path)
    reading = read_forms(document)
    assert unaccounted(document, reading) == []
    return reading


# Amounts as in the form 公开05表 of 普陀 2024; the header set on one line.
WHOLE = """
一般公共预算财政拨款支出决算表
单位：万元
科目编码 科目名称 合计 基本支出 项目支出
212 城乡社区支出 3832.36 1572.70 2259.65
2120101
行政运行 1092.80 1084.02 8.77
21202 城乡社区规划与管理 2739.56 488.68
合计 9746.50 5364.75 4381.74
注：本表反映部门本年度一般公共预算财政拨款支出情况。
"""


def test_rows_that_print_every_cell_are_read(tmp_path: Path) -> None:
    reading = read(tmp_path, WHOLE)
    assert [(f.line_code, f.line_label, f.measure, f.printed) for f in reading.figures] == [
        ("212", "城乡社区支出", "expenditure", "3832.36"),
        ("212", "城乡社区支出", "basic_expenditure", "1572.70"),
        ("212", "城乡社区支出", "project_expenditure", "2259.65"),
        ("2120101", "行政运行", "expenditure", "1092.80"),
        ("2120101", "行政运行", "basic_expenditure", "1084.02"),
        ("2120101", "行政运行", "project_expenditure", "8.77"),
        (None, "合计", "expenditure", "9746.50"),
        (None, "合计", "basic_expenditure", "5364.75"),
        (None, "合计", "project_expenditure", "4381.74"),
    ]


def test_a_row_with_a_blank_cell_is_a_reject(tmp_path: Path) -> None:
    """488.68 may be basic or project expenditure."""
    [reject] = read(tmp_path, WHOLE).rejects
    assert (reject.reason, reject.printed) == ("row_does_not_fit", "21202\t城乡社区规划与管理\t2739.56\t488.68")


def test_a_header_over_several_lines_says_not_what_stands_where(tmp_path: Path) -> None:
    text = WHOLE.replace(
        "科目编码 科目名称 合计 基本支出 项目支出", "项目 本年支出\n科目编码 科目名称 合计 基本支出 项目支出"
    )
    reading = read(tmp_path, text)
    assert not reading.figures
    assert len(reading.rejects) == 4


def test_one_cell_a_line_is_no_prose(tmp_path: Path) -> None:
    cells = ["212", "城乡社区支出", "3832.36", "1572.70", "2259.65", "21201", "城乡社区管理事务", "1092.80", "1084.02"]
    [reject] = read(tmp_path, "第二部分 决算表\n\n" + "\n\n".join(cells)).rejects
    assert (reject.reason, "3832.36" in reject.printed, "1084.02" in reject.printed) == (
        "no_form_claims_it",
        True,
        True,
    )


def test_prose_with_amounts_stays_prose(tmp_path: Path) -> None:
    text = "本年收入 100.20 万元\n其中：\n基本支出 50.10 万元；\n项目支出 50.10 万元。\n2024 年 11 月\n"
    assert read(tmp_path, text).rejects == ()
