"""Landing many reports at once, each in a process that is cut off when it takes too long or too much memory.

Workers live on from file to file; one that hangs, dies or swells is killed and replaced, and its file is recorded as
not read with that reason. A poison file never stops a build.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from pipelines.landing.catalogue import Entry
from pipelines.landing.extract import not_read
from pipelines.landing.limits import resident_mb
from pipelines.landing.store import Landed, Verified, extractor_version, find_all, find_landed, write_report
from pipelines.landing.worker import entry_to_json
from pipelines.processes import child_environment
from pipelines.storage import StorageError, Where, mirror_of

TIMEOUT_S = 300
PAGE_S = 30  # more for every page of a scan that has been recognised: a long scan takes its time, a hang does not go on
MEMORY_MB = 2048
START_S = 120
POLL_S = 0.2


class LandingError(Exception):
    """Nothing more can be landed (disk full, folder read-only); the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class LandingRun:
    """What `land_all` did: every report's landed folder in the catalogue's order, and how many had to be read."""

    landed: tuple[Landed, ...]
    read: int
    kept: int


def land_all(
    entries: Iterable[Entry],
    landing: Where,
    *,
    workers: int = 0,
    timeout_s: int = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
    force: bool = False,
    on_progress: Callable[[Entry, bool], None] | None = None,
    command: tuple[str, ...] = ("-m", "pipelines.landing.worker"),
) -> LandingRun:
    """Land every entry that is not landed already, on `workers` processes (0: one a core).

    `on_progress(entry, was_read)` is called as each is done. Raises LandingError when the landing folder cannot be
    written. `command` is the worker to run, for tests of workers that misbehave.
    """
    entries = list(entries)
    limits = {"timeout_s": timeout_s, "memory_mb": memory_mb}
    verified = Verified.load(landing)
    done = {} if force else _landed_already(entries, landing, limits, verified)
    for entry in entries:
        if entry.report_id in done and on_progress:
            on_progress(entry, False)
    waiting = deque(entry for entry in entries if entry.report_id not in done)
    kept = len(done)
    if waiting:
        count = min(workers or len(os.sched_getaffinity(0)), len(waiting))
        pool = _Pool(landing, limits, command, count)
        try:
            for entry in pool.run(waiting):
                landed = find_landed(mirror_of(landing), entry, verified)
                if landed is None:
                    raise LandingError(f"{landing}: what was written for {entry.file_path} cannot be read back")
                done[entry.report_id] = landed
                if on_progress:
                    on_progress(entry, True)
        finally:
            pool.close()
    try:
        verified.save()
    except OSError as error:
        raise LandingError(f"{landing} cannot be written: {error.strerror}; make room or say --landing DIR") from error
    return LandingRun(tuple(done[entry.report_id] for entry in entries), len(entries) - kept, kept)


def not_landed(
    entries: Iterable[Entry], landing: Where, *, timeout_s: int = TIMEOUT_S, memory_mb: int = MEMORY_MB
) -> list[Entry]:
    """The entries that `land_all` would read, in their order. Of a store only the manifests are fetched."""
    entries = list(entries)
    limits = {"timeout_s": timeout_s, "memory_mb": memory_mb}
    done = _landed_already(entries, landing, limits, Verified.load(landing), fetch=False)
    return [entry for entry in entries if entry.report_id not in done]


def _landed_already(
    entries: Iterable[Entry], landing: Where, limits: dict[str, int], verified: Verified, *, fetch: bool = True
) -> dict[str, Landed]:
    found = find_all(landing, entries, verified, fetch=fetch)
    return {name: landed for name, landed in found.items() if not _worth_another_try(landed, limits)}


def _worth_another_try(landed: Landed, limits: dict[str, int]) -> bool:
    """A report that was cut off is read again when it is given more time or memory than it had."""
    return bool(landed.cut_off) and any(limits[name] > had for name, had in (landed.cut_off or {}).items())


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    entry: Entry | None = None
    since: float = 0.0
    pages: int = 0  # recognised since then
    ready: bool = False  # it has started and says so
    buffer: bytes = field(default=b"")


class _Pool:
    """The worker processes and the files they are at."""

    def __init__(self, landing: Where, limits: dict[str, int], command: tuple[str, ...], count: int) -> None:
        self.landing, self.limits, self.command = landing, limits, command
        self.selector = selectors.DefaultSelector()
        self.workers = [self._start() for _ in range(count)]

    def run(self, waiting: deque[Entry]) -> Iterator[Entry]:
        """Give out `waiting`; yield each entry when its folder is in place (read, or recorded as not read)."""
        while waiting or any(worker.entry for worker in self.workers):
            for worker, outcome in self._outcomes():
                entry, worker.entry = worker.entry, None
                if entry:
                    self._settle(entry, outcome)
                elif outcome["outcome"] != "ready":
                    raise LandingError(f"the reading process does not start: {outcome.get('detail', 'no answer')}")
                if waiting and worker.ready:
                    self._give(worker, waiting.popleft())
                if entry:
                    yield entry

    def _outcomes(self) -> list[tuple[_Worker, dict[str, str]]]:
        """Wait a moment; → the workers that answered, died, or had to be killed, with what happened."""
        ended = []
        for key, _ in self.selector.select(timeout=POLL_S):
            worker: _Worker = key.data
            chunk = os.read(key.fd, 65536)
            worker.buffer += chunk
            if not chunk:
                was_ready = worker.ready
                ended.append((worker, {"outcome": "died", "detail": self._replace(worker, again=was_ready)}))
                continue
            *lines, worker.buffer = worker.buffer.split(b"\n")
            for answer in map(json.loads, lines):
                if answer["outcome"] == "page":
                    worker.pages += 1
                else:
                    ended.append((worker, answer))
                    worker.ready = True
        answered = {id(worker) for worker, _ in ended}
        for worker in self.workers:
            if id(worker) not in answered and (why := self._over_limit(worker)):
                worker.process.kill()
                self._replace(worker, again=worker.ready)
                ended.append((worker, {"outcome": why}))
        return ended

    def _over_limit(self, worker: _Worker) -> str | None:
        if worker.ready and not worker.entry:
            return None
        allowed = self.limits["timeout_s"] + PAGE_S * worker.pages if worker.ready else START_S
        if time.monotonic() - worker.since > allowed:
            return "time"
        return "memory" if resident_mb(worker.process.pid) > self.limits["memory_mb"] else None

    def _settle(self, entry: Entry, outcome: dict[str, str]) -> None:
        """Record a file that was not landed by its worker."""
        what, detail = outcome["outcome"], outcome.get("detail", "")
        if what == "landed":
            return
        if what == "store":
            raise LandingError(detail)
        if what == "disk":
            raise LandingError(f"{self.landing} cannot be written: {detail}; make room or say --landing DIR")
        reasons = {
            "time": f"reading took more than {self.limits['timeout_s']} s and was cut off",
            "memory": f"reading needed more than {self.limits['memory_mb']} MB of memory and was cut off",
            "died": f"the reader crashed ({detail})",
            "broke": f"the reader broke ({detail}); please report the file",
        }
        cut_off = self.limits if what in ("time", "memory") else None
        try:
            write_report(self.landing, entry, not_read(entry, reasons[what]).tables, cut_off=cut_off)
        except OSError as error:
            raise LandingError(f"{self.landing} cannot be written: {error.strerror}; make room") from error
        except StorageError as error:
            raise LandingError(str(error)) from error

    def _start(self) -> _Worker:
        errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the worker
        process = subprocess.Popen(
            [sys.executable, *self.command, str(self.landing), str(self.limits["memory_mb"]), extractor_version()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=child_environment(),
            bufsize=0,
            start_new_session=True,  # an interrupt at the keyboard is the parent's to handle
        )
        worker = _Worker(process, errors, since=time.monotonic())
        assert process.stdout is not None
        self.selector.register(process.stdout, selectors.EVENT_READ, worker)
        return worker

    def _give(self, worker: _Worker, entry: Entry) -> None:
        worker.entry, worker.since, worker.pages = entry, time.monotonic(), 0
        assert worker.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it is dead; the closed output says so in a moment
            worker.process.stdin.write(json.dumps(entry_to_json(entry)).encode() + b"\n")

    def _replace(self, worker: _Worker, *, again: bool) -> str:
        """End a worker's process and, if `again`, put a fresh one in its place; → how it ended, for a person."""
        how = self._end(worker)
        if again:
            fresh = self._start()
            assert fresh.process.stdout is not None
            self.selector.modify(fresh.process.stdout, selectors.EVENT_READ, worker)
            worker.process, worker.errors, worker.since = fresh.process, fresh.errors, fresh.since
        worker.buffer, worker.ready = b"", False
        return how

    def _end(self, worker: _Worker) -> str:
        process = worker.process
        assert process.stdin is not None and process.stdout is not None
        if process.stdout.closed:
            return ""
        self.selector.unregister(process.stdout)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        worker.errors.seek(0, os.SEEK_END)
        worker.errors.seek(max(0, worker.errors.tell() - 4000))
        said = worker.errors.read().decode("utf-8", "replace").strip().splitlines()
        worker.errors.close()
        code = process.returncode
        return (f"signal {-code}" if code < 0 else f"exit {code}") + (f": {said[-1][:200]}" if said else "")

    def close(self) -> None:
        for worker in self.workers:
            if worker.entry:
                worker.process.kill()
            self._end(worker)
        self.selector.close()
