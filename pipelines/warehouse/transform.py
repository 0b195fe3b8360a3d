"""Running dbt over a warehouse that is being built, in a process of its own.

A process of its own because DuckDB keeps a file open per process and dbt leaves global state behind; and so that its
memory goes back to the system when it ends. Half of dbt's time is importing and parsing, which needs no data: so the
process can be started ahead, and waits for its word while the file is being filled.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.processes import child_environment, die_with_parent
from pipelines.warehouse.publish import WarehouseError

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
RESULTS = "results.json"
PARSED = "partial_parse.msgpack"
PARSED_KEPT = 5  # parsed projects that are kept for the next build


@dataclass(frozen=True, slots=True)
class DbtRun:
    """What dbt did: nodes by outcome ('success', 'pass', 'warn', …), and the names of tests that warned."""

    outcomes: dict[str, int]
    warned: tuple[str, ...]


def run_dbt(building: Path, *, project: Path = DBT_PROJECT, threads: int | None = None) -> DbtRun:
    """Seed, run and test the dbt project on `building` (unit tests of the SQL itself belong to `make test`).

    Raises WarehouseError with dbt's own message when a model or an error-level test fails.
    """
    with starting_dbt(building, project=project, threads=threads) as run:
        return run()


@contextlib.contextmanager
def starting_dbt(
    building: Path, *, project: Path = DBT_PROJECT, threads: int | None = None
) -> Iterator[Callable[[], DbtRun]]:
    """Start dbt now; the function that is given does what `run_dbt` does, once. Left without calling it, dbt ends.

    `building` may not be open here when the function is called; before that it need not even be there.
    """
    with tempfile.TemporaryDirectory(prefix="juesuan-dbt-") as target:
        command = [sys.executable, "-m", "pipelines.warehouse.transform", str(project), target]
        command.append(str(parsed_beforehand(project, building)))
        command += ["--threads", str(threads)] if threads else []
        with (Path(target) / "said.txt").open("w+b") as said:
            process = subprocess.Popen(
                command,
                env=child_environment(JUESUAN_WAREHOUSE=str(building.resolve()), DO_NOT_TRACK="1"),
                cwd=DBT_PROJECT.parent,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

            def run() -> DbtRun:
                process.communicate(b"go\n")  # a broken pipe is no matter here: how dbt ended is told below
                results = _results(Path(target))
                if process.returncode:
                    said.seek(0)
                    raise WarehouseError(_why(said.read().decode("utf-8", "replace"), results))
                outcomes = Counter(result["status"] for result in results)
                warned = tuple(sorted(r["unique_id"].split(".")[2] for r in results if r["status"] == "warn"))
                return DbtRun(dict(outcomes), warned)

            try:
                yield run
            finally:
                process.kill()
                process.wait()
                if process.stdin:
                    with contextlib.suppress(BrokenPipeError):
                        process.stdin.close()


def _results(target: Path) -> list[dict[str, str]]:
    try:
        return list(json.loads((target / RESULTS).read_text("utf-8")))
    except (OSError, ValueError):
        return []


def _why(said: str, results: list[dict[str, str]]) -> str:
    failed = [r for r in results if r["status"] in ("error", "fail")]
    if failed:
        first = failed[0]
        message = " ".join((first["message"] or "").split())[:500]
        return f"dbt: {len(failed)} failed, first {first['unique_id']}: {message}"
    lines = list(dict.fromkeys(line.strip() for line in said.splitlines() if line.strip()))
    return "dbt failed: " + " ".join(" | ".join(lines[-8:]).split())[:800]


def parsed_beforehand(project: Path, building: Path) -> Path:
    """Where dbt's parsed form of this very project is kept: in the user's cache, named by every file of the project.

    So it is never that of another state of the project; without it dbt parses, which takes three seconds more.
    """
    digest = hashlib.sha256(building.name.partition(".building-")[0].encode())
    skipped = {"target", "logs", "dbt_packages"}
    for path in sorted(path for path in project.rglob("*") if path.is_file()):
        inside = path.relative_to(project)
        if inside.parts[0] not in skipped:
            digest.update(f"{inside.as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "juesuan" / "dbt"
    return cache / f"{digest.hexdigest()[:24]}.msgpack"


def _keep_parsed(made: Path, kept: Path) -> None:
    """Copy what dbt has parsed into the cache; a cache that cannot be written is done without."""
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_name(f".{kept.name}.{os.getpid()}")
        shutil.copyfile(made, beside)
        beside.replace(kept)
        by_age = sorted(kept.parent.glob("*.msgpack"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in by_age[PARSED_KEPT:]:
            old.unlink(missing_ok=True)


def _main(project: str, target: str, parsed_before: str, *more: str) -> int:
    """In the child: parse, wait for the word, `dbt build`. Files go to `target`: the project folder may be read-only.

    dbt's own artifacts and its debug log (two of its twelve seconds) are left out; results.json is ours.
    """
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.cli.main import dbtRunner

    die_with_parent()
    # dbt parses all anew when a part of the connection has changed. The path changes with every build, and no model
    # is written by it; the name of the database is, and stays among the parts.
    DuckDBCredentials._connection_keys = lambda self: ("database", "schema")  # type: ignore[method-assign]
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]
    quiet = ["--quiet", "--no-use-colors", "--no-write-json", "--log-level-file", "none"]
    before = Path(parsed_before)
    known = ["--partial-parse-file-path", parsed_before] if before.is_file() else []
    parsed = dbtRunner().invoke(["parse", *known, *quiet, *where, *more])
    if not parsed.success:
        return _told(parsed.exception)
    _keep_parsed(Path(target) / PARSED, before)
    if sys.stdin.readline() != "go\n":
        return 0
    what = ["build", "--exclude-resource-type", "unit_test"]
    outcome = dbtRunner(manifest=parsed.result).invoke([*what, *quiet, *where, *more])  # type: ignore[arg-type]
    results = getattr(outcome.result, "results", ())
    said = [{"unique_id": r.node.unique_id, "status": str(r.status), "message": r.message} for r in results]
    (Path(target) / RESULTS).write_text(json.dumps(said), "utf-8")
    return 0 if outcome.success else _told(outcome.exception)


def _told(problem: BaseException | None) -> int:
    if problem:
        print(problem)
    return 1


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
