"""The main job for real, on reports of a few lines: publish, leave alone what has not changed, survive a kill.

One warehouse is built once for the session; the tests that need builds of their own do as few as they can.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from pipelines import build as building
from pipelines.build import BuildError, BuildSummary, Silent, build
from pipelines.cli import app
from pipelines.storage import RemoteFolder
from pipelines.warehouse.checksums import read_checksums
from pipelines.warehouse.load import load_tables
from pipelines.warehouse.publish import WarehouseError
from tests.s3_server import copy_up, sub
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


def test_reports_and_landing_in_s3_give_the_same_warehouse(
    built: tuple[Path, Path, BuildSummary], s3: RemoteFolder, tmp_path: Path
) -> None:
    copy_up(built[0], sub(s3, "raw"))
    command = [sys.executable, "-m", "pipelines.cli", "build", "-w", str(tmp_path / "w.duckdb")]
    command += ["--raw", f"{s3.url}/raw", "--landing", f"{s3.url}/landing"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    here, there = read_checksums(built[1]), read_checksums(tmp_path / "w.duckdb")
    differ = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
    assert len(here) > 40 and differ == {"landing.files"}, "the refused link is nothing that S3 can hold"
    assert ("link.txt", "refused") in _ask(built[1], "select file_path, role from landing.files")


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

    monkeypatch.setattr(building, "starting_dbt", broken)
    with pytest.raises(BuildError, match="no space left"):
        build(raw, warehouse)
    assert warehouse.read_bytes() == content
    assert not list(tmp_path.glob(".w.duckdb.building-*"))


def test_a_mark_survives_a_rebuild_and_a_new_version(built: tuple[Path, Path, BuildSummary], tmp_path: Path) -> None:
    """Built, marked false, built again with a new version that prints the same: the mark is on both, and the scores of
    both leave the finding out. An entry that cannot be used is told, and the others count."""
    raw, warehouse, reviews = tmp_path / "raw", tmp_path / "w.duckdb", tmp_path / "reviews.yml"
    shutil.copytree(built[0], raw, symlinks=True)
    shutil.copytree(building.landing_beside(built[1]), building.landing_beside(warehouse))
    shutil.copy(built[1], warehouse)
    wrong = "rule = 'children_sum' and measure = 'expenditure' and line_label = '合计'"
    [(finding,)] = _ask(warehouse, f"select finding_id from findings where {wrong}")
    ask = ["review", str(finding), "--as", "false", "--by", "王某", "--note", "读错", "-w", str(warehouse)]
    done = CliRunner().invoke(app, [*ask, "--reviews", str(reviews)])
    assert done.exit_code == 0 and "芦淞区" in done.output
    reviews.write_text(reviews.read_text("utf-8") + "- as: nonsense\n", "utf-8")
    (raw / "flat.v2.txt").write_text((raw / "flat.txt").read_text("utf-8") + "\n联系电话：0731-12345678\n", "utf-8")

    told = Told()
    build(raw, warehouse, reviews=reviews, as_of=date(2026, 10, 31), reporter=told)
    anew = "2 of 5 reports are made anew, the others are as published"  # the version and the one that it follows
    assert told.notes[1:] == [anew] and f"{reviews}:" in told.notes[0]
    states = _ask(
        warehouse, "select version, verdict, reviewer, state from finding_reviews join dim_report using (report_id)"
    )
    assert sorted(states) == [(1, "false", "王某", "older_version"), (2, "false", "王某", "in_force")]
    assert _ask(warehouse, f"select distinct review from findings where {wrong}") == [("false",)]
    scores = _ask(
        warehouse,
        """select consistency::varchar, identities_judged, identities_hold, identities_excused from report_scores
           where division_code = '430203'""",
    )
    assert scores == [("95.45", 23, 21, 1)] * 2  # 21 of 22; the sum of the row is wrong as well, and nobody marked it
    due = _ask(
        warehouse,
        """select fiscal_year, state, is_overdue, as_of from disclosure_timeliness
           where agency_name = '株洲市芦淞区应急管理局' order by fiscal_year""",
    )
    assert [(year, state, overdue) for year, state, overdue, _ in due] == [
        (2023, "unknown", False),
        (2024, "unknown", True),
        (2025, "unknown", True),
        (2026, "not_due_yet", False),
    ]


class Told(Silent):
    """Keeps what a build remarks."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


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


@pytest.fixture(scope="session")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, models and suites: builds that run one after another must not differ by somebody's edits."""
    folder = tmp_path_factory.mktemp("frozen")
    passed_over = shutil.ignore_patterns("__pycache__", "target", "logs", "uncommitted")
    for name in ("pipelines", "dbt_project", "expectations"):
        shutil.copytree(ROOT / name, folder / name, ignore=passed_over)
    return folder


def _start(code: Path, raw: Path, warehouse: Path, *options: str) -> subprocess.Popen[str]:
    arguments = ["build", "--raw", str(raw), "--warehouse", str(warehouse), *options]
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=code,
        env=os.environ | {"PYTHONPATH": str(code), "PYTHONUNBUFFERED": "1"},
    )


def _kill_at(process: subprocess.Popen[str], stage: str) -> None:
    """kill -9 as soon as the build says that it has come to this stage."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _tables(warehouse: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every mart and landed table, in a fixed order."""
    names = _ask(
        warehouse,
        """select table_schema || '.' || table_name from information_schema.tables
           where list_contains(['main', 'landing', 'rules', 'published'], table_schema) and table_type = 'BASE TABLE'
           order by all""",
    )
    return {str(name): sorted(_ask(warehouse, f"from {name}"), key=repr) for (name,) in names}


def test_kill_9_damage_and_two_builds_at_once_end_where_a_clean_build_does(
    built: tuple[Path, Path, BuildSummary], frozen: Path, tmp_path: Path
) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "w.duckdb"
    landing = building.landing_beside(warehouse)
    shutil.copytree(built[0], raw, symlinks=True)
    shutil.copytree(building.landing_beside(built[1]), landing)
    shutil.copy(built[1], warehouse)
    content = warehouse.read_bytes()

    write_small(raw, "new.txt", agency="永州市应急管理局", year=2021)
    for stage in ("reading reports", "building the marts"):
        _kill_at(_start(frozen, raw, warehouse), stage)
        assert warehouse.read_bytes() == content
    damaged = sorted(landing.glob("??/*/figures.parquet"))
    damaged[0].write_bytes(b"PAR1 cut off")
    damaged[1].unlink()
    older = landing / damaged[0].parts[-3] / (damaged[0].parts[-2].partition("-")[0] + "-0123456789ab")
    shutil.copytree(damaged[0].parent, older)  # as another version of the extractor left it

    two = [_start(frozen, raw, warehouse) for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in two]
    assert [process.returncode for process in two] == [0, 0], outputs
    assert sum("waiting" in err for _, err in outputs) == 1
    assert sum("up to date" in out for out, _ in outputs) == 1
    assert not list(tmp_path.glob(".w.duckdb.building-*"))
    assert (tmp_path / "w.duckdb.1").read_bytes() == content

    clean = _start(frozen, raw, tmp_path / "clean" / "w.duckdb")
    out, err = clean.communicate(timeout=300)
    assert clean.returncode == 0, err
    assert _tables(warehouse) == _tables(tmp_path / "clean" / "w.duckdb")  # checksums too
    assert out.split("mart ")[1].split("Not read")[0] in "".join(text for text, _ in outputs)


def test_a_copied_and_renamed_warehouse_answers_in_every_view(
    built: tuple[Path, Path, BuildSummary], tmp_path: Path
) -> None:
    copy = tmp_path / "决算 backup-2.duckdb"
    shutil.copy(built[1], copy)
    views = _ask(copy, "select schema_name || '.' || view_name from duckdb_views() where not internal")
    assert ("staging.stg_figures",) in views
    for (view,) in views:
        assert _ask(copy, f"select count(*) from {view}") == _ask(built[1], f"select count(*) from {view}")


LITTLE_ROOM = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as on a full disk: the write fails, and nobody is killed
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from pipelines.cli import main
main()
"""


@pytest.mark.parametrize("room", [1_000, 2_000_000])  # while landing; while the marts are made
def test_a_full_disk_is_one_line_and_the_published_warehouse_stays(
    built: tuple[Path, Path, BuildSummary], tmp_path: Path, room: int
) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "w.duckdb"
    shutil.copytree(built[0], raw, symlinks=True)
    shutil.copy(built[1], warehouse)
    content = warehouse.read_bytes()
    write_small(raw, "new.txt", year=2020)
    command = [sys.executable, "-c", LITTLE_ROOM, str(room), "build", "--raw", str(raw), "--warehouse", str(warehouse)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    said = [line for line in done.stderr.splitlines() if line.startswith("juesuan:")]
    assert done.returncode == 2 and len(said) == 1 and "Traceback" not in done.stderr, done.stderr
    assert warehouse.read_bytes() == content and _ask(warehouse, "select count(*) from findings") is not None
    assert not list(tmp_path.glob(".w.duckdb.building-*"))


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes to read-only folders too")
def test_a_read_only_folder_is_one_line(built: tuple[Path, Path, BuildSummary], tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    shutil.copy(built[1], folder / "w.duckdb")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in tmp_path.parents:  # another user must come this far; only the folder itself is closed
        if parent.owner() == Path.home().owner() and parent.is_relative_to("/tmp") and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    code = "from pipelines.cli import main; main()"
    drop = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*drop, sys.executable, "-c", code, "build", "--raw", str(built[0]), "-w", str(folder / "w.duckdb")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
