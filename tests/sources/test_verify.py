"""`verify` tells loss and change of the archive, and `record` and `forget` keep it honest."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.sources.archive import Archive, open_archive
from pipelines.sources.verify import forget, record, verify

PLACE = "430200-株洲市/2024"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Three files put there by hand, two of them on record."""
    folder = tmp_path / PLACE
    folder.mkdir(parents=True)
    for name in ("a.pdf", "b.pdf"):
        (folder / name).write_bytes(b"%PDF-" + name.encode())
    (folder / "a.pdf.yml").write_text("unit: 万元\n", "utf-8")
    (tmp_path / "README.md").write_text("notes", "utf-8")
    assert record(tmp_path) == [f"{PLACE}/a.pdf", f"{PLACE}/b.pdf"]
    (folder / "c.pdf").write_bytes(b"%PDF-c")
    return tmp_path


def test_a_whole_archive(raw: Path) -> None:
    found = verify(raw)
    assert found.good and found.whole == 2 and found.unrecorded == (f"{PLACE}/c.pdf",)
    assert record(raw) == [f"{PLACE}/c.pdf"] and record(raw) == []


def test_loss_and_change_are_told(raw: Path) -> None:
    (raw / PLACE / "a.pdf").unlink()
    (raw / PLACE / "b.pdf").write_bytes(b"%PDF-B")
    found = verify(raw)
    assert not found.good
    assert (found.lost, found.changed, found.whole) == ((f"{PLACE}/a.pdf",), (f"{PLACE}/b.pdf",), 0)


def test_a_moved_file_is_not_lost(raw: Path) -> None:
    (raw / PLACE / "a.pdf").rename(raw / "elsewhere.pdf")
    found = verify(raw)
    assert found.good and found.moved == ((f"{PLACE}/a.pdf", "elsewhere.pdf"),)


def test_a_file_removed_on_purpose_is_off_the_record(raw: Path) -> None:
    (raw / PLACE / "a.pdf").unlink()
    assert forget(raw, f"{PLACE}/a.pdf", "not a report") and not forget(raw, "never.pdf", "")
    assert verify(raw).good
    assert "not a report" in (raw / ".archive" / "index.jsonl").read_text("utf-8")


def test_what_a_warehouse_was_built_from_is_guarded_too(raw: Path) -> None:
    assert verify(raw, catalogue={f"{PLACE}/gone.pdf": "0" * 64}).lost == (f"{PLACE}/gone.pdf",)


def test_a_damaged_index_is_told_and_goes_on(raw: Path) -> None:
    path = raw / ".archive" / "index.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\x00garbage\n" + lines[1][:20])
    assert verify(raw).unreadable_lines == (1, 2)
    with open_archive(raw) as archive:
        archive.index.record("recorded", path="x", sha256="0" * 64)
    assert Archive(raw).index.files.keys() == {"x"}, "a new line begins after the one that was cut off"


def test_an_archive_without_an_index_is_empty_and_not_made(tmp_path: Path) -> None:
    assert Archive(tmp_path).index.files == {} and list(tmp_path.iterdir()) == []
