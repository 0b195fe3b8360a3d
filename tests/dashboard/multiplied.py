"""A warehouse many times as large: every report of a real one copied to other places, with ids of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

# Columns that name a report, a body or a row of theirs: each copy gets its own by a suffix.
IDS = (
    *("report_id", "file_id", "superseded_by", "agency_id", "agency_name", "agency", "name", "body_name"),
    *("figure_id", "line_id", "spending_id", "finding_id", "reject_id", "alteration_id", "reconciliation_id"),
    *("evaluation_id", "indicator_id", "stated_figure_id", "budget_figure_id", "final_figure_id", "executed_figure_id"),
    *("score_figure_id", "weight_figure_id", "place_year_id", "disclosure_id"),
)
TABLES_OF_REPORTS = """
select distinct t.schema_name, t.table_name
from duckdb_tables() t join duckdb_columns() c using (schema_name, table_name)
where (t.schema_name = 'main' or (t.schema_name, t.table_name) = ('landing', 'reports'))
    and (c.column_name = 'report_id' or t.table_name in ('dim_agency', 'place_scores', 'disclosure_timeliness'))
"""
COLUMNS = "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index"


def multiply(source: Path, target: Path, copies: int) -> None:
    """Write `target`: the marts of `source` with every report `copies` times, each copy in another place."""
    shutil.copyfile(source, target)
    with duckdb.connect(str(target)) as connection:
        connection.execute("set threads = 2; set preserve_insertion_order = true")
        connection.execute(f"create temp table copies as select range as n from range({copies})")
        connection.execute(
            f"""create temp table places as select row_number() over (order by hash(division_code)) - 1 as n,
                division_code, name, province, prefecture from dim_division where level in ('prefecture', 'county')
                qualify n < {copies}"""
        )
        for schema, table in connection.execute(TABLES_OF_REPORTS).fetchall():
            names = [name for (name,) in connection.execute(COLUMNS, [schema, table]).fetchall()]
            chosen = ", ".join(_column(name, table) for name in names)
            connection.execute(
                f"""create or replace table "{schema}"."{table}" as select {chosen}
                    from "{schema}"."{table}" t cross join copies
                    join places p on p.n = copies.n % {len_places(connection)}
                    order by copies.n"""
            )


def len_places(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from places").fetchone()
    return int(row[0]) if row else 1


def _column(name: str, table: str) -> str:
    quoted = f't."{name}"'
    if name == "figure_ids":
        return f"list_transform({quoted}, lambda i: i || '-' || copies.n) as figure_ids"
    if name in ("division_code", "province", "prefecture"):
        return f'p."{name}" as {name}'
    if name in ("place", "place_name"):
        return f"p.name as {name}"
    if name in IDS and not (name == "name" and table != "dim_agency"):
        return f"{quoted} || '-' || copies.n as {name}"
    return f'{quoted} as "{name}"'
