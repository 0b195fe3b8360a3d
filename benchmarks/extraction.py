"""How long reading takes and how much memory, as a ratio to plain pdfplumber on the same files in the same run.

    python -m benchmarks.extraction FILE...              # the files as they are
    python -m benchmarks.extraction --pages 300 FILE...  # one PDF of 300 pages, made of the files' pages over and over

Each measurement is a process of its own (peak memory is a process's, and caches do not help the second); the readers
take turns, and medians are compared. CPU time is compared too: it does not mind what else the machine does.
`python -m benchmarks.speed` measures more readers and formats, with cell accuracy, for docs/speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def measure(reader: str, path: Path, python: str = sys.executable, *, tables: bool = False) -> dict[str, Any]:
    """One reader (`readers.READERS`) on one file, in a process of its own. Raises CalledProcessError if it fails."""
    command = [python, str(ROOT / "benchmarks" / "readers.py"), reader, str(path), *(["--tables"] if tables else [])]
    run = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


def medians(readers: Iterable[str], path: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Readers in turn, `rounds` times: medians of seconds and CPU seconds, the highest peak, tables of the last."""
    runs: dict[str, list[dict[str, Any]]] = {reader: [] for reader in readers}
    for _ in range(rounds):
        for reader in runs:
            runs[reader].append(measure(reader, path))
    return {
        reader: {
            "seconds": statistics.median(run["seconds"] for run in of),
            "cpu": statistics.median(run["cpu"] for run in of),
            "megabytes": max(run["megabytes"] for run in of),
            "tables": of[-1]["tables"],
        }
        for reader, of in runs.items()
    }


def part_of(path: Path, pages: Sequence[int], target: Path) -> Path:
    """A PDF of some pages (1-based) of another."""
    import pypdfium2 as pdfium

    made, source = pdfium.PdfDocument.new(), pdfium.PdfDocument(path)
    made.import_pages(source, [number - 1 for number in pages])
    made.save(target)
    source.close()
    made.close()
    return target


def concatenated(paths: list[Path], pages: int, target: Path) -> Path:
    """A PDF of exactly so many pages, the files' pages repeated in turn."""
    import pypdfium2 as pdfium

    made = pdfium.PdfDocument.new()
    sources = [pdfium.PdfDocument(path) for path in paths]
    while len(made) < pages:
        for source in sources:
            missing = pages - len(made)
            if missing > 0:
                made.import_pages(source, list(range(min(len(source), missing))))
    made.save(target)
    for source in sources:
        source.close()
    made.close()
    return target


def report(path: Path, rounds: int, label: str) -> None:
    """Measures both readers in turn and prints one line."""
    found = medians(("juesuan", "pdfplumber"), path, rounds)
    ours, theirs = found["juesuan"], found["pdfplumber"]
    ratio, cpu = ours["seconds"] / theirs["seconds"], ours["cpu"] / theirs["cpu"]
    print(
        f"{label}: juesuan {ours['seconds']:.2f} s, pdfplumber {theirs['seconds']:.2f} s, ratio {ratio:.3f} "
        f"({1 / ratio:.1f} times as fast), of CPU time {cpu:.3f} ({1 / cpu:.1f} times); peak memory "
        f"{ours['megabytes']:.0f} MB and {theirs['megabytes']:.0f} MB; tables {ours['tables']} and {theirs['tables']}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, help="make one PDF of so many pages out of the files and measure that")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each reader (medians are compared)")
    options = parser.parse_args()
    if options.pages:
        with tempfile.TemporaryDirectory() as folder:
            path = concatenated(options.files, options.pages, Path(folder) / "long.pdf")
            report(path, options.rounds, f"{options.pages} pages")
        return
    for path in options.files:
        report(path, options.rounds, path.name)


if __name__ == "__main__":
    main()
