"""The archive in S3, filled from a running portal: the same files, index and answers as in a folder here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.landing.catalogue import scan
from pipelines.processes import child_environment
from pipelines.sources.archive import Archive, is_being_filled, open_archive
from pipelines.sources.errors import SourceError
from pipelines.sources.refresh import last_looked, refresh
from pipelines.sources.registry import Source
from pipelines.sources.verify import forget, record, verify
from pipelines.storage import RemoteFolder, StorageError
from tests.sources.pages import NAME, PDF, article, attachment, listing, zipped
from tests.sources.portal import Portal, Reply

Make = Callable[..., Source]
ZIP = zipped({"决算表.txt".encode("gb18030"): b"x" * 10})
FILE = f"430200-株洲市/2024/{NAME}.pdf"


def publish(portal: Portal, body: bytes = PDF) -> None:
    pages = {
        "/bmjs/index.html": listing(("/bmjs/t1.html", f"{NAME}公开", "2025-09-28")),
        "/bmjs/t1.html": article(
            f"{NAME}公开", attachment("/files/a.pdf", f"{NAME}.pdf") + attachment("/files/b.zip", f"{NAME}附件.zip")
        ),
    }
    for path, page in pages.items():
        portal.pages[path] = Reply(page, headers={"Content-Type": "text/html"})
    portal.pages["/files/a.pdf"] = Reply(body)
    portal.pages["/files/b.zip"] = Reply(ZIP)


def said(archive: Archive) -> dict[str, tuple[object, ...]]:
    return {
        path: tuple(event.get(name) for name in ("event", "sha256", "bytes", "version", "replaces", "members", "title"))
        for path, event in archive.index.files.items()
    }


def test_a_refresh_archives_the_same_as_here(
    portal: Portal, make_source: Make, s3: RemoteFolder, tmp_path: Path
) -> None:
    for body in (PDF, PDF, PDF + b"%corrected\n"):
        publish(portal, body)
        here, there = (refresh([make_source()], raw) for raw in (tmp_path / "raw", s3))
        assert [(f.status, f.path, f.message) for f in there.fetched] == [
            (f.status, f.path, f.message) for f in here.fetched
        ]
        assert there.touched == here.touched
    assert there.new_paths == [FILE.replace(".pdf", ".v2.pdf")]
    assert said(Archive(s3)) == said(Archive(tmp_path / "raw")) and len(said(Archive(s3))) == 3
    assert [entry.file_path for entry in scan(s3).entries] == [e.file_path for e in scan(tmp_path / "raw").entries]
    assert scan(s3).entries[0].sidecar.source_url == f"{portal.url}/files/a.pdf"
    assert s3.read(FILE) == PDF, "the old version stays as it was"
    found = verify(s3)
    assert (found.whole, found.good, found.unrecorded) == (3, True, ()) and set(last_looked(s3)) == {"test"}


def test_loss_and_change_are_told(portal: Portal, make_source: Make, s3: RemoteFolder) -> None:
    publish(portal)
    refresh([make_source()], s3)
    s3.write("by hand.pdf", b"%PDF-1")
    assert verify(s3).unrecorded == ("by hand.pdf",) and record(s3) == ["by hand.pdf"]
    s3.write("by hand.pdf", b"%PDF-2")
    s3.remove(FILE)
    found = verify(s3)
    assert (found.lost, found.changed, found.whole, found.good) == ((FILE,), ("by hand.pdf",), 1, False)
    assert forget(s3, "by hand.pdf", "not a report")
    assert refresh([make_source()], s3).new_paths == [FILE], "what was lost comes back to its place"
    assert verify(s3).good


def test_two_refreshes_at_once_are_one_too_many(portal: Portal, make_source: Make, s3: RemoteFolder) -> None:
    with open_archive(s3), pytest.raises(SourceError, match="another refresh"):
        assert is_being_filled(RemoteFolder(s3.url))
        refresh([make_source()], s3)
    assert not is_being_filled(s3)


def test_nothing_is_written_over_even_without_the_lock(portal: Portal, make_source: Make, s3: RemoteFolder) -> None:
    """A refresh that was suspended so long that it lost the lock wakes up beside another one."""
    publish(portal)
    slow, quick = Archive(RemoteFolder(s3.url)), Archive(s3)
    origin = _origin(make_source(), portal)
    parts = []
    for archive, content in ((slow, b"%PDF-slow"), (quick, b"%PDF-quick")):
        part = archive.part(f"{portal.url}/{content!r}")
        part.write_bytes(content)
        parts.append(part)
    slow.folder.exists = lambda path: False  # type: ignore[method-assign]  # it looked before the other came
    kept = quick.keep(parts[1], ".pdf", origin)
    with pytest.raises(SourceError, match="another process has put"):
        slow.keep(parts[0], ".pdf", origin)
    assert kept.status == "new" and s3.read(kept.path) == b"%PDF-quick" and list(said(Archive(s3))) == [kept.path]


REFRESH_AND_DIE = """
import os, signal, sys
from pathlib import Path
from pipelines.sources.refresh import refresh
from pipelines.sources.registry import Source
from pipelines.storage import RemoteFolder

class Dying(RemoteFolder):
    def take(self, source, path):
        super().take(source, path)
        os.kill(os.getpid(), signal.SIGKILL)

refresh([Source.model_validate_json(sys.argv[2])], Dying(sys.argv[1]))
"""


def test_a_refresh_killed_before_the_index_knows_is_made_good(
    portal: Portal, make_source: Make, s3: RemoteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.storage import lease

    publish(portal)
    command = [sys.executable, "-c", REFRESH_AND_DIE, s3.url, make_source().model_dump_json()]
    done = subprocess.run(command, env=child_environment(), capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert s3.exists(FILE) and said(Archive(s3)) == {}
    monkeypatch.setattr(lease, "TTL_S", 0.0)  # its lock runs out
    again = refresh([make_source()], s3)
    assert (again.fetched[0].status, again.fetched[0].path) == ("same", FILE)
    assert verify(s3).unrecorded == (FILE,) and record(s3) == [FILE] and verify(s3).whole == 2


def test_a_store_that_goes_away_is_one_line(portal: Portal, make_source: Make, s3: RemoteFolder) -> None:
    publish(portal)
    with pytest.raises(StorageError, match="no such bucket"):
        refresh([make_source()], RemoteFolder("s3://no-such-bucket/raw"))
    assert not Path("s3:").exists()


def _origin(source: Source, portal: Portal):  # type: ignore[no-untyped-def]
    from pipelines.sources.archive import Provenance

    said = (source.id, source.folder, f"{portal.url}/x", f"{portal.url}/y", f"{NAME}.pdf", NAME)
    return Provenance(*said, None, 2024, "final_account", {})
