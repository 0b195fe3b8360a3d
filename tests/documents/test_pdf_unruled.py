"""Three-line tables and tables without any rule: names over several columns, wrapped names, totals over two columns."""

from __future__ import annotations

from pathlib import Path

from pdf_sketch import Sketch

from pipelines.documents.model import Grid
from pipelines.documents.reader import read_document
from pipelines.forms.interpreter import read_forms


def grid_of(path: Path) -> Grid:
    (grid,) = (b for page in read_document(path).pages for b in page.blocks if isinstance(b, Grid))
    return grid


def drawn(made: Sketch, title: str, words: list[tuple[float, float, str]]) -> Path:
    made.text(200, 60, title, 14)
    made.text(60, 85, "部门：某某局")
    made.text(420, 85, "金额单位：万元")
    for x, base, text in words:
        made.text(x, base, text)
    return made.save()


def test_a_name_over_three_columns_and_names_beside_it(tmp_path: Path) -> None:
    """本年支出 stands half a line above 年初结转和结余 and a line above its own three; one name wraps."""
    made = Sketch(tmp_path / "r.pdf")
    words = [
        (375, 110, "本年支出"),
        (60, 120, "科目编码"),
        (115, 120, "科目名称"),
        (225, 114, "年初结转"),
        (235, 126, "和结余"),
        (280, 120, "本年收入"),
        (335, 130, "小计"),
        (375, 130, "基本支出"),
        (425, 130, "项目支出"),
    ]
    lines = [
        ("212", "城乡社区支出", "1.00", "", "9.00", "4.00", "5.00"),
        ("21208", "国有土地使用权支出", "1.00", "10.50", "9.00", "4.00", "5.00"),
        ("2120803", "城市建设支出", "", "10.50", "9.00", "4.00", "5.00"),
    ]
    for row, cells in enumerate([("合计", "", "1.00", "10.50", "9.00", "4.00", "5.00"), *lines]):
        for x, text in zip((60, 108, 240, 290, 340, 385, 435), cells, strict=True):
            words += [(x, 150 + 18 * row, text)] if text else []
    figures = read_forms(read_document(drawn(made, "政府性基金预算财政拨款收入支出决算表", words))).figures
    found = {(f.line_code or f.line_label, f.measure): str(f.value) for f in figures}
    assert len(found) == 18 == len(figures)
    assert found["合计", "opening_carry_over"] == "1.00"
    assert ("212", "revenue") not in found
    assert found["2120803", "revenue"] == "10.50"
    measures = ("expenditure", "basic_expenditure", "project_expenditure")
    assert [found["21208", measure] for measure in measures] == ["9.00", "4.00", "5.00"]


def test_totals_over_code_and_name_do_not_draw_columns_together(tmp_path: Path) -> None:
    made = Sketch(tmp_path / "r.pdf")
    words = [(120, 110, "人员经费"), (340, 110, "公用经费")]
    rows = [
        ("科目编码", "科目名称", "决算数", "科目编码", "科目名称", "决算数"),
        ("301", "工资福利支出", "20.10", "302", "商品和服务支出", "6.90"),
        ("30101", "基本工资", "20.10", "30201", "办公费", "6.90"),
        ("303", "对个人和家庭的补助", "1.00", "310", "资本性支出", "3.00"),
    ]
    for row, cells in enumerate(rows):
        words += [(x, 128 + 18 * row, text) for x, text in zip((60, 105, 205, 270, 315, 420), cells, strict=True)]
    words += [(70, 200, "人员经费合计"), (205, 200, "21.10"), (285, 200, "公用经费合计"), (420, 200, "9.90")]
    path = drawn(made, "一般公共预算财政拨款基本支出决算表", words)
    assert grid_of(path).n_cols == 6
    found = {f.line_code or f.line_label: str(f.value) for f in read_forms(read_document(path)).figures}
    assert found == {
        "301": "20.10",
        "30101": "20.10",
        "303": "1.00",
        "302": "6.90",
        "30201": "6.90",
        "310": "3.00",
        "人员经费合计": "21.10",
        "公用经费合计": "9.90",
    }
