"""Landed folders: immutable, whole or not there, the same bytes for the same report, read again when damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.documents import ocr
from pipelines.landing import store
from pipelines.landing.catalogue import Entry, scan
from pipelines.landing.extract import not_read, read_report
from pipelines.landing.schema import TABLES
from pipelines.landing.store import find_landed, folder_of, sweep, write_report
from tests.small_reports import FIGURES, write_small


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    write_small(tmp_path / "raw" / "430200-株洲市" / "2024")
    return scan(tmp_path / "raw").entries[0]


def test_a_report_lands_with_every_printed_number(tmp_path: Path, entry: Entry) -> None:
    report = read_report(entry)
    assert (report.status, report.status_reason, report.unit) == ("read", None, "万元")
    landed = write_report(tmp_path / "landing", entry, report.tables)
    assert landed.counts["figures"] == FIGURES
    for name, schema in TABLES.items():
        assert pq.read_schema(landed.table(name)).equals(schema)
    total = next(row for row in pq.read_table(landed.table("figures")).to_pylist() if row["line_label"] == "合计")
    assert (total["printed"], total["value"], total["amount_yuan"]) == ("150.00", Decimal("150"), Decimal("1500000.00"))
    row = pq.read_table(landed.table("reports")).to_pylist()[0]
    assert (row["file_path"], row["division_code"], row["fiscal_year"]) == ("430200-株洲市/2024/a.txt", "430200", 2024)
    assert json.loads(row["identity_source"])["agency_name"] == "cover"


def test_figure_ids_are_unique_and_stable(entry: Entry) -> None:
    first = read_report(entry).tables["figures"]["figure_id"].to_pylist()
    assert len(set(first)) == FIGURES and all(len(name) == 16 for name in first)
    assert read_report(entry).tables["figures"]["figure_id"].to_pylist() == first


def test_the_same_report_lands_in_the_same_bytes(tmp_path: Path, entry: Entry) -> None:
    one = write_report(tmp_path / "one", entry, read_report(entry).tables)
    two = write_report(tmp_path / "two", entry, read_report(entry).tables)
    assert one.folder.name == two.folder.name
    for path in sorted(one.folder.iterdir()):
        assert path.read_bytes() == (two.folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "manifest"])
def test_a_damaged_folder_is_not_trusted_and_can_be_written_again(tmp_path: Path, entry: Entry, damage: str) -> None:
    landed = write_report(tmp_path, entry, read_report(entry).tables)
    table = landed.table("figures")
    content = table.read_bytes()
    if damage == "cut":
        table.write_bytes(content[:-10])
    elif damage == "flip":
        table.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "gone":
        table.unlink()
    else:
        (landed.folder / "manifest.json").write_text("{")
    assert find_landed(tmp_path, entry) is None
    again = write_report(tmp_path, entry, read_report(entry).tables)
    assert find_landed(tmp_path, entry) == again
    assert table.read_bytes() == content


def test_another_sidecar_path_or_extractor_is_another_folder(
    tmp_path: Path, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = folder_of(tmp_path, entry)
    assert folder_of(tmp_path, replace(entry, sidecar_digest="x")) != here
    assert folder_of(tmp_path, replace(entry, file_path="elsewhere/a.txt")) != here
    monkeypatch.setattr(store, "extractor_version", lambda: "older")
    assert folder_of(tmp_path, entry) != here


def test_a_write_that_fails_leaves_nothing_and_spares_the_old_folder(tmp_path: Path, entry: Entry) -> None:
    tables = read_report(entry).tables
    landed = write_report(tmp_path, entry, tables)
    with pytest.raises(KeyError):
        write_report(tmp_path, entry, {"reports": tables["reports"]})
    assert find_landed(tmp_path, entry) == landed
    assert [path.name for path in landed.folder.parent.iterdir()] == [landed.folder.name]


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "ab" / ".abcd-1.tmp"
    left.mkdir(parents=True)
    assert sweep(tmp_path) == 0  # young: may be in another's use
    assert sweep(tmp_path, older_than_s=-1) == 1 and not left.exists()


def test_a_report_that_was_not_read_is_known_by_its_names(entry: Entry) -> None:
    report = not_read(entry, "the reader crashed")
    (row,) = report.tables["reports"].to_pylist()
    assert (row["status"], row["status_reason"]) == ("not_read", "the reader crashed")
    assert (row["division_code"], row["fiscal_year"]) == ("430200", 2024)


def test_a_scan_is_read_again_once_a_recogniser_is_there(
    tmp_path: Path, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = not_read(entry, f"The PDF is image-only; {ocr.INSTALL} to recognise them.").tables
    monkeypatch.setattr(ocr, "engine_version", lambda: "")
    write_report(tmp_path, entry, scanned)
    assert find_landed(tmp_path, entry)
    monkeypatch.setattr(ocr, "engine_version", lambda: "rapidocr 3.0")
    assert find_landed(tmp_path, entry) is None
    write_report(tmp_path, entry, scanned)
    assert find_landed(tmp_path, entry)
    monkeypatch.setattr(ocr, "engine_version", lambda: "")  # what was recognised is kept when the extra goes
    assert find_landed(tmp_path, entry)


def test_other_reports_are_not_read_again_for_it(tmp_path: Path, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "engine_version", lambda: "rapidocr 3.0")
    write_report(tmp_path, entry, read_report(entry).tables)
    monkeypatch.setattr(ocr, "engine_version", lambda: "rapidocr 4.0")
    assert find_landed(tmp_path, entry)
