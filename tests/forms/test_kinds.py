"""Budgets and accounts of whole governments in the same folder: never under an agency's final-account measures."""

from __future__ import annotations

from pipelines.documents.model import Document, Grid
from pipelines.forms.interpreter import read_forms
from tests.forms.shapes import document, ruled_grid
from tests.forms.test_provinces import values

FINAL = {"revenue", "expenditure", "basic_expenditure", "project_expenditure", "three_public_final"}


def budget(*extra: str | Grid) -> Document:
    summary = ruled_grid(
        "收入|<|支出|<",
        "项目|预算数|项目|预算数",
        "一、一般公共预算拨款收入|90.00|一、一般公共服务支出|100.00",
        "收入总计|100.00|支出总计|100.00",
    )
    revenue = ruled_grid("部门代码|部门名称|合计|一般公共预算|政府性基金预算", "020001|某局本级|100.00|90.00|10.00")
    expenditure = ruled_grid(
        "科目编码|科目名称|合计|基本支出|<|项目支出",
        "^|^|^|人员经费|公用经费|^",
        "201|一般公共服务支出|100.00|60.00|10.00|30.00",
    )
    three = ruled_grid(
        "“三公”经费合计|因公出国（境）费|公务用车购置及运行费|<|<|公务接待费",
        "^|^|小计|公务用车购置费|公务用车运行费|^",
        "5.00||4.00||4.00|1.00",
    )
    return document(
        "部门收支总表",
        "单位：万元",
        summary,
        "部门收入总表",
        "单位：万元",
        revenue,
        "一般公共预算支出表",
        "单位：万元",
        expenditure,
        "一般公共预算“三公”经费支出表",
        "单位：万元",
        three,
        *extra,
    )


def test_a_budget_lands_only_as_budget() -> None:
    reading = read_forms(budget())
    assert not {f.measure for f in reading.figures} & FINAL
    assert values(reading, "revenue_expenditure_summary")[("收入总计", "revenue_initial_budget")] == "100.00"
    found = values(reading, "general_budget_expenditure")
    assert found[("201", "expenditure_initial_budget")] == "100.00"
    assert found[("201", "personnel_initial_budget")] == "60.00"
    assert found[("201", "project_initial_budget")] == "30.00"
    assert {f.measure for f in reading.figures if f.form == "three_public_expenses"} == {
        "three_public_budget",
        "vehicle_budget",
        "vehicle_operation_budget",
        "reception_budget",
    }
    assert [(r.kind, r.reason) for r in reading.rejects] == [("grid", "budget_form")]


def test_a_grid_without_a_title_in_a_budget_is_no_final_account() -> None:
    lost = ruled_grid(
        "科目编码|科目名称|本年支出合计|基本支出|项目支出|上缴上级支出|经营支出|对附属单位补助支出",
        "201|一般公共服务支出|5.00|5.00||||",
    )
    reading = read_forms(
        budget("（续前）附表如下，供参考，单位为万元，数字来源于预算管理一体化系统导出的原始数据表格。", lost)
    )
    assert not {f.measure for f in reading.figures} & FINAL
    assert [r.reason for r in reading.rejects] == ["budget_form"] * 2
    told = read_forms(document("单位：万元", lost), kind="budget")
    assert [r.reason for r in told.rejects] == ["budget_form"]
    assert not told.figures


def test_last_years_budget_beside_this_years_is_refused() -> None:
    grid = ruled_grid(
        "科目编码|科目名称|上年预算数|本年预算数|<|<|增减比例",
        "^|^|^|小计|基本支出|项目支出|^",
        "201|一般公共服务支出|80.00|100.00|70.00|30.00|25%",
    )
    reading = read_forms(document("一般公共预算支出表", "单位：万元", grid), kind="budget")
    assert values(reading, "general_budget_expenditure") == {
        ("201", "expenditure_initial_budget"): "100.00",
        ("201", "basic_initial_budget"): "70.00",
        ("201", "project_initial_budget"): "30.00",
    }
    assert sorted(r.printed for r in reading.rejects) == ["25%", "80.00"]


def test_a_governments_account_is_refused_form_by_form() -> None:
    revenue = ruled_grid("项目|预算数|调整预算数|决算数", "一、税收收入|100|110|120", "增值税|50|50|60")
    spent = ruled_grid("项目|预算数|决算数", "一、一般公共服务支出|100|110")
    debt = ruled_grid("项目|本地区|本级", "2022年末地方政府债务余额|500|400")
    reading = read_forms(
        document(
            "某某县2022年一般公共预算收入决算表",
            "单位：万元",
            revenue,
            "某某县2022年一般公共预算支出决算表",
            "单位：万元",
            spent,
            "某某县2022年政府性基金支出决算表",
            "单位：万元",
            spent,
            "2022年地方政府债务限额及余额情况表",
            "单位：万元",
            debt,
            "2022年“三公”经费支出决算表",
            "单位：万元",
            spent,
        )
    )
    assert not reading.figures
    assert [r.reason for r in reading.rejects] == ["government_account"] * 5
