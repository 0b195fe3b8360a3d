"""Running dbt over a warehouse that is being built, in a process of its own.

A process of its own because DuckDB keeps a file open per process and dbt leaves global state behind; and so that its
memory goes back to the system when it ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipelines.processes import child_environment, die_with_parent
from pipelines.warehouse.publish import WarehouseError

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


@dataclass(frozen=True, slots=True)
class DbtRun:
    """What dbt did: nodes by outcome ('success', 'pass', 'warn', …), and the names of tests that warned."""

    outcomes: dict[str, int]
    warned: tuple[str, ...]


def run_dbt(building: Path, *, project: Path = DBT_PROJECT, threads: int | None = None) -> DbtRun:
    """Seed, run and test the dbt project on `building` (unit tests of the SQL itself belong to `make test`).

    Raises WarehouseError with dbt's own message when a model or an error-level test fails.
    """
    with tempfile.TemporaryDirectory(prefix="juesuan-dbt-") as target:
        command = [sys.executable, "-m", "pipelines.warehouse.transform", str(project), target]
        command += ["--threads", str(threads)] if threads else []
        environment = child_environment(JUESUAN_WAREHOUSE=str(building.resolve()), DO_NOT_TRACK="1")
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=DBT_PROJECT.parent
        )
        results = _results(Path(target))
        if done.returncode:
            raise WarehouseError(_why(done, results))
    outcomes = Counter(result["status"] for result in results)
    warned = tuple(sorted(r["unique_id"].split(".")[2] for r in results if r["status"] == "warn"))
    return DbtRun(dict(outcomes), warned)


def _results(target: Path) -> list[dict[str, str]]:
    try:
        return list(json.loads((target / "run_results.json").read_text("utf-8"))["results"])
    except (OSError, ValueError, KeyError):
        return []


def _why(done: subprocess.CompletedProcess[str], results: list[dict[str, str]]) -> str:
    failed = [r for r in results if r["status"] in ("error", "fail")]
    if failed:
        first = failed[0]
        message = " ".join((first.get("message") or "").split())[:500]
        return f"dbt: {len(failed)} failed, first {first['unique_id']}: {message}"
    said = list(dict.fromkeys(line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()))
    return "dbt failed: " + " ".join(" | ".join(said[-8:]).split())[:800]


def _main(project: str, target: str, *more: str) -> int:
    """In the child: `dbt build` with its files in `target`, so that the project folder may be read-only."""
    from dbt.cli.main import dbtRunner

    die_with_parent()
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]
    what = ["build", "--quiet", "--no-use-colors", "--exclude-resource-type", "unit_test"]
    outcome = dbtRunner().invoke([*what, *where, *more])
    if outcome.exception:
        print(outcome.exception)
    return 0 if outcome.success else 1


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
