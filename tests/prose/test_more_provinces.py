"""Sentence shapes of more provinces and of central ministries: names and amounts made up, values read by eye."""

from __future__ import annotations

import pytest

from pipelines.prose.sentences import read_prose
from tests.prose.sketch import document, read, reasons, said

SHAPES = {
    "what the totals did, side by side (宁夏, 2023)": (
        "2024年度收入总计530.20万元，支出总计530.20万元。与2023年相比，收入增加30.20万元，增长6.04%；支出增加30.20万元，增长6.04%。",
        [
            "收入总计 final 530.20 万元",
            "支出总计 final 530.20 万元",
            "收入总计 change 30.20 万元",
            "收入总计 change_rate 6.04 %",
            "支出总计 change 30.20 万元",
            "支出总计 change_rate 6.04 %",
        ],
    ),
    "two totals of one amount, said of both (海南, 广西)": (
        "2024年度总收入1.35亿元，总支出1.35亿元。与上年相比，收入、支出各减少0.15亿元，下降10%。",
        [
            "收入总计 final 1.35 亿元",
            "支出总计 final 1.35 亿元",
            "收入支出总计 change -0.15 亿元",
            "收入支出总计 change_rate -10 %",
        ],
    ),
    "the totals of the appropriation, in short (陕西, 江苏 2022)": (
        "财政拨款收、支总计均为800.10万元，与上年相比收、支总计各增加20万元，增长2.56%。",
        [
            "财政拨款收入支出总计 final 800.10 万元",
            "财政拨款收入支出总计 change 20 万元",
            "财政拨款收入支出总计 change_rate 2.56 %",
        ],
    ),
    "an item with its ordinal is what goes on (江苏)": (
        "（一）收入决算总计610万元。包括：1.本年收入决算合计600万元。与上年相比，增加50万元，增长9.09%。2.年初结转和结余10万元。与上年相比，减少5万元。",
        [
            "收入总计 final 610 万元",
            "本年收入合计 final 600 万元",
            "本年收入合计 change 50 万元",
            "本年收入合计 change_rate 9.09 %",
            "年初结转和结余 final 10 万元",
            "年初结转和结余 change -5 万元",
        ],
    ),
    "a part that is told of in full (江西)": (
        "公务用车购置及运行维护费支出4.5万元，其中公务用车购置全年预算数为0万元，决算数为0万元，完成全年预算的0%，决算数较2023年增加0万元，增长0%。",
        [
            "公务用车购置及运行维护费 final 4.5 万元",
            "公务用车购置费 adjusted_budget 0 万元",
            "公务用车购置费 final 0 万元",
            "公务用车购置费 completion_rate 0 %",
            "公务用车购置费 change 0 万元",
            "公务用车购置费 change_rate 0 %",
        ],
    ),
    "visitors from abroad, then from home (河南, 浙江)": (
        "外宾接待支出0万元，2024年接待国（境）外来访团组0个、来宾0人次。其他国内公务接待支出2.1万元，2024年共接待国内来访团组20个、来宾160人次。",
        [
            "外宾接待费 final 0 万元",
            "国（境）外接待批次 count 0 个",
            "国（境）外接待人次 count 0 人次",
            "国内公务接待费 final 2.1 万元",
            "国内公务接待批次 count 20 个",
            "国内公务接待人次 count 160 人次",
        ],
    ),
    "groups abroad in front of their unit (重庆, 云南)": (
        "因公出国（境）共计0个团组，0人；公务用车购置0辆，保有3辆。2024年购置（更新）1辆，车辆10台。",
        [
            "因公出国（境）团组 count 0 个",
            "因公出国（境）人次 count 0 人",
            "购置公务用车 count 0 辆",
            "公务用车保有量 count 3 辆",
            "购置公务用车 count 1 辆",
            "车辆 count 10 台",
        ],
    ),
    "no budget, yet an outcome (中央部门, 辽宁)": (
        "一般公共服务支出（类）财政事务（款）其他财政事务支出（项）。年初预算未安排，支出决算为35.6万元。",
        ["其他财政事务支出 final 35.6 万元"],
    ),
    "original and net value are two things": (
        "年末固定资产原值3,200万元，固定资产净值1,800万元。",
        ["固定资产原值 final 3200 万元", "固定资产净值 final 1800 万元"],
    ),
    "funds named in brackets are revenue, no budgets (浙江, 福建)": (
        "财政拨款收入90万元（其中一般公共预算80万元，政府性基金预算10万元），占收入合计90%；其他收入10万元，占收入合计10%。",
        [
            "财政拨款收入 final 90 万元",
            "一般公共预算财政拨款收入 final 80 万元",
            "政府性基金预算财政拨款收入 final 10 万元",
            "财政拨款收入 share 90 %",
            "其他收入 final 10 万元",
            "其他收入 share 10 %",
        ],
    ),
    "projects of two levels and their money (中央部门)": (
        "共涉及一级项目12个，二级项目95个，资金382万元，占一般公共预算项目支出总额的100%。"
        "组织对“甲”“乙”等5个项目开展了部门评价，涉及一般公共预算支出65万元，政府性基金预算支出0万元。",
        [
            "涉及一级项目 count 12 个",
            "二级项目 count 95 个",
            "涉及一级项目、二级项目 final 382 万元",
            "涉及一级项目、二级项目 share 100 %",
            "开展部门评价的项目 count 5 个",
            "开展部门评价的项目：一般公共预算 final 65 万元",
            "开展部门评价的项目：政府性基金 final 0 万元",
        ],
    ),
    "how many projects were estimated, set targets, watched (四川)": (
        "组织对信息化建设等3个项目开展了预算事前绩效评估，对12个项目编制了绩效目标，选取5个项目开展绩效监控。",
        ["开展事前绩效评估的项目 count 3 个", "编制绩效目标的项目 count 12 个", "开展绩效监控的项目 count 5 个"],
    ),
    "what the things counted are worth (新疆, 上海, 云南)": (
        "房屋3,200.5平方米，价值860万元；车辆3辆，价值66.2万元，其中：其他用车2辆；房屋建筑面积50㎡，账面原值9万元，账面净值4万元；"
        "处置车辆1辆，账面原值18万元；报废报损资产12项，账面原值9.6万元。",
        [
            "房屋面积 count 3200.5 ㎡",
            "房屋价值 final 860 万元",
            "车辆 count 3 辆",
            "车辆价值 final 66.2 万元",
            "其他用车 count 2 辆",
            "房屋建筑面积 count 50 ㎡",
            "房屋账面原值 final 9 万元",
            "房屋账面净值 final 4 万元",
            "处置车辆 count 1 辆",
            "处置车辆账面原值 final 18 万元",
            "报废报损资产 count 12 项",
            "报废报损资产账面原值 final 9.6 万元",
        ],
    ),
    "what a vehicle's running cost went to is no item of the account (湖北)": (
        "公务用车运行维护费18万元，主要用于车辆保险等；维修费5万元。",
        ["公务用车运行维护费 final 18 万元", "公务用车运行维护费：维修费 final 5 万元"],
    ),
    "what is kept running, as Beijing calls it": (
        "维持机关日常运行，用于一般公共预算安排的行政运行经费，合计650.5万元，比上年减少30万元。",
        ["机关运行经费 final 650.5 万元", "机关运行经费 change -30 万元"],
    ),
    "a bare 支出, then how much of the budget it is (陕西)": (
        "2024年会议费预算2万元，支出0.8万元，完成预算的40%，决算数较预算数减少1.2万元。",
        [
            "会议费 initial_budget 2 万元",
            "会议费 final 0.8 万元",
            "会议费 completion_rate 40 %",
            "会议费 change_from_budget -1.2 万元",
        ],
    ),
    "this year's total and last year's, compared by name (辽宁)": (
        "2024年决算收入总计与2023年决算收入总计相比，增加188万元，增长5.4%。",
        ["收入总计 change 188 万元", "收入总计 change_rate 5.4 %"],
    ),
    "a unit in brackets": (
        "2024年度，财政拨款收入总计为2,180.50（万元），财政拨款支出总计为2,180.50（万元）。",
        ["财政拨款收入总计 final 2180.50 万元", "财政拨款支出总计 final 2180.50 万元"],
    ),
    "an item with its ordinal and its code (陕西)": (
        "（1）行政运行（2013301）。年初预算12万元，支出决算12.6万元，完成预算的105%。",
        ["行政运行 initial_budget 12 万元", "行政运行 final 12.6 万元", "行政运行 completion_rate 105 %"],
    ),
    "what a fund had, then its year (重庆)": (
        "政府性基金预算财政拨款年初结转结余0万元，年末结转结余0万元。本年收入120万元，较上年决算数增加20万元。",
        [
            "政府性基金预算年初结转和结余 final 0 万元",
            "政府性基金预算年末结转和结余 final 0 万元",
            "政府性基金预算财政拨款收入 final 120 万元",
            "政府性基金预算财政拨款收入 change 20 万元",
        ],
    ),
    "the other side of a fund (国资, 基金)": (
        "国有资本经营预算财政拨款本年收入15万元，支出14万元，年末结转和结余1万元。",
        [
            "国有资本经营预算财政拨款收入 final 15 万元",
            "国有资本经营预算财政拨款支出 final 14 万元",
            "国有资本经营预算年末结转和结余 final 1 万元",
        ],
    ),
    "what was carried over is part of a fund's expenditure, no total": (
        "一般公共预算财政拨款支出90万元，其中：当年财政拨款支出80万元，上年结转支出10万元。",
        [
            "一般公共预算财政拨款支出 final 90 万元",
            "一般公共预算财政拨款支出：财政拨款支出 final 80 万元",
            "一般公共预算财政拨款支出：年初结转和结余 final 10 万元",
        ],
    ),
    "against a budget and a year that are stated (内蒙古, 山东)": (
        "公务接待费支出决算11万元，较年初预算数15万元减少4万元，下降26.67%，较上年决算数12万元减少1万元，下降8.33%。",
        [
            "公务接待费 final 11 万元",
            "公务接待费 initial_budget 15 万元",
            "公务接待费 change_from_budget -4 万元",
            "公务接待费 change_rate_from_budget -26.67 %",
            "公务接待费 last_year 12 万元",
            "公务接待费 change -1 万元",
            "公务接待费 change_rate -8.33 %",
        ],
    ),
    "from so much to so much": (
        "公务接待费支出由2023年的1.2万元减少至0.8万元，降低33.33%。",
        ["公务接待费 last_year 1.2 万元", "公务接待费 final 0.8 万元", "公务接待费 change_rate -33.33 %"],
    ),
    "two changes and two rates (四川)": (
        "与上年相比，收、支总计分别增加120万元和118.5万元，增长3.88%和3.83%。",
        [
            "收入总计 change 120 万元",
            "支出总计 change 118.5 万元",
            "收入总计 change_rate 3.88 %",
            "支出总计 change_rate 3.83 %",
        ],
    ),
    "vehicles bought and what each kind cost (四川)": (
        "全年按规定更新购置公务用车2辆，其中：轿车1辆、金额18万元，越野车1辆25万元。",
        [
            "购置公务用车 count 2 辆",
            "购置公务用车：轿车 count 1 辆",
            "购置公务用车：轿车金额 final 18 万元",
            "购置公务用车：越野车 count 1 辆",
            "购置公务用车：越野车金额 final 25 万元",
        ],
    ),
    "how the projects reviewed were graded": (
        "共对35个项目开展了绩效自评，涉及资金126万元。其中，优33个，良2个。",
        [
            "开展绩效自评的项目 count 35 个",
            "开展绩效自评的项目 final 126 万元",
            "自评等级为“优”的项目 count 33 个",
            "自评等级为“良”的项目 count 2 个",
        ],
    ),
    "a code in pieces (上海)": (
        "农林水支出（213类）水利（03款）水利工程建设（05项）320万元，较上年增加10万元。",
        ["水利工程建设 final 320 万元", "水利工程建设 change 10 万元"],
    ),
    "equipment and what it is worth, debts (贵州)": (
        "专用设备20台（套），原值300万元；车辆账面数5辆，账面原值96.5万元；国有资产总额900万元，负债总额120万元，净资产780万元。",
        [
            "专用设备 count 20 台（套）",
            "专用设备原值 final 300 万元",
            "车辆 count 5 辆",
            "车辆账面原值 final 96.5 万元",
            "资产总额 final 900 万元",
            "负债总额 final 120 万元",
            "净资产 final 780 万元",
        ],
    ),
    "the other side, told by the words of its own amount": (
        "财政拨款收入决算23万元，支出决算22万元。",
        ["财政拨款收入 final 23 万元", "财政拨款支出 final 22 万元"],
    ),
    "groups of others and visitors from abroad": (
        "因公出国（境）团组2个，累计5人次，其中：参加省外办组团1个，3人次。国内公务接待8批次，国外公务接待0批次。",
        [
            "因公出国（境）团组 count 2 个",
            "因公出国（境）人次 count 5 人次",
            "参加其他单位组织的因公出国（境）团组 count 1 个",
            "参加其他单位组织的因公出国（境）人次 count 3 人次",
            "国内公务接待批次 count 8 批次",
            "国（境）外接待批次 count 0 批次",
        ],
    ),
    "what was awarded of the goods only": (
        "政府采购货物支出32万元，其中：授予中小企业合同金额30万元。",
        ["政府采购货物 final 32 万元", "货物采购授予中小企业合同金额 final 30 万元"],
    ),
    "a path after a colon (浙江)": (
        "具体说明如下：城乡社区支出（类）国有土地使用权出让收入安排的支出（款）其他国有土地使用权出让收入安排的支出（项）。年初预算为30万元，支出决算为32万元。",
        [
            "其他国有土地使用权出让收入安排的支出 initial_budget 30 万元",
            "其他国有土地使用权出让收入安排的支出 final 32 万元",
        ],
    ),
}


@pytest.mark.parametrize("text, expected", list(SHAPES.values()), ids=list(SHAPES))
def test_shape(text: str, expected: list[str]) -> None:
    reading = read(text)
    assert said(reading) == expected
    assert not reading.rejects


UNREAD = {
    "no fund, and an amount that is of it (安徽)": "没有政府性基金收入，也没有使用政府性基金安排的支出，支出为0万元。",
    "what a training cost is not what the body spent": "举办培训班5期，培训350人次，支出6.5万元。",
    "the budget of what comes after": "与年初预算数2,800万元相比，未能完成。",
    "parts of a sum that was not understood": "项目总投资3,500万元，其中地方配套1,500万元。",
    "what a place hands on": "本年度下达各市县转移支付资金2.3亿元。",
    "the revenue of a place (a finance bureau's report)": "2024年全市一般公共预算收入完成87.34亿元，比上年增长7%。",
    "the spending of a province, then its parts": "全省财政支出增长5.6%，其中教育支出1,230亿元，占16.5%。",
    "two totals that differ": "2024年度收入总计12亿元，支出总计11亿元。与上年相比，增加0.5亿元，增长4.4%。",
}


@pytest.mark.parametrize("text", list(UNREAD.values()), ids=list(UNREAD))
def test_what_is_not_said_of_the_body_is_a_reject(text: str) -> None:
    reading = read(text)
    assert not [f for f in reading.figures if f.measure != "final" or f.line_code]
    assert set(reasons(reading)) == {"sentence_states_money"}
    assert "。" in reading.rejects[-1].printed


def test_a_budget_is_compared_with_that_of_the_year_before() -> None:
    reading = read_prose(
        document(
            "某市水利局2025年部门预算",
            "二、收支预算情况说明",
            "2025年收入预算560万元，其中：上年结转60万元；一般公共预算拨款收入500万元。",
            "2025年机关运行经费财政拨款预算32万元，比2024年预算增加2万元，增长6.67%。",
        ),
        fiscal_year=2025,
    )
    assert said(reading) == [
        "收入总计 initial_budget 560 万元",
        "年初结转和结余 initial_budget 60 万元",
        "一般公共预算财政拨款收入 initial_budget 500 万元",
        "机关运行经费 initial_budget 32 万元",
        "机关运行经费 change 2 万元",
        "机关运行经费 change_rate 6.67 %",
    ]


def test_totals_in_the_section_on_the_appropriation_are_its_totals() -> None:
    reading = read(
        "四、财政拨款收入支出决算总体情况说明", "2024年度收、支总计80万元。本年收入70万元，年初结转和结余10万元。"
    )
    assert said(reading) == [
        "财政拨款收入支出总计 final 80 万元",
        "财政拨款收入 final 70 万元",
        "年初财政拨款结转和结余 final 10 万元",
    ]


def test_what_an_overall_review_scored() -> None:
    assert said(read("部门整体支出绩效自评得分96.5分，评价等级为“优”。")) == ["整体支出绩效自评 score 96.5 分"]


def test_a_code_in_pieces_is_put_together() -> None:
    reading = read("农林水支出（213类）水利（03款）水利工程建设（05项）320万元。")
    assert [f.line_code for f in reading.figures] == ["2130305"]


def test_what_projects_are_spent_on_is_no_item_of_the_basic_expenditure() -> None:  # 梧州 2024
    reading = read(
        "1.基本支出90万元，占84.06%。其中：",
        "工资福利支出80万元，占88.89%。",
        "2.项目支出17万元，占15.94%。其中：",
        "工资福利支出5万元，占29.41%，",
        "商品和服务支出12万元。",
    )
    assert [(f.line_code, f.line_label, f.value) for f in reading.figures if f.measure == "final"] == [
        (None, "基本支出", 90),
        ("301", "工资福利支出", 80),
        (None, "项目支出", 17),
        (None, "项目支出：工资福利支出", 5),
        (None, "项目支出：商品和服务支出", 12),
    ]


def test_where_the_money_of_procurement_comes_from_is_no_revenue_of_the_body() -> None:  # 梧州 2023
    reading = read("按政府采购资金类型划分，一般公共预算拨款1.7万元，上年结转结余资金安排0万元。")
    assert said(reading) == ["政府采购：一般公共预算拨款 final 1.7 万元", "政府采购：年初结转和结余 final 0 万元"]


def test_two_funds_together() -> None:  # 合肥 2023
    reading = read("一般公共预算及政府性基金财政拨款“三公”经费支出预算为6.35万元，支出决算为6.35万元，完成预算的100%。")
    assert said(reading) == [
        "“三公”经费 initial_budget 6.35 万元",
        "“三公”经费 final 6.35 万元",
        "“三公”经费 completion_rate 100 %",
    ]


def test_the_section_on_the_work_of_performance_management_is_an_account() -> None:  # 湖南, 贵州, central ministries
    reading = read_prose(
        document(
            "十四、关于2024年度预算绩效情况的说明",
            "（一）绩效管理评价工作开展情况",
            "组织对2024年度一般公共预算支出开展绩效自评，共涉及项目26个，涉及资金528万元；选取10个重点项目开展财政评价，涉及资金32万元。",
            "全镇实现财税收入1.2亿元，固定资产投资3.6亿元。",
        ),
        fiscal_year=2024,
    )
    assert said(reading) == [
        "涉及项目 count 26 个",
        "涉及项目 final 528 万元",
        "开展绩效评价的项目 count 10 个",
        "开展绩效评价的项目 final 32 万元",
    ]
    assert reasons(reading) == ["sentence_states_money"]


def test_a_project_whose_name_is_that_of_an_item_and_its_targets() -> None:
    reading = read(
        "1.“财政信息化建设”项目绩效自评综述：全年预算数86万元，执行数85.2万元，完成预算的99.07%。"
        "项目绩效目标完成情况：一是建成系统3套；二是培训人员500人次。"
    )
    assert said(reading) == [
        "财政信息化建设 adjusted_budget 86 万元",
        "财政信息化建设 project_amount 85.2 万元",
        "财政信息化建设 completion_rate 99.07 %",
    ]
    assert reasons(reading) == ["sentence_states_money"]


def test_what_a_fund_kept_after_its_parts() -> None:  # 湖南 2023
    reading = read(
        "政府性基金预算财政拨款收入12万元；支出12万元，其中基本支出0万元，项目支出12万元；年末结转和结余0万元。"
    )
    assert said(reading)[-1] == "政府性基金预算年末结转和结余 final 0 万元"
