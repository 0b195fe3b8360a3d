"""Grids of real shapes → figures. Each test is a habit of a published report; the numbers are made up."""

from __future__ import annotations

from decimal import Decimal

from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.shapes import document, pages, ruled_grid, text_grid


def values(reading: Reading, form: str) -> dict[tuple[str | None, str], str]:
    return {(f.line_code or f.line_label, f.measure): str(f.value) for f in reading.figures if f.form == form}


HEADER = (
    "科目代码|||科目名称|本年支出合计|基本支出|项目支出|上缴上级支出|经营支出|对附属单位补助支出",
    "类|款|项|栏次|1|2|3|4|5|6",
)


def test_rows_cut_by_a_page_break_lose_their_blank_code_cells() -> None:  # 株洲 2024
    grid = text_grid(
        *HEADER,
        "|||合计|30.00|10.00|20.00|0.00|0.00|0.00",
        "208|||社会保障和就业支出|10.00|10.00|0.00|0.00|0.00|0.00",
        "224|灾害防治及应急管理支出|20.00|0.00|20.00|0.00|0.00|0.00",
    )
    reading = read_forms(document("支出决算表", "金额单位：万元", grid))
    found = values(reading, "expenditure")
    assert found[("224", "expenditure")] == "20.00"
    assert found[("224", "project_expenditure")] == "20.00"
    assert found[("合计", "basic_expenditure")] == "10.00"
    assert [a.kind for a in reading.alterations] == ["moved_cells"]
    assert not reading.rejects


def test_a_row_that_could_stand_in_two_ways_is_rejected_whole() -> None:
    grid = text_grid(
        *HEADER,
        "|||合计|30.00|10.00|20.00|0.00||",
        "224|灾害防治及应急管理支出|20.00|20.00|0.00",
    )
    reading = read_forms(document("支出决算表", "单位：万元", grid))
    assert ("224", "expenditure") not in values(reading, "expenditure")
    assert [(r.kind, r.reason) for r in reading.rejects] == [("row", "row_does_not_fit")]
    assert "20.00" in reading.rejects[0].printed


def test_codes_in_three_columns_are_joined() -> None:
    grid = text_grid(*HEADER, "201|||一般公共服务支出|5|5||||", "201|06|01|行政运行|5|5||||")
    found = values(read_forms(document("支出决算表", "单位：万元", grid)), "expenditure")
    assert found == {
        ("201", "expenditure"): "5",
        ("201", "basic_expenditure"): "5",
        ("2010601", "expenditure"): "5",
        ("2010601", "basic_expenditure"): "5",
    }


def test_side_by_side_lanes_blank_cells_and_line_numbers() -> None:
    grid = text_grid(
        "收入|||支出||",
        "项目|行次|金额|项目|行次|金额",
        "栏次||1|栏次||2",
        "一、一般公共预算财政拨款收入|1|3,086.53|一、一般公共服务支出|32|0.00",
        "二、政府性基金预算财政拨款收入|2||二、外交支出|33|",
        "本年收入合计|27|3,282.73|本年支出合计|58|3,282.73",
    )
    reading = read_forms(document("收入支出决算表", "公开 01 表", "金额单位：万元", grid))
    lanes = [(f.lane, f.line_label, f.measure, f.measure_label, str(f.value)) for f in reading.figures]
    assert lanes == [
        (1, "一、一般公共预算财政拨款收入", "revenue", "收入 › 金额", "3086.53"),
        (2, "一、一般公共服务支出", "expenditure", "支出 › 金额", "0.00"),
        (1, "本年收入合计", "revenue", "收入 › 金额", "3282.73"),
        (2, "本年支出合计", "expenditure", "支出 › 金额", "3282.73"),
    ]
    assert reading.figures[0].amount_yuan == Decimal("30865300.00")


def test_labels_printed_in_the_wrong_lane_are_moved_back_and_listed() -> None:  # 株洲 2024, form 04
    grid = text_grid(
        "收 入|||支 出|||||",
        "项目|行次|金额|项目|行次|合计|一般公共预算财政拨款|政府性基金预算财政拨款|国有资本经营预算财政拨款",
        "一、一般公共预算财政拨款|1|5.00|一、一般公共服务支出|33|5.00|5.00|0.00|0.00",
        "|27|5.00|本年收入合计|59|5.00|5.00|0.00|0.00",
        "|28|0.00|年初结转和结余|60|0.00|0.00|0.00|0.00",
        "|29|0.00|一般公共预算财政拨款|61||||",
    )
    reading = read_forms(document("财政拨款收入支出决算表", "单位：万元", grid))
    labels = [
        (f.lane, f.line_label) for f in reading.figures if f.row_no >= 2 and f.measure in ("revenue", "expenditure")
    ]
    assert labels == [
        (1, "本年收入合计"),
        (2, "本年支出合计"),
        (1, "年初结转和结余"),
        (2, "年末财政拨款结转和结余"),
        (1, "一般公共预算财政拨款"),
    ]
    assert {a.kind for a in reading.alterations} == {"moved_label"}


def test_totals_of_the_economic_form_stand_some_cells_right_of_their_labels() -> None:
    grid = text_grid(
        "人员经费|||公用经费|||||",
        "科目编码|科目名称|决算数|科目编码|科目名称|决算数|科目编码|科目名称|决算数",
        "301|工资福利支出|1,057.96|302|商品和服务支出|193.74|307|债务利息及费用支出|0.00",
        "30101|基本工资|305.64|30201|办公费|2.93|309|资本性支出（基本建设）|——",
        "人员经费合计||1,114.75|公用经费合计||||193.98",
    )
    found = values(
        read_forms(document("一般公共预算财政拨款基本支出决算明细表", "单位：万元", grid)),
        "general_budget_basic_expenditure",
    )
    assert found[("人员经费合计", "basic_expenditure")] == "1114.75"
    assert found[("公用经费合计", "basic_expenditure")] == "193.98"
    assert found[("30201", "basic_expenditure")] == "2.93"
    assert ("309", "basic_expenditure") not in found  # a dash is no figure


SHANGHAI = (
    "财政拨款“三公”经费|<|<|<|<|<|<|<|<|<|<|<",
    "合计|<|因公出国（境）费|<|公务用车购置及运行维护费|<|<|<|<|<|公务接待费|<",
    "^|^|^|^|小计|<|公务用车购置费|<|公务用车\\n运行维护费|<|^|^",
    "预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数",
    "2.85|0.39|0.00|0.00|0.00|0.00|0.00|0.00|0.00|0.00|2.85|0.39",
)
HUNAN = (
    "预算数||||||决算数|||||",
    "合计|因公出国 (境)费|公务用车购置及运行维护费|||公务接待 费|"
    "合计|因公出国 (境)费|公务用车购置及运行维护费|||公务接待 费",
    "||小计|公务用车 购置费|公务用车运 行维护费||||小计|公务用车 购置费|公务用车运 行维护费|",
    "1|2|3|4|5|6|7|8|9|10|11|12",
    "39.04|0.00|36.10|28.60|7.50|2.93|39.04|0.00|36.10|28.60|7.50|2.93",
)


def test_three_public_expenses_item_over_stage() -> None:
    reading = read_forms(pages(("财政拨款“三公”经费支出决算表", "单位：万元", ruled_grid(*SHANGHAI))))
    labels = {f.measure: (f.measure_label, str(f.value)) for f in reading.figures}
    assert len(labels) == 12
    assert labels["three_public_budget"][1] == "2.85"
    assert labels["reception_final"][1] == "0.39"
    assert (
        labels["vehicle_operation_budget"][0]
        == "财政拨款“三公”经费 › 公务用车购置及运行维护费 › 公务用车运行维护费 › 预算数"
    )


def test_three_public_expenses_stage_over_item() -> None:
    reading = read_forms(document("财政拨款“三公”经费支出决算表", "公开 07 表", "单位：万元", text_grid(*HUNAN)))
    found = {f.measure: (str(f.value), f.measure_label) for f in reading.figures}
    assert found["vehicle_budget"] == ("36.10", "预算数 › 公务用车购置及运行维护费 › 小计")
    assert found["vehicle_purchase_final"][0] == "28.60"
    assert found["reception_final"] == ("2.93", "决算数 › 公务接待费")
    assert len(found) == 12


def test_three_public_expenses_upright() -> None:
    grid = ruled_grid(
        "项目|行次|预算数|决算数",
        "栏次|^|1|2",
        "合计|1|12.00|9.50",
        "1.因公出国（境）费|2|0.00|0.00",
        "2.公务接待费|3|4.00|1.50",
        "3.公务用车购置及运行维护费|4|8.00|8.00",
        "（1）公务用车购置费|5|0.00|0.00",
        "（2）公务用车运行维护费|6|8.00|8.00",
    )
    reading = read_forms(pages(("“三公”经费支出情况表", "单位：万元", grid)))
    found = values(reading, "three_public_expenses")
    assert found[("合计", "three_public_budget")] == "12.00"
    assert found[("2.公务接待费", "reception_final")] == "1.50"
    assert found[("（2）公务用车运行维护费", "vehicle_operation_final")] == "8.00"
    assert len(found) == 12


REVENUE_HEAD = (
    "项目|<|本年收入合计|财政拨款收入|上级补助收入|事业收入|经营收入|附属单位\\n上缴收入|其他收入",
    "功能分类\\n科目编码|科目名称|^|^|^|^|^|^|^",
)


def test_continuation_without_title_or_header_joins_the_form() -> None:  # 普陀 2024
    first = ruled_grid(*REVENUE_HEAD, "合计|<|9.00|9.00|||||", "208|社会保障和就业支出|4.00|4.00|||||", page=1)
    second = ruled_grid("212|城乡社区支出|5.00|5.00|||||", page=2)
    reading = read_forms(pages(("收入决算表", "单位：万元", first), (second,)))
    (form,) = reading.forms
    assert (form.pages, form.rows, form.figures) == ("1–2", 3, 6)
    last = reading.figures[-1]
    assert (last.page, last.line_code, last.measure_label, last.row_no) == (2, "212", "财政拨款收入", 3)


def test_a_repeated_header_is_not_data_and_a_wrapped_name_is_joined_over_the_page() -> None:
    first = ruled_grid(*REVENUE_HEAD, "2080505|机关事业单位基本养老保险缴|4.00|4.00|||||", page=1)
    second = ruled_grid(
        *REVENUE_HEAD, "|费支出||||||||".rstrip("|") + "|||||||", "212|城乡社区支出|5.00|5.00|||||", page=2
    )
    reading = read_forms(pages(("收入决算表", "单位：万元", first), ("收入决算表", second)))
    assert [f.line_label for f in reading.figures] == ["机关事业单位基本养老保险缴费支出"] * 2 + ["城乡社区支出"] * 2
    assert [a.kind for a in reading.alterations] == ["joined_row"]


def test_no_number_under_an_unknown_header_becomes_a_figure() -> None:
    grid = ruled_grid(
        "科目编码|科目名称|本年支出合计|基本支出|项目支出|某种新口径|上缴上级支出|经营支出|对附属单位补助支出",
        "201|一般公共服务支出|5.00|5.00||7.77|||",
    )
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert "7.77" not in {str(f.value) for f in reading.figures}
    assert [(r.reason, r.printed) for r in reading.rejects] == [("no_measure", "7.77")]


def test_two_columns_that_say_the_same_are_both_refused() -> None:
    grid = ruled_grid("科目编码|科目名称|合计|合计|基本支出|项目支出", "201|一般公共服务支出|5.00|6.00|5.00|")
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert [r.reason for r in reading.rejects] == ["ambiguous_header"] * 2
    assert [str(f.value) for f in reading.figures] == ["5.00"]


def test_words_where_an_amount_belongs_are_a_reject() -> None:
    grid = ruled_grid("科目编码|科目名称|本年支出合计|基本支出|项目支出", "201|一般公共服务支出|见附注|5.00|")
    reading = read_forms(pages(("支出决算表", "单位：万元", grid)))
    assert [(r.kind, r.reason, r.printed) for r in reading.rejects] == [("cell", "not_a_number", "见附注")]


def test_a_total_in_the_same_row_as_the_code_headers() -> None:
    grid = ruled_grid(
        "科目编码|<|<|科目名称|本年支出合计|基本支出|项目支出",
        "类|款|项|合计|9.50|9.50|0.00",
        "201|||一般公共服务支出|9.50|9.50|0.00",
    )
    found = values(read_forms(pages(("支出决算表", "单位：万元", grid))), "expenditure")
    assert found[("合计", "expenditure")] == "9.50"
    assert found[("201", "basic_expenditure")] == "9.50"


def test_an_empty_form_is_recorded_with_what_it_says() -> None:  # 高平 2024
    grid = text_grid(
        "项目||年初结转和结余|本年收入|本年支出|||年末结转和结余",
        "科目代码|科目名称|||小计|基本支出|项目支出|",
        "栏次||1|2|3|4|5|6",
        "合计|||||||",
    )
    reading = read_forms(document("政府性基金预算财政拨款收入支出决算表", "单位：万元", grid, "说明：本表无数据"))
    (form,) = reading.forms
    assert (form.form, form.figures, form.empty_statement) == ("government_fund", 0, "说明：本表无数据")
    assert not reading.figures
    assert not reading.rejects


def test_units() -> None:
    grid = ruled_grid("科目编码|科目名称|本年支出合计|基本支出|项目支出", "201|一般公共服务支出|101,612.42|101,612.42|")
    yuan = read_forms(pages(("支出决算表", "单位：元", grid))).figures[0]
    assert (yuan.unit, yuan.amount_yuan) == ("元", Decimal("101612.42"))
    none = read_forms(pages(("支出决算表", grid))).figures[0]
    assert (none.unit, none.amount_yuan) == (None, None)
    broken = read_forms(document("支出决算表", "金额单位：万", "元", grid)).figures[0]
    assert broken.unit == "万元"


def test_counts_and_money_in_one_form() -> None:  # 高平 2024, form 10
    grid = text_grid(
        "一、政府采购情况||",
        "项目|行次|统计数",
        "合计|1|643.23",
        "三、国有资产占用情况||",
        "项目||统计数",
        "（一）车辆数合计（辆）|7|29",
        "3. 机要通信用车|10|7",
        "（二）单价100万元（含）以上设备（不含车辆）|17|",
    )
    reading = read_forms(document("部门决算公开相关信息统计表", "金额单位：万元", grid))
    assert [(f.line_label, str(f.value), f.unit) for f in reading.figures] == [
        ("合计", "643.23", "万元"),
        ("（一）车辆数合计（辆）", "29", "辆"),
        ("3.机要通信用车", "7", "辆"),
    ]


def test_a_form_whose_title_is_lost_is_known_by_its_headers() -> None:
    grid = ruled_grid(
        "科目编码|科目名称|本年支出合计|基本支出|项目支出|上缴上级支出|经营支出|对附属单位补助支出",
        "201|一般公共服务支出|5.00|5.00||||",
    )
    (form,) = read_forms(pages(("单位：万元", grid))).forms
    assert (form.form, form.recognised_by) == ("expenditure", "headers")


def test_a_table_that_no_form_claims_is_a_reject_with_its_place() -> None:
    reading = read_forms(pages(("（一）人员情况", ruled_grid("姓名|人数|年龄", "合计|12|40", page=1))))
    (reject,) = reading.rejects
    assert (reject.kind, reject.reason, reject.page) == ("grid", "no_form_claims_it", 1)
    assert not reading.figures


def test_several_forms_stacked_in_one_sheet() -> None:
    sheet = text_grid(
        "支出决算表||||",
        "单位：万元||||",
        "科目编码|科目名称|本年支出合计|基本支出|项目支出",
        "201|一般公共服务支出|5.00|5.00|",
        "一般公共预算财政拨款支出决算表||||",
        "单位：万元||||",
        "科目编码|科目名称|本年支出合计|基本支出|项目支出",
        "201|一般公共服务支出|4.00|4.00|",
    )
    reading = read_forms(document(sheet))
    assert [form.form for form in reading.forms] == ["expenditure", "general_budget_expenditure"]
    assert values(reading, "general_budget_expenditure")[("201", "expenditure")] == "4.00"


def test_a_title_drawn_apart_over_two_lines() -> None:
    grid = ruled_grid("科目编码|科目名称|本年支出合计|基本支出|项目支出", "201|一般公共服务支出|5.00|5.00|")
    (form,) = read_forms(pages(("一般公共预算财政拨款", "支出决算表", "单位：万元", grid))).forms
    assert form.form == "general_budget_expenditure"
