"""A line is a form's title only if nothing else of finance is left over; wordings from many provinces."""

import pytest

from pipelines.forms.titles import title_of


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("收入支出决算总表", "revenue_expenditure_summary"),
        ("收入支出决算表", "revenue_expenditure_summary"),  # 株洲 2024
        ("收支决算总表", "revenue_expenditure_summary"),  # Jiangsu
        ("2021年度收入支出决算总表", "revenue_expenditure_summary"),  # 铁岭 2021
        ("收入决算总表", "revenue"),  # 柞水 2020
        ("支出决算表", "expenditure"),
        ("### 支出決算表", "expenditure"),  # 高平 2024
        ("表三：支出决算表", "expenditure"),  # 柳城 2023
        ("财政拨款收支决算总表", "appropriation_summary"),
        ("一般公共预算财政拨款收入支出决算表", "general_budget_expenditure"),  # 沧源 2023
        ("一般公共预算财政拨款支出决算表（功能分类到项级）", "general_budget_expenditure"),  # 绥芬河 2021
        ("一般公共预算财政拨款基本支出决算明细表", "general_budget_basic_expenditure"),
        ("一般公共预算财政拨款“三公”经费支出决算表", "three_public_expenses"),
        ("“三公”经费支出情况表", "three_public_expenses"),  # 铁岭 2021
        ("财政拨款“三公”经费、行政参公单位机关运行经费情况表", "three_public_expenses"),
        ("政府性基金财政拨款收入支出决算表", "government_fund"),
        ("国有资本经营预算财政拨款支出决算表", "state_capital"),
        ("部门决算公开相关信息统计表", "disclosure_statistics"),
        ("一般公共预算财政拨款项目支出决算表", "general_budget_project_expenditure"),  # 渠县 2024
        ("一般公共预算财政拨款“三公”经费情况表", "three_public_expenses"),  # 云南日报 2024
        ("某某市财政局2022年度支出决算表", "expenditure"),
        ("2023年度某某县人民政府办公室收入支出决算总表", "revenue_expenditure_summary"),
        ("机关运行经费支出决算表", "agency_operating_cost"),  # Jiangsu
        ("政府采购支出决算表", "government_procurement"),
        ("一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表", "three_public_expenses"),  # 柞水 2020
    ],
)
def test_titles(line: str, form: str) -> None:
    match = title_of(line)
    assert match is not None
    definition = match.choose("final_account", ())
    assert definition is not None
    assert definition.form == form


@pytest.mark.parametrize(
    "line",
    [
        "四、财政拨款收入支出决算总表\t11",  # a contents line
        "三、支出决算情况说明",
        "支出决算表反映部门本年度各项支出情况。",
        "部门决算表",
    ],
)
def test_what_is_no_title(line: str) -> None:
    assert title_of(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "社会保险基金预算支出决算表",
        "一般公共预算收入决算表",  # 云溪区 2022
        "2023年度某某县一般公共预算税收返还和转移支付决算表",
        "某某县2023年地方政府一般债务限额和余额情况表",
        "国有资本经营收入决算表",
    ],
)
def test_a_whole_governments_forms_are_refused(line: str) -> None:
    match = title_of(line)
    assert match is not None
    for kind in ("final_account", "budget", "government"):
        definition = match.choose(kind, ())
        assert definition is not None
        assert definition.reject == "government_account"


def test_a_governments_title_that_agencies_use_too_needs_an_agencys_columns() -> None:
    match = title_of("一般公共预算支出决算表")
    assert match is not None
    agency = match.choose("final_account", {"科目编码", "本年支出合计", "基本支出", "项目支出"})
    government = match.choose("final_account", {"项目", "预算数", "决算数"})
    assert agency is not None
    assert agency.form == "general_budget_expenditure"
    assert government is not None
    assert government.reject == "government_account"


@pytest.mark.parametrize("line", ["部门收支总表", "财政拨款收支总表", "一般公共预算支出表", "“三公”经费支出表"])
def test_a_budgets_titles_give_a_budgets_definitions(line: str) -> None:
    match = title_of(line)
    assert match is not None
    definition = match.choose("budget", ())
    assert definition is not None
    assert definition.kind == "budget"
