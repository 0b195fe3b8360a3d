"""The Python and the R of docs/connect.md are run as they stand there, over exports of data/raw."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.exports.export import export
from pipelines.paths import ROOT

TEXT = (ROOT / "docs" / "connect.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
NOT_IN_DEBIAN = "library(duckdb)"
R_BLOCKS = [code for code in re.findall(r"```r\n(.*?)```", TEXT, re.DOTALL) if NOT_IN_DEBIAN not in code]


@pytest.fixture(scope="module")
def place(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the repository is."""
    folder = tmp_path_factory.mktemp("connect")
    warehouse = folder / "data" / "warehouse"
    warehouse.mkdir(parents=True)
    (warehouse / "juesuan.duckdb").symlink_to(demo)
    for form in ("parquet", "csv", "xlsx"):
        export(form, demo, warehouse / "exports" / form)
    return folder


@pytest.fixture(scope="module")
def expected(demo: Path) -> tuple[str, int]:
    """The sum of spending as R prints it, and its rows."""
    with duckdb.connect(str(demo), read_only=True, config={"enable_external_access": "false"}) as connection:
        found = connection.execute("select sum(amount_yuan), count(*) from spending").fetchone()
    assert found is not None
    return f"{found[0]:.2f}", found[1]


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


@pytest.mark.slow
@pytest.mark.parametrize("code", R_BLOCKS, ids=range(len(R_BLOCKS)))
def test_the_r_code_runs_and_adds_up(code: str, place: Path, expected: tuple[str, int]) -> None:
    """As it stands there, in R itself: the sum to the cent, every row, and codes that stay text."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("no R: apt-get install r-base-core r-cran-data.table r-cran-readxl")
    package = re.search(r"library\(([\w.]+)\)", code)
    assert package
    if subprocess.run([rscript, "-e", f"library({package[1]})"], capture_output=True, check=False).returncode:
        pytest.skip(f"no {package[1]} for R: apt-get install r-cran-{package[1]}")
    told = 'cat(sprintf("%.2f %d %s", sum(spending$amount_yuan), nrow(spending), class(spending$item_code)))'
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [rscript, "-e", code + told], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{expected[0]} {expected[1]} character"


@pytest.mark.slow
def test_libreoffice_reads_every_cell_of_the_workbook(place: Path, demo: Path, tmp_path: Path) -> None:
    """The sheet of spending, saved by LibreOffice as CSV with cells as they are, against the warehouse."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice: apt-get install libreoffice-calc-nogui")
    book = place / "data" / "warehouse" / "exports" / "xlsx" / "juesuan.xlsx"
    # tokens of the CSV filter: comma, quote, UTF-8, from line 1, no column formats, language, quote no text,
    # values and not their formats, no formulas, no spaces removed, every sheet into a file of its own
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"  # its own: LibreOffice may be open elsewhere
    command = [soffice, "--headless", profile, "--convert-to", every_sheet, "--outdir", str(tmp_path), str(book)]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    with (tmp_path / "juesuan-支出（末级）.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    with duckdb.connect(str(demo), read_only=True, config={"enable_external_access": "false"}) as connection:
        asked = connection.execute("from spending")
        names = [column[0] for column in asked.description]
        stored = {row[0]: dict(zip(names, row, strict=True)) for row in asked.fetchall()}
    assert {row["spending_id"] for row in read} == stored.keys()
    for row in read:
        for name, value in stored[row["spending_id"]].items():
            if isinstance(value, Decimal):
                assert Decimal(row[name].replace(",", "")) == value, (row["spending_id"], name)
            else:
                assert row[name] == ("" if value is None else str(value)), (row["spending_id"], name)


def test_what_was_not_tried_says_so() -> None:
    for tool in ("Power BI", "DBeaver"):
        section = TEXT.split(f"\n## {tool}\n")[1].split("\n## ")[0]
        assert "Not tried here" in section
