"""The files of a raw folder, here or behind a URL: what there is, in which order, and their hashes, remembered."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.documents.members import Member, Members, address_of, is_archive, members_of
from pipelines.storage import RemoteFolder, StoredFile, Where
from pipelines.storage.remote import is_a_file_name

CHUNK = 1 << 20
NOT_REPORTS = frozenset({"readme.md", "readme.txt", "sources.yml", "manifest.json", "thumbs.db", "desktop.ini"})
SIDECAR_ENDINGS = (".yml", ".yaml")


class RawFolderError(Exception):
    """The raw folder is not there or cannot be listed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a raw folder, wherever that is; `path` is where it is on this machine, or will be."""

    relative: str
    path: Path
    sidecar: Path | None = None
    raw: RemoteFolder | None = None
    stored: StoredFile | None = None  # as `raw` has listed it
    problem: str | None = None  # why it is not taken up

    def fetched(self) -> Path:
        """The file on this machine."""
        return self.raw.fetch(self.stored) if self.raw and self.stored else self.path

    def member(self, name: str) -> Found:
        """A file in this zip, with the zip's sidecar."""
        return replace(self, relative=address_of(self.relative, name), path=Path(address_of(str(self.path), name)))

    def stamp(self) -> tuple[list[Any], bool]:
        """Size first, then what differs when the file has been written again; and whether that can be relied on."""
        if self.stored:
            return [self.stored.size, *self.stored.stamp], True  # holds a hash
        stat = self.path.stat()
        # a file changed just now may change again in the same tick
        settled = time.time_ns() - stat.st_mtime_ns > 2_000_000_000
        return [stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns], settled


def files_in(raw: Where) -> Iterator[Found]:
    """Report files in a fixed order, the same wherever they are. Raises RawFolderError, StorageError."""
    return _there(raw) if isinstance(raw, RemoteFolder) else _here(raw)


def _here(raw: Path) -> Iterator[Found]:
    if not raw.is_dir():
        raise RawFolderError(f"{raw} is not a folder; put reports there, or say --raw DIR")
    root = raw.resolve()
    for path in _files(raw):
        relative = path.relative_to(raw).as_posix()
        if problem := _leaves(path, root):
            yield Found(relative, path, problem=problem)
        else:
            yield Found(relative, path, sidecar_of(path))


def _there(raw: RemoteFolder) -> Iterator[Found]:
    """As of one listing. Sidecars are fetched, several at a time; reports only when they must be hashed or read."""
    listed = {file.path: file for file in raw.files()}
    sidecars = {path: listed[name] for path in listed if (name := _first(path, listed))}
    copies = dict(zip(sidecars, raw.each(raw.fetch, sidecars.values()), strict=True))
    for path, file in listed.items():
        if _is_report(path.rpartition("/")[2]):
            problem = None if is_a_file_name(path) else "has a name that no file can have; give it another"
            yield Found(path, raw.copy_of(file), copies.get(path), raw, file, problem)


def _first(path: str, listed: Container[str]) -> str | None:
    return next((path + ending for ending in SIDECAR_ENDINGS if path + ending in listed), None)


def sidecar_of(path: Path) -> Path | None:
    """The sidecar beside a file on this machine."""
    candidates = (path.with_name(path.name + ending) for ending in SIDECAR_ENDINGS)
    return next((it for it in candidates if it.is_file() and not it.is_symlink()), None)


def _files(raw: Path) -> Iterator[Path]:
    """Hidden files, sidecars and notes are passed over, linked folders not entered."""
    for folder, folders, names in os.walk(raw, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*names, *(d for d in folders if (Path(folder) / d).is_symlink())]):
            if _is_report(name):
                yield Path(folder) / name


def _is_report(name: str) -> bool:
    return not (
        name.startswith((".", "~$")) or name.lower() in NOT_REPORTS or Path(name).suffix.lower() in SIDECAR_ENDINGS
    )


def _leaves(path: Path, root: Path) -> str | None:
    """Why a path is not taken up: a link out of the raw folder, a linked folder, a device."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "is a link that leads nowhere"
    if not target.is_relative_to(root):
        return "is a link that leaves the raw folder; copy the file there instead"
    if target.is_dir():
        return "is a link to a folder; its files are read where they are"
    return None if target.is_file() else "is not a regular file"


class Hashes:
    """SHA-256 of files and of the members of zips; what has not changed since `known` is not opened again."""

    def __init__(self, memory: Path | None) -> None:
        self.known = _load(memory)
        self.fresh: dict[str, list[Any]] = {}

    def of(self, found: Found) -> tuple[str, int] | Members:
        """The hash and the size in bytes; of a zip its members. Raises UnsafePackage, OSError."""
        key, settled = found.stamp()
        old = self.known.get(found.relative)
        value = old[len(key) :] if old and old[: len(key)] == key else _look_into(found.fetched())
        if settled:
            self.fresh[found.relative] = [*key, *value]
        if len(value) == 1:
            return str(value[0]), key[0]
        files, refused = value
        return Members(tuple(Member(*file) for file in files), tuple((name, why) for name, why in refused))

    def save(self, memory: Path | None) -> None:
        if memory is None:
            return
        memory.parent.mkdir(parents=True, exist_ok=True)
        beside = memory.with_name(f".{memory.name}.{os.getpid()}")
        beside.write_text(json.dumps(self.fresh, ensure_ascii=False, indent=0), "utf-8")
        beside.replace(memory)


def _look_into(path: Path) -> list[Any]:
    """[SHA-256] of a file; [members, refused] of a zip."""
    if not is_archive(path):
        return [digest_of(path)]
    held = members_of(path)
    files = [[member.name, member.sha256, member.size] for member in held.files]
    return [files, [list(pair) for pair in held.refused]]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _load(memory: Path | None) -> dict[str, list[Any]]:
    try:
        data = json.loads(memory.read_text("utf-8")) if memory else {}
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
