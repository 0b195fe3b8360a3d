"""The catalogue: every report file under a raw folder, its hash, and its sidecar. Nothing is opened as a report here.

A report is its bytes: the same bytes under two names are one report, and the other paths are kept. Layouts
`<code>-<place>/<year>/<file>` and flat files work alike. A zip is not a report: the files in it are, each at an address
of its own (`a.zip!/附件1.xls`), with the zip's sidecar.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.documents.members import (
    BETWEEN,
    Member,
    Members,
    address_of,
    is_archive,
    members_of,
    split_address,
)
from pipelines.documents.zip_members import UnsafePackage
from pipelines.landing.sidecar import Sidecar, read_sidecar

CHUNK = 1 << 20
NOT_REPORTS = frozenset({"readme.md", "readme.txt", "sources.yml", "manifest.json", "thumbs.db", "desktop.ini"})
SIDECAR_ENDINGS = (".yml", ".yaml")


class RawFolderError(Exception):
    """The raw folder is not there or cannot be listed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of the catalogue. Paths are relative to the raw folder, with forward slashes."""

    path: Path  # where the bytes are; of a member of a zip its address, to be opened with documents.members.local_file
    file_path: str
    sha256: str
    file_bytes: int
    sidecar: Sidecar = field(default_factory=Sidecar)
    sidecar_digest: str = ""
    sidecar_problem: str | None = None
    other_paths: tuple[str, ...] = ()

    @property
    def report_id(self) -> str:
        return self.sha256[:16]

    @property
    def archive_path(self) -> str | None:
        """The zip that holds the file, as a path of the raw folder; None for a file of its own."""
        address = split_address(self.file_path)
        return address[0] if address else None

    @property
    def path_parts(self) -> tuple[str, ...]:
        """Folders and file name; a zip is a folder."""
        return PurePosixPath(self.file_path.replace(BETWEEN, "/") if self.archive_path else self.file_path).parts


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken up, and why."""

    file_path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is in a raw folder, sorted by path."""

    raw: Path
    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...] = ()


def scan(raw: Path, *, memory: Path | None = None, on_file: Callable[[str], None] | None = None) -> Catalogue:
    """List and hash the reports under `raw`. Raises RawFolderError if there is no such folder.

    `memory`: a JSON file of hashes by path, size and time of change, so that an unchanged file is not hashed again;
    None hashes everything.
    """
    if not raw.is_dir():
        raise RawFolderError(f"{raw} is not a folder; put reports there, or say --raw DIR")
    root = raw.resolve()
    hashes = _Hashes(_load(memory))
    entries: dict[str, Entry] = {}
    refused: list[Refused] = []
    for path in _files(raw):
        relative = path.relative_to(raw).as_posix()
        if on_file:
            on_file(relative)
        if problem := _leaves(path, root):
            refused.append(Refused(relative, problem))
            continue
        try:
            if is_archive(path):
                held = hashes.of_members(path, relative)
                refused += [Refused(address_of(relative, name), f"the file {why}") for name, why in held.refused]
                for member in held.files:
                    at = raw / address_of(relative, member.name)
                    _add(entries, at, address_of(relative, member.name), member.sha256, member.size)
                if not held.files:
                    refused.append(Refused(relative, "the zip archive holds no file that can be read"))
                continue
            sha256, size = hashes.of_file(path, relative)
        except UnsafePackage as error:
            refused.append(Refused(relative, str(error)))
            continue
        except OSError as error:
            refused.append(Refused(relative, f"cannot be opened ({error.strerror or error}); check its permissions"))
            continue
        _add(entries, path, relative, sha256, size)
    _save(memory, hashes.fresh)
    ordered = tuple(sorted(entries.values(), key=lambda entry: entry.file_path))
    return Catalogue(raw, ordered, tuple(refused))


def entry_for(path: Path, *, raw: Path | None = None) -> Entry:
    """The entry of one file, for looking at it alone. Raises OSError if it cannot be opened."""
    return _single(path, _digest(path), path.stat().st_size, raw)


def entries_for(path: Path, *, raw: Path | None = None) -> tuple[Entry, ...]:
    """The entry of one file, of every member of a zip, or of the member at an address.

    Raises OSError if it cannot be opened, UnsafePackage for a zip that must not be.
    """
    address = split_address(path.as_posix())
    file = Path(address[0]) if address else path
    if not is_archive(file):
        return (entry_for(path, raw=raw),)
    held = members_of(file)
    found = [member for member in held.files if address is None or member.name == address[1]]
    if not found:
        why = (
            dict(held.refused).get(address[1], "is not in the archive") if address else "holds no file that can be read"
        )
        raise UnsafePackage(f"{path.name} {why}")
    return tuple(_single(Path(address_of(str(file), m.name)), m.sha256, m.size, raw) for m in found)


def _single(path: Path, sha256: str, size: int, raw: Path | None) -> Entry:
    inside = raw is not None and path.resolve().is_relative_to(raw.resolve())
    relative = path.resolve().relative_to(raw.resolve()).as_posix() if inside and raw else path.name
    address = split_address(path.as_posix())
    if address and not inside:
        relative = address_of(Path(address[0]).name, address[1])
    entries: dict[str, Entry] = {}
    _add(entries, path, relative, sha256, size)
    return entries[sha256]


def _add(entries: dict[str, Entry], path: Path, relative: str, sha256: str, size: int) -> None:
    """Files come sorted, so the first path of the same bytes is the report's; one with a sidecar is preferred."""
    address = split_address(path.as_posix())
    sidecar, digest, problem = _sidecar_of(Path(address[0]) if address else path)
    new = Entry(path, relative, sha256, size, sidecar, digest, problem)
    old = entries.get(sha256)
    if old is None:
        entries[sha256] = new
        return
    keep, other = (new, old) if digest and not old.sidecar_digest else (old, new)
    others = tuple(sorted({*old.other_paths, other.file_path}))
    entries[sha256] = Entry(
        keep.path,
        keep.file_path,
        sha256,
        size,
        keep.sidecar,
        keep.sidecar_digest,
        keep.sidecar_problem,
        others,
    )


def _sidecar_of(path: Path) -> tuple[Sidecar, str, str | None]:
    for ending in SIDECAR_ENDINGS:
        candidate = path.with_name(path.name + ending)
        if candidate.is_file() and not candidate.is_symlink():
            return read_sidecar(candidate)
    return Sidecar(), "", None


def _files(raw: Path) -> Iterator[Path]:
    """Report files in a fixed order; hidden files, sidecars and notes are passed over, linked folders not entered."""
    for folder, folders, names in os.walk(raw, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*names, *(d for d in folders if (Path(folder) / d).is_symlink())]):
            path = Path(folder) / name
            if name.startswith((".", "~$")) or name.lower() in NOT_REPORTS or _is_sidecar(path):
                continue
            yield path


def _is_sidecar(path: Path) -> bool:
    return path.suffix.lower() in SIDECAR_ENDINGS


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


class _Hashes:
    """SHA-256 of files and of the members of zips; what has not changed since `known` is not read again."""

    def __init__(self, known: dict[str, list[Any]]) -> None:
        self.known = known
        self.fresh: dict[str, list[Any]] = {}

    def of_file(self, path: Path, relative: str) -> tuple[str, int]:
        """The hash and the size in bytes."""
        old, key = self._known(path, relative)
        sha256 = str(old[0]) if old else _digest(path)
        self._keep(relative, key, [sha256])
        return sha256, key[0]

    def of_members(self, path: Path, relative: str) -> Members:
        """The members of a zip. Raises UnsafePackage."""
        old, key = self._known(path, relative)
        if old and len(old) == 2:
            files, refused = old
            return self._kept(
                relative, key, Members(tuple(Member(*m) for m in files), tuple((n, w) for n, w in refused))
            )
        return self._kept(relative, key, members_of(path))

    def _kept(self, relative: str, key: list[int], held: Members) -> Members:
        files = [[member.name, member.sha256, member.size] for member in held.files]
        self._keep(relative, key, [files, [list(pair) for pair in held.refused]])
        return held

    def _known(self, path: Path, relative: str) -> tuple[list[Any] | None, list[int]]:
        stat = path.stat()
        key = [stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns]
        old = self.known.get(relative)
        return (old[4:] if old and old[:4] == key else None), key

    def _keep(self, relative: str, key: list[int], value: list[Any]) -> None:
        if time.time_ns() - key[1] > 2_000_000_000:  # a file changed just now may change again in the same tick
            self.fresh[relative] = [*key, *value]


def _digest(path: Path) -> str:
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


def _save(memory: Path | None, fresh: dict[str, list[Any]]) -> None:
    if memory is None:
        return
    memory.parent.mkdir(parents=True, exist_ok=True)
    beside = memory.with_name(f".{memory.name}.{os.getpid()}")
    beside.write_text(json.dumps(fresh, ensure_ascii=False, indent=0), "utf-8")
    beside.replace(memory)
