"""Publishing a warehouse: one builder at a time, a file built beside the published one, an atomic swap, old ones kept.

Readers keep the file that they have open and see the new one when they open it again; the published name is never
missing and never half-written, whenever the builder is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import duckdb

from pipelines.warehouse.checksums import write_checksums

KEEP = 3


class WarehouseError(Exception):
    """A warehouse cannot be built, published or opened; the message says what to do."""


def building_path(warehouse: Path) -> Path:
    """The file that this process builds beside `warehouse` (same folder: a rename must not cross file systems)."""
    return warehouse.with_name(f".{warehouse.name}.building-{os.getpid()}")


@contextlib.contextmanager
def build_lock(
    warehouse: Path,
    *,
    wait_s: float = 3600,
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Hold the right to build `warehouse`. A second builder waits; the lock ends with its holder, also by kill -9.

    `on_wait(who)` is called once when somebody else holds it. Raises WarehouseError after `wait_s`, or when the folder
    cannot be written.
    """
    try:
        warehouse.parent.mkdir(parents=True, exist_ok=True)
        lock = warehouse.with_name(f".{warehouse.name}.lock").open("a+", encoding="utf-8")
    except OSError as error:
        said = f"{warehouse.parent} cannot be written ({error.strerror}); say --warehouse FILE"
        raise WarehouseError(said) from error
    with lock:
        _take(lock, warehouse, wait_s, on_wait)
        _remove_leftovers(warehouse)
        yield


def _take(lock: TextIO, warehouse: Path, wait_s: float, on_wait: Callable[[str], None] | None) -> None:
    deadline, told = time.monotonic() + wait_s, False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            holder = _holder(lock)
            if time.monotonic() >= deadline:
                raise WarehouseError(f"{warehouse} is being built by {holder}; try again when it is done") from None
            if on_wait and not told:
                on_wait(holder)
                told = True
            time.sleep(0.2)
    lock.seek(0)
    lock.truncate()
    json.dump({"pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}, lock)
    lock.flush()


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    try:
        data = json.load(lock)
        return f"process {data['pid']} since {data['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"


def _remove_leftovers(warehouse: Path) -> None:
    """Half-built files of killed builders; nobody else builds while we hold the lock."""
    for path in warehouse.parent.glob(f".{warehouse.name}.building-*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def half_built(warehouse: Path) -> Iterator[Path]:
    """A path to build at; whatever is there when the block ends (failed or not published) is removed."""
    path = building_path(warehouse)
    try:
        yield path
    finally:
        for leftover in path.parent.glob(f"{path.name}*"):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)


def publish(built: Path, warehouse: Path, *, keep: int = KEEP) -> None:
    """Swap `built` in as `warehouse`, keeping the last `keep` as `<name>.1` (newest) … `<name>.N`.

    `built` must be closed by everybody; its checksums are added here. Raises WarehouseError if a write-ahead log is
    left or the disk refuses, and then `warehouse` is as it was.
    """
    with duckdb.connect(str(built)) as connection:
        write_checksums(connection)
        connection.execute("checkpoint")
    if built.with_name(built.name + ".wal").exists():
        raise WarehouseError(f"{built} still has a write-ahead log; another process has it open")
    try:
        _sync(built)
        if warehouse.exists() and keep > 0:
            _keep_previous(warehouse, keep)
        os.replace(built, warehouse)  # noqa: PTH105  the one atomic step, named as what it is
        _sync(warehouse.parent)
    except OSError as error:
        raise WarehouseError(f"{warehouse} cannot be written ({error.strerror}); the last one stays") from error


def _keep_previous(warehouse: Path, keep: int) -> None:
    for n in range(keep - 1, 0, -1):
        if (path := kept_path(warehouse, n)).exists():
            path.replace(kept_path(warehouse, n + 1))
    _link(warehouse, warehouse, kept_path(warehouse, 1))
    for n in kept(warehouse):
        if n > keep:  # a killed rollback can leave one more
            kept_path(warehouse, n).unlink()


def kept_path(warehouse: Path, n: int) -> Path:
    """Where the `n`-th last published file is kept."""
    return warehouse.with_name(f"{warehouse.name}.{n}")


def kept(warehouse: Path) -> list[int]:
    """Which earlier files are there, newest first."""
    names = (path.name.removeprefix(f"{warehouse.name}.") for path in warehouse.parent.glob(f"{warehouse.name}.*"))
    return sorted(int(name) for name in names if name.isascii() and name.isdigit() and int(name) > 0)


def rollback(warehouse: Path, n: int = 1) -> None:
    """Publish the `n`-th last file again. What was published is kept as `.1`, so `rollback` again undoes it.

    Nothing is ever without a name, so a kill leaves every version in place. Raises WarehouseError when there is no
    such file or it cannot be read.
    """
    if n not in kept(warehouse):
        there = ", ".join(str(m) for m in kept(warehouse)) or "none"
        raise WarehouseError(f"{kept_path(warehouse, n)} is not there; kept are: {there}")
    _must_answer(kept_path(warehouse, n))
    try:
        if warehouse.exists():
            for m in reversed(kept(warehouse)):
                kept_path(warehouse, m).replace(kept_path(warehouse, m + 1))
            _link(warehouse, warehouse, kept_path(warehouse, 1))
            n += 1
        chosen = kept_path(warehouse, n)
        _link(warehouse, chosen, warehouse)
        chosen.unlink()
        for m in (m for m in kept(warehouse) if m > n):
            kept_path(warehouse, m).replace(kept_path(warehouse, m - 1))
        _sync(warehouse.parent)
    except OSError as error:
        raise WarehouseError(f"{warehouse} cannot be written ({error.strerror}); what was published stays") from error


def _must_answer(file: Path) -> None:
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("select count(*) from information_schema.tables").fetchone()
    except duckdb.Error as error:
        raise WarehouseError(f"{file} cannot be opened: {' '.join(str(error).split())[:300]}") from error


def _link(warehouse: Path, file: Path, name: Path) -> None:
    """Give `file` the further name `name`, in one step; a copy where the file system has no links."""
    beside = warehouse.with_name(f"{building_path(warehouse).name}.link")
    beside.unlink(missing_ok=True)
    try:
        beside.hardlink_to(file)
    except OSError:
        shutil.copy2(file, beside)
    beside.replace(name)
    beside.unlink(missing_ok=True)  # replacing a name of the same file by another does nothing


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
