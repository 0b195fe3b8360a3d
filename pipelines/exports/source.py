"""What an export is made from: the marts of a published warehouse with their descriptions, and where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.exports.notes import Said, TableNote, load_notes, split_languages
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import QueryError, Warehouse, open_readonly

TIMEOUT_S = 3600  # for one query
REPORTS_AT_ONCE = 200  # some hundred thousand figures: what is in memory does not grow with the warehouse
# Every export names the reports it holds; a file without these was not made by a build.
NEEDED = ("dim_report", "figures", "spending")
TABLES = "select table_name, comment from duckdb_tables() where schema_name = 'main' order by table_name"
COLUMNS = """
select table_name, column_name, data_type, comment from duckdb_columns() where schema_name = 'main'
order by table_name, column_index
"""
REPORTS = """
select report_id, division_code, place_name, agency_name, fiscal_year, kind, scope, file_name, sha256, pages, status,
    version, superseded_by
from dim_report order by division_code, agency_name, fiscal_year, kind, version, report_id
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a mart: its DuckDB type and what it says."""

    name: str
    type: str
    said: Said


@dataclass(frozen=True, slots=True)
class Table:
    """One mart."""

    name: str
    said: Said
    columns: tuple[Column, ...]
    rows: int
    note: TableNote

    @property
    def by_report(self) -> bool:
        """Whether every row belongs to a report."""
        return any(column.name == "report_id" for column in self.columns)

    @property
    def order(self) -> str:
        """`order by` of a person, made total by the remaining columns."""
        known = [column.name for column in self.columns]
        wanted = [name for name in self.note.order if name in known]
        return ", ".join(f'"{name}"' for name in [*wanted, *(name for name in known if name not in wanted)])


@dataclass
class Source:
    """An open warehouse and what is known of it."""

    path: Path
    opened: Warehouse

    def query(self, sql: str, *parameters: object) -> pa.Table:
        """Rows as Arrow; decimals stay decimals."""
        return self.opened.query(sql, parameters)

    def rows_of(self, table: Table) -> Iterator[pa.Table]:
        """Every row of a mart, some reports at a time in the order of the catalogue; at least one part, maybe empty."""
        everything = f'from main."{table.name}"'
        if not table.by_report:
            yield self.query(f"{everything} order by {table.order}")
            return
        ids = [report["report_id"] for report in self.provenance["reports"]]
        for start in range(0, len(ids), REPORTS_AT_ONCE):
            yield self.rows_of_reports(table, ids[start : start + REPORTS_AT_ONCE])
        nobodys = "report_id is null or report_id not in (select report_id from main.dim_report)"
        yield self.query(f"{everything} where {nobodys} order by {table.order}")

    def rows_of_reports(self, table: Table, report_ids: Sequence[str]) -> pa.Table:
        """The rows of a mart that belong to these reports, in its order."""
        of_these = "where report_id in (select unnest(?))"
        return self.query(f'from main."{table.name}" {of_these} order by {table.order}', list(report_ids))

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every mart, in the order of notes.yml."""
        columns: dict[str, list[Column]] = {}
        for row in self.query(COLUMNS).to_pylist():
            said = split_languages(row["comment"])
            columns.setdefault(row["table_name"], []).append(Column(row["column_name"], row["data_type"], said))
        notes, made = load_notes(), []
        for row in self.query(TABLES).to_pylist():
            name = row["table_name"]
            count = self.query(f'select count(*) as n from main."{name}"').to_pylist()[0]["n"]
            made.append(Table(name, split_languages(row["comment"]), tuple(columns[name]), count, notes.table(name)))
        return tuple(sorted(made, key=lambda table: (table.note.position, table.name)))

    def table(self, name: str) -> Table:
        """The mart of this name."""
        return next(table for table in self.tables if table.name == name)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Where the data come from, the same for every export of one published file."""
        notes = load_notes()
        return {
            "name": "juesuan",
            "version": program_version(),
            "about": {"zh": notes.about.zh, "en": notes.about.en},
            "licence_note": {"zh": notes.licence.zh, "en": notes.licence.en},
            "built_at": self._built_at(),
            **self._build_facts(),
            "tables": {table.name: table.rows for table in self.tables},
            "reports": self.query(REPORTS).to_pylist(),
        }

    def _build_facts(self) -> dict[str, str | None]:
        facts = {row["name"]: row["value"] for row in self.query("from landing.build").to_pylist()}
        return {name: facts.get(name) for name in ("extractor_version", "inputs_digest", "transform_digest")}

    def _built_at(self) -> str | None:
        """When the suites judged the file (UTC), the last step of a build."""
        try:
            last = self.query("select max(run_at) as at from quality.expectation_results").to_pylist()[0]["at"]
        except QueryError:  # a file that was built without its checks
            return None
        return last.strftime("%Y-%m-%dT%H:%M:%SZ") if last else None


@contextmanager
def open_source(warehouse: Path) -> Iterator[Source]:
    """Open a published warehouse for exporting. Raises WarehouseError when it is none or an incomplete one."""
    with open_readonly(warehouse, timeout_s=TIMEOUT_S) as opened:
        source = Source(warehouse, opened)
        missing = [
            name for name in NEEDED if name not in {row["table_name"] for row in source.query(TABLES).to_pylist()}
        ]
        if missing:
            raise WarehouseError(f"{warehouse} has no table {missing[0]}: run `juesuan build` first")
        yield source


def program_version() -> str:
    """The version of the installed program."""
    try:
        return version("juesuan")
    except PackageNotFoundError:
        return "unknown"
