"""The forms of real reports, figure by figure, against what was read from them by eye (`tests/gold/`)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from pipelines.documents.reader import read_document
from pipelines.forms.interpreter import read_forms
from tests.gold_scoring import GOLD, load_gold, score_forms

REPORTS = {
    "zhuzhou_2024_forms.csv": "株洲市应急管理局2024*.txt",
    "gaoping_2024_forms.csv": "高平市应急管理局2024*.txt",
    "putuo_2024_forms.csv": "上海市普陀区*2024*.pdf",
}


@pytest.mark.parametrize("gold", REPORTS)
def test_every_printed_number_is_a_figure_and_equal_to_the_print(shared: Path, gold: str) -> None:
    (path,) = (shared / "reports").glob(REPORTS[gold])
    reading = read_forms(read_document(path))
    rows = load_gold(GOLD / gold)
    forms = {row["form"] for row in rows}
    score = score_forms([asdict(figure) for figure in reading.figures if figure.form in forms], rows)
    assert not score.differences, score.describe()
    assert not [reject for reject in reading.rejects if reject.form in forms]
