"""The forms of real reports, figure by figure, against what was read from them by eye (`tests/gold/`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest

from pipelines.documents.model import Document
from pipelines.documents.reader import read_document
from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.conservation import unaccounted
from tests.gold_scoring import GOLD, load_gold, score_forms
from tests.typeset.make_raw import FILES, RAW

REPORTS = {
    "zhuzhou_2024_forms.csv": "株洲市应急管理局2024*.txt",
    "gaoping_2024_forms.csv": "高平市应急管理局2024*.txt",
    "putuo_2024_forms.csv": "上海市普陀区*2024*.pdf",
}


@cache
def read(path: Path) -> tuple[Document, Reading]:
    """One reading of a file for all tests of this module."""
    document = read_document(path)
    return document, read_forms(document)


@pytest.mark.parametrize("gold", REPORTS)
def test_every_printed_number_is_a_figure_and_equal_to_the_print(shared: Path, gold: str) -> None:
    (path,) = (shared / "reports").glob(REPORTS[gold])
    _, reading = read(path)
    rows = load_gold(GOLD / gold)
    forms = {row["form"] for row in rows}
    score = score_forms([asdict(figure) for figure in reading.figures if figure.form in forms], rows)
    assert not score.differences, score.describe()
    assert not [reject for reject in reading.rejects if reject.form in forms]


@pytest.mark.parametrize("name", ["zhuzhou_2024", "gaoping_2024"])
def test_committed_reports_read_as_their_gold(name: str) -> None:
    """The re-typeset PDFs hold the published figures. One label is theirs: see tests/test_typeset.py."""
    _, reading = read(RAW / FILES[name])
    rows = load_gold(GOLD / f"{name}_forms.csv")
    forms = {row["form"] for row in rows}
    as_gold = {"年初财政拨款结转和结余": "年初结转和结余"} if name == "zhuzhou_2024" else {}
    figures = [asdict(figure) for figure in reading.figures if figure.form in forms]
    for figure in figures:
        figure["line_label"] = as_gold.get(figure["line_label"], figure["line_label"])
    score = score_forms(figures, rows)
    assert not score.differences, score.describe()
    assert not reading.rejects


@pytest.mark.parametrize("name", FILES)
def test_no_number_of_a_committed_report_is_dropped_in_silence(name: str) -> None:
    assert unaccounted(*read(RAW / FILES[name])) == []


def test_no_number_of_a_real_report_is_dropped_in_silence(shared: Path) -> None:
    files = [path for path in sorted((shared / "reports").iterdir()) if path.suffix in {".txt", ".pdf"}]
    assert len(files) >= 6
    for path in files:
        if path.name != "README.md":
            assert unaccounted(*read(path)) == [], path.name


def test_a_heading_merged_over_its_rows_weighs_once() -> None:  # 永州 2021: 产出指标(50分) beside many indicators
    _, reading = read(RAW / FILES["yongzhou_2021"])
    weights = Counter((f.table_no, f.line_label) for f in reading.figures if f.measure == "heading_weight")
    assert set(weights.values()) == {1}
