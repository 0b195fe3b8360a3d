"""The worked questions are run: their pages say what the reports committed in data/raw say."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipelines.exports.charts import Point, bars
from pipelines.exports.docs import made_from_data
from pipelines.exports.notebook import code_cells
from pipelines.exports.questions import PAGES, Question, questions
from pipelines.paths import ROOT

ALL = questions()
# Read in the reports by eye: page → cells of its answer.
PRINTED = {
    "01": ["| 株洲市 | 2024 | 22499 | 其他灾害防治及应急管理支出 | 1,108,600.00 |"],  # 公开03表: 110.86
    "02": ["| 株洲市 | 2024 | 13,087,300.00 | 19,740,000.00 | 32,827,300.00 | 60.1 |"],  # 1,308.73, 1,974.00, 3,282.73
    "03": ["| 株洲市 | 2024 | “三公”经费合计 | 390,400.00 | 390,400.00 | 0.00 |"],  # 39.04 and 39.04
    "04": [],  # changes with every rule that is added; tests/quality and test_dbt_project judge the rules
    "05": ["| 2240602 | 森林草原防灾减灾 | 株洲市 | 2024 | 森林草原防灭火 | revenue | variant |"],
    "06": ["| 高平市 | 2024 | 301 | 工资福利支出 | 人员经费 | 20,194,900.00 |"],  # 2,019.49
    "07": ["| 永州市 | 2021 | 执法办案经费 | 960,000.00 | 405,000.00 | 100.00 | 42.19 | 95.80 |"],  # 96, 40.5, 100%
    "08": ["| 支出决算表 | 8 | 合计 | 3,282.73 | 1 |"],
    "09": ["| 永州市 | 2021 | missing | 9 |"],
    "10": ["| 17,182,500.00 | 25,535,200.00 | 48.16 | 48.61 |"],  # 比上年1718.25万元，增长48.16%
}


@pytest.fixture(scope="session")
def pages(demo: Path) -> dict[Path, str]:
    """Every page as it should be."""
    return made_from_data(demo)


def test_there_are_ten() -> None:
    assert [question.path.name[:2] for question in ALL] == [f"{n:02}" for n in range(1, 11)]
    assert all("**Mind.**" in question.text and "·" in question.title for question in ALL)
    listed = (PAGES / "README.md").read_text("utf-8")
    assert all(f"]({question.path.name})" in listed for question in ALL)
    assert sum(question.readme_rows is not None for question in ALL) == 5


@pytest.mark.slow
@pytest.mark.parametrize("question", ALL, ids=lambda question: question.path.stem)
def test_an_answer_is_what_the_reports_say(question: Question, pages: dict[Path, str]) -> None:
    assert question.path.read_text("utf-8") == pages[question.path], (
        "out of date: run `make docs` and look at the answer"
    )
    assert question.svg.read_text("utf-8") == pages[question.svg]
    for cells in PRINTED[question.path.name[:2]]:
        assert cells in pages[question.path]


@pytest.mark.slow
def test_the_section_for_the_readme_is_up_to_date(pages: dict[Path, str]) -> None:
    section = PAGES / "readme-section.md"
    assert section.read_text("utf-8") == pages[section]


@pytest.mark.slow
def test_the_notebook_runs(demo: Path) -> None:
    code = "\n\n".join(code_cells()) + "\nassert str(ask('from spending').dtypes['amount_yuan']).startswith('decimal')"
    environment = os.environ | {"JUESUAN_WAREHOUSE": str(demo)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "docs" / "notebooks", env=environment, timeout=120)
    assert done.returncode == 0


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.path.stem)
def test_a_figure_is_well_formed_and_small(question: Question) -> None:
    text = question.svg.read_text("utf-8")
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert len(text) < 20_000 and "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_a_long_label_is_shortened_and_not_cut_off() -> None:
    assert ">" + "项" * 22 + "…</text>" in bars([Point("项" * 40, "s", Decimal(1))], "t")


def test_what_was_not_printed_is_a_dash_and_below_zero_is_hollow() -> None:
    drawn = bars([Point("<a>", "s", None), Point("b", "s", Decimal("-1.41"))], "t")
    assert ">–<" in drawn and 'fill="#fff" stroke=' in drawn and "&lt;a&gt;" in drawn
