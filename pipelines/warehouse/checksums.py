"""A checksum for each published table: the same inputs give the same checksums, whatever the order of the rows.

DuckDB's own hash of a row: forty times faster than MD5 of its text, which took longer than some models. It is the same
on every machine with the same DuckDB, and that is locked. The names and types of the columns are in the checksum too.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

MADE = ("main", "landing", "rules", "reference")  # `quality` keeps the history of runs, which differs from run to run
HISTORY = ("landing.build",)  # versions of the code, not data


def checksums(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """(schema.table, rows, checksum) of every table that a build makes; 24 hex digits."""
    names = connection.execute(
        """select table_schema || '.' || table_name from information_schema.tables
           where list_contains(?, table_schema) and table_type = 'BASE TABLE' order by 1""",
        [list(MADE)],
    ).fetchall()
    return [(name, *_of(connection, name)) for (name,) in names if name not in HISTORY]


def _of(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, str]:
    quoted = ".".join(f'"{part}"' for part in name.split("."))
    row = connection.execute(
        f"""select count(*), coalesce(sum(hash(r)::hugeint), 0)
                + (select sum(hash(column_index, column_name, data_type)::hugeint) from duckdb_columns()
                   where database_name = current_database() and schema_name || '.' || table_name = ?)
            from {quoted} as r""",
        [name],
    ).fetchone()
    assert row is not None
    return int(row[0]), f"{int(row[1]):024x}"


def write_checksums(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the checksums in the file itself: `published.checksums`."""
    rows = checksums(connection)
    connection.execute("create schema if not exists published")
    connection.execute(
        "create or replace table published.checksums (table_name varchar, rows bigint, checksum varchar)"
    )
    if rows:
        connection.executemany("insert into published.checksums values (?, ?, ?)", rows)


def read_checksums(warehouse: Path) -> dict[str, tuple[int, str]]:
    """Table → rows and checksum, of a published file; empty for one that was made before there were any."""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select table_name, rows, checksum from published.checksums order by 1"
            ).fetchall()
    except duckdb.Error:
        return {}
    return {name: (count, checksum) for name, count, checksum in rows}
