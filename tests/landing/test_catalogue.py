"""Scanning a raw folder: nested and flat, sidecars, copies, links, and what is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.landing.catalogue import RawFolderError, entry_for, scan
from tests.small_reports import write_small


def test_nested_and_flat_files_notes_and_hidden_ones(tmp_path: Path) -> None:
    write_small(tmp_path / "430200-株洲市" / "2024", "决算.txt")
    write_small(tmp_path, "flat.txt", year=2023)
    (tmp_path / "README.md").write_text("about this folder")
    (tmp_path / ".hidden.txt").write_text("x")
    (tmp_path / "~$open.docx").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    found = scan(tmp_path)
    assert [entry.file_path for entry in found.entries] == ["430200-株洲市/2024/决算.txt", "flat.txt"]
    assert found.entries[0].path_parts == ("430200-株洲市", "2024", "决算.txt")
    assert found.refused == ()


def test_a_sidecar_is_read_and_is_no_report(tmp_path: Path) -> None:
    write_small(tmp_path, "a.txt")
    (tmp_path / "a.txt.yml").write_text("division_code: 430200\npublished_on: 2025-09-01\nunit: 元\n", "utf-8")
    (entry,) = scan(tmp_path).entries
    assert (entry.sidecar.division_code, str(entry.sidecar.published_on), entry.sidecar.unit) == (
        "430200",
        "2025-09-01",
        "元",
    )
    assert entry.sidecar_digest and entry.sidecar_problem is None


@pytest.mark.parametrize(
    "text",
    ["fiscal_year: [", "fiscal_year: soon", "colour: red", "- a list", "division_code: 43", "unit: 斤", "a: &a [*a]"],
)
def test_a_broken_sidecar_is_a_reason_and_no_crash(tmp_path: Path, text: str) -> None:
    write_small(tmp_path, "a.txt")
    (tmp_path / "a.txt.yml").write_text(text, "utf-8")
    (entry,) = scan(tmp_path).entries
    assert entry.sidecar_problem and "a.txt.yml" in entry.sidecar_problem
    assert entry.sidecar.fiscal_year is None


def test_the_same_bytes_are_one_report_and_the_other_paths_are_kept(tmp_path: Path) -> None:
    write_small(tmp_path, "b.txt")
    write_small(tmp_path, "a.txt")
    write_small(tmp_path / "more", "c.txt")
    (entry,) = scan(tmp_path).entries
    assert (entry.file_path, entry.other_paths) == ("a.txt", ("b.txt", "more/c.txt"))
    (tmp_path / "b.txt.yml").write_text("fiscal_year: 2020\n")
    (entry,) = scan(tmp_path).entries
    assert (entry.file_path, entry.sidecar.fiscal_year, entry.other_paths) == ("b.txt", 2020, ("a.txt", "more/c.txt"))


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = write_small(outside, "secret.txt")
    raw = tmp_path / "raw"
    write_small(raw, "a.txt", year=2022)
    (raw / "link.txt").symlink_to(secret)
    (raw / "folder").symlink_to(outside)
    (raw / "broken.txt").symlink_to(raw / "nowhere.txt")
    (raw / "inside.txt").symlink_to(raw / "a.txt")
    found = scan(raw)
    assert [(e.file_path, e.other_paths) for e in found.entries] == [("a.txt", ("inside.txt",))]
    reasons = {refused.file_path: refused.reason for refused in found.refused}
    assert set(reasons) == {"link.txt", "folder", "broken.txt"}
    assert "leaves the raw folder" in reasons["link.txt"] and "nowhere" in reasons["broken.txt"]


def test_no_such_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RawFolderError, match="--raw"):
        scan(tmp_path / "none")


def test_remembered_hashes_follow_a_change(tmp_path: Path) -> None:
    import os

    raw, memory = tmp_path / "raw", tmp_path / "landing" / "hashes.json"
    path = write_small(raw, "a.txt")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    first = scan(raw, memory=memory).entries[0].sha256
    assert scan(raw, memory=memory).entries[0].sha256 == first
    text = path.read_text("utf-8").replace("150.00", "160.00")  # same size
    path.write_text(text, "utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))  # and a forged time
    assert scan(raw, memory=memory).entries[0].sha256 != first
    memory.write_text("not json")
    assert scan(raw, memory=memory).entries[0].sha256 != first


def test_one_file_alone(tmp_path: Path) -> None:
    path = write_small(tmp_path / "430200-株洲市" / "2024")
    assert entry_for(path).file_path == "a.txt"
    assert entry_for(path, raw=tmp_path).file_path == "430200-株洲市/2024/a.txt"
