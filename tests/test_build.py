"""The main job for real, on reports of a few lines: publish, leave alone what has not changed, survive a kill.

One warehouse is built once for the session; the tests that need builds of their own do as few as they can.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines import build as building
from pipelines.build import BuildError, BuildSummary, build
from pipelines.warehouse.load import load_tables
from pipelines.warehouse.publish import WarehouseError
from tests.small_reports import FIGURES, write_small

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


def _raw(folder: Path) -> Path:
    raw = folder / "raw"
    write_small(raw / "430200-株洲市" / "2024", "决算.txt")
    write_small(raw, "flat.txt", agency="株洲市芦淞区应急管理局", year=2023, total="162.89")  # 12.89 too much
    write_small(raw, "copy of flat.txt", agency="株洲市芦淞区应急管理局", year=2023, total="162.89")
    (raw / "empty.pdf").write_bytes(b"")
    (raw / "error page.pdf").write_text("<html><title>404</title><body>页面不存在</body></html>", "utf-8")
    (raw / "link.txt").symlink_to("/etc/hostname")
    return raw


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, BuildSummary]:
    """(raw folder, warehouse, what the first build said)."""
    folder = tmp_path_factory.mktemp("built")
    raw = _raw(folder)
    return raw, folder / "w.duckdb", build(raw, folder / "w.duckdb")


def _ask(warehouse: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_good_reports_are_published_and_bad_ones_told(built: tuple[Path, Path, BuildSummary]) -> None:
    _, warehouse, summary = built
    assert (summary.read, summary.kept, summary.up_to_date) == (4, 0, False)
    assert summary.reports == {"read": 2, "not_read": 2}
    assert summary.figures == 2 * FIGURES
    troubles = {path: (status, reason) for path, status, reason in summary.troubles}
    assert set(troubles) == {"empty.pdf", "error page.pdf", "link.txt"} and not summary.flawless
    assert troubles["link.txt"][0] == "refused" and all(reason for _, reason in troubles.values())
    assert _ask(warehouse, "select division_code, fiscal_year from dim_report where status = 'read' order by all") == [
        ("430200", 2024),
        ("430203", 2023),
    ]
    assert ("flat.txt", "copy") in _ask(warehouse, "select file_path, role from landing.files")


def test_a_total_that_does_not_add_up_is_a_finding_and_one_that_does_is_none(
    built: tuple[Path, Path, BuildSummary],
) -> None:
    found = _ask(
        built[1],
        """select division_code, line_label, abs(difference) from findings join dim_report using (report_id)
           where outcome = 'inconsistent' and form = 'expenditure' and measure = 'expenditure'""",
    )
    assert found and {(code, label, float(str(difference))) for code, label, difference in found} == {
        ("430203", "合计", 12.89)
    }


def test_an_unchanged_rebuild_reads_nothing_and_writes_nothing(built: tuple[Path, Path, BuildSummary]) -> None:
    raw, warehouse, _ = built
    landing = building.landing_beside(warehouse)
    before = {path: path.stat().st_mtime_ns for path in (warehouse, *landing.rglob("*.parquet"))}
    again = build(raw, warehouse)
    assert (again.up_to_date, again.read, again.kept) == (True, 0, 4)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert again.findings == built[2].findings and again.troubles == built[2].troubles


def test_a_build_that_fails_leaves_what_was_published(
    built: tuple[Path, Path, BuildSummary], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "w.duckdb"
    shutil.copytree(built[0], raw, symlinks=True)
    shutil.copy(built[1], warehouse)
    content = warehouse.read_bytes()
    write_small(raw, "new.txt", year=2020)

    def broken(*_: object, **__: object) -> None:
        raise WarehouseError("dbt: 1 failed, first model.juesuan.figures: no space left on device")

    monkeypatch.setattr(building, "run_dbt", broken)
    with pytest.raises(BuildError, match="no space left"):
        build(raw, warehouse)
    assert warehouse.read_bytes() == content
    assert not list(tmp_path.glob(".w.duckdb.building-*"))


def test_a_batch_without_any_figure_does_not_replace_one_with_figures(tmp_path: Path) -> None:
    empty, full = tmp_path / "empty.duckdb", tmp_path / "full.duckdb"
    for path, figures in ((empty, 0), (full, 3)):
        load_tables(path, "landing", {"figures": pa.table({"figure_id": pa.array(range(figures), pa.int32())})})
    with pytest.raises(BuildError, match="no figure"):
        building.check(empty, history=full)


def test_nothing_to_build_is_an_error_and_empties_nothing(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="--raw"):
        build(tmp_path / "none", tmp_path / "w.duckdb")
    (tmp_path / "raw").mkdir()
    with pytest.raises(BuildError, match="no report"):
        build(tmp_path / "raw", tmp_path / "w.duckdb")
    assert not (tmp_path / "w.duckdb").exists()


def _start(raw: Path, warehouse: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipelines.cli", "build", "--raw", str(raw), "--warehouse", str(warehouse)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    )


def _tables(warehouse: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every mart and landed table, in a fixed order."""
    names = _ask(
        warehouse,
        """select table_schema || '.' || table_name from information_schema.tables
           where table_schema in ('main', 'landing', 'rules') and table_type = 'BASE TABLE' order by all""",
    )
    return {str(name): sorted(_ask(warehouse, f"from {name}"), key=repr) for (name,) in names}


def test_kill_9_then_two_builds_at_once_end_where_a_clean_build_does(
    built: tuple[Path, Path, BuildSummary], tmp_path: Path
) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "w.duckdb"
    shutil.copytree(built[0], raw, symlinks=True)
    shutil.copy(built[1], warehouse)
    content = warehouse.read_bytes()
    write_small(raw, "new.txt", agency="永州市应急管理局", year=2021)

    killed = _start(raw, warehouse)
    assert killed.stderr is not None
    for line in killed.stderr:
        if line.startswith("building the marts"):
            break
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert warehouse.read_bytes() == content

    first, second = _start(raw, warehouse), _start(raw, warehouse)
    outputs = [process.communicate(timeout=300) for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outputs
    assert sum("waiting" in err for _, err in outputs) == 1
    assert sum("up to date" in out for out, _ in outputs) == 1
    assert not list(tmp_path.glob(".w.duckdb.building-*"))
    assert (tmp_path / "w.duckdb.1").read_bytes() == content

    clean = tmp_path / "clean" / "w.duckdb"
    build(raw, clean)
    assert _tables(warehouse) == _tables(clean)
