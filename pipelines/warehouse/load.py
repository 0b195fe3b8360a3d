"""Filling a new DuckDB file with what landed: schema `landing` from Parquet, schema `rules` from Arrow tables.

Opening thousands of small Parquet files costs more than what is in them. So rows of reports that have not changed
since the last published file are taken from there, and only the others are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

ARROW_TO_SQL = {
    "string": "varchar",
    "int32": "integer",
    "int64": "bigint",
    "double": "double",
    "date32[day]": "date",
    "timestamp[us]": "timestamp",
}
AT_ONCE = 500  # Parquet files in one statement, each an open file


def load_landing(
    building: Path,
    folders: Sequence[Path],
    schemas: Mapping[str, pa.Schema],
    *,
    digests: Mapping[Path, str] | None = None,
    published: Path | None = None,
) -> int:
    """Create `landing.<table>` for each of `schemas` in the file `building`, filled from `<folder>/<table>.parquet` of
    every landed folder. No folder: empty tables. → how many folders had to be read.

    `digests` says what is in each folder (kept in `landing.folders`); a folder that the file `published` holds with
    the same digest, and of which the landing gate took nothing out there, is copied from it.
    """
    with duckdb.connect(str(building)) as connection:
        _create(connection, schemas)
        stated = {folder.name: (digests or {}).get(folder, "") for folder in folders}
        note_folders(connection, stated)
        copied = _copy_published(connection, published, schemas) if published and digests else set[str]()
        waiting = [folder for folder in folders if folder.name not in copied]
        for name, schema in schemas.items():
            columns = _names(schema)
            for start in range(0, len(waiting), AT_ONCE):
                files = [str(folder / f"{name}.parquet") for folder in waiting[start : start + AT_ONCE]]
                connection.execute(f"insert into landing.{name} select {columns} from read_parquet(?)", [files])
    return len(waiting)


def _create(connection: duckdb.DuckDBPyConnection, schemas: Mapping[str, pa.Schema]) -> None:
    connection.execute("create schema if not exists landing")
    for name, schema in schemas.items():
        columns = ", ".join(f'"{field.name}" {_sql_type(field.type)}' for field in schema)
        connection.execute(f"create or replace table landing.{name} ({columns})")


def note_folders(connection: duckdb.DuckDBPyConnection, stated: Mapping[str, str]) -> None:
    """Keep in `landing.folders` what is in each folder: name → digest."""
    table = pa.table(
        {
            "report_id": pa.array([name.partition("-")[0] for name in stated], pa.string()),
            "folder": pa.array(list(stated), pa.string()),
            "digest": pa.array(list(stated.values()), pa.string()),
        }
    )
    connection.register("incoming", table)
    connection.execute("create or replace table landing.folders as select * from incoming")
    connection.unregister("incoming")


def _copy_published(
    connection: duckdb.DuckDBPyConnection, published: Path, schemas: Mapping[str, pa.Schema]
) -> set[str]:
    """Copy what has not changed; → the folders that need not be read, none from a file that cannot be used."""
    try:
        connection.execute(f"attach '{str(published).replace(chr(39), chr(39) * 2)}' as before (read_only)")
    except duckdb.Error:
        return set()
    try:
        return _copy_unchanged(connection, schemas)
    except duckdb.Error:  # another layout, or a damaged file: everything is read from Parquet
        _create(connection, schemas)
        return set()
    finally:
        connection.execute("detach before")


def _copy_unchanged(connection: duckdb.DuckDBPyConnection, schemas: Mapping[str, pa.Schema]) -> set[str]:
    tables = {
        (schema, table)
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'before'"
        ).fetchall()
    }
    if ("landing", "folders") not in tables:
        return set()
    has_set_aside = ("quality", "quarantine") in tables
    set_aside = "select report_id from before.quality.quarantine" if has_set_aside else "select ''"
    connection.execute(
        f"""create or replace temp table unchanged as
            select report_id, folder from landing.folders semi join before.landing.folders using (folder, digest)
            where digest <> '' and report_id not in ({set_aside})"""
    )
    for name, schema in schemas.items():
        columns = _names(schema)
        connection.execute(
            f"""insert into landing.{name} select {columns} from before.landing.{name}
                semi join unchanged using (report_id)"""
        )
    return {folder for (folder,) in connection.execute("select folder from unchanged").fetchall()}


def _names(schema: pa.Schema) -> str:
    return ", ".join(f'"{field.name}"' for field in schema)


def load_tables(building: Path, schema_name: str, tables: Mapping[str, pa.Table]) -> None:
    """Create `schema_name.<table>` for each Arrow table."""
    with duckdb.connect(str(building)) as connection:
        connection.execute(f"create schema if not exists {schema_name}")
        for name, table in tables.items():
            connection.register("incoming", table)
            connection.execute(f"create or replace table {schema_name}.{name} as select * from incoming")
            connection.unregister("incoming")


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    return ARROW_TO_SQL[str(kind)]
