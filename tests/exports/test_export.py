"""Exports: exact numbers, codes as text, nothing lost, whole or not there, the same bytes each time."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.exports.export import WRITERS, Options, export
from pipelines.warehouse.publish import WarehouseError


def test_csv_has_every_digit_and_nothing_for_null(by_hand: Path, tmp_path: Path) -> None:
    folder = export("csv", by_hand, tmp_path / "out").folder
    with (folder / "spending.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [
        ["s2", "aa", "0601", "=1+1", "1234567890123456.78", "false"],  # in the order of codes, as a person wants them
        ["s1", "aa", "2240106", "安全监管", "1234567890123.45", "true"],
        ["s3", "bb", "", 'a,"b"\nc', "", ""],
    ]
    assert (folder / "figures.csv").read_text("utf-8").splitlines()[1] == 'f0,aa,0.100000,"[""x"", ""y""]"'


def test_csv_begins_with_excels_mark_only_when_asked(by_hand: Path, tmp_path: Path) -> None:
    plain = export("csv", by_hand, tmp_path / "plain").folder / "spending.csv"
    marked = export("csv", by_hand, tmp_path / "marked", Options(bom=True)).folder / "spending.csv"
    assert marked.read_bytes() == b"\xef\xbb\xbf" + plain.read_bytes()


def test_parquet_keeps_decimals_descriptions_and_every_row(by_hand: Path, tmp_path: Path) -> None:
    folder = export("parquet", by_hand, tmp_path / "out").folder
    one = folder / "spending" / "fiscal_year=2024" / "division=430200-株洲市" / "spending.parquet"
    schema = pq.read_schema(one)
    assert schema.field("amount_yuan").type == pa.decimal128(18, 2)
    assert schema.field("amount_yuan").metadata == {b"zh": "支出（元）".encode(), b"en": "Expenditure in 元".encode()}
    nowhere = "fiscal_year=__HIVE_DEFAULT_PARTITION__/division=__HIVE_DEFAULT_PARTITION__"
    assert (folder / "spending" / nowhere / "spending.parquet").is_file()
    read = duckdb.sql(f"""select division, fiscal_year, sum(amount_yuan), count(*) from
        read_parquet('{folder}/spending/**/*.parquet') group by all order by all""").fetchall()
    assert read == [("430200-株洲市", 2024, Decimal("1235802458013580.23"), 2), (None, None, None, 1)]
    frame = pd.read_parquet(folder / "figures", dtype_backend="pyarrow")
    assert len(frame) == 3 and frame["value"].sum() == Decimal("0.30")


def test_workbook_has_text_for_codes_and_no_formula_and_no_digit_lost(by_hand: Path, tmp_path: Path) -> None:
    folder = export("xlsx", by_hand, tmp_path / "out").folder
    with zipfile.ZipFile(folder / "juesuan.xlsx") as book:
        workbook = book.read("xl/workbook.xml").decode()
        sheets = {name: book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name}
        styles = book.read("xl/styles.xml").decode()
    assert re.findall(r'<sheet name="([^"]+)"', workbook)[:3] == ["说明", "字典", "支出（末级）"]
    assert not any("<f>" in sheet for sheet in sheets.values())
    spending = sheets["xl/worksheets/sheet3.xml"]
    cells = dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*>(?:<is><t[^>]*>|<v>)([^<]*)', spending))
    assert cells["C2"] == "0601" and cells["D2"] == "=1+1"
    # text, being too long for Excel; and a number of fifteen digits, which it can hold
    assert cells["E2"] == "1234567890123456.78" and 'r="E2" s="2" t="inlineStr"' in spending
    assert cells["E3"] == "1234567890123.45"
    assert "E4" not in cells  # not printed, so no cell
    assert 'state="frozen"' in spending and "<autoFilter" in spending
    assert "#,##0.00" in styles and "<b/>" in styles


def test_many_reports_come_in_parts_and_a_full_sheet_goes_on_on_the_next(
    by_hand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(by_hand)) as connection:
        connection.execute("create table rejects as select 'r1' as reject_id, 'bb' as report_id")  # none of the first
    whole = {form: export(form, by_hand, tmp_path / "whole" / form).folder for form in ("csv", "parquet")}
    monkeypatch.setattr("pipelines.exports.source.REPORTS_AT_ONCE", 1)
    monkeypatch.setattr("pipelines.exports.workbook.SHEET_ROWS", 2)
    parts = {form: export(form, by_hand, tmp_path / "parts" / form).folder for form in ("csv", "parquet", "xlsx")}
    for name in ("spending.csv", "rejects.csv", "dim_report.csv"):
        assert sorted((parts["csv"] / name).read_text().split()) == sorted((whole["csv"] / name).read_text().split())
    read = pq.read_table(parts["parquet"] / "rejects.parquet").to_pylist()
    assert read == [{"reject_id": "r1", "report_id": "bb"}]
    with zipfile.ZipFile(parts["xlsx"] / "juesuan.xlsx") as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        second = book.read(f"xl/worksheets/sheet{names.index('支出（末级） (2)') + 1}.xml").decode()
    assert names.count("未能读出") == 1
    assert re.findall(r'r="(A\d+)"', second) == ["A1", "A2"]


@pytest.mark.parametrize("form", ["parquet", "csv", "xlsx", "duckdb"])
def test_the_same_warehouse_gives_the_same_bytes(form: str, by_hand: Path, tmp_path: Path) -> None:
    sums = [(export(form, by_hand, tmp_path / name).folder / "SHA256SUMS").read_text() for name in ("a", "b")]
    assert sums[0] == sums[1]


def test_an_export_says_where_it_is_from_and_what_its_files_are(by_hand: Path, tmp_path: Path) -> None:
    folder = export("csv", by_hand, tmp_path / "out").folder
    said = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert (said["extractor_version"], said["inputs_digest"], said["format"]) == ("e1", "d1", "csv")
    assert [report["sha256"] for report in said["reports"]] == ["f0", "f1"]
    assert said["tables"] == {"spending": 3, "figures": 3, "dim_report": 2}
    assert "see its publisher" in said["licence_note"]["en"]
    listed = dict(line.split("  ", 1)[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert listed == {name: digest for name, digest in there.items() if name != "SHA256SUMS"}


def test_an_earlier_export_is_replaced_and_other_files_never(by_hand: Path, tmp_path: Path) -> None:
    folder = export("csv", by_hand, tmp_path / "out").folder
    (folder / "gone.csv").write_text("from an older build")
    export("csv", by_hand, folder)
    assert not (folder / "gone.csv").exists()
    other = tmp_path / "papers"
    other.mkdir()
    (other / "thesis.docx").write_text("years of work")
    with pytest.raises(WarehouseError, match="not an export"):
        export("csv", by_hand, other)
    assert [path.name for path in other.iterdir()] == ["thesis.docx"]


def test_an_export_that_fails_leaves_the_earlier_one(
    by_hand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export("csv", by_hand, tmp_path / "out").folder
    before = (folder / "SHA256SUMS").read_text()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(WRITERS, "csv", full)
    with pytest.raises(OSError, match="No space"):
        export("csv", by_hand, folder)
    assert (folder / "SHA256SUMS").read_text() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_writes_beside_the_warehouse(by_hand: Path) -> None:
    done = CliRunner().invoke(app, ["export", "duckdb", "--warehouse", str(by_hand)])
    copy = by_hand.parent / "exports" / "duckdb" / "juesuan.duckdb"
    assert done.exit_code == 0 and "2 reports, 3 tables" in done.output
    assert copy.read_bytes() == by_hand.read_bytes()


def test_what_is_no_warehouse_is_said(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not there"):
        export("csv", tmp_path / "none.duckdb", tmp_path / "out")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(WarehouseError, match="no table dim_report"):
        export("csv", tmp_path / "empty.duckdb", tmp_path / "out")
    assert not (tmp_path / "out").exists()
