"""The gate of a landed batch: what breaks the landing suites is set aside before any SQL works on it; the rest goes on.

A figure that fails becomes a reject of its report (`partly_read`): sums over it are then not judged. A report that
fails in any other way is set aside whole (`not_read`). Both are in `quality.quarantine`, row by row with the reason,
and the report stays in the catalogue, so that it is seen in every summary. The Parquet in landing is not touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.quality.results import ExpectationResult, create_tables
from pipelines.quality.run import run_suites
from pipelines.quality.suites import EXPECTATIONS, Expectation, Kind, Suite, load_suites

LANDING: tuple[Kind, ...] = ("landing",)
KEPT = ("reports", "files")  # a report that is set aside stays in the catalogue; its rows elsewhere go


class GateError(Exception):
    """The batch as a whole cannot be taken: a landing table has other columns, or an expectation cannot run."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What was set aside of one report."""

    report_id: str
    reasons: tuple[str, ...]  # 'rule: why', in the order of the suites
    rows: int  # rows that failed
    whole: bool  # the whole report was set aside, not single figures


def gate_landing(building: Path, *, alone: bool = True, folder: Path = EXPECTATIONS) -> tuple[Quarantined, ...]:
    """Judges `landing.*` of the file being built; sets aside the figures and reports that fail with severity error.

    `alone`: these are all reports there are; then it is not they that are wrong when all of them fail.
    Call it between loading and dbt, with no connection to `building` open. Raises GateError for a failure that belongs
    to no report; the message names suite and expectation.
    """
    run = run_suites(building, docs=None, kinds=LANDING, folder=folder)
    failed = run.blocking_failures
    with duckdb.connect(str(building)) as connection:
        connection.execute(
            "delete from quality.expectation_results where run_id = ?", [run.run_id]
        )  # judged again later
        if not failed:
            return ()
        written = {(s.name, e.name): (s, e) for s in load_suites(folder) for e in s.expectations}
        for result in failed:
            suite, expectation = written[result.suite, result.expectation]
            _copy_failing_rows(connection, run.run_id, suite, expectation, result)
        return _set_aside(connection, run.run_id, alone)


def _copy_failing_rows(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    suite: Suite,
    expectation: Expectation,
    result: ExpectationResult,
) -> None:
    create_tables(connection)
    rows = failing_rows(suite.table, expectation)
    columns = [] if rows is None or result.error else [d[0] for d in connection.execute(rows).description or ()]
    if "report_id" not in columns:
        raise GateError(f"{suite.name}, {expectation.name}: {result.error or result.observed}. {expectation.reason}")
    connection.execute(
        f"""insert into quality.quarantine
            select ?, failing.report_id, ?, ?, ?, to_json(failing)::varchar from ({rows}) as failing""",
        [run_id, suite.table, expectation.name, expectation.reason],
    )


def failing_rows(table: str, expectation: Expectation) -> str | None:
    """SQL for the rows of `table` that break `expectation`; None where a failure belongs to no row."""
    arguments = expectation.arguments
    if expectation.type == "no_rows":
        return str(arguments["query"]).replace("{batch}", f"(select * from {table})")
    column = arguments.get("column")
    if expectation.type == "column_values_to_not_be_null":
        return f"select * from {table} where {column} is null"
    if expectation.type == "column_values_to_be_in_set":
        words = ", ".join("'" + str(word).replace("'", "''") + "'" for word in arguments["value_set"])
        return f"select * from {table} where {column} not in ({words})"
    if expectation.type == "column_values_to_be_unique":
        return f"select * from {table} qualify count(*) over (partition by {column}) > 1 and {column} is not null"
    return None


def _set_aside(connection: duckdb.DuckDBPyConnection, run_id: str, alone: bool) -> tuple[Quarantined, ...]:
    """Single figures become rejects; a report that fails otherwise goes whole."""
    homeless = connection.execute(
        """select table_name, expectation, count(*) from quality.quarantine
           where run_id = ? and report_id is null group by all""",
        [run_id],
    ).fetchone()
    if homeless:
        raise GateError(f"{homeless[0]}, {homeless[1]}: {homeless[2]} rows belong to no report")
    found = connection.execute(
        """select report_id, list(distinct said order by said), count(*), bool_and(figure)
           from (select report_id, expectation || ': ' || reason as said, row_json->>'figure_id' is not null as figure
                 from quality.quarantine where run_id = ?)
           group by report_id order by report_id""",
        [run_id],
    ).fetchall()
    set_aside = tuple(
        Quarantined(i, tuple(reasons), rows, not figures_only) for i, reasons, rows, figures_only in found
    )
    if alone:
        _refuse_a_broken_reader(connection, set_aside)
    for report in set_aside:
        if report.whole:
            _whole_report(connection, report)
        else:
            _single_figures(connection, report, run_id)
    return set_aside


def _refuse_a_broken_reader(connection: duckdb.DuckDBPyConnection, set_aside: tuple[Quarantined, ...]) -> None:
    """Several reports and all of them fail: that is us, and an empty warehouse must not replace a good one."""
    readable = [
        i for (i,) in connection.execute("select report_id from landing.reports where status <> 'not_read'").fetchall()
    ]
    whole = {report.report_id for report in set_aside if report.whole}
    if len(readable) > 1 and whole.issuperset(readable):
        raise GateError(f"all {len(readable)} reports fail the landing suites; first: {set_aside[0].reasons[0]}")


def _whole_report(connection: duckdb.DuckDBPyConnection, report: Quarantined) -> None:
    emptied = connection.execute(
        """select table_name from duckdb_columns() where schema_name = 'landing' and column_name = 'report_id'
           and not list_contains(?, table_name) order by table_name""",
        [list(KEPT)],
    ).fetchall()
    for (table,) in emptied:
        connection.execute(f"delete from landing.{table} where report_id = ?", [report.report_id])
    _tell(connection, report, "not_read")


def _single_figures(connection: duckdb.DuckDBPyConnection, report: Quarantined, run_id: str) -> None:
    """Takes the failing figures out and lists them as rejects, so that no sum is judged without them."""
    connection.execute(
        """insert into landing.rejects by name
           select f.report_id, 'cell' as kind, 'set_aside_by_gate' as reason, q.why as detail, f.printed, f.form,
                  f.table_no, f.row_no, f.page, f.x0, f.top, f.x1, f.bottom, f.source_line
           from landing.figures f join (
               select row_json->>'figure_id' as figure_id,
                      string_agg(distinct expectation || ': ' || reason, '; ') as why
               from quality.quarantine where run_id = ? and report_id = ? group by 1) q using (figure_id)""",
        [run_id, report.report_id],
    )
    connection.execute(
        """delete from landing.figures where report_id = ? and figure_id in
           (select row_json->>'figure_id' from quality.quarantine where run_id = ?)""",
        [report.report_id, run_id],
    )
    _tell(connection, report, "partly_read")


def _tell(connection: duckdb.DuckDBPyConnection, report: Quarantined, status: str) -> None:
    said = f"{report.rows} rows set aside by the landing gate: " + "; ".join(report.reasons)
    connection.execute(
        """update landing.reports set status = ?, status_reason = concat_ws('; ', status_reason, ?),
               reading_reason = concat_ws('; ', reading_reason, ?) where report_id = ?""",
        [status, said, said, report.report_id],
    )
