"""The questions of the README are asked: every row that it shows is among the answers."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipelines.cli_output import as_text
from pipelines.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")
ASKED = re.findall(r"```sql\n(.*?)```\n\n((?:\|[^\n]*\n)+)", README, re.DOTALL)


def test_there_are_five() -> None:
    assert len(ASKED) == 5


@pytest.mark.slow
@pytest.mark.parametrize(("sql", "shown"), ASKED, ids=range(len(ASKED)))
def test_the_answers_are_what_the_reports_say(sql: str, shown: str, demo: Path) -> None:
    with duckdb.connect(str(demo), read_only=True, config={"enable_external_access": "false"}) as connection:
        asked = connection.execute(sql)
        columns = [column[0] for column in asked.description]
        answers = {tuple(as_text(value) for value in row) for row in asked.fetchall()}
    head, _, *rows = [tuple(cell.strip() for cell in line.strip("|\n").split("|")) for line in shown.splitlines()]
    assert list(head) == columns
    for row in rows:
        assert row[0] == "…" or row in answers, row
    counted = re.search(r"(\d+) rows", shown)
    assert counted is None or int(counted[1]) == len(answers)


@pytest.mark.slow
def test_the_figure_that_is_shown_is_there(demo: Path) -> None:
    [figure] = re.findall(r"juesuan show ([0-9a-f]{16})", README)
    with duckdb.connect(str(demo), read_only=True, config={"enable_external_access": "false"}) as connection:
        assert connection.execute("select page from figures where figure_id = ?", [figure]).fetchone() == (9,)
