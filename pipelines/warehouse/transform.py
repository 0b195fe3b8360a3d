"""Running dbt over warehouse files that are being made, in a process of its own.

A process of its own because DuckDB keeps a file open per process and dbt leaves global state behind; and so that its
memory goes back to the system when it ends. Half of dbt's time is importing and parsing, which needs no data: so the
process can be started ahead, and waits for its word while a file is being filled. It may be given several files, one
after the other.
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from pipelines.processes import child_environment, die_with_parent
from pipelines.warehouse.publish import WarehouseError

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
PARSED = "partial_parse.msgpack"
PARSED_KEPT = 5  # parsed projects that are kept for the next build


@dataclass(frozen=True, slots=True)
class DbtRun:
    """What dbt did: nodes by outcome ('success', 'pass', 'warn', …), and the names of tests that warned."""

    outcomes: dict[str, int]
    warned: tuple[str, ...]


class Dbt(Protocol):
    """Whoever runs `dbt build` on a file: seeds, models and tests, all of them or what is selected."""

    def build(self, file: Path, *selection: str) -> DbtRun: ...


def run_dbt(building: Path, *, project: Path = DBT_PROJECT, threads: int | None = None) -> DbtRun:
    """Seed, run and test the dbt project on `building` (unit tests of the SQL itself belong to `make test`).

    Raises WarehouseError with dbt's own message when a model or an error-level test fails.
    """
    with starting_dbt(building, project=project, threads=threads) as dbt:
        return dbt.build(building)


@contextlib.contextmanager
def starting_dbt(building: Path, *, project: Path = DBT_PROJECT, threads: int | None = None) -> Iterator[Dbt]:
    """Start dbt now, for `building` and for files whose name has the same stem; at the end of the block it ends.

    A file may not be open here while dbt builds in it; before that it need not even be there.
    """
    with tempfile.TemporaryDirectory(prefix="juesuan-dbt-") as target:
        told, tell = os.pipe()
        command = [sys.executable, "-m", "pipelines.warehouse.transform", str(project), target, str(tell)]
        command.append(str(parsed_beforehand(project, building)))
        command += ["--threads", str(threads)] if threads else []
        with (Path(target) / "said.txt").open("w+b") as said, os.fdopen(told, "rb") as results:
            process = subprocess.Popen(
                command,
                env=child_environment(JUESUAN_WAREHOUSE=str(building.resolve()), DO_NOT_TRACK="1"),
                cwd=DBT_PROJECT.parent,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
                pass_fds=(tell,),
            )
            os.close(tell)
            try:
                yield _Child(process, said, results)
            finally:
                process.kill()
                process.wait()
                if process.stdin:
                    with contextlib.suppress(BrokenPipeError):
                        process.stdin.close()


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    said: IO[bytes]
    results: IO[bytes]

    def build(self, file: Path, *selection: str) -> DbtRun:
        """Raises WarehouseError with dbt's own message when a model or an error-level test fails."""
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):  # how dbt ended is told below
            self.process.stdin.write(json.dumps([str(file.resolve()), *selection]).encode() + b"\n")
            self.process.stdin.flush()
        line = self.results.readline()
        outcome = json.loads(line) if line else {"success": False, "results": []}
        results = outcome["results"]
        if not outcome["success"]:
            self.said.seek(0)
            raise WarehouseError(_why(self.said.read().decode("utf-8", "replace"), results))
        outcomes = Counter(result["status"] for result in results)
        warned = tuple(sorted(r["unique_id"].split(".")[2] for r in results if r["status"] == "warn"))
        return DbtRun(dict(outcomes), warned)


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


def _main(project: str, target: str, tell: str, parsed_before: str, *more: str) -> int:
    """In the child: parse, then `dbt build` for every line of standard input, a JSON list of a file and a selection;
    what came of it goes to the descriptor `tell`, a line each. Files go to `target`: the project may be read-only.

    dbt's own artifacts and its debug log (two of its twelve seconds) are left out.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
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
    with os.fdopen(int(tell), "w") as results:
        for line in sys.stdin:
            file, *selection = json.loads(line)
            os.environ["JUESUAN_WAREHOUSE"] = file
            what = ["build", "--exclude-resource-type", "unit_test", *selection]
            outcome = dbtRunner(manifest=parsed.result).invoke([*what, *quiet, *where, *more])  # type: ignore[arg-type]
            DuckDBConnectionManager.close_all_connections()  # the file is somebody else's now
            _told(outcome.exception)
            results.write(json.dumps({"success": outcome.success, "results": _results(outcome.result)}) + "\n")
            results.flush()
    return 0


def _results(outcome: object) -> Sequence[dict[str, str]]:
    results = getattr(outcome, "results", ())
    return [{"unique_id": r.node.unique_id, "status": str(r.status), "message": r.message} for r in results]


def _told(problem: BaseException | None) -> int:
    if problem:
        print(problem, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
