"""The Python of docs/connect.md is run as it stands there, over an export of data/raw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.exports.export import export
from pipelines.paths import ROOT

TEXT = (ROOT / "docs" / "connect.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def place(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the repository is."""
    folder = tmp_path_factory.mktemp("connect")
    warehouse = folder / "data" / "warehouse"
    warehouse.mkdir(parents=True)
    (warehouse / "juesuan.duckdb").symlink_to(demo)
    for form in ("parquet", "csv"):
        export(form, demo, warehouse / "exports" / form)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_the_code_runs_and_money_stays_decimal(code: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "polars" in code:
        pytest.importorskip("polars")
    monkeypatch.chdir(place)
    names: dict[str, object] = {}
    exec(code, names)
    frame = names.get("rows") if "rows" in names else names["spending"]
    assert "decimal" in str(frame["amount_yuan"].dtype).lower()  # type: ignore[index]


def test_what_was_not_tried_says_so() -> None:
    for tool in ("Power BI", "DBeaver", "R"):
        section = TEXT.split(f"\n## {tool}\n")[1].split("\n## ")[0]
        assert "Not tried here" in section
