"""Performance self-evaluations: several small tables in one grid, often torn by the conversion. Numbers are made up."""

from __future__ import annotations

from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.shapes import document, pages, ruled_grid, text_grid


def values(reading: Reading) -> dict[tuple[str | None, str], str]:
    return {(f.line_label, f.measure): f.printed for f in reading.figures}


SHANXI_HEAD = (
    "项目名称||某项目|||||||||",
    "主管部门及代码||020-某局||||预算单位|020001-某局||||",
    "项目资金预算安排及执行进度（万元）||年初预算数||全年预算数|全年执行数|{remaining}|执行率|得分|偏差原因||",
    "||目标申报数|预算编制数||||||||",
)


def test_amounts_that_slipped_to_the_right_are_read_in_their_order() -> None:  # 高平 2024
    grid = text_grid(
        *(line.format(remaining="资金结(转)余") for line in SHANXI_HEAD),
        "||资金总额：||100|90|80|60|20|75.00|7.5|",
    )
    found = values(read_forms(document("某项目项目支出绩效自评表", "(2024年度)", grid)))
    assert found == {
        ("资金总额：", "budget_request"): "100",
        ("资金总额：", "initial_budget"): "90",
        ("资金总额：", "adjusted_budget"): "80",
        ("资金总额：", "executed"): "60",
        ("资金总额：", "remaining"): "20",
        ("资金总额：", "execution_rate"): "75.00",
        ("资金总额：", "score"): "7.5",
    }


def test_a_column_of_unknown_name_keeps_its_place_and_too_few_amounts_are_refused() -> None:  # 高平 2024
    grid = text_grid(
        *(line.format(remaining="资金来源(率)余") for line in SHANXI_HEAD),
        "||资金总额：||362|362|362|0|100|10||",
    )
    reading = read_forms(document("某项目项目支出绩效自评表", grid))
    assert not reading.figures
    assert [reject.reason for reject in reading.rejects] == ["row_does_not_fit"]


HUNAN = (
    "项目支出名称|<|甲项目|<|<|<|<|<|<",
    "项目资金\\n（万元）|^|<|年初\\n预算数|全年\\n预算数|全年\\n执行数|分值|执行率|得分",
    "^|年度资金总额|<||60|59.58|10|99.3%|9.93",
    "年度总体目标|预期目标|<|<|<|实际完成情况|<|<|<",
    "^|办好一件事|<|<|<|办好了|<|<|<",
    "绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施",
    "^|产出指标\\n(50分)|数量指标|培训期数|≥4期|3期|30|22.5|人手不足",
    "^|^|质量指标|合格率|100%|100%|20|20|",
    "总分|<|<|<|<|<|100|98.24|",
)


def test_a_ruled_form_is_read_by_position_with_its_words() -> None:  # 株洲 2024
    lines = [line.replace("项目资金\\n（万元）|^|<", "项目资金\\n（万元）|<|<") for line in HUNAN]
    reading = read_forms(pages(("2024年度项目支出绩效自评表", ruled_grid(*lines))))
    found = values(reading)
    assert ("年度资金总额", "initial_budget") not in found  # blank, and nothing moved into it
    assert found[("年度资金总额", "adjusted_budget")] == "60"
    assert found[("年度资金总额", "execution_rate")] == "99.3%"
    assert found[("产出指标", "heading_weight")] == "50"
    assert found[("培训期数", "score")] == "22.5"
    assert found[("总分", "weight")] == "100"
    assert found[("总分", "score")] == "98.24"
    first, second = reading.indicators
    assert (first.level1, first.level2, first.level3) == ("产出指标(50分)", "数量指标", "培训期数")
    assert (first.target, first.actual, first.deviation) == ("≥4期", "3期", "人手不足")
    assert (second.level1, second.level2) == ("产出指标(50分)", "质量指标")
    (evaluation,) = reading.evaluations
    assert (evaluation.name, evaluation.goal, evaluation.achieved) == ("甲项目", "办好一件事", "办好了")
    by_measure = {(f.line_label, f.measure): f for f in reading.figures}
    money = by_measure[("年度资金总额", "executed")]
    assert (money.unit, str(money.amount_yuan)) == ("万元", "595800.00")
    score = by_measure[("培训期数", "score")]
    assert (score.unit, score.amount_yuan) == ("分", None)


def test_staff_numbers_one_cell_too_far_right_are_refused() -> None:  # 株洲 2024
    head = (
        "财政供养人员情况（人）|编制数|2024年实际在职人数|控制率",
        "经费控制情况（万元）|2023年决算数|2024年预算数|2024年决算数",
    )
    torn = text_grid(head[0], "||65|53", head[1], "公用经费|390.54|13|2.9")
    reading = read_forms(document("2024年度部门整体支出绩效评价基础数据表", torn))
    assert [(r.reason, r.printed) for r in reading.rejects] == [("row_does_not_fit", "65\t53")]
    whole = text_grid(head[0], "|65|53|81.5%", head[1], "公用经费|390.54|13|2.9")
    found = values(read_forms(document("2024年度部门整体支出绩效评价基础数据表", whole)))
    assert found[("财政供养人员情况", "staff_quota")] == "65"
    assert found[("财政供养人员情况", "control_rate")] == "81.5%"
    assert found[("公用经费", "last_year")] == "390.54"
    assert found[("公用经费", "final")] == "2.9"


def test_a_grade_in_a_row_of_its_own() -> None:  # 高平 2024
    grid = text_grid(
        "项目名称||某项目||||||",
        "绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因",
        "|产出指标|数量指标|检查次数|≥8次|9次|10|10|",
        "|总分||||||80|",
        "|||||良|||",
    )
    reading = read_forms(document("某项目项目支出绩效自评表", grid))
    assert values(reading)[("总分", "score")] == "80"
    assert reading.evaluations[0].grade == "良"


def test_a_row_that_a_page_break_cut_is_one_indicator() -> None:  # 永州 2021 as LibreOffice prints it
    first = ruled_grid(*HUNAN[:-1], page=1)
    last = ruled_grid("|||（按证书计）|||||", "||时效指标|按时开班|12月|12月|10|10|", page=2)
    reading = read_forms(pages(("项目支出绩效自评表", first), (last,)))
    assert [(i.level3, i.target) for i in reading.indicators] == [
        ("培训期数", "≥4期"),
        ("合格率（按证书计）", "100%"),
        ("按时开班", "12月"),
    ]
    assert {f.line_label for f in reading.figures if f.printed == "20"} == {"合格率（按证书计）"}
    assert [a.kind for a in reading.alterations] == ["joined_row"]
