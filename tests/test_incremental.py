"""A build on top of a published file ends where a build from nothing does, row for row, whatever has changed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines import making
from pipelines.build import BuildSummary, Silent, build, landing_beside
from pipelines.cli import app
from pipelines.warehouse.changes import groups, parts
from tests.small_reports import EXPENDITURE, write_small

pytestmark = pytest.mark.slow
AS_OF = date(2026, 10, 31)
DISTRICTS = ["雁峰区", "石鼓区", "珠晖区", "蒸湘区", "南岳区", "双清区", "大祥区"]  # of 衡阳 and 邵阳
NEW = ["北塔区", "岳阳楼区", "云溪区"]
MARKED = "rule = 'children_sum' and measure = 'expenditure' and line_label = '合计'"


class Notes(Silent):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildSummary, list[str]]:
    """(folder, the build on top of a published file, what it remarked): everything that can change has changed."""
    folder = tmp_path_factory.mktemp("grown")
    raw, warehouse, reviews = folder / "raw", folder / "w.duckdb", folder / "reviews.yml"
    write_small(raw / "430200-株洲市" / "2024", "决算.txt")
    write_small(raw / "430203-芦淞区" / "2023", agency="株洲市芦淞区应急管理局", year=2023, total="162.89")
    write_small(raw / "430211-天元区" / "2023", agency="株洲市天元区财政局", year=2023)
    write_small(raw / "430202-荷塘区" / "2023", agency="株洲市荷塘区应急管理局", year=2023)
    write_small(raw / "430204-石峰区" / "2022" / "公开", "说明.txt", agency="株洲市石峰区财政局", year=2022)
    for district in DISTRICTS:
        city = "邵阳市" if district in ("双清区", "大祥区") else "衡阳市"
        # ten thousand times the others, once there are ten bodies to compare it with
        total = "1500000.00" if district == "南岳区" else "150.00"
        write_small(raw / district / "2023", agency=f"{city}{district}应急管理局", year=2023, total=total)
    build(raw, warehouse, reviews=reviews, as_of=AS_OF)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(finding,)] = connection.execute(
            f"select finding_id from findings where {MARKED} and report_id in "
            "(select report_id from dim_report where place_name = '芦淞区')"
        ).fetchall()
        assert not connection.execute("from findings where rule = 'outlier_of_its_type'").fetchall()

    said = ["review", finding, "--as", "false", "--by", "王某", "-w", str(warehouse), "--reviews", str(reviews)]
    assert CliRunner().invoke(app, said).exit_code == 0
    write_small(raw / "430200-株洲市" / "2024", "决算.v2.txt", total="151.00")
    (raw / "430211-天元区" / "2023" / "a.txt").unlink()
    (raw / "430202-荷塘区" / "2023" / "a.txt.yml").write_text("agency: 株洲市荷塘区财政局\n", "utf-8")
    write_small(raw / "430203-芦淞区" / "2024", agency="株洲市芦淞区应急管理局", year=2024)
    form = EXPENDITURE.format(agency="", year="", total="150.00").replace("部门：\n", "")
    (raw / "430204-石峰区" / "2022" / "公开" / "表.txt").write_text(form, "utf-8")
    for district in NEW:
        city = "邵阳市" if district == "北塔区" else "岳阳市"
        write_small(raw / district / "2023", agency=f"{city}{district}应急管理局", year=2023)
    remarks = Notes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "WORTH_IT", 1.0)
        return folder, build(raw, warehouse, reviews=reviews, as_of=AS_OF, reporter=remarks), remarks.notes


def from_nothing(folder: Path, name: str) -> BuildSummary:
    warehouse = folder / name / "w.duckdb"
    shutil.copytree(landing_beside(folder / "w.duckdb"), landing_beside(warehouse))
    return build(folder / "raw", warehouse, reviews=folder / "reviews.yml", as_of=AS_OF)


def test_only_what_has_changed_is_made_anew(grown: tuple[Path, BuildSummary, list[str]]) -> None:
    """株洲 twice, 荷塘, 芦淞 twice, 石峰 twice, three new ones; not the six of 衡阳 and 邵阳 that nobody touched."""
    folder, built, remarks = grown
    assert remarks == ["10 of 17 reports are made anew, the others are as published"]
    with duckdb.connect(str(folder / "w.duckdb"), read_only=True) as connection:
        outliers = connection.execute(
            "select place_name from findings join dim_report using (report_id) where rule = 'outlier_of_its_type'"
        ).fetchall()
    assert outliers == [("南岳区",)], "an untouched report became an outlier by the new ones"
    assert built.reports["read"] + built.reports.get("partly_read", 0) == 17


def test_it_is_what_a_build_from_nothing_makes(grown: tuple[Path, BuildSummary, list[str]]) -> None:
    folder, built, _ = grown
    assert from_nothing(folder, "whole").checksums == built.checksums


def test_parts_make_the_same(grown: tuple[Path, BuildSummary, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, built, _ = grown
    monkeypatch.setattr(making, "PER_PART", 6)
    assert from_nothing(folder, "parts").checksums == built.checksums


def test_files_with_a_mark_in_common_are_one_group() -> None:
    files = [("a", ["x"]), ("b", ["y"]), ("c", ["x", "z"]), ("d", []), ("e", ["z"]), ("b", ["w"]), ("f", ["w"])]
    assert groups(files) == [["a", "c", "e"], ["b", "f"], ["d"]]
    assert parts([["a", "c", "e"], ["b", "f"], ["d"]], 3) == [["a", "c", "e"], ["b", "f", "d"]]
    assert parts([["a", "c", "e"], ["d"]], 2) == [["a", "c", "e"], ["d"]], "a group is never cut"
