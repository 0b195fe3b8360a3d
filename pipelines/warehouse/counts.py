"""How many rows each table of a closed warehouse file has."""

from __future__ import annotations

from pathlib import Path

import duckdb


def count_rows(file: Path) -> dict[str, int]:
    """Rows by table or view name, of every schema but DuckDB's own (names are unique over the schemas we make)."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            """select table_schema, table_name from information_schema.tables
               where table_schema not in ('information_schema', 'pg_catalog')"""
        ).fetchall()
        counted = {}
        for schema, table in tables:
            row = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
            counted[table] = int(row[0]) if row else 0
    return counted
