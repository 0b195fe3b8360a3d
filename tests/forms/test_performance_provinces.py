"""Self-evaluation forms as other provinces lay them out. Projects, figures and indicators are made up."""

from __future__ import annotations

from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from pipelines.forms.titles import title_of
from tests.forms.shapes import document, pages, ruled_grid, text_grid
from tests.forms.test_performance import values

NATIONAL_INDICATORS = (
    "绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因",
    "^|产出指标|数量指标|检查次数|≥8次|9次|{0}|{1}|",
)
FUNDS = "项目资金（万元）|^|<|年初预算数|全年预算数|全年执行数|分值|执行率|得分".replace("|^|<", "||<")


def read(title: str, *lines: str) -> Reading:
    return read_forms(pages((title, ruled_grid(*lines))))


def test_nature_value_and_unit_in_three_cells_are_one_target() -> None:  # 四川 2023
    reading = read(
        "部门预算项目支出绩效自评表（2023年度）",
        "项目名称|<|设备费|<|<|<|<|<|<|<",
        "主管部门|<|某局|<|<|实施单位（盖章）|<|某中心|<|<",
        "项目年度目标|<|<|<|<|年度目标完成情况|<|<|<|<",
        "按时采购。|<|<|<|<|已采购。|<|<|<|<",
        "预算执行情况（10分）|<|年度预算数（万元）|年初预算|调整后预算数|预算执行数|预算执行率|权重|得分|原因",
        "^|<|总额|238.93|251.89|251.89|100.00%|10|10|按进度",
        "^|<|其中：财政资金|238.93|251.89|251.89|100.00%|/|/|",
        "绩效指标（90分）|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|完成值|权重|得分",
        "^|产出指标|数量指标|覆盖率|≥|95|%|96|60|58.8",
        "合计|<|<|<|<|<|<|<|100|98.8",
    )
    (indicator,) = reading.indicators
    assert (indicator.target, indicator.actual) == ("≥95%", "96")
    (whole,) = reading.evaluations
    assert (whole.name, whole.unit, whole.goal, whole.achieved) == ("设备费", "某中心", "按时采购。", "已采购。")
    found = values(reading)
    assert found[("总额", "initial_budget")] == "238.93"
    assert found[("总额", "adjusted_budget")] == "251.89"
    assert found[("合计", "score")] == "98.8"
    assert not reading.rejects


def test_a_header_of_two_rows_over_the_indicators() -> None:  # 云南 2023, ruled and pasted
    lines = (
        "绩效指标|<|<|年度指标值|<|<|实际完成值|分值|得分|偏差原因",
        "一级指标|二级指标|三级指标|指标性质|指标值|度量单位|^|^|^|^",
        "产出指标|数量指标|会议次数|>=|2|次|2次|50.00|49.50|无",
        "其他需要说明的事项|<|<|无|<|<|<|<|<|<",
        "总分|<|<|<|<|<|<|100.00|97.50|优",
    )
    name = "项目名称|<|会议经费|<|<|<|<|<|<|<"
    pasted = [line.replace("<", "").replace("^", "") for line in (name, *lines[:3], lines[4])]
    for reading in (
        read("项目支出绩效自评表", name, *lines),
        read_forms(document("项目支出绩效自评表", text_grid(*pasted))),
    ):
        (indicator,) = reading.indicators
        assert (indicator.level3, indicator.target, indicator.actual) == ("会议次数", ">=2次", "2次")
        assert values(reading)[("会议次数", "score")] == "49.50"
        assert values(reading)[("总分", "score")] == "97.50"
        assert reading.evaluations[0].grade == "优"
        assert not reading.rejects


def test_indicators_without_levels_and_the_total_beside_the_name() -> None:  # 重庆
    reading = read(
        "项目支出绩效自评表",
        "项目名称|某专项|<|<|自评总分（分）|98.50|<|<|<|<",
        "资金情况（万元）|<|<|年初预算数|全年（调整）预算数|全年执行数|执行率（%）|执行率权重|执行率得分（分）|<",
        "年度总金额|<|<|200.00|180.00|171.00|95|10|9.50|<",
        "当年绩效目标|年初绩效目标|<|<|全年（调整）绩效目标|<|<|全年目标实际完成情况|<|<",
        "^|建一座桥|<|<|建两座桥|<|<|已建成两座|<|<",
        "绩效指标|指标名称|计量单位|指标性质|年初指标值|全年（调整）指标值|全年完成值|指标权重|指标得分（分）|说明",
        "^|工期|月|≤|12|14|13|30|29|雨季",
    )
    found = values(reading)
    assert found[("自评总分（分）", "score")] == "98.50"
    assert found[("年度总金额", "adjusted_budget")] == "180.00"
    assert (found[("年度总金额", "weight")], found[("年度总金额", "score")]) == ("10", "9.50")
    assert (found[("工期", "weight")], found[("工期", "score")]) == ("30", "29")
    (indicator,) = reading.indicators
    assert (indicator.target, indicator.adjusted_target, indicator.actual) == ("≤12月", "14", "13")
    assert (reading.evaluations[0].goal, reading.evaluations[0].achieved) == ("建一座桥", "已建成两座")


def test_points_in_brackets_a_rate_as_a_share_and_a_total_in_words() -> None:
    reading = read(
        "项目支出绩效自评表",
        "项目名称|<|乙项目|<|<|<|<|<|<",
        FUNDS,
        "^|年度资金总额|<|60|60|58.8|10分|0.98|9.8分",
        *(line.format("（50分）", "(48)") for line in NATIONAL_INDICATORS),
        "总分：97.8分|<|<|<|<|<|<|<|<",
    )
    by = {(f.line_label, f.measure): (str(f.value), f.printed) for f in reading.figures}
    assert by[("年度资金总额", "weight")] == ("10", "10分")
    assert by[("年度资金总额", "execution_rate")] == ("98", "0.98")
    assert by[("年度资金总额", "score")] == ("9.8", "9.8分")
    assert by[("检查次数", "weight")] == ("50", "（50分）")
    assert by[("检查次数", "score")] == ("48", "(48)")  # no accountant's minus
    assert by[("总分", "score")][0] == "97.8"
    assert [a.kind for a in reading.alterations if a.kind == "share_as_percent"] == ["share_as_percent"]


def test_a_rate_below_one_percent_stays_one() -> None:
    reading = read(
        "项目支出绩效自评表", "项目名称|<|丙|<|<|<|<|<|<", FUNDS, "^|年度资金总额|<|100|100|0.98|10|0.98|0.1"
    )
    assert {f.measure: str(f.value) for f in reading.figures}["execution_rate"] == "0.98"


def test_names_beside_the_amounts() -> None:  # 四川 2019–2021
    reading = read(
        "项目支出绩效自评表",
        "项目名称|某项目|<|<|<",
        "预算执行情况（万元）|预算数：|120.00|执行数：|95.50",
        "^|其中：财政拨款|100.00|其中：财政拨款|80.50",
        "^|其他资金||其他资金|15.00",
    )
    found = values(reading)
    assert found[("预算执行情况(万元)", "adjusted_budget")] == "120.00"
    assert found[("预算执行情况(万元)", "executed")] == "95.50"
    assert found[("其中：财政拨款", "adjusted_budget")] == "100.00"
    assert found[("其中：财政拨款", "executed")] == "80.50"
    assert ("其他资金", "adjusted_budget") not in found
    assert found[("其他资金", "executed")] == "15.00"


def test_two_projects_a_page_each_under_the_same_title_are_two_forms() -> None:
    def form(name: str, score: str) -> tuple[str, ...]:
        head = f"项目名称|<|{name}|<|<|<|<|<|<"
        return head, *(line.format("100", score) for line in NATIONAL_INDICATORS), f"总分|<|<|<|<|<|100|{score}|"

    title = "项目支出绩效自评表"
    grids = [ruled_grid(*form("甲项目", "90"), page=1), ruled_grid(*form("乙项目", "80"), page=2)]
    apart = read_forms(pages(*((title, grid) for grid in grids)))
    stacked = read("项目支出绩效自评表", *form("甲项目", "90"), *form("乙项目", "80"))
    for reading in (apart, stacked):
        assert [e.name for e in reading.evaluations] == ["甲项目", "乙项目"]
        totals = [(f.table_no, f.printed) for f in reading.figures if (f.line_label, f.measure) == ("总分", "score")]
        assert totals == [(1, "90"), (2, "80")]


def test_the_first_indicator_is_not_taken_for_goals_left_blank() -> None:
    reading = read(
        "项目支出绩效自评表",
        "项目名称|<|甲|<|<|<|<|<|<",
        FUNDS,
        "年度总体目标|预期目标|<|<|<|实际完成情况|<|<|<",
        "^||<|<|<||<|<|<",
        *(line.format("90", "90") for line in NATIONAL_INDICATORS),
    )
    assert [i.level3 for i in reading.indicators] == ["检查次数"]
    assert reading.evaluations[0].goal is None


def test_indicators_without_scores_on_two_pages_are_not_joined() -> None:  # 转移支付区域绩效自评表
    first = ruled_grid(
        "转移支付（项目）名称|<|某补助资金|<|<|<",
        "绩效指标|一级指标|二级指标|三级指标|指标值|全年实际完成值",
        "^|产出指标|数量指标|修复面积|10万亩|9.8万亩",
    )
    second = ruled_grid("||质量指标|合格率|100%|100%", page=2)
    reading = read_forms(pages(("2023年度中央对地方转移支付区域绩效自评表", first), (second,)))
    assert reading.evaluations[0].name == "某补助资金"
    assert [(i.level2, i.level3, i.target) for i in reading.indicators] == [
        ("数量指标", "修复面积", "10万亩"),
        ("质量指标", "合格率", "100%"),
    ]


def test_a_header_again_on_the_next_page_and_the_rest_of_the_template() -> None:
    head = NATIONAL_INDICATORS[0]
    first = ruled_grid("项目名称|<|甲|<|<|<|<|<|<", *(line.format("50", "50") for line in NATIONAL_INDICATORS))
    second = ruled_grid(head, "||质量指标|合格率|100%|100%|40|40|", "|||指标2|||||", "|||……|||||", page=2)
    reading = read_forms(pages(("项目支出绩效自评表（一）", first), (second,)))
    assert [(i.level1, i.level2, i.level3) for i in reading.indicators] == [
        ("产出指标", "数量指标", "检查次数"),
        ("产出指标", "质量指标", "合格率"),
    ]


def test_titles_of_other_provinces() -> None:
    for title in (
        "项目支出绩效自评价表",
        "项目支出绩效自评表（二）",
        "省级财政专项资金绩效自评表",
        "项目支出绩效单位自评表",
    ):
        match = title_of(title)
        assert match is not None and match.definition.form == "project_performance"
    assert title_of("项目支出绩效目标表").definition.form != "project_performance"  # type: ignore[union-attr]


def test_where_every_level_has_a_weight_an_indicator_has_its_own() -> None:  # 广东
    reading = read(
        "部门整体支出绩效自评表",
        "部门名称|某局|<|<|<|<|<|<",
        "一级指标|权重|二级指标|权重|三级指标|权重|评分标准|自评得分",
        "预算编制|20|目标设置|10|完整性|4|完整得满分|4",
        "^|^|^|^|明确性|6|明确得满分|5.5",
        "^|^|预算配置|10|配置率|10|按比例|10",
    )
    found = values(reading)
    assert [found[(name, "weight")] for name in ("完整性", "明确性", "配置率")] == ["4", "6", "10"]
    assert [found[(name, "score")] for name in ("完整性", "明确性", "配置率")] == ["4", "5.5", "10"]
    assert [r.printed for r in reading.rejects] == ["20", "10", "10"]  # of the levels above: said, not taken


def test_an_amount_under_the_second_half_of_its_header() -> None:  # tables of Word whose columns differ by block
    lines = (
        "项目名称|<|甲|<|<|<|<|<|<|<",
        "项目资金（万元）||<|年初预算数|<|全年预算数|全年执行数|分值|执行率|得分",
    )
    reading = read("项目支出绩效自评表", *lines, "^|年度资金总额|<||50|60|58.8|10|98%|9.8")
    assert {f.measure: f.printed for f in reading.figures}["initial_budget"] == "50"
    two = read("项目支出绩效自评表", *lines, "^|年度资金总额|<|40|50|60|58.8|10|98%|9.8")
    assert not two.figures and [r.reason for r in two.rejects] == ["row_does_not_fit"]
