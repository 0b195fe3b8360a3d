"""How long reading takes and how much memory, as a ratio to plain pdfplumber on the same files in the same run.

    python benchmarks/extraction.py FILE...              # the files as they are
    python benchmarks/extraction.py --pages 300 FILE...  # one PDF of 300 pages, made of the files' pages over and over

Each measurement is a process of its own (peak memory is a process's, and caches do not help the second); the two
readers take turns, and medians are compared. Plain pdfplumber closes each page too; without that it grows without end.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def with_juesuan(path: Path) -> int:
    """Reads the file as the pipeline does; returns the number of its tables."""
    from pipelines.documents.model import Grid
    from pipelines.documents.reader import read_document

    document = read_document(path)
    return sum(isinstance(block, Grid) for page in document.pages for block in page.blocks)


def with_pdfplumber(path: Path) -> int:
    """`extract_tables()` over all pages; returns the number of tables."""
    import pdfplumber

    tables = 0
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            tables += len(page.extract_tables())
            page.close()
    return tables


READERS = {"juesuan": with_juesuan, "pdfplumber": with_pdfplumber}


def measure_here(reader: str, path: Path) -> dict[str, float]:
    """Runs one reader in this process: seconds without imports and start, peak memory in MB, tables found."""
    read = READERS[reader]
    if reader == "juesuan":
        import pipelines.documents.pdf
        import pipelines.documents.reader  # noqa: F401
    else:
        import pdfplumber  # noqa: F401
    start = time.perf_counter()
    tables = read(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return {"seconds": seconds, "megabytes": peak, "tables": tables}


def measure(reader: str, path: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--one", reader, str(path)]
    run = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


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
    results: dict[str, list[dict[str, float]]] = {reader: [] for reader in READERS}
    for _ in range(rounds):
        for reader in READERS:
            results[reader].append(measure(reader, path))
    ours, theirs = results["juesuan"], results["pdfplumber"]
    seconds = {reader: statistics.median(run["seconds"] for run in runs) for reader, runs in results.items()}
    peaks = {reader: max(run["megabytes"] for run in runs) for reader, runs in results.items()}
    ratio = seconds["juesuan"] / seconds["pdfplumber"]
    print(
        f"{label}: juesuan {seconds['juesuan']:.2f} s, pdfplumber {seconds['pdfplumber']:.2f} s, "
        f"ratio {ratio:.3f} ({1 / ratio:.1f} times as fast); peak memory {peaks['juesuan']:.0f} MB and {peaks['pdfplumber']:.0f} MB; "
        f"tables {ours[0]['tables']:.0f} and {theirs[0]['tables']:.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, help="make one PDF of so many pages out of the files and measure that")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each reader (medians are compared)")
    parser.add_argument("--one", choices=sorted(READERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_here(options.one, options.files[0])))
        return
    if options.pages:
        with tempfile.TemporaryDirectory() as folder:
            path = concatenated(options.files, options.pages, Path(folder) / "long.pdf")
            report(path, options.rounds, f"{options.pages} pages")
        return
    for path in options.files:
        report(path, options.rounds, path.name)


if __name__ == "__main__":
    main()
