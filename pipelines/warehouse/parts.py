"""A part of the warehouse, made in a file of its own: taking reports out of a file, and putting a part into it.

A part holds everything about some reports and nothing about others, beside the code lists, which every part has whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE = ("landing", "intermediate", "main", "quality")
# One row for a printed line, whichever reports print it; and the one table of those that are in no part's file.
SHARED = ("int_printed_codes", "int_function_resolution", "int_economic_resolution")
# How the rows of a report are found in a table: by its id, by that of the file it came in, or by the body's.
KEYS = ("report_id", "file_id", "agency_id")
OTHER_BODIES = pa.schema(
    [
        ("report_id", pa.string()),
        ("agency_type", pa.string()),
        ("fiscal_year", pa.int32()),
        ("size", pa.float64()),
    ]
)
MEMORY = "2GB"


def tagged(project: Path, tag: str) -> set[str]:
    """The models that dbt_project.yml tags `tag`."""
    found: set[str] = set()

    def look(name: str, node: object) -> None:
        if isinstance(node, dict):
            if node.get("+tags") == tag:
                found.add(name)
            for key, below in node.items():
                look(str(key), below)

    look("models", yaml.safe_load((project / "dbt_project.yml").read_text("utf-8"))["models"])
    return found


@contextmanager
def opened(file: Path, **attached: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file for writing, with others attached read-only under their names."""
    with duckdb.connect(str(file), config={"memory_limit": MEMORY}) as connection:
        for name, other in attached.items():
            connection.execute(f"attach '{str(other).replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
        yield connection


def take_out(connection: duckdb.DuckDBPyConnection, files: Collection[str], *, spared: Collection[str]) -> None:
    """Delete every row about the files with these ids, also where they are parts of a report; not in `spared`."""
    _register(connection, "gone", "file_id", files)
    try:
        connection.execute(
            """create or replace temp table gone_ids as
               select file_id as id, file_id as report_id from gone
               union select report_id, report_id from intermediate.int_parts where file_id in (from gone)"""
        )
        bodies = """select agency_id from intermediate.int_reports where report_id in (select id from gone_ids)"""
        connection.execute(f"create or replace temp table gone_bodies as {bodies}")
        for schema, table, key in _keyed(connection, spared):
            ids = "select agency_id from gone_bodies" if key == "agency_id" else "select id from gone_ids"
            connection.execute(f'delete from "{schema}"."{table}" where {key} in ({ids})')
    finally:
        connection.unregister("gone")


def _keyed(connection: duckdb.DuckDBPyConnection, spared: Collection[str]) -> list[tuple[str, str, str]]:
    """(schema, table, key) of the tables that hold rows by report."""
    columns = connection.execute(
        """select schema_name, table_name, list(column_name) from duckdb_columns() join duckdb_tables()
               using (database_name, schema_name, table_name)
           where database_name = current_database() and list_contains(?, schema_name) group by all order by all""",
        [list(MADE)],
    ).fetchall()
    found = []
    for schema, table, names in columns:
        key = next((key for key in KEYS if key in names), None)
        if key and table not in spared and table != "folders":
            found.append((schema, table, key))
    return found


def begin_part(
    part: Path, whole: Path, *, models: Collection[str], told: Sequence[str], without: Collection[str]
) -> None:
    """Fill the new file `part` with what every part has: seeds, rules and what is told from `whole`, the reference
    `models`, and the sizes of the bodies of all reports but those `without`."""
    with opened(part, whole=whole) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'whole' order by all"
        ).fetchall()
        for schema, table in tables:
            if schema in ("reference", "rules") or table in models or (schema == "landing" and table in told):
                connection.execute(f'create schema if not exists "{schema}"')
                connection.execute(f'create table "{schema}"."{table}" as from whole."{schema}"."{table}"')
        _register(connection, "gone", "report_id", without)
        connection.execute(
            """create or replace table landing.other_bodies as
               select report_id, agency_type, fiscal_year, size from whole.intermediate.int_bodies
               where superseded_by is null and agency_type <> 'other' and report_id not in (from gone)"""
        )
        connection.unregister("gone")


def put_in(part: Path, whole: Path, *, spared: Collection[str]) -> None:
    """Add the rows of the made `part` to `whole`, which holds nothing about its reports."""
    with opened(whole, part=part) as connection:
        tables = connection.execute(
            """select schema_name, table_name from duckdb_tables()
               where database_name = 'part' and list_contains(?, schema_name) order by all""",
            [list(MADE)],
        ).fetchall()
        for schema, table in tables:
            if table in spared or table == "expectation_results":
                continue
            name, new = f'"{schema}"."{table}"', ""
            if table in SHARED:
                new = f"where printed_line_id not in (select printed_line_id from {name})"
            elif schema == "quality":
                connection.execute(f"create table if not exists {name} as from part.{name} limit 0")
            connection.execute(f"insert into {name} by name select * from part.{name} {new}")


def forget_unprinted(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the printed lines that no report prints any more."""
    for table in SHARED:
        connection.execute(
            f"""delete from intermediate.{table}
                where printed_line_id not in (select printed_line_id from intermediate.int_form_lines)"""
        )


def judged_by_others(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The reports that are outliers among bodies of their type and were not made as such, or the other way round."""
    told = "select report_id, text_zh from intermediate.int_form_findings where rule = 'outlier_of_its_type'"
    true = "select report_id, text_zh from intermediate.int_outliers"
    rows = connection.execute(
        f"select distinct report_id from (({told} except {true}) union all ({true} except {told})) order by 1"
    ).fetchall()
    return [report_id for (report_id,) in rows]


def _register(connection: duckdb.DuckDBPyConnection, name: str, column: str, values: Collection[str]) -> None:
    connection.register(name, pa.table({column: pa.array(sorted(values), pa.string())}))
