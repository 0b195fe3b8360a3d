"""Sentence shapes of provinces and years beyond the six reports, shortened; values read by eye from the sentences."""

from __future__ import annotations

import pytest

from tests.prose.sketch import read, reasons, rows, said

SHAPES = {
    "funds in brackets are parts of the expense (江苏 2023)": (
        "公务接待费支出预算2万元（其中：一般公共预算支出2万元；政府性基金预算支出0万元），支出决算1.5万元（其中：一般公共预算支出1.5万元；"
        "政府性基金预算支出0万元），完成调整后预算的75%。",
        [
            "公务接待费 initial_budget 2 万元",
            "公务接待费：一般公共预算财政拨款支出 initial_budget 2 万元",
            "公务接待费：政府性基金预算财政拨款支出 initial_budget 0 万元",
            "公务接待费 final 1.5 万元",
            "公务接待费：一般公共预算财政拨款支出 final 1.5 万元",
            "公务接待费：政府性基金预算财政拨款支出 final 0 万元",
            "公务接待费 completion_rate 75 %",
        ],
    ),
    "funds of a total are totals": (
        "财政拨款收入120万元，其中：一般公共预算财政拨款收入100万元，政府性基金预算财政拨款收入20万元。",
        [
            "财政拨款收入 final 120 万元",
            "一般公共预算财政拨款收入 final 100 万元",
            "政府性基金预算财政拨款收入 final 20 万元",
        ],
    ),
    "the nature of one item (中央部门, 梧州 2021)": (
        "其他技术研究与开发支出80万元，其中：基本支出50万元，项目支出30万元。",
        [
            "其他技术研究与开发支出 final 80 万元",
            "其他技术研究与开发支出 basic_expenditure 50 万元",
            "其他技术研究与开发支出 project_expenditure 30 万元",
        ],
    ),
    "what a vehicle costs is no item of the account (湖北 2022)": (
        "公务用车运行费支出15.50万元，主要用于车辆燃料费、维修费等，其中：燃料费11.00万元；维修费4.50万元。",
        [
            "公务用车运行维护费 final 15.50 万元",
            "燃料费 final 11.00 万元",
            "公务用车运行维护费：维修费 final 4.50 万元",
        ],
    ),
    "a fund's own totals (青岛 2023)": (
        "政府性基金预算财政拨款年初结转和结余0万元，本年收入3000万元，本年支出2900万元，年末结转和结余100万元。",
        [
            "政府性基金预算年初结转和结余 final 0 万元",
            "政府性基金预算财政拨款收入 final 3000 万元",
            "政府性基金预算财政拨款支出 final 2900 万元",
            "政府性基金预算年末结转和结余 final 100 万元",
        ],
    ),
    "all appropriation, then one fund (河北 2022)": (
        "2024年度财政拨款本年收入90.5万元，比2023年度增加0.5万元；本年支出95万元，增加5万元，增长5.56%。"
        "其中：一般公共预算财政拨款本年收入80.5万元；本年支出85万元。政府性基金预算财政拨款本年收入10万元；本年支出10万元。",
        [
            "财政拨款收入 final 90.5 万元",
            "财政拨款收入 change 0.5 万元",
            "财政拨款支出 final 95 万元",
            "财政拨款支出 change 5 万元",
            "财政拨款支出 change_rate 5.56 %",
            "一般公共预算财政拨款收入 final 80.5 万元",
            "一般公共预算财政拨款支出 final 85 万元",
            "政府性基金预算财政拨款收入 final 10 万元",
            "政府性基金预算财政拨款支出 final 10 万元",
        ],
    ),
    "the budget after the outcome, item by item (2018)": (
        "“三公”经费支出2.05万元，年初预算为2.95万元。其中：公务用车运行维护费支出0万元，年初预算为0.95万元；公务接待费支出2.05万元，年初预算为2万元。",
        [
            "“三公”经费 final 2.05 万元",
            "“三公”经费 initial_budget 2.95 万元",
            "公务用车运行维护费 final 0 万元",
            "公务用车运行维护费 initial_budget 0.95 万元",
            "公务接待费 final 2.05 万元",
            "公务接待费 initial_budget 2 万元",
        ],
    ),
    "a bare 支出 is of the expense before it (青岛 2023)": (
        "因公出国（境）费预算安排0万元，支出0万元。其中，公务用车购置预算18万元，支出17.9万元；公务用车运行维护费预算35万元，支出30万元。",
        [
            "因公出国（境）费 initial_budget 0 万元",
            "因公出国（境）费 final 0 万元",
            "公务用车购置费 initial_budget 18 万元",
            "公务用车购置费 final 17.9 万元",
            "公务用车运行维护费 initial_budget 35 万元",
            "公务用车运行维护费 final 30 万元",
        ],
    ),
    "counts first, then the money (陕西 2020)": (
        "2024年公务接待20批次，160人次，预算为1.5万元，支出决算为1.2万元，完成预算的80%，决算数较预算数减少0.3万元。",
        [
            "公务接待批次 count 20 批次",
            "公务接待人次 count 160 人次",
            "公务接待费 initial_budget 1.5 万元",
            "公务接待费 final 1.2 万元",
            "公务接待费 completion_rate 80 %",
            "公务接待费 change_from_budget -0.3 万元",
        ],
    ),
    "amounts in brackets after their names (陕西 2020)": (
        "人员经费260万元，主要包括基本工资（120万元）、津贴补贴（80万元）、奖金（60万元）。",
        [
            "人员经费 final 260 万元",
            "基本工资 final 120 万元",
            "津贴补贴 final 80 万元",
            "奖金 final 60 万元",
        ],
    ),
    "larger than the budget by (天水 2017, 贵州 2021)": (
        "一般公共预算财政拨款支出1741.75万元，完成年初预算103.3%，决算数大于预算数55.93万元，主要是调资。",
        [
            "一般公共预算财政拨款支出 final 1741.75 万元",
            "一般公共预算财政拨款支出 completion_rate 103.3 %",
            "一般公共预算财政拨款支出 change_from_budget 55.93 万元",
        ],
    ),
    "difference rates (新疆 2021)": (
        "“三公”经费支出全年预算数10.00万元，决算数9.50万元，预决算差异率-5.00%，差异主要原因是：节约。",
        [
            "“三公”经费 adjusted_budget 10.00 万元",
            "“三公”经费 final 9.50 万元",
            "“三公”经费 change_rate_from_budget -5.00 %",
        ],
    ),
    "against a budget that is stated (北京 2022)": (
        "2024年“三公”经费财政拨款决算数35.500000万元，比2024年“三公”经费财政拨款年初预算50.000000万元减少14.500000万元。",
        [
            "“三公”经费 final 35.500000 万元",
            "“三公”经费 initial_budget 50.000000 万元",
            "“三公”经费 change_from_budget -14.500000 万元",
        ],
    ),
    "several names with one name for all (龙泉 2018)": (
        "因公出国（境）经费、公务接待费、公车购置费，公车运行费（“三公”经费）决算总额2771万元，比上年下降1.8%。公车运行费决算1204万元。",
        [
            "“三公”经费 final 2771 万元",
            "“三公”经费 change_rate -1.8 %",
            "公务用车运行维护费 final 1204 万元",
        ],
    ),
    "a body that speaks of itself (天水 2017)": (
        "2024年度，本单位收入为1687.45万元，其中：财政拨款收入1516.64万元，占89.88%。",
        ["收入 final 1687.45 万元", "财政拨款收入 final 1516.64 万元", "财政拨款收入 share 89.88 %"],
    ),
    "meetings and trainings (江苏 2023)": (
        "2024年度财政拨款会议费支出预算2万元，支出决算1万元。2024年度全年召开会议3个，参加会议120人次，开支内容：工作会。",
        [
            "会议费 initial_budget 2 万元",
            "会议费 final 1 万元",
            "会议次数 count 3 个",
            "会议人数 count 120 人次",
        ],
    ),
    "groups of others are not those sent (湖北, 福建)": (
        "因公出国（境）费支出0万元。全年安排出国（境）团组2个，参加其他单位组织的因公出国（境）团组1个；全年因公出国（境）累计5人次。",
        [
            "因公出国（境）费 final 0 万元",
            "因公出国（境）团组 count 2 个",
            "参加其他单位组织的因公出国（境）团组 count 1 个",
            "因公出国（境）人次 count 5 人次",
        ],
    ),
    "kinds of vehicles (四川 2023)": (
        "全年按规定更新购置公务用车1辆，其中：轿车0辆、越野车1辆。单位共有公务用车4辆，其中：轿车1辆、越野车3辆。",
        [
            "购置公务用车 count 1 辆",
            "购置公务用车：轿车 count 0 辆",
            "购置公务用车：越野车 count 1 辆",
            "公务用车 count 4 辆",
            "公务用车：轿车 count 1 辆",
            "公务用车：越野车 count 3 辆",
        ],
    ),
    "a budget (梧州 2025)": (
        "支出总预算1085203.63元。社会保障和就业支出类科目116433.12元，占支出总预算10.73%，同比增加16803.36元，增长14.43%。",
        [
            "支出总计 initial_budget 1085203.63 元",
            "社会保障和就业支出 final 116433.12 元",
            "社会保障和就业支出 share 10.73 %",
            "社会保障和就业支出 change 16803.36 元",
            "社会保障和就业支出 change_rate 14.43 %",
        ],
    ),
    "traditional characters (天水 2017)": (
        "2024年度財政撥款收入總計1516.64萬元，與上年相比減少58.49萬元，降低3.71%。",
        [
            "财政拨款收入总计 final 1516.64 万元",
            "财政拨款收入总计 change -58.49 万元",
            "财政拨款收入总计 change_rate -3.71 %",
        ],
    ),
}


@pytest.mark.parametrize("text, expected", list(SHAPES.values()), ids=list(SHAPES))
def test_shape(text: str, expected: list[str]) -> None:
    reading = read(text)
    assert said(reading) == expected
    assert not reading.rejects


CODES = {
    "a mark and 支出 after it (贵州 2021)": (
        "灾害防治及应急管理支出（类）应急管理事务（款）行政运行（项）支出820.1万元。",
        ("2240101", "行政运行"),
    ),
    "a 类 without its last word (中央部门 2022)": (
        "自然资源海洋气象等（类）气象事务（款）行政运行（项）支出决算为510万元。",
        ("2200501", "行政运行"),
    ),
    "the code before the name (福建 2023)": (
        "1.2080505机关事业单位基本养老保险缴费支出100.50万元。",
        ("2080505", "机关事业单位基本养老保险缴费支出"),
    ),
    "the code before the name in brackets": ("2.（2130301）行政运行1200.00万元。", ("2130301", "行政运行")),
}


@pytest.mark.parametrize("text, expected", list(CODES.values()), ids=list(CODES))
def test_code(text: str, expected: tuple[str, str]) -> None:
    assert [(code, label) for code, label, *_ in rows(read(text))] == [expected]


def test_a_name_of_both_classifications_in_a_list_by_function() -> None:
    reading = read("（一）按支出功能分类科目划分。", "住房公积金112788元，其中：", "基本支出112788元，项目支出0元。")
    assert [(code, measure) for code, _, measure, *_ in rows(reading)] == [
        ("2210201", "final"),
        ("2210201", "basic_expenditure"),
        ("2210201", "project_expenditure"),
    ]


def test_a_name_of_both_classifications_after_an_item_by_function() -> None:
    reading = read("3.事业单位医疗支出决算60.22万元。", "4.住房公积金支出67万元，主要用于缴纳住房公积金。")
    assert [code for code, *_ in rows(reading)] == ["2101102", "2210201"]


def test_what_was_saved_and_points_are_told() -> None:
    reading = read("“三公”经费预算数7万元，实际支出6.8万元，节约0.2万元。", "本年收入100万元，较上年减少12.3个百分点。")
    assert len(reading.figures) == 3 and reasons(reading) == ["base_unclear", "subject_unclear"]


def test_purchase_and_running_of_vehicles_in_brackets() -> None:
    reading = read("公务用车购置及运行费6.5万元（其中：购置费0万元，运行费6.5万元）。")
    assert said(reading)[1:] == ["公务用车购置费 final 0 万元", "公务用车运行维护费 final 6.5 万元"]


def test_an_item_with_its_code_before_a_colon() -> None:
    reading = read("1.行政运行（2010801）：2024年决算数为600.5万元，较2024年年初预算数580.5万元增加20万元，增长3.45%。")
    assert [(code, measure) for code, _, measure, *_ in rows(reading)] == [
        ("2010801", "final"),
        ("2010801", "initial_budget"),
        ("2010801", "change_from_budget"),
        ("2010801", "change_rate_from_budget"),
    ]


def test_a_change_after_parts_whose_whole_was_not_read_is_of_none_of_them() -> None:
    reading = read(
        "其中：人员经费支出270万元，占基本支出的90%；公用经费30万元，占10%。与上年对比增加5万元，增长1.69%。"
    )
    assert "人员经费 change 5 万元" not in said(reading)
    assert reasons(reading) == ["sentence_states_money"]


def test_a_change_after_a_breakdown_is_of_its_whole() -> None:  # 云南 2022
    reading = read(
        "（一）基本支出情况",
        "2024年度用于保障机构正常运转的日常支出300万元。其中：基本工资、津贴补贴等人员经费支出270万元，占基本支出的90%；"
        "办公费等公用经费30万元，占基本支出的10%。与上年对比增加5万元，增长1.69%。",
    )
    assert said(reading)[0] == "基本支出 final 300 万元"
    assert said(reading)[-2:] == ["基本支出 change 5 万元", "基本支出 change_rate 1.69 %"]


def test_carry_over_of_the_appropriation_is_not_that_of_all_funds() -> None:  # 重庆 2023
    reading = read("年初结转和结余100万元，年初财政拨款结转和结余0万元，年末一般公共预算财政拨款结转和结余5万元。")
    assert said(reading) == [
        "年初结转和结余 final 100 万元",
        "年初财政拨款结转和结余 final 0 万元",
        "一般公共预算年末结转和结余 final 5 万元",
    ]


def test_a_breakdown_after_both_aspects_is_neither() -> None:
    reading = read("“三公”经费支出8万元，年初预算10万元。其中：公务接待费4万元。")
    assert said(reading) == ["“三公”经费 final 8 万元", "“三公”经费 initial_budget 10 万元"]
    assert reasons(reading) == ["sentence_states_money"]


def test_a_part_of_a_whole_that_was_not_understood_is_no_total() -> None:
    reading = read("科普场馆引导支出80万元，其中：基本支出50万元，项目支出30万元。")
    assert not reading.figures and len(reading.rejects) == 1


def test_differences_and_additions_are_no_names() -> None:
    reading = read("公务接待费支出2万元，差值为0.5万元。主要原因：一是追加人员经费79.86万元。")
    assert said(reading) == ["公务接待费 final 2 万元"]
    assert len(reading.rejects) == 2


def test_counts_that_the_notice_asks_for_are_not_passed_over_in_silence() -> None:
    reading = read("公务用车购置数及保有量分别为1辆和130辆。")
    assert not reading.figures and reasons(reading) == ["sentence_states_money"]


def test_a_rate_of_something_not_known_is_told() -> None:
    reading = read("科普场馆引导支出80万元，占12.5%。")
    assert not reading.figures and "12.5%" in reading.rejects[0].detail


LINES = """五、一般公共预算财政拨款安排的“三公”经费支出决算情况说明
2024 年度一般公共预算财政拨款安排的“三公”经费支
出决算总额为 5.48 万元,比预算增加 0 万元,比去年增加
1.55 万元,增长 39.4%,增加原因主要是公务用车运行支出
增加,导致“三公”经费支出增加。其中,因公出国支出决
— 10 —
算比去年无增减变化;公务用车购置及运行费支出决算比
去年增加 1.05 万元,增长 35.8%,增加原因主要是检测任
务增加;公务接待费支出决算 1.5 万元。
（一）因公出国（境）费支出 0 万元。"""


def test_lines_cut_at_the_width_of_the_page() -> None:
    assert said(read(*LINES.split("\n"))) == [
        "“三公”经费 final 5.48 万元",
        "“三公”经费 change_from_budget 0 万元",
        "“三公”经费 change 1.55 万元",
        "“三公”经费 change_rate 39.4 %",
        "公务用车购置及运行维护费 change 1.05 万元",
        "公务用车购置及运行维护费 change_rate 35.8 %",
        "公务接待费 final 1.5 万元",
        "因公出国（境）费 final 0 万元",
    ]
