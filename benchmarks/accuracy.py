"""How well reports are read: figures against hand-checked gold (`tests/gold/`), as a table and as docs/accuracy.md.

    make accuracy                                # everything that is present, and scans with the extra [ocr]
    python -m benchmarks.accuracy --no-scans     # without the scans, which take a quarter of a minute a page
    python -m benchmarks.accuracy --only 株洲    # some reports; the page in docs/ is left as it is

Exits 1 when a number differs from its gold without a flag (a wrong number is worse than a missing one).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.accuracy_page import origins_table, parts_table, to_markdown
from benchmarks.accuracy_reports import SOURCES, Part, Scored, Source, gold_of, score_source
from benchmarks.accuracy_scans import can_read_scans, scan_of
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import read_report

PAGE = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"
SCANNED = ("gaoping_2024",)  # the committed report whose form pages are made a scan: nine pages


def scored_reports(sources: list[Source], console: Console) -> Iterator[Scored]:
    """Each present report, read and scored; the absent ones are said."""
    for source in sources:
        if source.path is None:
            console.print(f"{source.title}: absent ({source.folder}), left out")
            continue
        yield score_source(source, source.path)


def scored_scans(sources: list[Source], console: Console) -> Iterator[Scored]:
    """The form pages of committed reports as pictures, read and scored against the same gold."""
    if not can_read_scans():
        console.print("scans: left out (the extra [ocr] is not installed)")
        return
    for source in sources:
        if source.committed and source.gold in SCANNED and source.path is not None:
            forms = {g["form"] for g in gold_of(source, "forms")}
            figures = read_report(entry_for(source.path)).reading.figures
            pages = sorted({f.page for f in figures if f.form in forms and f.page is not None})
            with tempfile.TemporaryDirectory(prefix="juesuan-scan-") as folder:
                path = scan_of(source.path, pages, Path(folder))
                scored = score_source(replace(source, title=f"{source.title} (scan, 200 dpi)"), path)
            yield replace_parts(scored, [part for part in scored.parts if part.part == "forms"])


def replace_parts(scored: Scored, parts: list[Part]) -> Scored:
    """A scan holds the form pages only."""
    scored.parts = parts
    return scored


def unflagged(scored: list[Scored]) -> int:
    """Wrong values that nothing marks as doubtful: no confidence below 0.95 stands beside them."""
    wrong = (d for s in scored for part in s.parts for d in part.score.differences if d.kind == "wrong")
    return sum((d.found or {}).get("confidence") is None or (d.found or {})["confidence"] >= 0.95 for d in wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-scans", action="store_true", help="leave out the reports made pictures")
    parser.add_argument("--only", help="reports whose title has this in it; docs/accuracy.md is not written")
    options = parser.parse_args()
    console = Console()
    sources = [s for s in SOURCES if not options.only or options.only in s.title]
    scored = list(scored_reports(sources, console))
    if not options.no_scans:
        scored += scored_scans(sources, console)
    console.print(parts_table(scored))
    console.print(origins_table(scored))
    for report in scored:
        for part in report.parts:
            for difference in part.score.differences:
                console.print(
                    f"{report.source.title} {report.format}: {difference}{report.reason_of(difference)}",
                    highlight=False,
                )
    if not options.only and not options.no_scans and all(s.path for s in SOURCES):
        PAGE.write_text(to_markdown(scored), encoding="utf-8")
        console.print(f"written: {PAGE}")
    else:
        console.print(f"not written: {PAGE.name} is kept for a run over every report")
    bad = unflagged(scored)
    if bad:
        console.print(f"{bad} wrong numbers without a flag")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
