"""`juesuan export FORMAT`: the warehouse as files for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.paths import WAREHOUSE
from pipelines.storage import at


class ExportFormat(StrEnum):
    """What people open."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"
    fiscal = "fiscal"
    duckdb = "duckdb"
    all = "all"


def add_commands(app: typer.Typer) -> None:
    """Hang `export` on the command line."""
    app.command("export")(export_command)


def export_command(
    form: Annotated[ExportFormat, typer.Argument(metavar="FORMAT", help="parquet, csv, xlsx, fiscal, duckdb or all.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="The folder, or its URL [exports/FORMAT beside the warehouse].")
    ] = None,
    warehouse: Annotated[Path, typer.Option("--warehouse", "-w", help="The DuckDB file.")] = WAREHOUSE,
    bom: Annotated[bool, typer.Option("--bom", help="CSV: begin with the mark by which Excel knows UTF-8.")] = False,
) -> None:
    """Write the warehouse as files, with provenance, licence note and checksums. An earlier export is replaced."""
    from pipelines.exports.export import WRITERS, Options, export  # here, so that the other commands start at once

    chosen = list(WRITERS) if form is ExportFormat.all else [form.value]
    for name in chosen:
        folder = f"{output.rstrip('/')}/{name}" if output and form is ExportFormat.all else output
        done = export(name, warehouse, at(folder) if folder else None, Options(bom=bom))
        size = f"{done.bytes / 1_000_000:.1f} MB"
        print(f"{name}: {done.reports} reports, {done.tables} tables → {done.folder} ({done.files} files, {size})")
