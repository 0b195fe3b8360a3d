"""Layouts of other provinces and of the Ministry, each as a grid of that shape; the numbers are made up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.documents.model import Grid
from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.shapes import document, ruled_grid, text_grid


def values(reading: Reading, form: str) -> dict[tuple[str | None, str], str]:
    return {(f.line_code or f.line_label, f.measure): str(f.value) for f in reading.figures if f.form == form}


YUNNAN_05 = (  # 沧源 2023, 云南日报 2024
    "项目|<|<|<|年初结转和结余|<|<|本年收入|<|<|本年支出|<|<|<|<|年末结转和结余|<|<|<|<",
    "支出功能分类科目编码|<|<|科目名称|合计|基本支出\\n结转|项目支出结转和结余|合计|基本支出|项目支出|合计|基本支出|<|<|项目支出|合计|基本支出结转|项目支出结转和结余|<|<",
    "^|<|<|^|^|^|^|^|^|^|^|小计|人员经费|公用经费|^|^|^|小计|项目支出结转|项目支出结余",
    "类|款|项|栏次|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16",
    "^|^|^|合计|1.01|2.01|3.01|4.01|5.01|6.01|7.01|8.01|9.01|10.01|11.01|12.01|13.01|14.01|15.01|16.01",
    "201|<|<|一般公共服务支出|1.02|2.02|3.02|4.02|5.02|6.02|7.02|8.02|9.02|10.02|11.02|12.02|13.02|14.02|15.02|16.02",
)
YUNNAN_05_MEASURES = [
    "opening_carry_over",
    "opening_basic_carry_over",
    "opening_project_carry_over",
    "revenue",
    "basic_revenue",
    "project_revenue",
    "expenditure",
    "basic_expenditure",
    "personnel_expenditure",
    "public_expenditure",
    "project_expenditure",
    "closing_carry_over",
    "closing_basic_carry_over",
    "closing_project_carry_over",
    "closing_project_carry_forward",
    "closing_project_surplus",
]


def as_text(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("|".join("" if c in "<^" else c.replace("\\n", " ") for c in line.split("|")) for line in lines)


@pytest.mark.parametrize("grid", [ruled_grid(*YUNNAN_05), text_grid(*as_text(YUNNAN_05))], ids=["ruled", "text"])
def test_general_budget_with_revenue_and_carry_over(grid: Grid) -> None:
    reading = read_forms(document("一般公共预算财政拨款收入支出决算表", "公开05表", "金额单位：万元", grid))
    assert not reading.rejects
    for number, key in ((1, "合计"), (2, "201")):
        found = {m: v for (k, m), v in values(reading, "general_budget_expenditure").items() if k == key}
        assert found == {m: f"{i}.0{number}" for i, m in enumerate(YUNNAN_05_MEASURES, 1)}


def test_project_expenditure_by_economic_class() -> None:  # Yunnan, 公开07表
    grid = ruled_grid(
        "科目编码|科目名称|金额|科目编码|科目名称|金额|科目编码|科目名称|金额",
        "301|工资福利支出||302|商品和服务支出|18.20|310|资本性支出|6.00",
        "30101|基本工资||30201|办公费|18.20|31002|办公设备购置|6.00",
        "人员经费合计|<||公用经费合计|<|<|<|<|24.20",
    )
    reading = read_forms(document("一般公共预算财政拨款项目支出决算表", "公开07表", "单位：万元", grid))
    found = values(reading, "general_budget_project_expenditure_economic")
    assert found[("30201", "project_expenditure")] == "18.20"
    assert found[("31002", "project_expenditure")] == "6.00"
    assert found[("公用经费合计", "project_expenditure")] == "24.20"
    assert not reading.rejects


def test_project_expenditure_by_function() -> None:  # Sichuan, 渠县 2024
    grid = ruled_grid(
        "项目|<|金额",
        "科目编码|科目名称（项目）|^",
        "|合计|300.50",
        "2130106|科技转化与推广服务|300.50",
        "|良种补贴项目|300.50",
    )
    found = values(
        read_forms(document("一般公共预算财政拨款项目支出决算表", "单位：万元", grid)),
        "general_budget_project_expenditure",
    )
    assert found[("2130106", "project_expenditure")] == "300.50"
    assert found[("良种补贴项目", "project_expenditure")] == "300.50"


def test_functions_down_and_economic_classes_across() -> None:  # Sichuan, 财决08表
    grid = ruled_grid(
        "项目|<|合计|工资福利支出|<|<|商品和服务支出|<|资本性支出",
        "科目编码|科目名称|^|小计|基本工资|津贴补贴|小计|办公费|小计",
        "201|一般公共服务支出|10.00|6.00|4.00|2.00|3.00|3.00|1.00",
    )
    reading = read_forms(document("一般公共预算财政拨款支出决算明细表", "单位：万元", grid))
    found = {m: v for (_, m), v in values(reading, "general_budget_expenditure_detail").items()}
    assert found == {
        "expenditure": "10.00",
        "economic_301": "6.00",
        "economic_30101": "4.00",
        "economic_30102": "2.00",
        "economic_302": "3.00",
        "economic_30201": "3.00",
        "economic_310": "1.00",
    }


def test_economic_classes_down_and_budgets_across() -> None:  # Sichuan, 泸州 2023: 财政拨款支出决算明细表
    grid = ruled_grid(
        "项目|<|合计|一般公共预算财政拨款|<|<|政府性基金预算财政拨款|<|<",
        "经济分类科目编码|科目名称|^|小计|基本支出|项目支出|小计|基本支出|项目支出",
        "301|工资福利支出|9.00|8.00|7.00|1.00|1.00||1.00",
    )
    reading = read_forms(document("财政拨款支出决算明细表", "单位：万元", grid))
    found = {m: v for (_, m), v in values(reading, "appropriation_expenditure_detail").items()}
    assert found == {
        "expenditure": "9.00",
        "general_public_budget_expenditure": "8.00",
        "general_public_budget_basic_expenditure": "7.00",
        "general_public_budget_project_expenditure": "1.00",
        "government_fund_expenditure": "1.00",
        "government_fund_project_expenditure": "1.00",
    }


UPRIGHT = (  # Yunnan 沧源 2023, after 财决附03表
    "项目|行次|预算数|支出统计数",
    "栏次|^|1|2",
    "一、“三公”经费支出|1|—|—",
    "（一）支出合计|2|12.00|9.50",
    "1．因公出国（境）费|3|0.00|0.00",
    "2．公务用车购置及运行维护费|4|8.00|8.00",
    "（1）公务用车购置费|5|0.00|0.00",
    "（2）公务用车运行维护费|6|8.00|8.00",
    "3．公务接待费|7|4.00|1.50",
    "（1）国内接待费|8|—|1.50",
    "（二）相关统计数|11|—|—",
    "1．因公出国（境）团组数（个）|12|—|0",
    "2．因公出国（境）人次数（人）|13|—|0",
    "4．公务用车保有量（辆）|15|—|2",
    "5．国内公务接待批次（个）|16|—|11",
    "6．国内公务接待人次（人）|18|—|96",
    "二、机关运行经费|22|—|60.20",
    "（一）行政单位|23|—|60.20",
)


@pytest.mark.parametrize("title", ["“三公”经费、行政参公单位机关运行经费情况表", "机构运行信息表"])
def test_three_public_upright_with_statistics(title: str) -> None:
    reading = read_forms(document(title, "公开10表", "金额单位：万元", ruled_grid(*UPRIGHT)))
    found = values(reading, "three_public_expenses")
    assert found[("（一）支出合计", "three_public_budget")] == "12.00"
    assert found[("（一）支出合计", "three_public_final")] == "9.50"
    assert found[("3．公务接待费", "reception_final")] == "1.50"
    assert found[("（2）公务用车运行维护费", "vehicle_operation_budget")] == "8.00"
    assert found[("（1）国内接待费", "statistic")] == "1.50"
    assert found[("（一）行政单位", "statistic")] == "60.20"
    units = {f.line_label: f.unit for f in reading.figures if f.measure == "statistic"}
    assert units == {
        "（1）国内接待费": "万元",
        "1．因公出国（境）团组数（个）": "个",
        "2．因公出国（境）人次数（人）": "人次",
        "4．公务用车保有量（辆）": "辆",
        "5．国内公务接待批次（个）": "个",
        "6．国内公务接待人次（人）": "人次",
        "二、机关运行经费": "万元",
        "（一）行政单位": "万元",
    }
    assert not reading.rejects


def test_two_lanes_of_operating_information() -> None:  # 部门决算相关信息统计表, national 2017
    grid = ruled_grid(
        "项目|行次|预算数|统计数|项目|行次|统计数",
        "栏次|^|1|2|栏次|^|3",
        "一、“三公”经费支出|1|—|—|二、机关运行经费|22|55.00",
        "（一）支出合计|2|12.00|9.50|（一）行政单位|23|50.00",
        "  1．因公出国（境）费|3|||（二）参照公务员法管理事业单位|24|5.00",
        "  2．公务用车购置及运行维护费|4|8.00|8.00|三、国有资产占用情况|26|—",
        "    （1）公务用车购置费|5|||（一）车辆数合计（辆）|27|3",
        "    （2）公务用车运行维护费|6|8.00|8.00|  1．部级领导干部用车|28|0",
        "  3．公务接待费|7|4.00|1.50|（二）单价50万元以上通用设备（台，套）|33|1",
    )
    reading = read_forms(document("部门决算相关信息统计表", "金额单位：元", grid))
    found = {(f.lane, f.line_label, f.measure): (str(f.value), f.unit) for f in reading.figures}
    assert found[(1, "（一）支出合计", "three_public_final")] == ("9.50", "元")
    assert found[(2, "二、机关运行经费", "statistic")] == ("55.00", "元")
    assert found[(2, "（一）车辆数合计（辆）", "statistic")] == ("3", "辆")
    assert found[(2, "（二）单价50万元以上通用设备（台，套）", "statistic")] == ("1", "台（套）")
    assert not reading.rejects


def test_three_public_with_meetings_and_training() -> None:  # 柞水 2020
    grid = ruled_grid(
        "项目|一般公共预算财政拨款安排的“三公”经费|<|<|<|<|<|会议费|培训费",
        "^|小计|因公出国（境）费用|公务接待费|公务用车购置及运行维护费|<|<|^|^",
        "^|^|^|^|小计|公务用车购置费|公务用车运行维护费|^|^",
        "栏次|1|2|3|4|5|6|7|8",
        "预算数|5.00||1.00|4.00||4.00|0.50|1.20",
        "决算数|4.30||0.60|3.70||3.70||1.10",
    )
    reading = read_forms(document("一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表", "单位：万元", grid))
    found = {f.measure: str(f.value) for f in reading.figures}
    assert found == {
        "three_public_budget": "5.00",
        "reception_budget": "1.00",
        "vehicle_budget": "4.00",
        "vehicle_operation_budget": "4.00",
        "meeting_budget": "0.50",
        "training_budget": "1.20",
        "three_public_final": "4.30",
        "reception_final": "0.60",
        "vehicle_final": "3.70",
        "vehicle_operation_final": "3.70",
        "training_final": "1.10",
    }


def test_state_assets_by_kind() -> None:  # Yunnan, 国有资产使用情况表
    grid = ruled_grid(
        "项目|行次|资产总额|流动资产|固定资产|<|<|<|<|对外投资/有价证券|在建工程|无形资产|其他资产",
        "^|^|^|^|小计|房屋构筑物|车辆|单价200万元以上大型设备|其他固定资产|^|^|^|^",
        "栏次||1|2|3|4|5|6|7|8|9|10|11",
        "合计|1|900.00|300.00|500.00|400.00|30.00||70.00||60.00|40.00|",
    )
    reading = read_forms(document("国有资产使用情况表", "公开12表", "金额单位：万元", grid))
    found = {f.measure: str(f.value) for f in reading.figures}
    assert found == {
        "assets_total": "900.00",
        "current_assets": "300.00",
        "fixed_assets": "500.00",
        "fixed_assets_buildings": "400.00",
        "fixed_assets_vehicles": "30.00",
        "fixed_assets_other": "70.00",
        "construction_in_progress": "60.00",
        "intangible_assets": "40.00",
    }
    assert {f.unit for f in reading.figures} == {"万元"}


def test_agency_operating_cost_and_procurement() -> None:  # Jiangsu
    cost = ruled_grid("科目编码|科目名称|机关运行经费支出决算数", "|合计|60.00", "302|商品和服务支出|60.00")
    bought = ruled_grid("项目|行次|金额", "合计|1|30.00", "货物|2|20.00", "工程|3|", "服务|4|10.00")
    reading = read_forms(
        document("机关运行经费支出决算表", "单位：万元", cost, "政府采购支出决算表", "单位：万元", bought)
    )
    assert values(reading, "agency_operating_cost")[("302", "agency_operating_cost")] == "60.00"
    assert values(reading, "government_procurement")[("服务", "statistic")] == "10.00"


def test_summary_with_three_lanes_and_three_stages() -> None:  # national editions until 2019
    grid = ruled_grid(
        "收入|<|<|<|<|支出|<|<|<|<|<|<|<|<|<",
        "项目|行次|年初预算数|全年预算数|决算数|项目（按功能分类）|行次|年初预算数|全年预算数|决算数|项目（按支出性质和经济分类）|行次|年初预算数|全年预算数|决算数",
        "栏次||1|2|3|栏次||4|5|6|栏次||7|8|9",
        "一、财政拨款收入|1|10.00|11.00|12.00|一、一般公共服务支出|30|1.00|2.00|3.00|一、基本支出|56|4.00|5.00|6.00",
        "本年收入合计|25|10.00|11.00|12.00|本年支出合计|54|1.00|2.00|3.00|本年支出合计|80|4.00|5.00|6.00",
    )
    reading = read_forms(document("收入支出决算总表", "财决公开01表", "金额单位：万元", grid))
    found = {(f.lane, f.line_label, f.measure): str(f.value) for f in reading.figures if f.row_no == 1}
    assert found == {
        (1, "一、财政拨款收入", "revenue_initial_budget"): "10.00",
        (1, "一、财政拨款收入", "revenue_adjusted_budget"): "11.00",
        (1, "一、财政拨款收入", "revenue"): "12.00",
        (2, "一、一般公共服务支出", "expenditure_initial_budget"): "1.00",
        (2, "一、一般公共服务支出", "expenditure_adjusted_budget"): "2.00",
        (2, "一、一般公共服务支出", "expenditure"): "3.00",
        (3, "一、基本支出", "expenditure_initial_budget"): "4.00",
        (3, "一、基本支出", "expenditure_adjusted_budget"): "5.00",
        (3, "一、基本支出", "expenditure"): "6.00",
    }
    assert not reading.rejects


def test_expenditure_with_personnel_and_public_and_a_budget_column() -> None:
    grid = ruled_grid(
        "项目|<|年初预算数|本年支出合计|基本支出|<|<|项目支出",
        "科目编码|科目名称|^|^|小计|人员经费|日常公用经费|^",
        "201|一般公共服务支出|88.00|9.00|8.00|6.00|2.00|1.00",
    )
    reading = read_forms(document("支出决算表", "单位：元", grid))
    assert {m: v for (_, m), v in values(reading, "expenditure").items()} == {
        "expenditure": "9.00",
        "basic_expenditure": "8.00",
        "personnel_expenditure": "6.00",
        "public_expenditure": "2.00",
        "project_expenditure": "1.00",
    }
    assert [(r.reason, r.printed) for r in reading.rejects] == [("no_measure", "88.00")]
    assert reading.figures[0].amount_yuan == Decimal("9.00")


def test_basic_expenditure_in_one_lane_and_by_the_governments_classes() -> None:
    one = ruled_grid(
        "项目|<|本年支出|<|<",
        "经济分类科目编码|科目名称|合计|人员经费|公用经费",
        "|合计|9.00|6.00|3.00",
        "301|工资福利支出|6.00|6.00|",
    )
    two = ruled_grid(
        "政府预算经济分类科目编码|科目名称|决算数", "501|机关工资福利支出|5.00", "50101|工资奖金津补贴|4.00"
    )
    reading = read_forms(
        document(
            "一般公共预算财政拨款基本支出决算表",
            "单位：万元",
            one,
            "注：略。",
            "一般公共预算财政拨款基本支出决算表",
            "单位：万元",
            two,
        )
    )
    found = values(reading, "general_budget_basic_expenditure")
    assert found[("合计", "personnel_expenditure")] == "6.00"
    assert found[("合计", "public_expenditure")] == "3.00"
    assert found[("301", "basic_expenditure")] == "6.00"
    assert found[("50101", "basic_expenditure")] == "4.00"
    assert not reading.rejects


@pytest.mark.parametrize(
    ("printed", "code"),
    [("208-05-05", "2080505"), ("208.05.05", "2080505"), ("2080505001", "2080505001"), ("20800", "20800")],
)
def test_codes_with_dashes_points_and_digits_of_the_place(printed: str, code: str) -> None:
    rows = ("科目编码|科目名称|本年支出合计|基本支出|项目支出", "合计|<|3.00|3.00|", f"{printed}|基本养老|3.00|3.00|")
    reading = read_forms(document("支出决算表", "公开03表", "单位：万元", ruled_grid(*rows)))
    assert values(reading, "expenditure")[(code, "basic_expenditure")] == "3.00"


def test_a_code_of_ten_digits_and_its_name_in_one_cell() -> None:
    rows = ("项目|本年支出合计|基本支出|项目支出", "合计|3.00|3.00|", "2080505001基本养老|3.00|3.00|")
    reading = read_forms(document("支出决算表", "公开03表", "单位：万元", ruled_grid(*rows)))
    assert values(reading, "expenditure")[("2080505001", "basic_expenditure")] == "3.00"
