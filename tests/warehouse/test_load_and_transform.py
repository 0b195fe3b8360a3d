"""Loading landed folders as they are, and dbt over a file in a process of its own: a tiny project, run for real."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.landing.catalogue import scan
from pipelines.landing.extract import read_report
from pipelines.landing.pool import land_all
from pipelines.landing.schema import TABLES
from pipelines.landing.store import write_report
from pipelines.warehouse.load import load_landing, load_tables
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.transform import run_dbt
from tests.small_reports import FIGURES, write_small


def test_landed_reports_load_with_their_types(tmp_path: Path) -> None:
    write_small(tmp_path / "raw", "a.txt", year=2023)
    write_small(tmp_path / "raw", "b.txt", year=2024)
    run = land_all(scan(tmp_path / "raw").entries, tmp_path / "landing")
    path = tmp_path / "w.duckdb"
    load_landing(path, [landed.folder for landed in run.landed], TABLES)
    load_tables(path, "rules", {"rules": pa.table({"rule": ["r1"]})})
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select fiscal_year from landing.reports").fetchall() == [(2023,), (2024,)]
        assert connection.execute(
            "select count(*), typeof(any_value(amount_yuan)) from landing.figures"
        ).fetchone() == (
            2 * FIGURES,
            "DECIMAL(18,2)",
        )
        total = connection.execute("select max(value), typeof(max(value)) from landing.figures").fetchone()
        assert total == (Decimal("150.000000"), "DECIMAL(24,6)")
        assert connection.execute("from rules.rules").fetchall() == [("r1",)]


def _landed(folder: Path) -> list[Path]:
    """The raw folder landed in this process: no reader has to start."""
    entries = scan(folder / "raw").entries
    return [write_report(folder / "landing", entry, read_report(entry).tables).folder for entry in entries]


@pytest.mark.parametrize("before", ["whole", "no database", "another layout", "set aside", "changed since"])
def test_unchanged_reports_come_from_the_published_file_and_others_from_parquet(tmp_path: Path, before: str) -> None:
    for year in (2022, 2023):
        write_small(tmp_path / "raw", f"{year}.txt", year=year)
    first = _landed(tmp_path)
    published, path = tmp_path / "w.duckdb", tmp_path / "building.duckdb"
    load_landing(published, first, TABLES, digests={folder: folder.name for folder in first})
    with duckdb.connect(str(published)) as connection:  # a mark by which a copied row is known
        connection.execute("update landing.reports set place_name = 'copied'")
        if before == "another layout":
            connection.execute("alter table landing.figures drop column printed")
        if before == "set aside":
            connection.execute("create schema quality")
            connection.execute(
                "create table quality.quarantine as select min(report_id) as report_id from landing.reports"
            )
    if before == "no database":
        published.write_bytes(b"cut off" * 1000)
    write_small(tmp_path / "raw", "2024.txt", year=2024)
    folders = _landed(tmp_path)
    digests = {folder: folder.name for folder in folders}
    if before == "changed since":
        digests[folders[0]] = "another manifest"
    read = load_landing(path, folders, TABLES, digests=digests, published=published)
    with duckdb.connect(str(path), read_only=True) as connection:
        copied = connection.execute("select count(*) from landing.reports where place_name = 'copied'").fetchone()
        assert connection.execute("select count(*), count(distinct report_id) from landing.figures").fetchone() == (
            3 * FIGURES,
            3,
        )
    expected = {"whole": 2, "set aside": 1, "changed since": 1}.get(before, 0)
    assert (copied, read) == ((expected,), 3 - expected)


def test_nothing_landed_is_empty_tables(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    load_landing(path, [], TABLES)
    with duckdb.connect(str(path), read_only=True) as connection:
        for name, schema in TABLES.items():
            assert connection.table(f"landing.{name}").columns == schema.names
            assert connection.table(f"landing.{name}").fetchall() == []


def _project(folder: Path, model: str) -> Path:
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: tiny\nversion: '1.0.0'\nprofile: tiny\nconfig-version: 2\n")
    (folder / "profiles.yml").write_text(
        "tiny:\n  target: x\n  outputs:\n"
        "    x: {type: duckdb, path: \"{{ env_var('JUESUAN_WAREHOUSE') }}\", threads: 1}\n"
    )
    (folder / "models" / "doubled.sql").write_text(model)
    (folder / "models" / "models.yml").write_text(
        "models:\n  - name: doubled\n    columns:\n      - name: n\n        data_tests: [not_null]\n"
    )
    return folder


@pytest.fixture
def building(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    load_tables(path, "landing", {"t": pa.table({"n": [1, 2]})})
    return path


def test_dbt_builds_and_leaves_the_file_closed_and_the_project_clean(tmp_path: Path, building: Path) -> None:
    project = _project(tmp_path / "project", "{{ config(materialized='table') }} select 2 * n as n from landing.t")
    run = run_dbt(building, project=project)
    assert run.outcomes == {"success": 1, "pass": 1}
    with duckdb.connect(str(building)) as connection:  # read-write: nobody else has it open
        assert connection.execute("select n from doubled order by n").fetchall() == [(2,), (4,)]
    assert sorted(path.name for path in project.iterdir()) == ["dbt_project.yml", "models", "profiles.yml"]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("select nothing from landing.t", "model.tiny.doubled.*nothing"),
        ("select null::int as n from landing.t", "not_null_doubled_n"),
        ("select {{ no_such_macro() }} as n", "no_such_macro"),
    ],
)
def test_a_model_or_a_test_that_fails_is_named(tmp_path: Path, building: Path, model: str, said: str) -> None:
    with pytest.raises(WarehouseError, match=said):
        run_dbt(building, project=_project(tmp_path / "project", model))
