"""What must not become a figure: amounts whose subject, year, base or direction the sentence does not make certain."""

from __future__ import annotations

import pytest

from pipelines.prose.sentences import read_prose
from tests.prose.sketch import document, read, reasons, said

REJECTED = {
    "of one of two, or of both": (
        "“三公”经费支出10万元，其中：公务接待费4万元，公务用车运行维护费6万元，比上年减少2万元，下降16.7%。",
        ["“三公”经费 final 10 万元", "公务接待费 final 4 万元", "公务用车运行维护费 final 6 万元"],
        "subject_unclear",
    ),
    "of the part, or of the whole": (
        "支出总计1,234.56万元，其中本年支出合计1,210.11万元，较2023年增加20.3万元，主要原因是项目增加。",
        ["支出总计 final 1234.56 万元", "本年支出合计 final 1210.11 万元"],
        "subject_unclear",
    ),
    "money of some projects": ("对2个项目负责人谈话，涉及一般公共预算支出120.5万元。", [], "sentence_states_money"),
    "项目 without its name": (
        "公务接待费支出3元。项目决算数为5万元。",
        ["公务接待费 final 3 元"],
        "sentence_states_money",
    ),
    "a unit under the body": ("下属文化馆收入合计300万元，支出合计280万元。", [], "sentence_states_money"),
    "a year that is not last year": (
        "公务接待费支出3万元，比2019年（疫情前）决算数减少2万元，下降40%。",
        ["公务接待费 final 3 万元"],
        "base_unclear",
    ),
    "no direction": ("机关运行经费支出比上年增加（减少）12.5万元。", [], "sentence_states_money"),
    "twice negative": ("机关运行经费支出比上年减少-3万元。", [], "sentence_states_money"),
    "the year after": ("2025年预算安排公务接待费5万元。", [], "sentence_states_money"),
    "not an amount of the account": ("带动农户全年收入5000万元，人均增收2000元。", [], "sentence_states_money"),
    "a qualified subject": ("其中用于接待外宾的住宿费0.5万元。", [], "sentence_states_money"),
    "two budgets compared": ("“三公”经费预算较2023年度增加1.68万元。", [], "sentence_states_money"),
    "digits parted by a blank": ("一般公共预算财政拨款支出 1 234.56 万元。", [], "sentence_states_money"),
    "an average": ("接待8批次，人均83.33元。", [], "sentence_states_money"),
    "about so much": ("会议费约3万元。", [], "sentence_states_money"),
    "two numbers without two names": (
        "公务接待费预算5万元，分别比上年减少1万元、2万元。",
        ["公务接待费 initial_budget 5 万元"],
        "subject_unclear",
    ),
}


@pytest.mark.parametrize("text, expected, reason", REJECTED.values(), ids=REJECTED)
def test_uncertain_amounts_are_rejects(text: str, expected: list[str], reason: str | None) -> None:
    reading = read(text)
    assert said(reading) == expected
    assert reasons(reading) == ([reason] if reason else [])


@pytest.mark.parametrize(
    "text",
    [
        "无因公出国（境）费用和公务用车购置费。",
        "检查生产经营单位20753家次，排查隐患2102项，整改率100%，同比下降22.1%。",
        "根据〔2021〕0436号文件和《关于下达100万元补助的通知》执行。",
        "编制2024年12月31日资产负债表，代码2080505，电话12345。",
        "本表金额单位：万元。",
        "占比较上年提高3.2个百分点，每人每天100元。",
        "培训费5-10万元，会议费约3万元，差旅费2万元以上。",
        "“三公”经费与上年持平。",
    ],
)
def test_no_figure(text: str) -> None:
    assert said(read(text)) == []


def test_the_narrative_part_has_neither_figures_nor_rejects() -> None:
    text = "争取救灾资金3346万元，接收物资5批次，共有车辆30辆，罚款47.5万元，发放奖励8万元。"
    reading = read_prose(document("（一）主要工作开展情况", text), fiscal_year=2024)
    assert not reading.figures
    assert not reading.rejects
    assert not reading.forms


def test_the_glossary_is_passed_over() -> None:
    reading = read(
        "第四部分 名词解释", "一、财政拨款收入：指取得的财政拨款收入100万元。", "第五部分 附件", "基本支出5万元。"
    )
    assert said(reading) == ["基本支出 final 5 万元"]


def test_a_budget_has_no_final_amounts() -> None:
    reading = read_prose(
        document("某市水利局2025年部门预算", "二、收入支出预算情况说明", "财政拨款收入100万元。"), fiscal_year=2025
    )
    assert said(reading) == ["财政拨款收入 initial_budget 100 万元"]


def test_a_reject_tells_the_amounts_and_the_place() -> None:
    reading = read("公务接待费支出3万元。", "其中上缴款项20万元，退回款项5万元。")
    (reject,) = reading.rejects
    assert (reject.kind, reject.form, reject.source_line) == ("sentence", "prose", 3)
    assert "20万元" in reject.detail
    assert reject.printed == "其中上缴款项20万元，退回款项5万元。"
