"""What the suites found, as frozen dataclasses, and the table `quality.expectation_results` that keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

HISTORY_RUNS = 100  # runs kept in the table; older ones are dropped

_DDL = """
create schema if not exists quality;
create table if not exists quality.expectation_results (
    run_id varchar not null, run_at timestamp not null,
    suite varchar not null, suite_title varchar, kind varchar not null, table_name varchar not null,
    expectation varchar not null, type varchar not null, severity varchar not null, blocking boolean not null,
    success boolean not null, unexpected_count bigint, element_count bigint, observed varchar, error varchar,
    reason varchar not null
);
comment on table quality.expectation_results is
    'One row per expectation and run: what was judged, how bad a failure is, what was seen. Newest run: max(run_at).';
create table if not exists quality.quarantine (
    run_id varchar not null, report_id varchar, table_name varchar not null, expectation varchar not null,
    reason varchar not null, row_json varchar not null
);
comment on table quality.quarantine is
    'Landed rows that failed the gate in the latest build, one row each, with the whole row as JSON.';
"""


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """One expectation judged once."""

    suite: str
    suite_title: str
    kind: str  # landing | structure | reconciliation
    table: str
    expectation: str  # the rule's id, or GX type and column
    type: str
    severity: str  # error | warning | note
    blocking: bool  # a failure keeps the build from being published
    success: bool
    unexpected_count: int | None  # rows that failed
    element_count: int | None  # rows judged, where GX says it
    observed: str | None  # what GX saw, as JSON
    error: str | None  # set when the expectation itself could not run
    reason: str


@dataclass(frozen=True, slots=True)
class SuiteResults:
    """One run of all suites over one warehouse file."""

    run_id: str
    run_at: datetime  # UTC, no zone
    results: tuple[ExpectationResult, ...]
    docs: Path | None  # index.html of the Data Docs

    @property
    def failed(self) -> tuple[ExpectationResult, ...]:
        return tuple(r for r in self.results if not r.success)

    @property
    def blocking_failures(self) -> tuple[ExpectationResult, ...]:
        """Failures that must keep the built file from being published."""
        return tuple(r for r in self.failed if r.blocking)

    @property
    def publishable(self) -> bool:
        return not self.blocking_failures

    def of_suite(self, suite: str) -> tuple[ExpectationResult, ...]:
        return tuple(r for r in self.results if r.suite == suite)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the schema `quality` and its two tables where they are missing."""
    connection.execute(_DDL)


def write_results(connection: duckdb.DuckDBPyConnection, run: SuiteResults, history: Path | None = None) -> None:
    """Appends `run`; the rows of earlier runs are taken over from the published file `history`, if it has any."""
    create_tables(connection)
    if history is not None and history.is_file():
        _take_over(connection, history)
    rows: list[tuple[Any, ...]] = [
        (run.run_id, run.run_at, r.suite, r.suite_title, r.kind, r.table, r.expectation, r.type, r.severity, r.blocking,
         r.success, r.unexpected_count, r.element_count, r.observed, r.error, r.reason)
        for r in run.results
    ]  # fmt: skip
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into quality.expectation_results values ({marks})", rows)
    connection.execute(
        """delete from quality.expectation_results where run_id not in
           (select run_id from quality.expectation_results group by run_id order by max(run_at) desc limit ?)""",
        [HISTORY_RUNS],
    )


def _take_over(connection: duckdb.DuckDBPyConnection, history: Path) -> None:
    connection.execute(f"attach '{str(history).replace(chr(39), chr(39) * 2)}' as published (read_only)")
    try:
        known = connection.execute(
            """select 1 from duckdb_tables() where database_name = 'published'
               and schema_name = 'quality' and table_name = 'expectation_results'"""
        ).fetchone()
        if known:
            connection.execute(
                """insert into quality.expectation_results by name
                   select * from published.quality.expectation_results
                   where run_id not in (select run_id from quality.expectation_results)"""
            )
    finally:
        connection.execute("detach published")


def as_json(value: Any) -> str | None:
    """GX's result dictionary as short JSON: at most 2,000 characters, nothing that is not text or a number."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)[:2000]
