"""A folder behind an fsspec URL. Tried on S3: an object is put whole or not at all, put-if-absent is one request, and
there is no rename and no appending.

Where the store is and who may use it say the standard variables (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …) and fsspec's
own configuration, never an argument. Copies on this machine lie in `~/.cache/juesuan/remote` (JUESUAN_CACHE), each
under a name made of its path and stamp, so a copy is never an old one; the folder can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pipelines.storage.folder import StorageError, StoredFile
from pipelines.storage.lease import held, is_held

AT_ONCE = 16  # requests under way
LINES_IN_ONE = 200  # of a log, before the next object is begun
CHUNK = 1 << 20
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class RemoteFolder:
    """The operations of `Folder` on a URL, and those that landing and exports need beside."""

    url: str
    _logs: dict[str, list[Any]] = field(default_factory=dict, repr=False, compare=False)  # log → [object, its lines]

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        if not self.url.partition("://")[2].strip("/"):
            raise StorageError(f"{self.url}// names no bucket; write it as s3://bucket/prefix")

    def __str__(self) -> str:
        return self.url

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        scheme = self.url.partition("://")[0].lower()
        try:
            from fsspec.core import url_to_fs

            # Without its own concurrency s3fs reads a small object in one request instead of two.
            more = {"max_concurrency": 1} if scheme in ("s3", "s3a") else {}
            filesystem, root = url_to_fs(self.url, use_listings_cache=False, **more)
        except ImportError as error:
            extra = "install the extra [s3]: pip install '.[s3]'" if scheme in ("s3", "s3a") else str(error)
            raise StorageError(f"{self.url} cannot be used here; {extra}") from error
        except ValueError as error:
            raise StorageError(f"{self.url} is of no kind that fsspec knows: {error}") from error
        return filesystem, root.rstrip("/")

    @property
    def filesystem(self) -> Any:
        """The fsspec filesystem."""
        return self._opened[0]

    def _key(self, path: str) -> str:
        return f"{self._opened[1]}/{path}" if path else str(self._opened[1])

    # the operations of Folder

    def files(self) -> Iterator[StoredFile]:
        yield from sorted((it for it in self.objects() if not _is_hidden(it.path)), key=lambda it: _walk_order(it.path))

    def exists(self, path: str) -> bool:
        with _told(self.url), contextlib.suppress(FileNotFoundError):
            return self.filesystem.info(self._key(path))["type"] == "file"
        return False

    def read(self, path: str) -> bytes:
        with _told(self.url):
            return bytes(self.filesystem.cat_file(self._key(path)))

    def size(self, path: str) -> int:
        return self._info(path).size

    def sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        with _told(self.url), self.filesystem.open(self._key(path), "rb", cache_type="readahead") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def local(self, path: str) -> Path:
        return self.fetch(self._info(path))

    def create(self, path: str, content: bytes) -> None:
        with _told(self.url):
            self.filesystem.pipe_file(self._key(path), content, mode="create")

    def write(self, path: str, content: bytes | Path) -> None:
        """Put an object, over an older one too; a Path: what the file holds. It is there whole or not at all."""
        with _told(self.url):
            if isinstance(content, Path):
                self.filesystem.put_file(str(content), self._key(path))
            else:
                self.filesystem.pipe_file(self._key(path), content)

    def remove_tree(self, path: str) -> None:
        for _ in self.each(self.remove, [file.path for file in self.objects(path)]):
            pass

    def remove_old(self, path: str, *, older_than_s: float) -> None:
        for _ in self.each(self.remove, [file.path for file in self.objects(path) if age_s(file) > older_than_s]):
            pass

    def take(self, source: Path, path: str) -> None:
        with _told(self.url):
            self.filesystem.put_file(str(source), self._key(path), mode="create")
        source.unlink()

    def partial(self, path: str) -> Path:
        folder = self.cache / "partial" / hashlib.sha256(path.encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def inside(self, path: str) -> bool:
        return is_a_file_name(path)

    def append(self, log: str, line: bytes) -> None:
        """Objects cannot grow: a log is a folder of objects, and the one of this writer is written anew each time."""
        name, lines = self._logs.get(log) or [None, []]
        if name is None or len(lines) >= LINES_IN_ONE:
            name, lines = f"{log}/{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{uuid.uuid4().hex[:8]}.jsonl", []
        lines = [*lines, line]
        self.write(name, b"".join(lines))
        self._logs[log] = [name, lines]

    def lines(self, log: str) -> Iterator[str]:
        names = sorted(it.path for it in self.objects(log))
        for content in self.each(self.read, names):
            yield from content.decode("utf-8", "replace").splitlines(keepends=True)

    @contextmanager
    def lock(self, path: str) -> Iterator[None]:
        with held(self, path):
            yield

    def is_locked(self, path: str) -> bool:
        return is_held(self, path)

    # what landing and exports need beside

    def objects(self, prefix: str = "") -> Iterator[StoredFile]:
        """Every object below `prefix`, hidden ones too, in no particular order."""
        with _told(self.url):
            found = self.filesystem.find(self._key(prefix), detail=True)
        above = len(self._opened[1]) + 1
        for name, info in found.items():
            if name.startswith(self._key(prefix) + "/") and info["type"] == "file" and not name.endswith("/"):
                yield _stored(name[above:], info)

    def remove(self, path: str) -> None:
        """Remove one object; one that is gone is no matter."""
        with _told(self.url), contextlib.suppress(FileNotFoundError):
            self.filesystem.rm_file(self._key(path))

    def each(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`function` of each item, in order, several requests at a time."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            yield from threads.map(function, items)

    def download(self, path: str, target: Path) -> None:
        """Get an object's bytes into a new local file."""
        with _told(self.url):
            self.filesystem.get_file(self._key(path), str(target))

    def fetch(self, file: StoredFile) -> Path:
        """The local copy of an object as listed, fetched where it is not there yet. Raises FileNotFoundError."""
        copy = self.copy_of(file)
        if not copy.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            beside = copy.parent / f".{uuid.uuid4().hex[:8]}.part"
            try:
                self.download(file.path, beside)
                beside.replace(copy)
            finally:
                beside.unlink(missing_ok=True)
        return copy

    def copy_of(self, file: StoredFile) -> Path:
        """Where the copy of an object lies on this machine, or will."""
        said = "\0".join(map(str, (file.path, file.size, *file.stamp)))
        digest = hashlib.sha256(said.encode()).hexdigest()[:24]
        return self.cache / "copies" / digest[:2] / digest / file.path.rpartition("/")[2]

    @cached_property
    def cache(self) -> Path:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "juesuan" / "remote"
        base = Path(os.environ.get("JUESUAN_CACHE") or home)
        where = f"{os.environ.get('AWS_ENDPOINT_URL_S3') or os.environ.get('AWS_ENDPOINT_URL') or ''}\0{self.url}"
        return base / hashlib.sha256(where.encode()).hexdigest()[:16]

    @property
    def mirror(self) -> Path:
        """A folder on this machine for what is kept there under the same names as here."""
        return self.cache / "mirror"

    def _info(self, path: str) -> StoredFile:
        with _told(self.url):
            return _stored(path, self.filesystem.info(self._key(path)))


def is_a_file_name(path: str) -> bool:
    """Can an object of this name be a file? S3 allows `..` and empty parts in names."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def _stored(path: str, info: dict[str, Any]) -> StoredFile:
    changed = info.get("LastModified") or info.get("mtime") or info.get("created") or ""
    when = changed.astimezone(UTC).isoformat(timespec="seconds") if isinstance(changed, datetime) else str(changed)
    return StoredFile(path, int(info["size"] or 0), (str(info.get("ETag") or info.get("etag") or ""), when))


def _is_hidden(path: str) -> bool:
    *folders, name = path.split("/")
    return name.startswith((".", "~$")) or any(folder.startswith(".") for folder in folders)


def _walk_order(path: str) -> list[tuple[bool, str]]:
    """As os.walk goes with sorted names: a folder's own files before those of its folders."""
    *folders, name = path.split("/")
    return [(True, folder) for folder in folders] + [(False, name)]


def age_s(file: StoredFile) -> float:
    """Seconds since an object was put, by this machine's clock; 0 where the store does not say."""
    try:
        return time.time() - datetime.fromisoformat(str(file.stamp[1])).timestamp()
    except ValueError:
        return 0.0


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Whatever goes wrong with a store as a StorageError of one line; what is or is not there stays as it is."""
    try:
        yield
    except (StorageError, FileExistsError):
        raise
    except FileNotFoundError as error:
        if "bucket does not exist" in str(error):
            raise StorageError(f"{url}: there is no such bucket; make it, or correct the address") from error
        raise
    except PermissionError as error:
        said = f"{url}: access was refused ({_line(error)}); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"
        raise StorageError(f"{said} and what they may do there") from error
    except Exception as error:  # botocore, aiohttp and fsspec have no base class in common
        hint = "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" if "credentials" in str(error).lower() else ""
        raise StorageError(f"{url} cannot be used: {_line(error)}{hint}") from error


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
