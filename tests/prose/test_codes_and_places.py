"""Codes from paths and names; where a figure stands; what is told of alterations."""

from __future__ import annotations

from decimal import Decimal

from pipelines.documents.model import Document, Page, Paragraph
from pipelines.prose.sentences import read_prose
from tests.prose.sketch import ACCOUNTS, document, read, rows


def test_item_heading_in_the_paragraph_before_and_cut_by_a_page() -> None:
    reading = read(
        "1、社会保障和就业支出（类）行政事业单位养老支出（款）",
        "机关事业单位基本养老保险缴费支出（项）。",
        "年初预算为95.80万元，支出决算为95.19万元。完成年初预算的99.4%，决算数小于年初预算数的主要原因是退休2人。",
        "2、住房保障支出(类)住房改革支出(款)住房公积金(项)。",
        "年初预算为0元，支出决算为80.47万元，决算数大于年初预算数的主要原因是调入3人。",
    )
    assert rows(reading) == [
        ("2080505", "机关事业单位基本养老保险缴费支出", "initial_budget", Decimal("95.80"), "万元"),
        ("2080505", "机关事业单位基本养老保险缴费支出", "final", Decimal("95.19"), "万元"),
        ("2080505", "机关事业单位基本养老保险缴费支出", "completion_rate", Decimal("99.4"), "%"),
        ("2210201", "住房公积金", "initial_budget", Decimal("0"), "元"),
        ("2210201", "住房公积金", "final", Decimal("80.47"), "万元"),
    ]
    assert reading.figures[0].measure_label == (
        "社会保障和就业支出 › 行政事业单位养老支出 › 机关事业单位基本养老保险缴费支出 › 年初预算为95.80万元"
    )
    assert {a.kind for a in reading.alterations} == {"code_from_name"}


def test_a_variant_an_old_name_and_a_wrong_section_lead_to_the_code() -> None:
    reading = read(
        "1、社会保障和就业支出（类）机关事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）。支出决算为1元。",
        "2、自然资源海洋气象等支出（类）自然资源事务（款）其他国土资源事务支出（项）。支出决算为2元。",
        "3、住房保障支出（类）住房保障支出（款）购房补贴（项）。支出决算为3元。",
        "4、社会保障和就业支出（类）行政事业单位养老支出（款）退休人员活动费支出（项）。支出决算为4元。",
    )
    assert [(f.line_code, f.value) for f in reading.figures] == [
        ("2080505", 1),
        ("2200199", 2),
        ("2210203", 3),
        (None, 4),
    ]
    assert [a.kind for a in reading.alterations] == ["code_from_name"] * 3 + ["code_not_found"]


def test_classes_with_and_without_their_mark_and_codes_that_are_printed() -> None:
    reading = read(
        "一般公共服务（类）支出30元，占60%。",
        "社会保障和就业支出年初预算120.65万元，支出决算125.06万元，完成年初预算的103.66%。较上年决算增加42.21万元，增长50.95%。",
        "行政运行（2010301）支出5元。",
    )
    assert [(f.line_code, f.measure) for f in reading.figures] == [
        ("201", "final"),
        ("201", "share"),
        ("208", "initial_budget"),
        ("208", "final"),
        ("208", "completion_rate"),
        ("208", "change"),
        ("208", "change_rate"),
        ("2010301", "final"),
    ]


def test_economic_names_by_the_class_that_is_broken_down() -> None:
    reading = read(
        "资本性支出0.2万元，其中：专用设备购置0.2万元。", "商品和服务支出3元。其中维护费2元，公务接待费1元。"
    )
    assert [(f.line_label, f.line_code) for f in reading.figures] == [
        ("资本性支出", "310"),
        ("专用设备购置", "31003"),
        ("商品和服务支出", "302"),
        ("维护费", "30213"),
        ("公务接待费", "30217"),
    ]


def test_a_name_that_fits_several_codes_has_none() -> None:
    (figure,) = read("行政运行支出10元。").figures
    assert figure.line_code is None


def test_yuan_sign_printed_and_decimals() -> None:
    figure = read("公务接待费支出决算 3,282.70 万元，比上年减少0.5万元。").figures
    assert (figure[0].printed, figure[0].decimals, figure[0].value) == ("3,282.70 万元", 2, Decimal("3282.70"))
    assert figure[0].amount_yuan == Decimal("32827000.00")
    assert (figure[1].printed, figure[1].value, figure[1].amount_yuan) == (
        "0.5万元",
        Decimal("-0.5"),
        Decimal("-5000.00"),
    )
    assert figure[1].measure_label == "比上年减少0.5万元"
    assert [f.row_no for f in figure] == [1, 1]


def test_the_place_is_that_of_the_paragraph_with_the_number() -> None:
    reading = read("基本支出减少119.8万元，与上年相比", "，人员经费增加79.44万元，公务员医疗补助缴费", "23.5 万元。")
    assert [(f.line_label, f.source_line) for f in reading.figures if f.measure == "change"][-1] == ("人员经费", 3)
    (figure,) = read_prose(document("机关运行经费支出5万元。", page=7), fiscal_year=2024).figures
    assert (figure.page, figure.x0, figure.bottom, figure.source_line) == (7, 72, 120, None)


def test_recognised_text_keeps_its_confidence() -> None:
    paragraph = Paragraph("机关运行经费支出5万元。", page=1, confidence=Decimal("0.91"))
    scan = Document("scan.pdf", "0" * 64, "pdf", (Page((paragraph,), number=1, origin="ocr"),))
    (figure,) = read_prose(scan, fiscal_year=None).figures
    assert (figure.origin, figure.confidence) == ("ocr", Decimal("0.91"))


def test_without_a_year_that_of_the_sentences_is_taken() -> None:
    text = "2022年度财政拨款收入5万元，与2021年度相比，增加1万元。"
    figures = read_prose(document(ACCOUNTS, text), fiscal_year=None).figures
    assert [f.measure for f in figures] == ["final", "change"]
