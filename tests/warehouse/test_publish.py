"""Publishing: atomic, one builder at a time, the last ones kept, and whole whenever the builder is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.checksums import read_checksums
from pipelines.warehouse.publish import (
    WarehouseError,
    build_lock,
    building_path,
    half_built,
    kept,
    kept_path,
    publish,
    rollback,
)

ROOT = Path(__file__).resolve().parents[2]


def _make(path: Path, number: int) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select ? as n", [number])
    return path


def _ask(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("select n from t").fetchone()
        assert row is not None
        return int(row[0])


def test_the_last_ones_are_kept(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    for number in range(1, 6):
        publish(_make(building_path(warehouse), number), warehouse, keep=2)
    assert (_ask(warehouse), _ask(tmp_path / "w.duckdb.1"), _ask(tmp_path / "w.duckdb.2")) == (5, 4, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.duckdb", "w.duckdb.1", "w.duckdb.2"]


def test_a_reader_keeps_what_it_has_open_and_another_process_sees_the_new(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    publish(_make(building_path(warehouse), 1), warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as reader:
        publish(_make(building_path(warehouse), 2), warehouse)
        assert reader.execute("select n from t").fetchone() == (1,)
        code = (
            f"import duckdb; print(duckdb.connect({str(warehouse)!r}, read_only=True).execute('from t').fetchone()[0])"
        )
        assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "2"


def test_a_failed_build_leaves_no_half_built_file(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    publish(_make(building_path(warehouse), 1), warehouse)
    with pytest.raises(RuntimeError), half_built(warehouse) as building:
        _make(building, 2)
        building.with_name(building.name + ".wal").write_text("x")
        raise RuntimeError("a model broke")
    assert [path.name for path in tmp_path.iterdir()] == ["w.duckdb"]
    assert _ask(warehouse) == 1


def test_a_file_that_somebody_still_writes_is_not_published(tmp_path: Path) -> None:
    warehouse, built = tmp_path / "w.duckdb", tmp_path / "built.duckdb"
    _make(built, 1)
    code = f"import duckdb, time; c = duckdb.connect({str(built)!r}); print('open', flush=True); time.sleep(60)"
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises((WarehouseError, duckdb.Error)):
            publish(built, warehouse)
    finally:
        writer.kill()
        writer.wait()
    assert not warehouse.exists()


HOLDER = """
import sys, time
from pathlib import Path
from pipelines.warehouse.publish import build_lock, building_path
import duckdb
warehouse = Path(sys.argv[1])
with build_lock(warehouse):
    duckdb.connect(str(building_path(warehouse))).execute("create table t as select 1 as n")
    print("holding", flush=True)
    time.sleep(60)
"""


def _holder(warehouse: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(warehouse)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None and process.stdout.readline().strip() == "holding"
    return process


def test_a_second_builder_is_told_who_builds_and_goes_on_after_kill_9(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    holder = _holder(warehouse)
    try:
        with pytest.raises(WarehouseError, match=f"process {holder.pid}"), build_lock(warehouse, wait_s=0.3):
            pass
        told: list[str] = []
        threading.Timer(0.5, holder.send_signal, [signal.SIGKILL]).start()
        with build_lock(warehouse, wait_s=20, on_wait=told.append):
            assert told and str(holder.pid) in told[0]
            assert not list(tmp_path.glob("*.building-*"))  # what the killed one left is gone
    finally:
        holder.kill()
        holder.wait()


def test_kill_9_between_any_two_steps_leaves_an_answer(tmp_path: Path) -> None:
    """A builder that publishes for ever is killed again and again; the published name always holds a whole file."""
    warehouse = tmp_path / "w.duckdb"
    publish(_make(building_path(warehouse), 0), warehouse)
    code = f"""
import itertools, duckdb
from pathlib import Path
from pipelines.warehouse.publish import building_path, publish
warehouse = Path({str(warehouse)!r})
for n in itertools.count(1):
    with duckdb.connect(str(building_path(warehouse))) as c:
        c.execute("create or replace table t as select ? as n", [n])
    publish(building_path(warehouse), warehouse)
    print(n, flush=True)
"""
    for delay in (0.02, 0.11, 0.23):
        builder = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        assert builder.stdout is not None
        builder.stdout.readline()
        time.sleep(delay)
        builder.kill()
        builder.wait()
        assert _ask(warehouse) > 0
        with build_lock(warehouse, wait_s=1):
            assert not list(tmp_path.glob(".w.duckdb.building-*"))


def test_a_checksum_is_over_the_rows_whatever_their_order(tmp_path: Path) -> None:
    def made(name: str, rows: str, column: str = "n") -> dict[str, tuple[int, str]]:
        with duckdb.connect(str(tmp_path / "b")) as connection:
            connection.execute(f"create table t as select * from (values {rows}) v({column}, s)")
        publish(tmp_path / "b", tmp_path / name)
        return read_checksums(tmp_path / name)

    first = made("a.duckdb", "(1, 'x'), (2, null), (2, null)")
    assert first["main.t"][0] == 3
    assert made("b.duckdb", "(2, null), (1, 'x'), (2, null)") == first
    for name, rows, column in (
        ("c.duckdb", "(1, 'x'), (2, null)", "n"),  # a row twice is not a row once, nor no row
        ("d.duckdb", "(1, 'x'), (1, 'x'), (2, null)", "n"),
        ("e.duckdb", "(1, 'x'), (2, ''), (2, null)", "n"),
        ("f.duckdb", "(1, 'x'), (2, null), (2, null)", "m"),
    ):
        assert made(name, rows, column)["main.t"] != first["main.t"]


def _numbers(warehouse: Path) -> list[int]:
    return [_ask(warehouse), *(_ask(kept_path(warehouse, n)) for n in kept(warehouse))]


def test_rollback_loses_no_version(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    for number in (1, 2, 3, 4):
        publish(_make(building_path(warehouse), number), warehouse)
    assert _numbers(warehouse) == [4, 3, 2, 1]
    rollback(warehouse, 2)
    assert _numbers(warehouse) == [2, 4, 3, 1]
    rollback(warehouse)
    assert _numbers(warehouse) == [4, 2, 3, 1]
    kept_path(warehouse, 2).write_bytes(b"not a database")
    with pytest.raises(WarehouseError, match="cannot be opened"):
        rollback(warehouse, 2)
    warehouse.unlink()  # somebody removed the published file
    rollback(warehouse)
    assert (_ask(warehouse), kept(warehouse)) == (2, [1, 2])
    publish(_make(building_path(warehouse), 5), warehouse)
    assert kept(warehouse) == [1, 2, 3] and _ask(kept_path(warehouse, 1)) == 2
    assert not list(tmp_path.glob(".*building*"))


@pytest.mark.parametrize("step", [*range(0, 12, 2), 11, 99])
def test_a_rollback_killed_between_any_two_steps_loses_nothing(tmp_path: Path, step: int) -> None:
    warehouse = tmp_path / "w.duckdb"
    for number in (1, 2, 3, 4):
        publish(_make(building_path(warehouse), number), warehouse)
    done = 0

    class Killed(BaseException):
        pass

    def counted(real):  # type: ignore[no-untyped-def]
        def act(*arguments: object, **options: object) -> object:
            nonlocal done
            if done == step:
                raise Killed
            done += 1
            return real(*arguments, **options)

        return act

    with pytest.MonkeyPatch.context() as patch:
        for name in ("replace", "unlink", "hardlink_to"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        with contextlib.suppress(Killed):
            rollback(warehouse, 2)
    with build_lock(warehouse):  # the next builder clears what is left over
        assert set(_numbers(warehouse)) == {1, 2, 3, 4}


READER = """
import sys, time
from pathlib import Path
from pipelines.warehouse.query import open_readonly
seen, stop = set(), time.monotonic() + 60
while time.monotonic() < stop and 30 not in seen:
    with open_readonly(Path(sys.argv[1])) as opened:
        rows = opened.query("select min(n) as a, max(n) as b, count(*) as c from t").to_pylist()[0]
    assert rows["a"] == rows["b"] and rows["c"] == 1000, rows
    seen.add(rows["a"])
    print(rows["a"], flush=True)
"""


def test_readers_in_other_processes_never_see_an_error_or_half_a_file(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"

    def make(number: int) -> None:
        with duckdb.connect(str(building_path(warehouse))) as connection:
            connection.execute("create table t as select ? as n from range(1000)", [number])
        publish(building_path(warehouse), warehouse)

    make(0)
    command = [sys.executable, "-c", READER, str(warehouse)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert reader.stdout is not None and reader.stdout.readline() == "0\n"
    for number in range(1, 31):
        make(number)
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    assert len(set(out.split())) > 2 and out.split()[-1] == "30"


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WarehouseError, match="--warehouse"), build_lock(tmp_path / "file" / "w.duckdb"):
        pass
