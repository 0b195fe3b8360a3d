"""Is the archive whole? Every file on record is hashed again; loss and change are told. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.sources.archive import Archive, open_archive, report_files, sha256_of

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
    raw: Path,
    *,
    catalogue: Mapping[str, str] | None = None,
    hash_of: Callable[[Path], str | None] | None = None,
    on_file: Callable[[str], None] | None = None,
) -> Verified:
    """Hash the archive against its index, and against `catalogue` (path → SHA-256), what a warehouse was built from.

    `hash_of` gives the SHA-256 at a path of the catalogue, None where there is nothing: members of zips have paths too.
    """
    hash_of = hash_of or _hash_of
    archive = Archive(raw)
    expected = dict(catalogue or {}) | {path: str(event["sha256"]) for path, event in archive.index.files.items()}
    lost, changed, whole = [], [], 0
    for path, sha256 in sorted(expected.items()):
        if on_file:
            on_file(path)
        found = hash_of(raw / path)
        if found is None:
            lost.append(path)
        elif found == sha256:
            whole += 1
        else:
            changed.append(path)
    zips = {path.partition("!/")[0] for path in expected}
    others = [path for path in _others(raw) if path not in expected and path not in zips]
    now_at = {sha256_of(raw / path): path for path in others} if lost else {}
    moved = [(path, now_at[expected[path]]) for path in lost if expected[path] in now_at]
    gone = tuple(path for path in lost if expected[path] not in now_at)
    return Verified(whole, gone, tuple(changed), tuple(moved), tuple(others), tuple(archive.index.unreadable))


def _hash_of(path: Path) -> str | None:
    return sha256_of(path) if path.is_file() else None


def record(raw: Path) -> list[str]:
    """Take files that a person put into the archive on record, so that `verify` guards them too; → their paths."""
    with open_archive(raw) as archive:
        new = [path for path in _others(raw) if path not in archive.index.files]
        for path in new:
            archive.index.record("recorded", path=path, sha256=sha256_of(raw / path), bytes=(raw / path).stat().st_size)
    return new


def forget(raw: Path, path: str, why: str) -> bool:
    """Take a file off the record that a person removed on purpose; the index keeps that it was there, and why."""
    with open_archive(raw) as archive:
        if path not in archive.index.files:
            return False
        archive.index.record("forgotten", path=path, sha256=archive.index.files[path]["sha256"], message=why)
    return True


def _others(raw: Path) -> list[str]:
    paths = (path for path in report_files(raw) if path.suffix.lower() not in (".yml", ".yaml"))
    return [path.relative_to(raw).as_posix() for path in paths if path.name.lower() not in NOTES]
