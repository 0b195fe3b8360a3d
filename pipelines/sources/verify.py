"""Is the archive whole? Every file on record is hashed again; loss and change are told. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipelines.sources.archive import Archive, open_archive
from pipelines.storage import Folder, Where, folder_at

NOTES = frozenset({"readme.md", "readme.txt"})


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. Paths are relative to the archive."""

    whole: int
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]  # (path on record, where the bytes are now)
    unrecorded: tuple[str, ...]  # files that a person put there and that no record guards
    unreadable_lines: tuple[int, ...]  # of the index

    @property
    def good(self) -> bool:
        return not (self.lost or self.changed or self.unreadable_lines)


def verify(
    raw: Where,
    *,
    catalogue: Mapping[str, str] | None = None,
    hash_of: Callable[[Where, str], str | None] | None = None,
    on_file: Callable[[str], None] | None = None,
) -> Verified:
    """Hash the archive against its index, and against `catalogue` (path → SHA-256), what a warehouse was built from.

    `hash_of` gives the SHA-256 at a path of the catalogue, None where there is nothing: members of zips have paths too.
    """
    archive = Archive(raw)
    folder = archive.folder
    expected = dict(catalogue or {}) | {path: str(event["sha256"]) for path, event in archive.index.files.items()}
    lost, changed, whole = [], [], 0
    for path, sha256 in sorted(expected.items()):
        if on_file:
            on_file(path)
        found = (hash_of or hash_of_file)(raw, path)
        if found is None:
            lost.append(path)
        elif found == sha256:
            whole += 1
        else:
            changed.append(path)
    zips = {path.partition("!/")[0] for path in expected}
    others = [path for path in _others(folder) if path not in expected and path not in zips]
    now_at = {folder.sha256(path): path for path in others} if lost else {}
    moved = [(path, now_at[expected[path]]) for path in lost if expected[path] in now_at]
    gone = tuple(path for path in lost if expected[path] not in now_at)
    return Verified(whole, gone, tuple(changed), tuple(moved), tuple(others), tuple(archive.index.unreadable))


def hash_of_file(raw: Where, path: str) -> str | None:
    """SHA-256 of a file of the archive, None when it is not there."""
    folder = folder_at(raw)
    return folder.sha256(path) if folder.exists(path) else None


def record(raw: Where) -> list[str]:
    """Take files that a person put into the archive on record, so that `verify` guards them too; → their paths."""
    with open_archive(raw) as archive:
        folder = archive.folder
        new = [path for path in _others(folder) if path not in archive.index.files]
        for path in new:
            archive.index.record("recorded", path=path, sha256=folder.sha256(path), bytes=folder.size(path))
    return new


def forget(raw: Where, path: str, why: str) -> bool:
    """Take a file off the record that a person removed on purpose; the index keeps that it was there, and why."""
    with open_archive(raw) as archive:
        if path not in archive.index.files:
            return False
        archive.index.record("forgotten", path=path, sha256=archive.index.files[path]["sha256"], message=why)
    return True


def _others(folder: Folder) -> list[str]:
    paths = (file.path for file in folder.files())
    return [path for path in paths if not path.lower().endswith((".yml", ".yaml")) and _name(path) not in NOTES]


def _name(path: str) -> str:
    return PurePosixPath(path).name.lower()
