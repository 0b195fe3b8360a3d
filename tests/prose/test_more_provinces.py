"""Sentence shapes of more provinces and of central ministries: names and amounts made up, values read by eye."""

from __future__ import annotations

import pytest

from tests.prose.sketch import read, reasons, said

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
}


@pytest.mark.parametrize("text, expected", list(SHAPES.values()), ids=list(SHAPES))
def test_shape(text: str, expected: list[str]) -> None:
    reading = read(text)
    assert said(reading) == expected
    assert not reading.rejects


UNREAD = {
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
