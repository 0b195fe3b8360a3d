"""`juesuan show`: from a figure's id to the place it was printed at."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli_show import add_commands
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import read_report
from pipelines.warehouse.publish import WarehouseError
from tests.small_reports import write_small


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("raw")).parent


@pytest.fixture(scope="module")
def warehouse(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables that the command asks, filled by reading one text report."""
    path = tmp_path_factory.mktemp("w") / "w.duckdb"
    report = read_report(entry_for(raw / "a.txt", raw=raw))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema landing")
        for name in ("reports", "figures"):
            incoming = report.tables[name]  # noqa: F841  DuckDB finds it by name
            connection.execute(f"create table landing.{name} as from incoming")
        connection.execute("create view figures as select *, report_id as file_id from landing.figures")
        connection.execute("create view dim_report as select * exclude (file_path) from landing.reports")
        connection.execute("create view dim_file as select *, report_id as file_id from landing.reports")
    return path


def shown(*arguments: object) -> str:
    """What the command prints. Raises WarehouseError, as the command line's entry point expects."""
    app = typer.Typer()
    add_commands(app)
    app.command("other")(lambda: None)  # a Typer of one command has no names
    result = CliRunner().invoke(app, ["show", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_a_figure_of_a_text_report(raw: Path, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(figure,)] = connection.execute(
            "select figure_id from figures where line_code = '2240106' and measure = 'expenditure'"
        ).fetchall()
    out = shown(figure[:10], "-w", warehouse, "--raw", raw)
    for said in ("株洲市应急管理局 2024", "expenditure", "2240106 安全监管", "500,000.00", "a.txt, line ", "【50.00】"):
        assert said in out


def test_what_cannot_be_shown(raw: Path, warehouse: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(figure,)] = connection.execute("select min(figure_id) from figures").fetchall()
    with pytest.raises(WarehouseError, match="no figure"):
        shown("ffffffffffff", "-w", warehouse)
    with pytest.raises(WarehouseError, match="too short"):
        shown("ab", "-w", warehouse)
    with pytest.raises(WarehouseError, match="--raw DIR"):
        shown(figure, "-w", warehouse, "--raw", tmp_path)
    write_small(tmp_path, total="151.00")
    with pytest.raises(WarehouseError, match="has changed"):
        shown(figure, "-w", warehouse, "--raw", tmp_path)
