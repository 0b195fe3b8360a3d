"""Whatever a text holds: nothing is invented, nothing raises, every figure is printed where it says."""

from __future__ import annotations

import random
import time
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.prose.sentences import read_prose
from tests.prose.sketch import ACCOUNTS, document

SENTENCES = (
    "2024年度收、支总计各是4120.10，4143.20万元。与2023年相比，收、支总计各减少67.10，70.20万元，各下降1.60%、1.67%。",
    "本年支出合计3,282.73万元，其中：基本支出1308.73万元，占39.87%；项目支出1974万元，占60.13%。",
    "1、社会保障和就业支出（类）抚恤（款）死亡抚恤（项）。年初预算为0元，支出决算为1.02万元。",
    "公务接待费支出310.00元（其中：外事接待费0.00元），公务接待45批次、390人次，比上年减少（增加）0.15万元。",
    "用于召开全市“调度”会议，人数28人，经费支出为0.12万元；截至12月31日，共有车辆4辆。",
    "年初预算项目“市容保障”资金115.3万元，年中执行调减8.8万元，实际支出106.5万元（375万元）34.7万元。",
)
_WORDS = """
收入 支出 决算 年初预算为 完成 其中： 比上年 增加 减少 （ ） （类） ， 。 ； 、 2024年度 占 的
主要原因是 公务接待费 用于 各 元 万元 % 辆 批次 “ ” 《 》
"""
WORDS = st.sampled_from([*_WORDS.split(), "\n", " "])
NUMBERS = st.sampled_from(["1", "0.00", "1,234.5", "１２", "3.4.5", "-7", "2024", "1，055.43", "1.", ".5", "00"])


@given(st.lists(WORDS, max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_text_without_numbers_gives_nothing(text: str) -> None:
    words = text.replace("2024年度", "")
    assert not read_prose(document(ACCOUNTS, words), fiscal_year=2024).figures


@given(st.lists(st.one_of(WORDS, NUMBERS), max_size=60).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_words_and_numbers(text: str) -> None:
    check(text)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    check(text)


def test_mutated_sentences() -> None:
    chance = random.Random(20240131)
    for _ in range(300):
        text = list("".join(chance.sample(SENTENCES, 3)))
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(text))
            if chance.random() < 0.5:
                del text[at]
            else:
                text.insert(at, chance.choice(text))
        check("".join(text))


def check(text: str) -> None:
    """Every figure's number stands in the text, to the letter, and its value is that number."""
    reading = read_prose(document(ACCOUNTS, *text.split("\n")), fiscal_year=2024)
    plain = "".join(text.split())
    for figure in reading.figures:
        assert "".join(figure.printed.split()) in plain
        assert isinstance(figure.value, Decimal)
        assert figure.measure_label is not None
        assert len(figure.line_label or "") < 200
    for reject in reading.rejects:
        assert reject.reason
        assert len(reject.printed) <= 2000


def test_a_long_text_is_read_in_time() -> None:
    paragraphs = [SENTENCES[n % len(SENTENCES)] for n in range(750)]  # 100 kB, ten times as dense as a report
    check("\n".join(SENTENCES))  # what is read once, is
    begin = time.process_time()
    figures = read_prose(document(ACCOUNTS, *paragraphs), fiscal_year=2024).figures
    seconds = time.process_time() - begin
    assert len(figures) > 2000
    assert seconds < 3


def test_pathological_texts_end() -> None:
    for text in (
        "（" * 5000,
        "1," * 5000,
        "比" * 20000,
        "其中：" * 3000,
        "1万元，" * 3000,
        "9" * 20000 + "万元",
        "（类）" * 2000,
    ):
        begin = time.process_time()
        read_prose(document(ACCOUNTS, text), fiscal_year=2024)
        assert time.process_time() - begin < 3, text[:10]
