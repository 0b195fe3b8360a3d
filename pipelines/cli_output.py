"""What the command line prints: tables, CSV, JSON, Parquet, and the progress of a build. No reading, no SQL."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

Format = Literal["table", "csv", "json", "parquet"]


def as_text(value: object) -> str:
    """A value for a person: decimals with thousands separators, nothing for null; years and codes as they are."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e15 else f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(as_text(item) for item in value)
    return " ".join(str(value).split("\n"))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, file: Any = None) -> None:
    """A table on the terminal; where the output is not a terminal, aligned plain text of any width, never cut."""
    rows, file = [list(row) for row in rows], file or sys.stdout
    numeric = [all(row[i] is None or _is_number(row[i]) for row in rows) for i in range(len(headers))]
    texts = [[as_text(value) for value in row] for row in rows]
    console = Console(file=file)
    if console.is_terminal:
        table = Table(header_style="bold")
        for header, right in zip(headers, numeric, strict=True):
            table.add_column(header, justify="right" if right else "left", overflow="fold")
        for row in texts:
            table.add_row(*(_plain(text) for text in row))
        console.print(table)
        return
    widths = [max(map(cell_len, column)) for column in zip(headers, *texts, strict=True)]
    for row in [list(headers), ["-" * width for width in widths], *texts]:
        cells = [_pad(text, width, right) for text, width, right in zip(row, widths, numeric, strict=True)]
        print("  ".join(cells).rstrip(), file=file)


def print_findings(rows: Sequence[dict[str, Any]], *, file: Any = None) -> None:
    """Findings for reading: under each report its findings as sentences, with the id to ask for more."""
    file = file or sys.stdout
    reports: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        reports.setdefault(f"{row['agency_name']} {row['fiscal_year']} ({row['place_name']})", []).append(row)
    for report, found in reports.items():
        counts = Counter(row["severity"] for row in found)
        said = ", ".join(
            f"{counts[severity]} {severity}" for severity in ("error", "warning", "note") if counts[severity]
        )
        print(f"{report}: {said}", file=file)
        for row in found:
            mark = f"  ({row['review']})" if row["review"] else ""
            print(f"  {row['severity']:<7}  {row['message_zh']}{mark}  [{row['finding_id']}]", file=file)
        print(file=file)
    if not reports:
        print("no findings", file=file)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")  # rich reads [ ] as markup


def _pad(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal | int | float) and not isinstance(value, bool)


def write_rows(table: pa.Table, form: Format, output: Path | None) -> None:
    """Write query results to `output`, or to standard output. Numbers are exact in every format."""
    if form == "parquet":
        if output is None:
            raise ValueError("parquet needs --output FILE")
        pq.write_table(table, output, compression="zstd")
        return
    if form == "table" and output is None:
        print_table(table.column_names, _row_tuples(table))
        return
    text = {"csv": _csv, "json": _json, "table": _table_text}[form](table)
    if output is None:
        sys.stdout.write(text)
    else:  # Excel takes a CSV for UTF-8 only with a mark at its beginning
        output.write_text(text, "utf-8-sig" if form == "csv" else "utf-8")


def _row_tuples(table: pa.Table) -> list[tuple[Any, ...]]:
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True))


def _table_text(table: pa.Table) -> str:
    text = io.StringIO()
    print_table(table.column_names, _row_tuples(table), file=text)
    return text.getvalue()


def _csv(table: pa.Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows([_flat(value) for value in row] for row in _row_tuples(table))
    return text.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return to_json(value) if isinstance(value, list | dict) else value


def _json(table: pa.Table) -> str:
    rows = [f"  {to_json(dict(zip(table.column_names, row, strict=True)))}" for row in _row_tuples(table)]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"


def to_json(value: Any) -> str:
    """JSON in which decimals are numbers with every digit that they have (json.dumps would make floats of them)."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {to_json(v)}" for k, v in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(to_json(item) for item in value) + "]"
    if isinstance(value, date | datetime):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False, default=str)


STAGES = {
    "scan": "looking for reports",
    "land": "reading reports",
    "transform": "building the marts",
    "check": "checking totals",
    "publish": "publishing",
}


class Ticker:
    """A build's progress on standard error: a bar on a terminal, a line an event elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self.bar: Progress | None = None
        if console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self.bar = Progress(*columns, console=console, transient=True)
            self.task = self.bar.add_task("", total=None)
            self.bar.start()

    def stage(self, name: str) -> None:
        """A step of the build begins."""
        if self.bar:
            self.bar.update(self.task, description=STAGES.get(name, name), total=None, completed=0)
        else:
            self.note(STAGES.get(name, name) + " …")

    def report_done(self, done: int, total: int, file_path: str, was_read: bool) -> None:
        """One report is landed; `was_read` is False when it had not changed."""
        if self.bar:
            self.bar.update(self.task, completed=done, total=total)
        elif was_read:
            self.note(f"  {done}/{total} {file_path}")

    def note(self, text: str) -> None:
        """A line for a person."""
        if self.bar:
            self.bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Take the bar off the terminal."""
        if self.bar:
            self.bar.stop()
