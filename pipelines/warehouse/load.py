"""Filling a new DuckDB file with what landed: schema `landing` from Parquet, schema `rules` from Arrow tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

ARROW_TO_SQL = {"string": "varchar", "int32": "integer", "int64": "bigint", "double": "double", "date32[day]": "date"}


def load_landing(building: Path, folders: Sequence[Path], schemas: Mapping[str, pa.Schema]) -> None:
    """Create `landing.<table>` for each of `schemas` in the file `building`, filled from `<folder>/<table>.parquet` of
    every landed folder in their order. No folder: empty tables.
    """
    with duckdb.connect(str(building)) as connection:
        connection.execute("create schema if not exists landing")
        for name, schema in schemas.items():
            columns = ", ".join(f'"{field.name}" {_sql_type(field.type)}' for field in schema)
            connection.execute(f"create or replace table landing.{name} ({columns})")
            files = [str(folder / f"{name}.parquet") for folder in folders]
            if files:
                names = ", ".join(f'"{field.name}"' for field in schema)
                connection.execute(f"insert into landing.{name} select {names} from read_parquet(?)", [files])


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
