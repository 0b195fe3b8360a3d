"""How long the suites take over a million reconciliation rows, and how much memory.

    .venv/bin/python benchmarks/quality.py [ROWS]

Makes a warehouse of made-up rows in a temporary folder (the rules are those of expectations/rules), judges it with Data
Docs, and prints seconds and peak memory. Aim: a million rows in under 60 s on two cores and 2 GB.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.quality.run import run_suites
from pipelines.quality.suites import load_suites

AIM_SECONDS, AIM_MB = 60, 2048


def make_warehouse(file: Path, rows: int) -> None:
    """`main.reconciliation` and `main.findings`: one row in a thousand is inconsistent, every rule has its share."""
    rules = [e.name for suite in load_suites() if suite.kind == "reconciliation" for e in suite.expectations]
    with duckdb.connect(str(file)) as connection:
        connection.execute("set memory_limit = '1GB'")
        connection.execute(
            """create table reconciliation as
               select ($rules::varchar[])[1 + i % len($rules::varchar[])] as rule,
                      md5((i // 100)::varchar)[:16] as report_id, 'expenditure' as form, i::varchar as line_key,
                      (i * 7 % 900000)::decimal(24, 6) as stated,
                      (i * 7 % 900000 + if(i % 1000 = 0, 5, 0))::decimal(24, 6) as computed,
                      stated - computed as difference, 0.045::decimal(24, 6) as tolerance,
                      if(i % 1000 = 0, 'inconsistent', 'exact') as outcome,
                      md5(i::varchar) as stated_figure_id, [md5((i + 1)::varchar)] as figure_ids
               from range($rows) t(i)""",
            {"rules": rules, "rows": rows},
        )
        connection.execute(
            """create table findings as
               select md5(line_key) as finding_id, 'error' as severity, '不一致' as message_zh, 'no' as message_en, *
               from reconciliation where outcome = 'inconsistent'"""
        )


def main(rows: int = 1_000_000) -> int:
    with tempfile.TemporaryDirectory(prefix="juesuan-quality-") as folder:
        file = Path(folder) / "warehouse.duckdb"
        make_warehouse(file, rows)
        started = time.perf_counter()
        run = run_suites(file, docs=Path(folder) / "docs", kinds=("reconciliation",))
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    failed = sum(r.unexpected_count or 0 for r in run.failed)
    errors = [r for r in run.results if r.error]
    print(
        f"{rows:,} rows, {len(run.results)} expectations: {seconds:.1f} s, peak {peak:.0f} MB, {failed:,} rows failed"
    )
    for result in errors:
        print(f"could not run: {result.suite}.{result.expectation}: {result.error}")
    return int(bool(errors) or seconds > AIM_SECONDS or peak > AIM_MB)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
