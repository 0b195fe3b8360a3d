"""Running `sql_worker` and reading its answer; two at a time, none longer than its limit.

Starting Python and DuckDB takes longer than most queries, so one worker is always started ahead and waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa

from dashboard.settings import Settings
from pipelines.warehouse.query import QueryError

ROOT = Path(__file__).resolve().parents[1]
GRACE_S = 15  # for a start that is slow and for writing the answer, beside the query's own time
AT_ONCE = 2


class Queries:
    """Runs what people type, each in a process of its own that ends with its answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._turn = threading.Lock()
        self._ahead: subprocess.Popen[bytes] | None = None

    def run(self, sql: str, limit: int) -> pa.Table:
        """The first `limit` rows of one reading statement. Raises QueryError with a sentence for who typed it."""
        settings = self.settings
        asked = {
            "warehouse": str(settings.warehouse),
            "sql": sql,
            "limit": limit,
            "timeout_s": settings.query_timeout_s,
            "max_bytes": settings.query_bytes,
        }
        if not self._places.acquire(timeout=settings.query_timeout_s):
            raise QueryError("other queries are running; try again")
        worker = self._take()
        try:
            answer, said = worker.communicate(json.dumps(asked).encode(), timeout=settings.query_timeout_s + GRACE_S)
        except subprocess.TimeoutExpired as error:
            raise QueryError(f"stopped after {settings.query_timeout_s:g} s; narrow the query") from error
        finally:
            _end(worker)
            self._places.release()
        if worker.returncode == 3:
            raise QueryError(said.decode("utf-8", "replace").strip())
        if worker.returncode != 0:
            raise QueryError("the query ended without an answer (out of memory or time); ask for less")
        with pa.ipc.open_stream(answer) as stream:
            return stream.read_all()

    def prepare(self) -> None:
        """Starts the worker that waits, if there is none."""
        with self._turn:
            if self._ahead is None:
                self._ahead = _start()

    def close(self) -> None:
        """Ends the worker that waits."""
        with self._turn:
            if self._ahead is not None:
                _end(self._ahead)
                self._ahead = None

    def _take(self) -> subprocess.Popen[bytes]:
        with self._turn:
            worker, self._ahead = self._ahead, None
            if worker is None or worker.poll() is not None:
                worker = _start()
            self._ahead = _start()
            return worker


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard.sql_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
    )


def _end(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        worker.kill()
        worker.wait()
    for pipe in (worker.stdin, worker.stdout, worker.stderr):
        if pipe is not None and not pipe.closed:
            pipe.close()
