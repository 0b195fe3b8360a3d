"""The reading pool with workers that misbehave: hang, swell, crash, or do not start. Real processes, really cut off."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pipelines.landing import pool
from pipelines.landing.catalogue import Catalogue, scan
from pipelines.landing.pool import LandingError, land_all
from tests.small_reports import write_small

# A worker that lands as the real one does, but misbehaves over files whose names say so.
MISBEHAVING = """
import os, sys, time
from pipelines.documents import ocr
from pipelines.landing import extract, worker

real = extract.read_report

def read_report(entry):
    name = entry.file_path
    if "hang" in name:
        time.sleep(600)
    if "swell" in name:
        hoard = []
        while True:
            hoard.append(bytearray(b"x" * 20_000_000))
            time.sleep(0.02)
    if "crash" in name:
        print("about to crash", file=sys.stderr, flush=True)
        os.kill(os.getpid(), 11)
    if "broken" in name:
        raise RuntimeError("no such thing")
    if "scan" in name:
        for _ in range(4):
            time.sleep(0.6)
            ocr.page_done()
    if "chatty" in name:
        print("a library prints this")
    return real(entry)

worker.read_report = read_report
worker.main()
"""


@pytest.fixture
def misbehaving(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "misbehaving.py"
    script.write_text(MISBEHAVING)
    return (str(script),)


def _raw(tmp_path: Path, *names: str) -> Catalogue:
    for n, name in enumerate(names):
        write_small(tmp_path / "raw", name, year=2010 + n)
    return scan(tmp_path / "raw")


def test_poison_files_are_cut_off_and_recorded_and_the_others_land(
    tmp_path: Path, misbehaving: tuple[str, ...]
) -> None:
    catalogue = _raw(
        tmp_path, "a.txt", "b hang.txt", "c swell.txt", "d crash.txt", "e broken.txt", "f chatty.txt", "g.txt"
    )
    started = time.monotonic()
    run = land_all(catalogue.entries, tmp_path / "landing", workers=2, timeout_s=4, memory_mb=400, command=misbehaving)
    assert time.monotonic() - started < 40
    reasons = {landed.entry.file_path: (landed.status, landed.status_reason or "") for landed in run.landed}
    assert list(reasons) == [entry.file_path for entry in catalogue.entries]
    assert [name for name, (status, _) in reasons.items() if status == "read"] == ["a.txt", "f chatty.txt", "g.txt"]
    assert "more than 4 s" in reasons["b hang.txt"][1]
    assert "400 MB" in reasons["c swell.txt"][1]
    assert "signal 11" in reasons["d crash.txt"][1] and "about to crash" in reasons["d crash.txt"][1]
    assert "no such thing" in reasons["e broken.txt"][1]


def test_a_scan_has_more_time_for_every_page_that_was_recognised(
    tmp_path: Path, misbehaving: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = _raw(tmp_path, "long scan.txt").entries
    for page_s, status in ((0, "not_read"), (1, "read")):
        monkeypatch.setattr(pool, "PAGE_S", page_s)
        run = land_all(entries, tmp_path / f"landing {page_s}", timeout_s=2, command=misbehaving)
        assert run.landed[0].status == status


def test_a_cut_off_report_is_tried_again_only_with_greater_limits(tmp_path: Path, misbehaving: tuple[str, ...]) -> None:
    entries = _raw(tmp_path, "hang.txt").entries
    landing = tmp_path / "landing"
    assert land_all(entries, landing, timeout_s=1, command=misbehaving).landed[0].status == "not_read"
    again = land_all(entries, landing, timeout_s=1, command=misbehaving)
    assert (again.read, again.kept) == (0, 1)
    longer = land_all(entries, landing, timeout_s=2)  # the honest worker
    assert (longer.read, longer.landed[0].status) == (1, "read")


def test_a_worker_that_does_not_start_is_an_error_and_no_verdict_on_the_files(tmp_path: Path) -> None:
    entries = _raw(tmp_path, "a.txt").entries
    with pytest.raises(LandingError, match=r"does not start.*no_such_module"):
        land_all(entries, tmp_path / "landing", command=("-c", "import no_such_module"))
    assert not list((tmp_path / "landing").rglob("*.parquet"))


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    entries = _raw(tmp_path, "a.txt").entries
    (tmp_path / "landing").write_text("a file where the folder should be")
    with pytest.raises(LandingError, match="cannot be written"):
        land_all(entries, tmp_path / "landing")


def test_progress_is_told_for_read_and_kept(tmp_path: Path) -> None:
    entries = _raw(tmp_path, "a.txt", "b.txt").entries
    told: list[tuple[str, bool]] = []
    for _ in range(2):
        land_all(
            entries, tmp_path / "l", workers=1, on_progress=lambda entry, read: told.append((entry.file_path, read))
        )
    assert told == [("a.txt", True), ("b.txt", True), ("a.txt", False), ("b.txt", False)]


@pytest.mark.skipif(sys.platform != "linux", reason="kill -9 of a parent is watched through /proc here")
def test_workers_do_not_outlive_a_killed_build(tmp_path: Path, misbehaving: tuple[str, ...]) -> None:
    import os
    import signal
    import subprocess

    _raw(tmp_path, "hang.txt")
    code = f"""
from pathlib import Path
from pipelines.landing.catalogue import scan
from pipelines.landing.pool import land_all
land_all(scan(Path({str(tmp_path / "raw")!r})).entries, Path({str(tmp_path / "l")!r}), command={misbehaving!r})
"""
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(root)})
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    worker = _wait_for(lambda: children.read_text().split())[0]
    time.sleep(2)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _wait_for(lambda: not Path(f"/proc/{worker}").exists() or "Z" in Path(f"/proc/{worker}/stat").read_text())


def _wait_for(condition, seconds: float = 15):  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")
