"""`juesuan inspect`: what was recognised in one file, page by page, and what was rejected and why."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.cli_output import print_table, to_json
from pipelines.documents.model import Grid
from pipelines.documents.zip_members import UnsafePackage
from pipelines.figures import Alteration, Figure, Reject
from pipelines.landing.catalogue import entries_for
from pipelines.landing.extract import LandedReport, read_report
from pipelines.landing.limits import limit_memory
from pipelines.paths import RAW
from pipelines.processes import die_with_parent

FIELDS = ("place_name", "division_code", "agency_name", "fiscal_year", "kind", "scope")
SHORT = 60  # characters of a printed text in a table


def address(item: Reject | Alteration | Figure) -> str:
    """Where something stands, for a person: p. 8 (71, 320) or line 154."""
    if item.page is None:
        return f"line {item.source_line}" if item.source_line is not None else ""
    x0, top = getattr(item, "x0", None), getattr(item, "top", None)
    return f"p. {item.page}" + (f" ({x0:.0f}, {top:.0f})" if x0 is not None and top is not None else "")


def print_report(report: LandedReport) -> None:
    """Everything that reading one file gave, for a person."""
    document, identity, reading = report.document, report.identity, report.reading
    pages = f", {document.n_pages} pages" if document.n_pages else ""
    print(f"{report.entry.file_path}: {document.format}{pages}, {report.status}")
    if report.status_reason:
        print(f"  {report.status_reason}")
    for warning in document.warnings:
        print(f"  {warning}")
    _section("Whose report")
    print_table(("", "value", "said by"), [(f, getattr(identity, f), identity.sources.get(f, "")) for f in FIELDS])
    print(f"unit of money: {report.unit or 'none printed'}; report id {report.entry.report_id}")
    for doubt in identity.doubts:
        print(f"  {doubt}")
    _section(f"Forms: {len(reading.forms)}, figures: {len(reading.figures)}")
    _table(
        ("no.", "form", "title", "pages", "rows", "figures", "unit", "known by", "says that it is empty"),
        [
            (f.table_no, f.form, f.title, f.pages, f.rows, f.figures, f.unit, f.recognised_by, f.empty_statement)
            for f in reading.forms
        ],
    )
    if any(page.number is not None for page in document.pages):
        _section("Page by page")
        print_table(("page", "text lines", "tables", "figures", "rejects"), _page_rows(report))
    _section(f"Rejected: {len(reading.rejects)}")
    rejects = [(address(r), r.kind, r.form, r.reason, r.detail, _short(r.printed)) for r in reading.rejects]
    _table(("where", "what", "form", "reason", "detail", "printed"), rejects)
    _section(f"Read otherwise than printed: {len(reading.alterations)}")
    altered = [(address(a), a.kind, a.form, a.row_no, a.detail, _short(a.printed)) for a in reading.alterations]
    _table(("where", "what", "form", "row", "detail", "printed"), altered)


def _section(title: str) -> None:
    print(f"\n{title}")


def _table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        print_table(headers, rows)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _page_rows(report: LandedReport) -> Sequence[tuple[object, ...]]:
    figures: dict[int | None, Counter[str]] = {}
    for figure in report.reading.figures:
        figures.setdefault(figure.page, Counter())[figure.form] += 1
    rejects = Counter(reject.page for reject in report.reading.rejects)
    rows = []
    for page in report.document.pages:
        grids = sum(isinstance(block, Grid) for block in page.blocks)
        found = ", ".join(f"{form} {count}" for form, count in figures.get(page.number, Counter()).items())
        rows.append((page.number, len(page.blocks) - grids, grids, found, rejects[page.number] or None))
    return rows


def report_json(report: LandedReport) -> str:
    """The same as JSON, with every figure, reject and alteration in full."""
    identity, reading = report.identity, report.reading
    data: dict[str, Any] = {
        "file_path": report.entry.file_path,
        "report_id": report.entry.report_id,
        "sha256": report.entry.sha256,
        "format": report.document.format,
        "pages": report.document.n_pages,
        "status": report.status,
        "status_reason": report.status_reason,
        "warnings": list(report.document.warnings),
        "identity": {field: getattr(identity, field) for field in FIELDS},
        "identity_source": identity.sources,
        "doubts": list(identity.doubts),
        "unit": report.unit,
        "forms": [asdict(form) for form in reading.forms],
        "figures": [asdict(figure) for figure in reading.figures],
        "rejects": [asdict(reject) for reject in reading.rejects],
        "alterations": [asdict(alteration) for alteration in reading.alterations],
    }
    return to_json(data)


def main(memory_mb: str, file: str, *options: str) -> int:
    """In a process of its own, under the limits of landing/limits.py. Exit 2 when there is too little memory."""
    die_with_parent()
    limit_memory(int(memory_mb))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        for number, entry in enumerate(entries_for(Path(file), raw=RAW if RAW.is_dir() else None)):
            report = read_report(entry)
            if "--json" in options:
                print(report_json(report))  # of a zip, one object a file
            else:
                print("\n" * bool(number), end="")
                print_report(report)
    except UnsafePackage as error:
        print(f"juesuan: {file}: {error}", file=sys.stderr)
        return 2
    except MemoryError:
        print(f"juesuan: {file}: reading needed more than {memory_mb} MB of memory; say --memory", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left unsaid must not fail again at exit
    except OSError as error:
        print(f"juesuan: {file}: {error.strerror or error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
