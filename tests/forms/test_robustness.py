"""Forms as programs tear them: phantom columns, cut headers, codes printed once, remarks and footers in the grid."""

from __future__ import annotations

import pytest

from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.shapes import document, pages, ruled_grid, text_grid

HEAD = "科目编码|科目名称|本年支出合计|基本支出|项目支出"


def amounts(reading: Reading) -> list[tuple[str | None, str | None, str, str]]:
    return [(f.line_code, f.line_label, f.measure, str(f.value)) for f in reading.figures]


ONE_LINE = [
    ("201", "一般公共服务支出", "expenditure", "9.00"),
    ("201", "一般公共服务支出", "basic_expenditure", "8.00"),
    ("201", "一般公共服务支出", "project_expenditure", "1.00"),
]


@pytest.mark.parametrize(
    "lines",
    [
        # a double rule beside the amounts, amounts now left and now right of it
        ("科目编码|科目名称|本年支出合计|<|基本支出|<|项目支出|<", "201|一般公共服务支出|9.00|||8.00|1.00|"),
        # an empty column without a header, between and at the end
        ("科目编码||科目名称|本年支出合计|基本支出||项目支出|", "201||一般公共服务支出|9.00|8.00||1.00|"),
        # blanks and line breaks inside the header's words
        ("科 目\\n编 码|科目\\n名称|本年支\\n出合计|基本\\n支 出|项 目 支 出", "201|一般公共服务支出|9.00|8.00|1.00"),
        # code and name in one cell, the code with blanks, the name indented
        ("科目|本年支出合计|基本支出|项目支出", "201　一般公共服务支出|9.00|8.00|1.00"),
        (HEAD, " 2 0 1 |　　一般公共服务支出| 9.00 |８.００|1.00 "),
        # traditional characters
        ("科目編碼|科目名稱|本年支出合計|基本支出|項目支出", "201|一般公共服务支出|9.00|8.00|1.00"),
        # column numbers printed as 栏次 under every header, and a footer with a telephone number
        (HEAD, "栏次|<|1|2|3", "201|一般公共服务支出|9.00|8.00|1.00", "填表人：某某|联系电话：|2345678||"),
        # a remark inside the grid
        (HEAD, "201|一般公共服务支出|9.00|8.00|1.00", "注：本表反映部门本年度各项支出情况。|<|<|<|<"),
        # footnote marks behind a number
        (HEAD, "201|一般公共服务支出|9.00①|8.00*|1.00（注1）"),
    ],
)
def test_one_line_however_it_is_torn(lines: tuple[str, ...]) -> None:
    reading = read_forms(pages(("支出决算表", "单位：万元", ruled_grid(*lines))))
    assert amounts(reading) == ONE_LINE
    assert not reading.rejects


def test_two_amounts_under_one_header_cell_are_not_one_column() -> None:
    grid = ruled_grid("科目编码|科目名称|本年支出合计|<|基本支出|项目支出", "201|一般公共服务支出|9.00|7.00|8.00|1.00")
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert sorted(r.printed for r in reading.rejects) == ["7.00", "9.00"]
    assert {f.measure for f in reading.figures} == {"basic_expenditure", "project_expenditure"}


def test_code_parts_printed_once_for_the_rows_below() -> None:
    merged = ruled_grid(
        "科目编码|<|<|科目名称|本年支出合计|基本支出|项目支出",
        "类|款|项|^|^|^|^",
        "208|||社会保障和就业支出|9.00|9.00|",
        "^|05||行政事业单位养老支出|9.00|9.00|",
        "^|^|05|机关事业单位基本养老保险缴费支出|6.00|6.00|",
        "^|^|06|机关事业单位职业年金缴费支出|3.00|3.00|",
    )
    blank = text_grid(
        "科目编码|||科目名称|本年支出合计|基本支出|项目支出",
        "类|款|项||||",
        "208|||社会保障和就业支出|9.00|9.00|",
        "|05||行政事业单位养老支出|9.00|9.00|",
        "||05|机关事业单位基本养老保险缴费支出|6.00|6.00|",
        "||06|机关事业单位职业年金缴费支出|3.00|3.00|",
    )
    for grid, listed in ((merged, 0), (blank, 3)):
        reading = read_forms(document("支出决算表", "单位：万元", grid))
        codes = [f.line_code for f in reading.figures if f.measure == "expenditure"]
        assert codes == ["208", "20805", "2080505", "2080506"]
        assert [a.kind for a in reading.alterations] == ["code_from_above"] * listed


def test_a_page_break_inside_the_header() -> None:
    first = ruled_grid("项目|<|本年支出|<|<", page=1)
    second = ruled_grid("科目编码|科目名称|合计|基本支出|项目支出", "201|一般公共服务支出|9.00|8.00|1.00", page=2)
    reading = read_forms(pages(("一般公共预算财政拨款支出决算表", "单位：万元", first), (second,)))
    assert amounts(reading) == ONE_LINE
    assert not reading.rejects


def test_three_pages_with_an_empty_left_over_grid_and_page_numbers_between() -> None:
    first = ruled_grid(HEAD, "合计|<|9.00|8.00|1.00", page=1)
    empty = ruled_grid("||||", page=2)
    third = ruled_grid("201|一般公共服务支出|9.00|8.00|1.00", page=3)
    reading = read_forms(
        pages(("支出决算表", "单位：万元", first, "— 1 —"), (empty, "第 2 页 共 9 页"), (third, "- 3 -"))
    )
    assert [(f.pages, f.rows, f.figures) for f in reading.forms] == [("1–3", 2, 6)]
    assert not reading.rejects


def test_a_continuation_ruled_with_other_columns_is_read_by_its_place() -> None:
    first = ruled_grid(HEAD, "合计|<|9.00|8.00|1.00", page=1, width=60)
    second = ruled_grid("201|<|一般公共服务支出|<|9.00|<|8.00|<|1.00|<", page=2, width=30)
    reading = read_forms(pages(("支出决算表", "单位：万元", first), (second,)))
    assert amounts(reading)[3:] == ONE_LINE


def test_the_title_on_top_of_every_page_and_a_repeated_header() -> None:
    rows = (("201|一般公共服务支出|9.00|8.00|1.00",), ("208|社会保障和就业支出|3.00|3.00|",))
    parts = [("支出决算表", "单位：万元", ruled_grid(HEAD, *row, page=n)) for n, row in enumerate(rows, 1)]
    reading = read_forms(pages(*parts))
    assert [(f.form, f.pages, f.figures) for f in reading.forms] == [("expenditure", "1–2", 5)]


def test_contents_right_before_the_first_form() -> None:
    grid = ruled_grid(HEAD, "201|一般公共服务支出|9.00|8.00|1.00")
    contents = ("一、收入支出决算总表", "二、收入决算表", "三、支出决算表", "九、国有资本经营预算财政拨款支出决算表")
    reading = read_forms(document("目录", *contents, "第二部分 2023年度部门决算表", "支出决算表", "公开03表", grid))
    assert [f.form for f in reading.forms] == ["expenditure"]


def test_an_empty_form_without_any_table() -> None:
    reading = read_forms(
        pages(
            ("收入支出决算总表", "政府性基金预算财政拨款收入支出决算表"),
            ("政府性基金预算财政拨款收入支出决算表", "公开08表", "部门：某某局", "单位：万元", "注：本表无数据。"),
            ("国有资本经营预算财政拨款支出决算表", "单位：万元", "本单位没有国有资本经营预算支出，故本表为空。"),
        )
    )
    assert [(f.form, f.rows, f.pages) for f in reading.forms] == [
        ("government_fund", 0, "2"),
        ("state_capital", 0, "3"),
    ]
    assert reading.forms[0].empty_statement == "注：本表无数据。"


def test_an_empty_forms_statement_above_its_empty_table_is_one_form() -> None:
    grid = ruled_grid("科目编码|科目名称|年初结转和结余|本年收入|本年支出|年末结转和结余", "合计|<||||")
    reading = read_forms(pages(("政府性基金预算财政拨款收入支出决算表", "说明：本表无数据", grid)))
    assert [(f.form, f.figures, f.empty_statement) for f in reading.forms] == [
        ("government_fund", 0, "说明：本表无数据")
    ]


def test_totals_first_and_last_and_subtotals() -> None:
    grid = ruled_grid(
        HEAD,
        "合  计|<|9.00|8.00|1.00",
        "201|一般公共服务支出|9.00|8.00|1.00",
        "|小计|9.00|8.00|1.00",
        "总计|<|9.00|8.00|1.00",
    )
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert [f.line_label for f in reading.figures if f.measure == "expenditure"] == [
        "合计",
        "一般公共服务支出",
        "小计",
        "总计",
    ]


def test_a_percent_column_is_refused_not_read_as_money() -> None:
    grid = ruled_grid(HEAD + "|占比", "201|一般公共服务支出|9.00|8.00|1.00|88.9%")
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert amounts(reading) == ONE_LINE
    assert [(r.reason, r.printed) for r in reading.rejects] == [("no_measure", "88.9%")]


def test_zero_and_blank_stay_different() -> None:
    grid = ruled_grid(HEAD, "201|一般公共服务支出|0.00||—")
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert [f.printed for f in reading.figures] == ["0.00"]
    assert not reading.rejects
