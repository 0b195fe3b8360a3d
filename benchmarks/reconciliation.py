"""How long dbt takes to judge a million identities, and how much memory.

    .venv/bin/python benchmarks/reconciliation.py [ROWS] [MEMORY_MB]

Three hand-checked reports (tests/gold) and sentences about them are multiplied until their identities are ROWS; one
report in a hundred has a misprinted total. Keys and codes are made first; then everything from the sides of identities
to the marts `reconciliation`, `findings` and `finding_cases` is timed, with two threads and DuckDB held to MEMORY_MB.
Aim: a million rows in under 60 s on two cores and 2 GB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from tests.dbt_landing import Landing

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project"
GOLD = {"zhuzhou_2024": "3282.73", "gaoping_2024": "5296.11", "putuo_2024": "9759.38"}  # 支出合计 of GK03
AIM_SECONDS, AIM_MB = 60, 2048
ROWS_A_SET = 1_200  # identities of the three reports together, about
KEYS = ["+int_keyed_figures", "+int_line_parents", "+int_code_findings", "+figures", "+dim_agency"]
JUDGED = ["+reconciliation", "+findings", "+finding_cases", "+finding_figures"]
PROFILE = """
juesuan:
  target: build
  outputs:
    build:
      type: duckdb
      path: "{{{{ env_var('JUESUAN_WAREHOUSE') }}}}"
      schema: main
      threads: 2
      settings:
        memory_limit: "{memory_mb}MB"
        threads: 2
        preserve_insertion_order: false
"""


def make_warehouse(file: Path, rows: int) -> int:
    """Landing and rules for about `rows` identities. -> how many reports."""
    landing = Landing()
    for name, total in GOLD.items():
        landing.report(name, agency_name=name)
        landing.gold(name, name)
        for sentence in range(1, 40):
            landing.sentence(name, sentence, "本年支出合计", "final", total)
    landing.write(file)
    copies = max(rows // ROWS_A_SET, 1)
    with duckdb.connect(str(file)) as connection:
        connection.execute("set memory_limit = '1GB'; set preserve_insertion_order = false")
        for table, changes in (
            ("reports", "report_id || '-' || n as report_id, agency_name || n as agency_name, sha256 || n as sha256"),
            (
                "figures",
                """report_id || '-' || n as report_id, md5(figure_id || n)[:16] as figure_id,
                case when n % 100 = 0 and form = 'expenditure' and line_label = '合计' and measure = 'expenditure'
                    then value + 10 else value end as value""",
            ),
        ):
            connection.execute(
                f"create table landing.more as select * replace ({changes}) from landing.{table}, range({copies}) t(n);"
                f" drop table landing.{table}; alter table landing.more rename to {table}"
            )
        return copies * len(GOLD)


def run_dbt(file: Path, *arguments: str) -> tuple[float, float]:
    """Run dbt on `file`. -> seconds of the clock, and of the processor (a busy machine makes the first longer)."""
    folder = str(file.parent)
    where = ["--project-dir", str(PROJECT), "--profiles-dir", folder]
    where += ["--target-path", f"{folder}/target", "--log-path", folder]
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments, *where]
    environment = os.environ | {"JUESUAN_WAREHOUSE": str(file), "DO_NOT_TRACK": "1"}
    started, used = time.perf_counter(), processor_seconds()
    subprocess.run(command, env=environment, check=True)
    return time.perf_counter() - started, processor_seconds() - used


def processor_seconds() -> float:
    """What all dbt processes so far have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_mb() -> float:
    """The most memory that a dbt process held."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(rows: int = 1_000_000, memory_mb: int = 1_400) -> int:
    with tempfile.TemporaryDirectory(prefix="juesuan-reconciliation-") as name:
        folder = Path(name)
        file = folder / "warehouse.duckdb"
        (folder / "profiles.yml").write_text(PROFILE.format(memory_mb=memory_mb), encoding="utf-8")
        reports = make_warehouse(file, rows)
        run_dbt(file, "seed")
        keyed, _ = run_dbt(file, "run", "--select", *KEYS)
        seconds, processor = run_dbt(file, "run", "--select", *JUDGED, "--exclude", *KEYS)
        with duckdb.connect(str(file), read_only=True) as connection:
            [(judged, broken)] = connection.execute(
                "select count(*), count(*) filter (outcome = 'inconsistent') from reconciliation"
            ).fetchall()
    peak = peak_mb()
    print(
        f"{reports:,} reports: keys and codes {keyed:.1f} s; {judged:,} identities judged in {seconds:.1f} s"
        f" ({processor:.1f} s of processor), {broken:,} inconsistent; peak {peak:.0f} MB"
    )
    return int(seconds > AIM_SECONDS * max(judged, 1) / rows or peak > AIM_MB)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
