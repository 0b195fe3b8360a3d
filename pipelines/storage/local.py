"""A folder on this machine: renames and hard links make every step whole."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.storage.folder import Busy, StoredFile


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """The operations of `Folder` on a path."""

    root: Path

    def __str__(self) -> str:
        return str(self.root)

    def files(self) -> Iterator[StoredFile]:
        for folder, folders, names in os.walk(self.root, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder) / name
                if not name.startswith((".", "~$")) and not path.is_symlink():
                    stat = path.stat()
                    stamp = (stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns)
                    yield StoredFile(path.relative_to(self.root).as_posix(), stat.st_size, stamp)

    def exists(self, path: str) -> bool:
        return (self.root / path).is_file()

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def size(self, path: str) -> int:
        return (self.root / path).stat().st_size

    def sha256(self, path: str) -> str:
        with (self.root / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def local(self, path: str) -> Path:
        if not (self.root / path).is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.root / path))
        return self.root / path

    def create(self, path: str, content: bytes) -> None:
        beside = (self.root / path).with_name(f".{uuid.uuid4().hex[:12]}.new")
        beside.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(content)
            _name(beside, self.root / path)
        finally:
            beside.unlink(missing_ok=True)

    def write(self, path: str, content: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{uuid.uuid4().hex[:12]}.new")
        beside.write_bytes(content)
        beside.replace(target)

    def remove_tree(self, path: str) -> None:
        shutil.rmtree(self.root / path, ignore_errors=True)

    def remove_old(self, path: str, *, older_than_s: float) -> None:
        for left in (self.root / path).glob("*"):
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > older_than_s:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
        with suppress(OSError):  # others are in it
            (self.root / path).rmdir()

    def take(self, source: Path, path: str) -> None:
        """The file is on disk before it gets its name in one step, and cannot be written to afterwards."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        source.chmod(0o444)
        _name(source, self.root / path)
        source.unlink()

    def partial(self, path: str) -> Path:
        folder = self.root / path
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def inside(self, path: str) -> bool:
        return (self.root / path).resolve().is_relative_to(self.root.resolve())

    def append(self, log: str, line: bytes) -> None:
        path = self.root / log
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            if file.tell() and not _ends_whole(file):
                line = b"\n" + line  # after a crash in the middle of a line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def lines(self, log: str) -> Iterator[str]:
        if (self.root / log).is_file():
            with (self.root / log).open(encoding="utf-8", errors="replace") as file:
                yield from file

    @contextmanager
    def lock(self, path: str) -> Iterator[None]:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        with (self.root / path).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Busy from None
            yield

    def is_locked(self, path: str) -> bool:
        try:
            with (self.root / path).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False


def _ends_whole(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _name(source: Path, target: Path) -> None:
    """Give the bytes of `source` the name `target` as well, never over another file."""
    with source.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    """For file systems without links: copied under a hidden name, then renamed."""
    beside = target.with_name(f".{hashlib.sha256(target.name.encode()).hexdigest()[:12]}.part")
    shutil.copyfile(source, beside)
    if target.exists():
        beside.unlink()
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    beside.rename(target)
