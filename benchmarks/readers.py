"""Readers of tables measured side by side: each gives the tables of a PDF as rows of cell texts, page after page.

    python benchmarks/readers.py NAME FILE [--tables]    # one JSON line: seconds, CPU seconds, megabytes, tables

Each is run so in a process of its own, by the interpreter that has it: camelot and img2table bring another OpenCV than
the extra [ocr] and are no part of the lock; `pip install juesuan[benchmark]` in an environment of their own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

Table = list[list[str]]

NEEDS = {
    "juesuan": "pipelines.documents.pdf",
    "pdfplumber": "pdfplumber",
    "camelot": "camelot",
    "img2table": "img2table",
}


def with_juesuan(path: Path) -> list[Table]:
    """As the pipeline reads; a merged cell's text once, at its first place."""
    from pipelines.documents.model import Grid
    from pipelines.documents.reader import read_document

    tables = []
    for page in read_document(path).pages:
        for grid in (block for block in page.blocks if isinstance(block, Grid)):
            rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
            for cell in grid.cells:
                rows[cell.row][cell.col] = cell.text
            tables.append(rows)
    return tables


def with_pdfplumber(path: Path) -> list[Table]:
    """`extract_tables()` over all pages. Each page is closed too; without that memory grows without end."""
    import pdfplumber

    tables = []
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            tables += [[[cell or "" for cell in row] for row in table] for table in page.extract_tables()]
            page.close()
    return tables


def with_camelot(path: Path) -> list[Table]:
    """The lattice flavour, for ruled tables."""
    import camelot

    return [table.df.values.tolist() for table in camelot.read_pdf(str(path), pages="all", flavor="lattice")]


def with_img2table(path: Path) -> list[Table]:
    """Tables found in the rendered page, text from the PDF's text layer, no OCR."""
    from img2table.document import PDF

    found = PDF(str(path)).extract_tables()
    return [
        [["" if value is None else str(value) for value in row] for row in table.df.values.tolist()]
        for tables in found.values()
        for table in tables
    ]


READERS: dict[str, Callable[[Path], list[Table]]] = {
    "juesuan": with_juesuan,
    "pdfplumber": with_pdfplumber,
    "camelot": with_camelot,
    "img2table": with_img2table,
}


def peak() -> float:
    """Peak memory of this process in MB. Linux's ru_maxrss knows the parent's too, so its own count is asked first."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def measure(name: str, path: Path, keep_tables: bool) -> dict[str, object]:
    """Runs one reader in this process: seconds without imports and start, CPU seconds, peak memory in MB, tables."""
    import_module(NEEDS[name])
    if name == "juesuan":
        import_module("pipelines.documents.reader")
    start, cpu = time.perf_counter(), time.process_time()
    tables = READERS[name](path)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "megabytes": peak(), "tables": tables if keep_tables else len(tables)}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), "--tables" in sys.argv)))
