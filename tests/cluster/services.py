"""Redis, PostgreSQL and Celery workers as real processes on ports of their own; all end with the test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
START_S = 240


def missing() -> str | None:
    """Why a cluster cannot be started here; None when it can."""
    for module in ("dagster_celery", "dagster_postgres", "redis"):
        try:
            __import__(module)
        except ModuleNotFoundError:
            return f"{module} is not installed: pip install juesuan[cluster]"
    if not shutil.which("redis-server"):
        return "no redis-server: apt-get install redis-server"
    if not _postgres("postgres"):
        return "no PostgreSQL: apt-get install postgresql"
    return None


def _postgres(program: str) -> str | None:
    """Debian keeps the server's programs off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(found[-1]) if found else shutil.which(program)


def wait_for(what: str, ready: Callable[[], object], seconds: float = START_S) -> object:
    """Poll until `ready()` is true; → what it gave. Fails the test by name otherwise."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := ready():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def process(command: list[str], log: Path, **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; the whole group is killed at the end."""
    with log.open("ab") as said:
        started = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True, **more)  # type: ignore[call-overload]
    try:
        yield started
    finally:
        kill(started)


def kill(started: subprocess.Popen[bytes]) -> None:
    """kill -9 of the process and its children, as when a machine is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """→ the broker's URL."""
    port = _free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with process(command, folder / "redis.log"):
        wait_for("Redis", lambda: _answers(port))
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """→ the URL of an empty database. PostgreSQL refuses to run as root: then it runs as its own user."""
    port, folder = _free_port(), Path(tempfile.mkdtemp(prefix="juesuan-pg-"))
    as_user: dict[str, object] = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data, log = folder / "data", folder / "log"
    log.touch()
    try:
        initdb = [str(_postgres("initdb")), "-D", str(data), "-U", "juesuan", "-A", "trust", "-N", "--locale=C.UTF-8"]
        subprocess.run(initdb, cwd=folder, check=True, capture_output=True, **as_user)  # type: ignore[call-overload]
        server = [str(_postgres("postgres")), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
        with process([*server, "-c", "fsync=off"], log, cwd=folder, **as_user):
            asked = [str(_postgres("pg_isready")), "-h", "127.0.0.1", "-p", str(port), "-q"]
            wait_for("PostgreSQL", lambda: subprocess.run(asked).returncode == 0)
            yield f"postgresql://juesuan@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def celery_worker(name: str, deployment: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as deploy/README.md starts it, one task at a time, ready for the first."""
    log = deployment.with_name(f"worker-{name}.log")
    command = [str(BIN / "dagster-celery"), "worker", "start", "-A", "dagster_celery.app", "-y", str(deployment)]
    with process([*command, "-n", name, "--", "-c", "1"], log, cwd=ROOT, env=env) as started:
        yield started


@contextlib.contextmanager
def daemon(folder: Path, workspace: Path, env: dict[str, str]) -> Iterator[None]:
    """Dagster's daemon with the code: it runs sensors and the queue, and starts runs on this machine."""
    command = [str(BIN / "dagster-daemon"), "run", "-w", str(workspace)]
    with process(command, folder / "daemon.log", cwd=ROOT, env=env):
        yield


def is_ready(name: str, deployment: Path) -> bool:
    log = deployment.with_name(f"worker-{name}.log")
    return log.is_file() and f"{name}@" in log.read_text("utf-8") and " ready." in log.read_text("utf-8")
