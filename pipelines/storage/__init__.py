"""Where files are kept: a folder here, or one behind an fsspec URL (`s3://bucket/prefix`); the same few operations.

A `Where` is what functions take: a Path, or a RemoteFolder. `at` makes one of what a person typed; `folder_at` gives
the operations. `file:///data/raw` is the Path /data/raw, so local files have one way of being worked on.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipelines.storage.folder import Busy, Folder, StorageError, StoredFile
from pipelines.storage.local import LocalFolder
from pipelines.storage.remote import RemoteFolder

__all__ = ["Busy", "Folder", "LocalFolder", "RemoteFolder", "StorageError", "StoredFile", "Where", "at"]
__all__ += ["folder_at", "mirror_of"]

Where = Path | RemoteFolder
_URL = re.compile(r"^([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


def at(said: str | Path) -> Where:
    """What a path or URL names. Raises StorageError where a URL names nothing that can hold files."""
    if isinstance(said, Path) or not (match := _URL.match(said)):
        return Path(said)
    if match[1].lower() in ("file", "local"):
        parts = urlsplit(said)
        if parts.netloc not in ("", "localhost"):
            raise StorageError(
                f"{said} names the host {parts.netloc}; a folder here is file:///path, with three strokes"
            )
        return Path(unquote(parts.path))
    return RemoteFolder(said)


def folder_at(where: Where) -> Folder:
    """The operations on the files of `where`."""
    return LocalFolder(where) if isinstance(where, Path) else where


def mirror_of(where: Where) -> Path:
    """The local side of a folder: itself, or where copies of what is remote are kept on this machine."""
    return where if isinstance(where, Path) else where.mirror
