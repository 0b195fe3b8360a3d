"""Pages a second and cell accuracy of readers on the same pages, and of the formats; writes docs/speed.md.

    python -m benchmarks.speed [--rounds 3] [--python PATH]

`--python`: an interpreter that has camelot and img2table (`pip install juesuan[benchmark]` in an environment of its
own); without it they are left out and docs/speed.md is not written. The published PDF is left out where it is absent.
"""

from __future__ import annotations

import argparse
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks.accuracy_reports import SOURCES, Source, gold_of
from benchmarks.extraction import measure, medians, part_of
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import read_report
from tests.gold_scoring import normalise_label, squeeze
from tests.typeset.excel import to_xlsx
from tests.typeset.html import to_html
from tests.typeset.layout import layout
from tests.typeset.report import load
from tests.typeset.text import to_text
from tests.typeset.word import to_docx

PAGE = Path(__file__).resolve().parents[1] / "docs" / "speed.md"
PDFS = [source for source in SOURCES if source.pattern.endswith(".pdf") and gold_of(source, "forms")]
FORMATS: dict[str, Callable[..., None]] = {"docx": to_docx, "xlsx": to_xlsx, "html": to_html, "txt": to_text}
INTRO = """# How fast reports are read

Written by `python -m benchmarks.speed`; do not edit. Seconds are those of one process on one file, without imports; the
readers take turns and medians of {rounds} runs are compared. CPU seconds count all threads.

Machine: {machine}.

## Readers on the form pages of the same PDFs

*cells right*: of the numbers that the hand-checked gold has on these pages, those that stand in a cell of their own, in
a row that has their code or name in a cell of its own too. What a number means (which form, which measure) is asked of
juesuan alone: docs/accuracy.md.
"""


def form_pages(source: Source, path: Path) -> list[int]:
    """The pages with figures of the gold's forms."""
    forms = {g["form"] for g in gold_of(source, "forms")}
    return sorted({f.page for f in read_report(entry_for(path)).reading.figures if f.form in forms and f.page})


def cells_right(source: Source, tables: Iterable[list[list[str]]]) -> tuple[int, int]:
    """Gold numbers found in a cell of their own beside their line's code or name, and all of them."""
    rows = [[squeeze(cell) for cell in row] for table in tables for row in table]
    free: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for cell in row:
            free.setdefault(cell, []).append(number)
    names = [{"".join(row[:3]), *row, *(normalise_label(cell) for cell in row)} for row in rows]
    right = 0
    gold = gold_of(source, "forms")
    for g in gold:
        label = {squeeze(g["line_code"]), squeeze(g["line_label"]), normalise_label(g["line_label"])} - {""}
        at = free.get(squeeze(g["value"]), [])
        hit = next((number for number in at if not label or label & names[number]), None)
        if hit is not None:
            at.remove(hit)
            right += 1
    return right, len(gold)


def reader_rows(rounds: int, python: str | None) -> list[list[str]]:
    """A row for each PDF and reader: pages a second, CPU seconds a page, memory, cells right."""
    rows = []
    readers = {"juesuan": sys.executable, "pdfplumber": sys.executable}
    readers |= {"camelot": python, "img2table": python} if python else {}
    for source in PDFS:
        if source.path is None:
            continue
        pages = form_pages(source, source.path)
        with tempfile.TemporaryDirectory(prefix="juesuan-speed-") as folder:
            path = part_of(source.path, pages, Path(folder) / "forms.pdf")
            for reader, interpreter in readers.items():
                runs = [measure(reader, path, interpreter, tables=True) for _ in range(rounds)]
                seconds = statistics.median(run["seconds"] for run in runs)
                cpu = statistics.median(run["cpu"] for run in runs)
                right, of = cells_right(source, runs[-1]["tables"])
                kind = "committed" if source.committed else "published"
                rows.append(
                    [
                        f"{source.title}, {kind}, {len(pages)} pages",
                        reader,
                        f"{len(pages) / seconds:.1f}",
                        f"{1000 * cpu / len(pages):.0f}",
                        f"{max(run['megabytes'] for run in runs):.0f}",
                        f"{right} of {of}",
                        f"{100 * right / of:.1f} %",
                    ]
                )
                print(*rows[-1], sep="  ", flush=True)
    return rows


def whole_rows(rounds: int) -> list[list[str]]:
    """A row for each whole PDF, against plain pdfplumber over all pages."""
    rows = []
    for source in PDFS:
        if source.path is not None:
            found = medians(("juesuan", "pdfplumber"), source.path, rounds)
            ours, theirs = found["juesuan"], found["pdfplumber"]
            with pdfium.PdfDocument(source.path) as pdf:
                pages = len(pdf)
            kind = "committed" if source.committed else "published"
            rows.append(
                [
                    f"{source.title}, {kind}",
                    str(pages),
                    f"{pages / ours['seconds']:.1f}",
                    f"{pages / theirs['seconds']:.1f}",
                    f"{theirs['seconds'] / ours['seconds']:.1f}",
                    f"{theirs['cpu'] / ours['cpu']:.1f}",
                    f"{ours['megabytes']:.0f} / {theirs['megabytes']:.0f}",
                ]
            )
            print(*rows[-1], sep="  ", flush=True)
    return rows


def format_rows(rounds: int) -> list[list[str]]:
    """One report (株洲 2024, 34 pages as PDF) in every format: seconds to read it, and pages a second."""
    source = next(s for s in PDFS if s.committed and s.gold.startswith("zhuzhou"))
    assert source.path is not None
    report, how = load("zhuzhou_2024")
    with pdfium.PdfDocument(source.path) as pdf:
        pages = len(pdf)
    rows = []
    with tempfile.TemporaryDirectory(prefix="juesuan-speed-") as folder:
        files = {"pdf": source.path}
        for suffix, write in FORMATS.items():
            files[suffix] = Path(folder) / f"r.{suffix}"
            write(report, files[suffix], layout(how))
        for suffix, path in files.items():
            of = medians(["juesuan"], path, rounds)["juesuan"]
            rows.append([suffix, f"{of['seconds']:.2f}", f"{pages / of['seconds']:.0f}", f"{of['megabytes']:.0f}"])
            print(*rows[-1], sep="  ", flush=True)
    return rows


def machine() -> str:
    """Processor, cores, system and versions."""
    lscpu = (
        subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout if sys.platform == "linux" else ""
    )
    name = re.search(r"Model name:\s*(.+)", lscpu)
    cores = re.search(r"^CPU\(s\):\s*(\d+)", lscpu, re.M)
    said = f"{name[1].strip() if name else platform.processor()}, {cores[1] if cores else '?'} cores"
    return f"{said}, {platform.system()}, Python {platform.python_version()}"


def table(headers: list[str], rows: list[list[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", help="an interpreter with camelot and img2table")
    options = parser.parse_args()
    readers = reader_rows(options.rounds, options.python)
    wholes, formats = whole_rows(options.rounds), format_rows(options.rounds)
    if options.python is None:
        return
    headers = ["pages", "reader", "pages a second", "CPU ms a page", "peak MB", "cells right", ""]
    text = INTRO.format(rounds=options.rounds, machine=machine()) + "\n" + table(headers, readers)
    headers = ["PDF", "pages", "pages a second", "pdfplumber's", "times as fast", "by CPU time", "peak MB"]
    text += "\n\n## Whole PDFs, against plain pdfplumber `extract_tables()`\n\n" + table(headers, wholes)
    text += "\n\n## One report of 34 pages in every format\n\n"
    text += table(["format", "seconds", "pages a second", "peak MB"], formats)
    PAGE.write_text(text + "\n", encoding="utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
