"""What every folder can do, wherever it is. Paths are relative to it, with forward slashes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class StorageError(Exception):
    """A store cannot be used; the message is one line that says which, why, and what to do."""


class Busy(Exception):
    """Somebody else holds the lock."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a folder. `stamp` differs when the file has been written again."""

    path: str
    size: int
    stamp: tuple[str | int, ...]


class Folder(Protocol):
    """A folder of files. Missing files raise FileNotFoundError; a store that cannot be reached, StorageError."""

    def files(self) -> Iterator[StoredFile]:
        """Every file but hidden ones and links, a folder's own files before those of its folders, by name."""
        ...

    def exists(self, path: str) -> bool: ...

    def read(self, path: str) -> bytes: ...

    def sha256(self, path: str) -> str: ...

    def size(self, path: str) -> int: ...

    def local(self, path: str) -> Path:
        """A file on this machine with these bytes and this name, not to be written to."""
        ...

    def create(self, path: str, content: bytes) -> None:
        """Write a new file, whole or not at all. Raises FileExistsError: nothing is written over."""
        ...

    def write(self, path: str, content: bytes) -> None:
        """Write a file, in the place of an older one too, whole or not at all."""
        ...

    def remove_tree(self, path: str) -> None:
        """Remove a folder and all in it."""
        ...

    def remove_old(self, path: str, *, older_than_s: float) -> None:
        """Remove what lies in the folder `path` and has not been changed for so long; the folder too if it is empty."""
        ...

    def take(self, source: Path, path: str) -> None:
        """Move a finished local file to `path`, whole or not at all. Raises FileExistsError."""
        ...

    def partial(self, path: str) -> Path:
        """A folder on this machine where files that are not finished yet can grow, between runs too."""
        ...

    def inside(self, path: str) -> bool:
        """Does `path` stay in this folder, links followed?"""
        ...

    def append(self, log: str, line: bytes) -> None:
        """Add a line (with its end) to a log, kept before this returns. One writer at a time: see `lock`."""
        ...

    def lines(self, log: str) -> Iterator[str]:
        """The lines of a log, oldest first; none when there is no log."""
        ...

    def lock(self, path: str) -> AbstractContextManager[None]:
        """Keep others out. Raises Busy when somebody is in; ends with its holder, however that ends."""
        ...

    def is_locked(self, path: str) -> bool: ...
