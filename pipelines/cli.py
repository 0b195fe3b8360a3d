"""The `juesuan` command: build a warehouse, look into one report, ask in SQL, read the findings.

The same functions that Dagster calls, for people who do not open it. Errors are one line that says what to do.
Exit codes: 0 done, 1 done but some file was not read in full (--strict), 2 not done.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_codes import add_commands
from pipelines.cli_dashboard import add_commands as add_dashboard_command
from pipelines.cli_export import add_commands as add_export_command
from pipelines.cli_output import Ticker, print_findings, print_table, write_rows
from pipelines.cli_review import add_commands as add_review_command
from pipelines.cli_show import add_commands as add_show_command
from pipelines.cli_sources import add_commands as add_source_commands
from pipelines.paths import RAW, WAREHOUSE
from pipelines.storage import StorageError, at
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import QueryError, open_readonly

if TYPE_CHECKING:
    from pipelines.build import BuildSummary

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="决算: published final accounts as one warehouse that can be asked in SQL.",
)
add_commands(app)
add_dashboard_command(app)
add_export_command(app)
add_review_command(app)
add_show_command(app)
add_source_commands(app)
TABLE_LIMIT = 200  # rows that a table shows when nothing else is said
EXAMPLE = "select place, year, class, sum(amount_yuan) as yuan from spending group by all order by all"
FINDINGS = """
select r.place_name, r.agency_name, r.fiscal_year, f.severity, f.rule, f.form, f.line_label, f.measure, f.stated,
    f.expected, f.difference, f.tolerance, f.page, f.message_zh, f.review,
    f.finding_key, f.finding_id
from findings f join dim_report r using (report_id)
where {where}
order by r.place_name, r.agency_name, r.fiscal_year, f.severity, f.rule, f.page, f.line_label, f.finding_id
"""

WarehouseOption = Annotated[Path, typer.Option("--warehouse", "-w", help="The DuckDB file.")]


class OutputFormat(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class Severity(StrEnum):
    """How bad a finding is."""

    error = "error"
    warning = "warning"
    note = "note"


FormatOption = Annotated[OutputFormat, typer.Option("--format", "-f", help="How the rows are written.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file (a must for parquet).")]
LimitOption = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]


@app.command("build")
def build_command(
    raw: Annotated[str, typer.Option(help="The folder of reports, or its URL (s3://bucket/prefix).")] = str(RAW),
    warehouse: WarehouseOption = WAREHOUSE,
    landing: Annotated[str | None, typer.Option(help="Where reports land, or its URL [beside the warehouse].")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes that read reports; 0: one a core.")] = 0,
    timeout: Annotated[int, typer.Option(min=1, help="Seconds that one report may take.")] = 300,
    memory: Annotated[int, typer.Option(min=64, help="MB of memory that reading one report may take.")] = 2048,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when any file was not read in full.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Read every report again and rebuild.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], help="Day for what is overdue [the last due day that has passed]."
        ),
    ] = None,
) -> None:
    """Read what is new or changed, build the warehouse, check and publish it. Bad files are told and do not stop it."""
    from pipelines.build import build  # here, so that a query starts at once

    ticker = Ticker()
    try:
        summary = build(
            at(raw),
            warehouse,
            landing=at(landing) if landing else None,
            workers=workers,
            force=force,
            timeout_s=timeout,
            memory_mb=memory,
            as_of=as_of.date() if as_of else None,
            reporter=ticker,
        )
    finally:
        ticker.close()
    _print_summary(summary, WAREHOUSE)
    if strict and not summary.flawless:
        raise typer.Exit(1)


def _print_summary(summary: BuildSummary, usual: Path) -> None:
    statuses = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in summary.reports.items())
    findings = ", ".join(f"{count} {severity}" for severity, count in summary.findings.items()) or "none"
    done = "up to date" if summary.up_to_date else f"built in {summary.seconds:.1f} s"
    print_table(
        (str(summary.warehouse), done),
        [
            ("reports", statuses),
            ("", f"{summary.read} read now, {summary.kept} unchanged"),
            ("figures", f"{summary.figures:,}"),
            ("rejects", f"{summary.rejects:,}"),
            ("findings", findings),
            *([("data docs", str(summary.docs))] if summary.docs else []),
        ],
    )
    if summary.checksums and not summary.up_to_date:
        marts = {name.removeprefix("main."): it for name, it in summary.checksums.items() if name.startswith("main.")}
        print()
        print_table(("mart", "rows", "checksum"), [(name, *it) for name, it in marts.items()])
    if summary.troubles:
        print("\nNot read in full:")
        for file_path, status, reason in summary.troubles:
            print(f"  {file_path}: {status.replace('_', ' ')}: {reason}")
    where = "" if summary.warehouse == usual else f' --warehouse "{summary.warehouse}"'
    print(f'\nTry:\n  juesuan sql{where} "{EXAMPLE}"')


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="One report of any kind, a zip of reports, or ZIP!/MEMBER.")],
    json: Annotated[bool, typer.Option("--json", help="Everything in full, as JSON.")] = False,
    timeout: Annotated[int, typer.Option(min=1, help="Seconds that it may take.")] = 300,
    memory: Annotated[int, typer.Option(min=64, help="MB of memory that it may take.")] = 2048,
) -> None:
    """What is recognised in one file: whose it is, its forms, page by page, and what was rejected and why."""
    from pipelines.documents.members import split_address
    from pipelines.landing.limits import CutOff, run_limited

    address = split_address(file.as_posix())
    if not (Path(address[0]) if address else file).is_file():
        raise WarehouseError(f"{file} is not a file")
    command = ["-m", "pipelines.cli_inspect", str(memory), str(file), *(["--json"] if json else [])]
    try:
        code = run_limited(command, timeout_s=timeout, memory_mb=memory)
    except CutOff as error:
        raise WarehouseError(f"{file}: {error}") from error
    if code:
        raise typer.Exit(code)


@app.command()
def rollback(
    n: Annotated[int, typer.Argument(min=1, help="Which of the files kept: 1 is the one before this.")] = 1,
    warehouse: WarehouseOption = WAREHOUSE,
    list_: Annotated[bool, typer.Option("--list", help="Only show what is kept.")] = False,
) -> None:
    """Publish an earlier warehouse again. Again undoes it; the next build publishes what the reports say now."""
    from pipelines.warehouse import publish

    files = [(warehouse, "published")] + [(publish.kept_path(warehouse, m), str(m)) for m in publish.kept(warehouse)]
    if not list_:
        with publish.build_lock(warehouse, wait_s=60):
            publish.rollback(warehouse, n)
        print(f"{warehouse} is what .{n} was; `juesuan rollback` undoes it", file=sys.stderr)
        files = files[:1]
    rows = [(name, *_built(file)) for file, name in files if file.is_file()]
    print_table(("kept as", "built", "reports", "figures", "MB"), rows)


def _built(file: Path) -> tuple[str, int | None, int | None, str]:
    """When a warehouse file was built, its reports and figures, and its size."""
    stat = file.stat()
    made, size = f"{datetime.fromtimestamp(stat.st_mtime):%Y-%m-%d %H:%M}", f"{stat.st_size / 1e6:.1f}"
    try:
        with open_readonly(file) as opened:
            reports, figures = (
                opened.query(f"select count(*) as n from landing.{name}")["n"][0].as_py()
                for name in ("reports", "figures")
            )
    except (WarehouseError, QueryError):
        return made, None, None, size
    return made, reports, figures, size


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One statement that reads; - takes it from standard input.")],
    warehouse: WarehouseOption = WAREHOUSE,
    format: FormatOption = OutputFormat.table,
    output: OutputOption = None,
    limit: LimitOption = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that the query may take.")] = 60,
) -> None:
    """Ask the warehouse in SQL, read-only. Tables show 200 rows unless --limit says otherwise."""
    text = sys.stdin.read() if query == "-" else query
    _run(text, [], warehouse, format, output, limit, timeout)


@app.command()
def findings(
    report: Annotated[
        str | None, typer.Option(help="Report id (or its beginning), or part of agency or file name.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Division code, or part of the place's name.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only these.")] = None,
    warehouse: WarehouseOption = WAREHOUSE,
    format: FormatOption = OutputFormat.table,
    output: OutputOption = None,
    limit: LimitOption = None,
) -> None:
    """Totals that do not add up: by how much, and on which page."""
    where, values = ["f.outcome = 'inconsistent'"], list[str]()
    if report:
        where.append("(r.report_id like ? || '%' or contains(r.agency_name, ?) or contains(r.file_name, ?))")
        values += [report] * 3
    if place:
        where.append("(r.division_code = ? or contains(r.place_name, ?))")
        values += [place] * 2
    if severity:
        where.append("f.severity = ?")
        values.append(severity.value)
    text = FINDINGS.format(where=" and ".join(where))
    if format is OutputFormat.table and output is None:
        with open_readonly(warehouse, timeout_s=60) as opened:
            print_findings(opened.query(text, values, limit=limit).to_pylist())
    else:
        _run(text, values, warehouse, format, output, limit, 60)


def _run(
    text: str,
    values: list[str],
    warehouse: Path,
    form: OutputFormat,
    output: Path | None,
    limit: int | None,
    timeout: float,
) -> None:
    """Run one query and write its rows; says on standard error when there were more than are shown."""
    if form is OutputFormat.parquet and output is None:
        raise QueryError("parquet needs --output FILE")
    shown = limit or (TABLE_LIMIT if form is OutputFormat.table else None)
    with open_readonly(warehouse, timeout_s=timeout) as opened:
        rows = opened.query(text, values, limit=shown + 1 if shown else None)
    more = shown is not None and rows.num_rows > shown
    write_rows(rows.slice(0, shown) if shown else rows, form.value, output)
    if more and limit is None:
        print(f"… the first {shown} rows; say --limit N for more", file=sys.stderr)
    if output:
        print(f"{rows.num_rows:,} rows → {output}", file=sys.stderr)


def main() -> None:
    """Entry point: UTF-8 whatever the terminal says, one line an error, quiet when a pipe closes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except (WarehouseError, QueryError, StorageError) as error:
        print(f"juesuan: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left unsaid must not fail again at exit
    except OSError as error:
        print(f"juesuan: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
