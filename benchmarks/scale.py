"""Many reports through the build: seconds, peak memory and size, and what ten more reports cost.

    python benchmarks/scale.py 100 1000            # a folder under the system's temporary one, removed at the end
    python benchmarks/scale.py 1000 --keep DIR     # leaves raw, landing and warehouse there to look at

The reports are synthetic and say so: the tables of the reports in data/raw, read once, land again and again under other
ids, agencies (合成单位00001 …) and years. A raw file holds one line that names it. So reading is not measured here (see
extraction.py); scanning, the check of what has landed, loading, dbt, the suites and publishing are, by the function
that `juesuan build` calls, each in a process of its own. Nothing is written under data/.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

MORE = 10  # reports that come on top
YEARS = range(2015, 2025)


def templates() -> list[dict[str, pa.Table]]:
    """The landing tables of the reports in data/raw."""
    from pipelines.landing.catalogue import scan
    from pipelines.landing.extract import read_report

    return [read_report(entry).tables for entry in scan(ROOT / "data" / "raw").entries]


def renamed(table: pa.Table, report_id: str, number: int, name: str, sha256: str) -> pa.Table:
    """One table of a template as that of synthetic report `number`."""

    def put(table: pa.Table, column: str, values: list[object]) -> pa.Table:
        if column not in table.column_names:
            return table
        at = table.column_names.index(column)
        return table.set_column(at, table.field(at), pa.array(values, table.field(at).type))

    rows = table.num_rows
    table = put(table, "report_id", [report_id] * rows)
    table = put(table, "figure_id", [_digest(f"{report_id} {row}")[:16] for row in range(rows)])
    table = put(table, "agency_name", [f"合成单位{number // len(YEARS):05d}"] * rows)
    if "agency_name" not in table.column_names:
        return table
    for column, value in (
        ("fiscal_year", YEARS[number % len(YEARS)]),
        ("file_path", name),
        ("file_name", name),
        ("sha256", sha256),
    ):
        table = put(table, column, [value] * rows)
    return table


def generate(folder: Path, numbers: range, made_of: list[dict[str, pa.Table]]) -> None:
    """Raw files and their landed folders for the synthetic reports `numbers`."""
    from pipelines.landing.catalogue import Entry
    from pipelines.landing.store import write_report

    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        name, content = f"synthetic-{number:07d}.txt", f"synthetic report {number}, made by benchmarks/scale.py\n"
        (raw / name).write_text(content, "utf-8")
        sha256 = _digest(content)
        entry = Entry(raw / name, name, sha256, len(content))
        template = made_of[number % len(made_of)]
        tables = {key: renamed(table, sha256[:16], number, name, sha256) for key, table in template.items()}
        write_report(folder / "w.landing", entry, tables)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def measure(folder: Path) -> dict[str, object]:
    """One build in a process of its own; → seconds by stage, peak MB of it and of its largest child, sizes, counts."""
    done = subprocess.run([sys.executable, __file__, "--build", str(folder)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def build_and_tell(folder: Path) -> None:
    """In the child of `measure`."""
    from pipelines import build as building

    marks: list[tuple[str, float]] = []

    class Clock(building.Silent):
        def stage(self, name: str) -> None:
            marks.append((name, time.monotonic()))

    before = time.monotonic()
    warehouse = folder / "w.duckdb"
    summary = building.build(folder / "raw", warehouse, reporter=Clock())
    marks.append(("end", time.monotonic()))
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "reports": sum(summary.reports.values()),
                "figures": summary.figures,
                "up_to_date": summary.up_to_date,
                "seconds": round(marks[-1][1] - before, 1),
                **{name: round(b - a, 1) for (name, a), (_, b) in pairwise(marks)},
                "cpu": round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 1),
                "MB_build": own.ru_maxrss // 1024,
                "MB_dbt": children.ru_maxrss // 1024,
                "MB_warehouse": round(warehouse.stat().st_size / 1e6, 1),
                "MB_landing": round(sum(p.stat().st_size for p in (folder / "w.landing").rglob("*.parquet")) / 1e6, 1),
                "checksums": summary.checksums,
            }
        )
    )


def runs(folder: Path, count: int) -> Iterator[tuple[str, dict[str, object]]]:
    """A first build of `count` reports, one with nothing new, one with ten more, and that from nothing again."""
    made_of = templates()
    generate(folder, range(count), made_of)
    yield "first", measure(folder)
    yield "unchanged", measure(folder)
    generate(folder, range(count, count + MORE), made_of)
    grown = measure(folder)
    yield f"{MORE} more", grown
    (folder / "w.duckdb").replace(folder / "grown.duckdb")
    clean = measure(folder)
    yield "all again", clean
    one, other = grown["checksums"], clean["checksums"]
    assert isinstance(one, dict) and isinstance(other, dict)
    if differ := [name for name in one | other if one.get(name) != other.get(name)]:
        raise SystemExit(f"{count} and {MORE} more are not what {count + MORE} at once are: {', '.join(differ)}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("counts", type=int, nargs="*", default=[100])
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.build:
        build_and_tell(options.build)
        return
    for count in options.counts:
        folder = options.keep or Path(tempfile.mkdtemp(prefix="juesuan-scale-"))
        try:
            for name, measured in runs(folder, count):
                if not measured["figures"]:
                    raise SystemExit("the code was changed meanwhile, so what has landed is of another version")
                shown = {key: value for key, value in measured.items() if key != "checksums"}
                print(f"{count:>7} {name:<10}", json.dumps(shown), flush=True)
        finally:
            if not options.keep:
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
