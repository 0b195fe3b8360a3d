"""A lock in a store that knows put-if-absent and nothing more: numbered objects, of which the highest one counts.

Whoever puts number n + 1 first has the lock, and writes into it again every few seconds that it is alive. A lock whose
holder has been silent for TTL_S seconds, or that says it is released, is free. A holder that was suspended and wakes up
does not know that it has lost the lock: so it keeps others from doing work twice, and nothing's being whole may depend
on it (files are put if absent, and each writer has log objects of its own).
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipelines.storage.folder import Busy, StorageError

if TYPE_CHECKING:
    from pipelines.storage.remote import RemoteFolder

TTL_S = 120.0
BEAT_S = 20.0
KEPT = 5  # released locks that stay, so that nobody who is slow takes an old number for a new one


@contextmanager
def held(folder: RemoteFolder, path: str) -> Iterator[None]:
    """Hold the lock `path`. Raises Busy when somebody else does."""
    number, said = _latest(folder, path)
    if _counts(said):
        raise Busy(said.get("holder", ""))
    mine = _name(path, number + 1)
    try:
        folder.create(mine, _said(released=False))
    except FileExistsError:
        raise Busy from None  # somebody was quicker
    for old in range(max(number - 9, 1), number - KEPT):
        folder.remove(_name(path, old))
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(folder, mine, ended), daemon=True, name=f"lock {path}")
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()
        with contextlib.suppress(StorageError):  # then it ends by its silence
            folder.write(mine, _said(released=True))


def is_held(folder: RemoteFolder, path: str) -> bool:
    """Does anybody hold the lock right now?"""
    return _counts(_latest(folder, path)[1])


def _beat(folder: RemoteFolder, mine: str, ended: threading.Event) -> None:
    while not ended.wait(BEAT_S):
        with contextlib.suppress(StorageError):  # the next beat, or the holder's own work, will tell
            folder.write(mine, _said(released=False))


def _latest(folder: RemoteFolder, path: str) -> tuple[int, dict[str, Any]]:
    numbers = [it.path.rpartition("/")[2] for it in folder.objects(path)]
    number = max((int(name) for name in numbers if name.isdigit()), default=0)
    if not number:
        return 0, {}
    try:
        said = json.loads(folder.read(_name(path, number)))
    except (FileNotFoundError, ValueError):
        return number, {}
    return number, said if isinstance(said, dict) else {}


def _counts(said: dict[str, Any]) -> bool:
    at = said.get("at")
    return not said.get("released", True) and isinstance(at, int | float) and abs(time.time() - at) < TTL_S


def _name(path: str, number: int) -> str:
    return f"{path}/{number:012d}"


def _said(*, released: bool) -> bytes:
    holder = f"{socket.gethostname()}:{os.getpid()}"
    return json.dumps({"holder": holder, "at": time.time(), "released": released}).encode()
