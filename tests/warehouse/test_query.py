"""Ad-hoc SQL: reads this file, exactly, and can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import QueryError, Warehouse, open_readonly


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table spending (label varchar, amount decimal(18, 2), fiscal_year integer)")
        connection.execute("insert into spending values ('决算', 0.10, 2024), ('预算', 12345678901234.56, 2023)")
    with open_readonly(path, timeout_s=1) as opened:
        yield opened


@pytest.mark.parametrize(
    "sql",
    ["from spending", "select * from spending;", "with a as (from spending) select * from a", "-- why\nfrom spending"],
)
def test_reading_gives_exact_decimals(warehouse: Warehouse, sql: str) -> None:
    rows = warehouse.query(sql).to_pylist()
    assert rows[0] == {"label": "决算", "amount": Decimal("0.10"), "fiscal_year": 2024}
    assert rows[1]["amount"] == Decimal("12345678901234.56")


def test_describe_show_and_parameters(warehouse: Warehouse) -> None:
    assert warehouse.query("describe spending").num_rows == 3
    assert warehouse.query("show tables").to_pylist() == [{"name": "spending"}]
    assert warehouse.query("select amount from spending where label = ?", ["决算"]).num_rows == 1
    assert warehouse.query("from range(1000)", limit=7).num_rows == 7
    assert warehouse.query("from spending where false").column_names == ["label", "amount", "fiscal_year"]


@pytest.mark.parametrize(
    "sql",
    [
        "drop table spending",
        "delete from spending",
        "create temp table x as select 1",
        "copy spending to '{tmp}/out.csv'",
        "attach '{tmp}/other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set threads = 8",
        "set enable_external_access = true",
        "pragma enable_profiling",
        "select 1; select 2",
        "select 1; drop table spending",
        "export database '{tmp}/all'",
        "call pragma_version(); drop table spending",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from '/etc/passwd'",
        "select * from 'https://example.org/x.parquet'",
        "",
        "selec 1",
    ],
)
def test_anything_else_is_refused(warehouse: Warehouse, tmp_path: Path, sql: str) -> None:
    with pytest.raises(QueryError):
        warehouse.query(sql.format(tmp=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["w.duckdb"]
    assert warehouse.query("from spending").num_rows == 2


def test_a_long_query_is_stopped_and_the_next_one_runs(warehouse: Warehouse) -> None:
    with pytest.raises(QueryError, match="stopped after 1 s"):
        warehouse.query("select count(*) from range(10000000000) a, range(10) b where a.range % 7 = b.range")
    assert warehouse.query("select 1").num_rows == 1


def test_no_warehouse_and_no_database_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="juesuan build"), open_readonly(tmp_path / "none.duckdb"):
        pass
    (tmp_path / "text.duckdb").write_text("not a database, and longer than a header of one would be" * 100)
    with pytest.raises(WarehouseError, match="cannot be opened"), open_readonly(tmp_path / "text.duckdb"):
        pass


def test_a_second_connection_of_one_process_to_one_file(tmp_path: Path) -> None:
    """They share a database: what the first has locked the second cannot set again."""
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table spending as select 1 as amount")
    with open_readonly(path) as first, open_readonly(path) as second:
        assert first.query("from spending") == second.query("from spending")
        for opened in (first, second):
            with pytest.raises(duckdb.Error, match="locked"):
                opened.connection.execute("set threads = 1")
