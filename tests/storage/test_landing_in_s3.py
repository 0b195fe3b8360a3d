"""Landing in S3: the same folders as on a disk, whole or not there, whoever dies or writes at the same time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build import BuildError, as_landed, inputs_digest, scan
from pipelines.documents.members import local_file
from pipelines.landing import catalogue as catalogues
from pipelines.landing.exchange import MANIFEST
from pipelines.landing.extract import not_read, read_report
from pipelines.landing.pool import land_all, not_landed
from pipelines.landing.schema import TABLES
from pipelines.landing.store import find_all, folder_of, sweep, write_report
from pipelines.landing.worker import entry_from_json, entry_to_json
from pipelines.processes import child_environment
from pipelines.storage import RemoteFolder, StorageError
from tests.s3_server import another_machine, copy_up, sub
from tests.small_reports import FIGURES, small_report, write_small


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Three reports, one of them three times and with a sidecar, one in a zip, and what is none."""
    folder = tmp_path / "raw"
    write_small(folder / "430200-株洲市" / "2024", "[附件] 决算.txt")
    for name in ("b.txt", "a/copy.txt", "z/copy.txt"):
        write_small(folder, name, year=2023)
    (folder / "z" / "copy.txt.yml").write_text("published_on: 2024-09-01\n", "utf-8")
    (folder / "README.md").write_text("notes")
    with zipfile.ZipFile(folder / "z" / "附件.zip", "w") as archive:
        archive.writestr("附件1.txt", small_report(year=2022))
    (folder / "z" / "附件.zip.yml").write_text("published_on: 2023-09-01\n", "utf-8")
    (folder / ".archive").mkdir()
    (folder / ".archive" / "index.jsonl").write_text("{}\n")
    return folder


NAMES = ["430200-株洲市/2024/[附件] 决算.txt", "z/copy.txt", "z/附件.zip!/附件1.txt"]


def content(address: Path) -> bytes:
    with local_file(address) as file:
        return file.read_bytes()


def stored(landing: RemoteFolder) -> set[str]:
    return {file.path.rpartition("/")[2].rpartition("-")[0] or MANIFEST for file in landing.objects()}


def test_a_raw_folder_in_s3_is_the_same_catalogue(raw: Path, s3: RemoteFolder) -> None:
    here, there = catalogues.scan(raw), catalogues.scan(copy_up(raw, s3))
    assert [replace(entry, path=Path(), url=None) for entry in there.entries] == [
        replace(entry, path=Path()) for entry in here.entries
    ]
    assert [entry.file_path for entry in there.entries] == NAMES
    assert there.entries[1].other_paths == ("a/copy.txt", "b.txt") and there.refused == ()
    assert [content(catalogues.there(entry)) for entry in there.entries] == [content(e.path) for e in here.entries]
    assert content(catalogues.located(s3, NAMES[2])) == small_report(year=2022).encode()
    s3.write("x//a.txt", b"a name that no file can have")
    s3.filesystem.call_s3("put_object", Bucket=s3.url.split("/")[2], Key="some where/marker/")  # as consoles make them
    refused = catalogues.scan(s3).refused
    assert [it.file_path for it in refused] == ["x//a.txt"] and "no file can have" in refused[0].reason


def test_what_lands_in_s3_is_what_lands_here_and_no_machine_reads_it_again(
    raw: Path, s3: RemoteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_up(raw, sub(s3, "raw"))
    here = [write_report(tmp_path / "here", e, read_report(e).tables) for e in catalogues.scan(raw).entries]
    run = land_all(scan(sub(s3, "raw"), landing=sub(s3, "landing")).entries, sub(s3, "landing"), workers=1)
    assert (run.read, run.kept) == (3, 0)
    assert inputs_digest(run.landed) == inputs_digest(here), "over the manifests, which hold every file's checksum"
    assert [landed.counts["figures"] for landed in run.landed] == [FIGURES] * 3

    other = another_machine(sub(s3, "landing"), monkeypatch, tmp_path / "another")
    catalogue = scan(sub(s3, "raw"), landing=other)
    fetched = [path.name for path in (other.cache.parent).rglob("copies/*/*/*")]
    assert sorted(fetched) == ["copy.txt.yml", "附件.zip.yml"], "hashes are shared: no report is fetched for them"
    assert not_landed(catalogue.entries, other) == []
    assert not list(other.mirror.rglob("*.parquet")), "only manifests are asked for"
    again = land_all(catalogue.entries, other, workers=1)
    assert (again.read, again.kept) == (0, 3)
    for one, two in zip(here, again.landed, strict=True):
        assert two.folder.is_relative_to(tmp_path / "another") and one.folder.name == two.folder.name
        names = sorted(path.name for path in one.folder.iterdir())
        assert names == sorted(path.name for path in two.folder.iterdir())
        assert all((one.folder / name).read_bytes() == (two.folder / name).read_bytes() for name in names)


def test_a_report_that_changes_while_it_waits_is_told(raw: Path, s3: RemoteFolder) -> None:
    entry, _, member = catalogues.scan(copy_up(raw, s3)).entries
    shutil.rmtree(s3.cache)
    s3.write(entry.file_path, b"something else")
    with pytest.raises(StorageError, match="has changed since it was listed"):
        read_report(entry)
    s3.remove(member.archive_path or "")
    with pytest.raises(StorageError, match="has gone since it was listed"):
        read_report(member)


def test_an_entry_is_handed_to_another_machine(
    raw: Path, s3: RemoteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = catalogues.scan(raw).entries
    said = json.dumps([entry_to_json(entry) for entry in catalogues.scan(copy_up(raw, s3)).entries])
    another_machine(s3, monkeypatch, tmp_path / "another")
    copies = [catalogues.there(entry_from_json(entry)) for entry in json.loads(said)]
    assert all(copy.is_relative_to(tmp_path / "another") for copy in copies)
    assert [content(copy) for copy in copies] == [content(entry.path) for entry in here]
    copies[0].write_bytes(b"torn")
    assert content(catalogues.there(entry_from_json(json.loads(said)[0]))) == content(here[0].path)


LAND_AND_DIE = """
import os, signal, sys
from pathlib import Path
from pipelines.landing.catalogue import scan
from pipelines.landing.extract import read_report
from pipelines.landing.store import write_report
from pipelines.storage import RemoteFolder

class Dying(RemoteFolder):
    left = int(sys.argv[3])
    def write(self, path, content):
        if Dying.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        Dying.left -= 1
        super().write(path, content)
    def each(self, function, items):
        return map(function, items)

entry = scan(Path(sys.argv[1])).entries[0]
write_report(Dying(sys.argv[2]), entry, read_report(entry).tables)
"""


def test_a_worker_killed_half_way_leaves_nothing_that_looks_whole(raw: Path, s3: RemoteFolder) -> None:
    """Killed at the last moment: all tables are there, the manifest is not."""
    after = len(TABLES)
    command = [sys.executable, "-c", LAND_AND_DIE, str(raw), s3.url, str(after)]
    done = subprocess.run(command, env=child_environment(), capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    entries = catalogues.scan(raw).entries
    assert len(list(s3.objects())) == after and MANIFEST not in stored(s3)
    assert find_all(s3, entries) == {} and not_landed(entries, s3) == list(entries)
    assert sweep(s3) == 0, "young: may be in another's use"
    landed = write_report(s3, entries[0], read_report(entries[0]).tables)
    assert find_all(s3, entries) == {entries[0].report_id: landed}
    assert len(list(s3.objects())) == len(TABLES) + 1, "the same bytes under the same names: nothing is left over"


def test_what_a_killed_worker_left_is_swept(raw: Path, s3: RemoteFolder) -> None:
    first, second, _ = catalogues.scan(raw).entries
    write_report(s3, first, read_report(first).tables)
    write_report(s3, second, read_report(second).tables)
    whole = {file.path for file in s3.objects()}
    name = folder_of(s3, first).relative_to(s3.mirror).as_posix()
    s3.write(f"{name}/figures-0123456789abcdef.parquet", b"of another writer that died")
    s3.write("ab/abcdef0123456789-0123456789ab/figures-0123456789abcdef.parquet", b"and of one that never finished")
    assert sweep(s3) == 0
    assert sweep(s3, older_than_s=-5) == 2
    assert {file.path for file in s3.objects()} == whole


def test_two_workers_that_land_the_same_report_at_once(
    raw: Path, s3: RemoteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One was cut off, one was not, so their files differ: what is there afterwards is all of one of them."""
    entry = catalogues.scan(raw).entries[0]
    tables = [read_report(entry).tables, not_read(entry, "reading took more than 1 s and was cut off").tables]
    with ThreadPoolExecutor(4) as threads:
        for n in range(5):
            landing = sub(s3, f"landing{n}")
            done = [threads.submit(write_report, landing, entry, tables[i % 2]) for i in range(4)]
            counts = {writer.result().counts["figures"] for writer in done}
            assert counts <= {FIGURES, 0}
            other = another_machine(landing, monkeypatch, tmp_path / f"another{n}")
            (landed,) = find_all(other, [entry]).values()
            assert (landed.status, landed.counts["figures"]) in (("read", FIGURES), ("not_read", 0))


@pytest.mark.parametrize("damage", ["object", "manifest", "gone", "here"])
def test_damage_is_seen_and_made_good(raw: Path, s3: RemoteFolder, damage: str) -> None:
    """`here`: the copy on this machine is torn, and is fetched again; the others must be read again."""
    entry = catalogues.scan(raw).entries[0]
    landed = write_report(s3, entry, read_report(entry).tables)
    figures = next(file.path for file in s3.objects() if "/figures-" in file.path)
    if damage == "here":
        landed.table("figures").write_bytes(b"PAR1")
        assert find_all(s3, [entry])[entry.report_id].counts["figures"] == FIGURES
        assert landed.table("figures").stat().st_size > 1000
        return
    for path in landed.folder.iterdir():  # another machine would not have them either
        path.unlink()
    if damage == "object":
        s3.write(figures, b"PAR1")
    elif damage == "gone":
        s3.remove(figures)
    else:
        s3.write(f"{figures.rpartition('/')[0]}/{MANIFEST}", b"{")
    assert find_all(s3, [entry]) == {}
    again = write_report(s3, entry, read_report(entry).tables)
    assert find_all(s3, [entry]) == {entry.report_id: again}


def test_a_manifest_that_names_files_elsewhere_is_none(raw: Path, s3: RemoteFolder) -> None:
    entry = catalogues.scan(raw).entries[0]
    name = folder_of(s3, entry).relative_to(s3.mirror).as_posix()
    s3.write(f"{name}/{MANIFEST}", json.dumps({"files": {"../../evil.parquet": "0" * 64}}).encode())
    assert find_all(s3, [entry]) == {} and not_landed([entry], s3) == [entry]


def test_a_landing_that_cannot_be_written_is_told_in_one_line(raw: Path, s3: RemoteFolder) -> None:
    from pipelines.landing.pool import LandingError

    catalogue = catalogues.scan(raw)
    nowhere = RemoteFolder("s3://no-such-bucket/landing")
    with pytest.raises(BuildError, match="no such bucket"):
        scan(raw, landing=nowhere)
    with pytest.raises((LandingError, StorageError), match="no such bucket"):
        land_all(catalogue.entries, nowhere, workers=1)
    assert as_landed(catalogue, sub(s3, "empty")) == ()
