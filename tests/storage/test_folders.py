"""The same operations on a folder here and on one in S3 (over HTTP), with the same outcome."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.assets.build import Folders
from pipelines.assets.parts import agreed, forget_parts
from pipelines.processes import child_environment
from pipelines.storage import Busy, Folder, LocalFolder, RemoteFolder, StorageError, at, folder_at, lease, remote
from tests.s3_server import sub

NAMES = [
    "430200-株洲市/2024/[附件1] 决算 50%.pdf",
    "430200-株洲市/a?b#c&d=e+f.txt",
    "z.txt",
    "a/b.txt",
    "a.txt",
    "B.txt",
]


@pytest.fixture(params=["here", "s3"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    if request.param == "here":
        return LocalFolder(tmp_path / "folder")
    remote: RemoteFolder = request.getfixturevalue("s3")
    return remote


def test_files_come_in_the_same_order_and_are_read_back(folder: Folder) -> None:
    for name in [*NAMES, ".archive/index", "a/.hidden", "~$open.docx"]:
        folder.create(name, name.encode())
    assert [(file.path, file.size) for file in folder.files()] == [
        (name, len(name.encode())) for name in ["B.txt", "a.txt", "z.txt", *NAMES[1::-1], "a/b.txt"]
    ]
    for name in NAMES:
        assert folder.exists(name) and folder.read(name) == name.encode() and folder.size(name) == len(name.encode())
        assert folder.sha256(name) == hashlib.sha256(name.encode()).hexdigest()
        assert (folder.local(name).name, folder.local(name).read_bytes()) == (name.rpartition("/")[2], name.encode())
    assert not folder.exists("a") and not folder.exists("a/none")
    for ask in (folder.read, folder.local, folder.size, folder.sha256):
        with pytest.raises(FileNotFoundError):
            ask("a/none")  # type: ignore[operator]


def test_nothing_is_written_over_unless_asked(folder: Folder, tmp_path: Path) -> None:
    folder.create("x/a.txt", b"first")
    finished = tmp_path / "finished"
    finished.write_bytes(b"second")
    with pytest.raises(FileExistsError):
        folder.create("x/a.txt", b"second")
    with pytest.raises(FileExistsError):
        folder.take(finished, "x/a.txt")
    assert folder.read("x/a.txt") == b"first" and finished.read_bytes() == b"second"
    folder.take(finished, "x/b.txt")
    assert folder.read("x/b.txt") == b"second" and not finished.exists()
    folder.write("x/a.txt", b"third")
    assert folder.read("x/a.txt") == b"third" == folder.local("x/a.txt").read_bytes()
    folder.remove_tree("x")
    assert list(folder.files()) == []


def test_a_file_larger_than_one_request(folder: Folder, tmp_path: Path) -> None:
    content = os.urandom(11 << 20)
    (tmp_path / "large").write_bytes(content)
    folder.take(tmp_path / "large", "large.pdf")
    assert folder.sha256("large.pdf") == hashlib.sha256(content).hexdigest()
    assert folder.local("large.pdf").read_bytes() == content


def test_a_log_keeps_its_order_through_writers(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "LINES_IN_ONE", 3)
    expected = []
    for writer in range(2):
        again = RemoteFolder(folder.url) if isinstance(folder, RemoteFolder) else folder
        for number in range(7):
            expected.append(f"{writer} {number} 株洲\n")
            again.append(".archive/log", expected[-1].encode())
    assert list(folder.lines(".archive/log")) == expected
    assert list(folder.lines("no such log")) == []


def test_a_lock_keeps_others_out_and_ends(folder: Folder) -> None:
    for _ in range(8):
        with folder.lock(".archive/lock"):
            assert folder.is_locked(".archive/lock")
            with pytest.raises(Busy), folder.lock(".archive/lock"):
                pass
        assert not folder.is_locked(".archive/lock")


HOLD = """
import os, signal, sys
from pipelines.storage import at, folder_at
with folder_at(at(sys.argv[1])).lock(".archive/lock"):
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_of_a_killed_process_ends(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run([sys.executable, "-c", HOLD, str(folder)], env=child_environment(), capture_output=True)
    assert done.stdout == b"held\n" and done.returncode < 0, done.stderr
    if isinstance(folder, RemoteFolder):
        assert folder.is_locked(".archive/lock"), "nobody knows yet"
        later = time.time() + lease.TTL_S + 1
        monkeypatch.setattr(lease.time, "time", lambda: later)
    assert not folder.is_locked(".archive/lock")
    with folder.lock(".archive/lock"):
        pass


def test_what_an_address_names(tmp_path: Path) -> None:
    assert at("data/raw") == Path("data/raw") == at(Path("data/raw"))
    assert at(f"file://{tmp_path}/a%20b") == tmp_path / "a b"
    assert isinstance(folder_at(at(f"file://{tmp_path}")), LocalFolder)
    assert str(at("s3://bucket/prefix/")) == "s3://bucket/prefix"
    for wrong, said in (("s3://", "names no bucket"), ("file://host/raw", "names the host")):
        with pytest.raises(StorageError, match=said):
            at(wrong)
    with pytest.raises(StorageError, match="no kind that fsspec knows"):
        list(folder_at(at("nonsense://bucket/x")).files())


def test_a_changed_object_is_fetched_anew(s3: RemoteFolder) -> None:
    s3.write("a.txt", b"one")
    first = s3.local("a.txt")
    s3.write("a.txt", b"two")
    assert s3.local("a.txt").read_bytes() == b"two" and first.read_bytes() == b"one"
    assert list(sub(s3, "a.txt").files()) == [], "a.txt is no folder, and a folder is not what begins with its name"


def test_what_is_old_goes_and_what_is_young_stays(folder: Folder) -> None:
    for name in (".parts/run1/a.json", ".parts/run1/b.json", ".parts/run2/a.json"):
        folder.create(name, b"[]")
    folder.remove_tree(".parts/run1")
    folder.remove_old(".parts", older_than_s=3600)
    assert [folder.exists(f".parts/run{n}/a.json") for n in (1, 2)] == [False, True]
    folder.remove_old(".parts", older_than_s=-5)
    assert not folder.exists(".parts/run2/a.json")


def test_a_run_keeps_to_the_parts_that_it_cut_first(folder: Folder) -> None:
    folders = Folders(landed=str(folder))
    first = [[{"file_path": "株洲.pdf"}]]
    assert agreed(folders, "run", first) == first
    assert agreed(folders, "run", []) == first, "the step came twice"
    forget_parts(folders, "run")
    assert agreed(folders, "run", []) == []


@pytest.mark.parametrize("name", ["a/../../b.txt", "..", "a//b.txt", "./a.txt"])
def test_names_that_lead_elsewhere_are_no_files(s3: RemoteFolder, name: str) -> None:
    assert not s3.inside(name)
    assert s3.inside("430200-株洲市/2024/a..b.pdf")
