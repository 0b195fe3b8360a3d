"""More layouts of other provinces, as grids of their shape; numbers shortened from the pages named, read by eye."""

from __future__ import annotations

import pytest

from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from pipelines.forms.titles import title_of
from tests.forms.shapes import document, ruled_grid, text_grid


def cells(reading: Reading) -> list[str]:
    """'line measure value unit' of every figure, in order."""
    return [f"{f.line_code or f.line_label} {f.measure} {f.value} {f.unit}" for f in reading.figures]


def test_items_down_with_of_which_are_amounts() -> None:  # 九华山 2019, in traditional characters
    grid = text_grid("項 目|預 算 數|決 算 數", "合 計|18|6.28", "其中:公務用車運行維護費|6|1.5", "公務用車購置|0|0")
    reading = read_forms(document("2019年度一般公共預算財政撥款“三公”經費支出決算表", "單位:萬元", grid))
    assert cells(reading) == [
        "合計 three_public_budget 18 万元",
        "合計 three_public_final 6.28 万元",
        "其中:公務用車運行維護費 vehicle_operation_budget 6 万元",
        "其中:公務用車運行維護費 vehicle_operation_final 1.5 万元",
        "公務用車購置 vehicle_purchase_budget 0 万元",
        "公務用車購置 vehicle_purchase_final 0 万元",
    ]
    assert not reading.rejects


def test_all_appropriation_beside_the_general_public_budget() -> None:  # 江苏, 公开05表 and 06表
    by_function = text_grid("科目编码|科目名称|本年支出合计|基本支出|项目支出", "2010801|行政运行|110.56|90.06|20.50")
    by_class = text_grid(
        "经济分类科目编码|科目名称|合计|人员经费|公用经费", "|合计|100.56|90.36|10.20", "301|工资福利支出|80.36|80.36|"
    )
    title, unit = "财政拨款支出决算表（功能科目）", "金额单位：万元"
    other = "财政拨款基本支出决算表（经济科目）"
    reading = read_forms(document(title, unit, by_function, other, unit, by_class))
    assert [form.form for form in reading.forms] == ["appropriation_expenditure", "appropriation_basic_expenditure"]
    assert cells(reading) == [
        "2010801 expenditure 110.56 万元",
        "2010801 basic_expenditure 90.06 万元",
        "2010801 project_expenditure 20.50 万元",
        "合计 basic_expenditure 100.56 万元",
        "合计 personnel_expenditure 90.36 万元",
        "合计 public_expenditure 10.20 万元",
        "301 basic_expenditure 80.36 万元",
        "301 personnel_expenditure 80.36 万元",
    ]


BUDGETS = {
    "部门收支总体情况表": "revenue_expenditure_summary",
    "收支总体情况表": "revenue_expenditure_summary",
    "部门支出总体情况表": "expenditure",
    "财政拨款收支总体情况表": "appropriation_summary",
    "一般公共预算支出情况表（按功能分类科目）": "general_budget_expenditure",
    "一般公共预算基本支出情况表（按支出经济分类科目）": "general_budget_basic_expenditure",
    "“三公”经费、会议费和培训费支出预算表": "three_public_expenses",
}


@pytest.mark.parametrize("title", BUDGETS)
def test_titles_of_budgets(title: str) -> None:  # 河南 2023, 广东 2019, 融安 2019
    match = title_of(title)
    assert match is not None
    assert {d.form for d in match.definitions if d.kind == "budget"} == {BUDGETS[title]}


FINALS = {
    "收入支出决算总表（财决01表）": "revenue_expenditure_summary",
    "Z01收入支出决算总表": "revenue_expenditure_summary",
    "（一）收入支出决算总表": "revenue_expenditure_summary",
    "一般公共预算支出决算表（功能科目）": "general_budget_expenditure",
    "中央对地方专项转移支付区域（项目）绩效自评表": "project_performance",
}


@pytest.mark.parametrize("title", FINALS)
def test_titles_with_numbers_and_remarks(title: str) -> None:
    match = title_of(title)
    assert match is not None and FINALS[title] in {d.form for d in match.definitions}


def test_budget_forms_of_henan() -> None:
    summary = text_grid(
        "收入|<|支出|<".replace("<", ""), "项目|金额|项目|合计", "一、一般公共预算|120.50|一、教育支出|90.50"
    )
    reading = read_forms(document("部门收支总体情况表", "单位：万元", summary), kind="budget")
    assert cells(reading) == [
        "一、一般公共预算 revenue_initial_budget 120.50 万元",
        "一、教育支出 expenditure_initial_budget 90.50 万元",
    ]


SICHUAN = (  # 青神 2023
    "项目名称|基层治理经费|<|<|<|<|<|<|<",
    "预算执行情况|年度预算数(万元)|年初预算|调整后预算数|预算执行数|预算执行率|权重|得分|原因",
    "^|总额|238.93|251.89|250.00|99.25%|10|9.9|",
    "^|其中:财政资金|238.93|251.89|250.00|99.25%|/|/|",
    "绩效指标|一级指标|二级指标|三级指标|指标值|完成值|权重|得分|未完成原因分析",
    "^|产出指标|数量指标|发放覆盖率|100|98|60|58|绩效目标偏高",
)


def test_performance_form_of_sichuan() -> None:
    reading = read_forms(document("部门预算项目支出绩效自评表(2023年度)", ruled_grid(*SICHUAN)))
    assert not reading.rejects
    assert cells(reading) == [
        "总额 initial_budget 238.93 万元",
        "总额 adjusted_budget 251.89 万元",
        "总额 executed 250.00 万元",
        "总额 execution_rate 99.25 %",
        "总额 weight 10 分",
        "总额 score 9.9 分",
        "其中:财政资金 initial_budget 238.93 万元",
        "其中:财政资金 adjusted_budget 251.89 万元",
        "其中:财政资金 executed 250.00 万元",
        "其中:财政资金 execution_rate 99.25 %",
        "发放覆盖率 weight 60 分",
        "发放覆盖率 score 58 分",
    ]
    (indicator,) = reading.indicators
    assert (indicator.target, indicator.actual, indicator.deviation) == ("100", "98", "绩效目标偏高")


def test_deviation_under_another_header() -> None:
    grid = ruled_grid(*SICHUAN[:4], SICHUAN[4].replace("未完成原因分析", "绩效原因分析及改进措施"), SICHUAN[5])
    reading = read_forms(document("部门预算项目支出绩效自评表(2023年度)", grid))
    assert [i.deviation for i in reading.indicators] == ["绩效目标偏高"]


def test_a_table_under_an_unknown_title_does_not_go_on_with_the_form_before_it() -> None:
    known = text_grid("科目编码|科目名称|合计|基本支出|项目支出", "2010801|行政运行|110.56|90.06|20.50")
    unknown = text_grid("2010801|行政运行|1|2|3")
    title = "一般公共预算财政拨款支出决算表"
    reading = read_forms(document(title, "单位：万元", known, "行政单位专用材料储备情况表", unknown))
    assert len(reading.figures) == 3
    assert [reject.reason for reject in reading.rejects] == ["no_form_claims_it"]


def test_a_header_over_hundreds_of_columns_takes_no_longer_a_column() -> None:
    width = 1200
    head = "科目编码|科目名称|合计" + "|<" * (width - 1)
    rows = [f"20101{n}|行政运行" + "|" * n + "|5.25" + "|" * (width - n - 1) for n in range(10, 20)]
    reading = read_forms(document("支出决算表", "单位：万元", ruled_grid(head, *rows)))
    assert [f.line_code for f in reading.figures] == [f"20101{n}" for n in range(10, 20)]


SIX = (
    "“三公”经费合计|因公出国（境）费用|公务用车购置及运行费|<|<|公务接待费",
    "^|^|合计|公务用车购置费|公务用车运行费|^",
    "28.40|0.00|19.90|2.00|17.90|8.50",
)


def test_six_columns_of_the_final_account_under_a_running_head() -> None:
    """决算 in the head of every page is no stage that lost its columns."""
    title = "一般公共预算“三公”经费支出决算表"
    grid = ruled_grid(*SIX)
    reading = read_forms(document("某某厅2023年度部门决算", title, "金额单位：万元", grid))
    assert not reading.rejects
    assert {f.measure: str(f.value) for f in reading.figures} == {
        "three_public_final": "28.40",
        "overseas_travel_final": "0.00",
        "vehicle_final": "19.90",
        "vehicle_purchase_final": "2.00",
        "vehicle_operation_final": "17.90",
        "reception_final": "8.50",
    }
    lost = read_forms(document(title, "预算数", "金额单位：万元", grid))
    assert not lost.figures and lost.rejects


def test_a_stage_over_half_of_the_columns_is_not_the_others_default() -> None:
    grid = ruled_grid("|<|决算数|<", "合计|公务接待费|合计|公务接待费", "9.00|4.00|8.50|3.50")
    reading = read_forms(document("财政拨款“三公”经费支出决算表", "金额单位：万元", grid))
    assert {f.measure: str(f.value) for f in reading.figures} == {
        "three_public_final": "8.50",
        "reception_final": "3.50",
    }
    assert [reject.printed for reject in reading.rejects] == ["9.00", "4.00"]


def test_carry_over_and_budget_in_other_words() -> None:
    """上年结转 and 结转下年 as in budgets; 年初预算数 beside 决算数 as central departments print them."""
    grid = ruled_grid(
        "科目编码|科目名称|上年结转|年初预算数|<|<|本年支出|<|<|结转下年",
        "^|^|^|小计|基本支出|项目支出|小计|基本支出|项目支出|^",
        "2010301|行政运行|1.00|9.00|5.00|4.00|8.00|5.50|2.50|2.00",
    )
    reading = read_forms(document("政府性基金预算财政拨款收入支出决算表", "金额单位：万元", grid))
    assert {f.measure: str(f.value) for f in reading.figures} == {
        "opening_carry_over": "1.00",
        "expenditure_initial_budget": "9.00",
        "basic_initial_budget": "5.00",
        "project_initial_budget": "4.00",
        "expenditure": "8.00",
        "basic_expenditure": "5.50",
        "project_expenditure": "2.50",
        "closing_carry_over": "2.00",
    }
