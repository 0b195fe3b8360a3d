"""The landing store: one immutable folder a report, in Parquet, written beside and renamed into place.

`<landing>/<id[:2]>/<report_id>-<version>/` holds the tables of schema.py and `manifest.json` with their checksums. The
version is made of the extractor's own code and data, the sidecar and the path, so a report is read again only when
something that decides the result has changed. Nothing in a folder depends on when it was written. Nothing is forced to
disk either: after a power cut the checksums tell what is torn, and it is read again. A scan's manifest says what
recognised its text, and it is read again once that is there, or another. Where landing is a URL all this holds for its
mirror on this machine, and exchange.py brings folders there and back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.documents import ocr
from pipelines.landing.catalogue import Entry
from pipelines.landing.exchange import MANIFEST, beside, manifests, pull, push, put_in_place, sweep_store
from pipelines.landing.schema import TABLES
from pipelines.storage import Where, mirror_of

PACKAGE = Path(__file__).resolve().parents[1]
# What decides how a report is read; a change in any of it means reading again.
EXTRACTOR_FOLDERS = ("documents", "forms", "prose", "reference", "landing")
EXTRACTOR_FILES = ("figures.py",)
EXTRACTOR_ENDINGS = (".py", ".yml", ".yaml", ".csv", ".json")
NOT_EXTRACTION = tuple(
    f"landing/{name}.py" for name in ("store", "exchange", "catalogue", "found", "pool", "worker", "limits")
)
SEEDS = PACKAGE.parent / "dbt_project" / "seeds"


_told: list[str] = []


def tell_version(version: str) -> None:
    """Make this process land under its parent's version, though the files may have been edited since it started."""
    _told[:] = [version]


def extractor_version() -> str:
    """12 hex digits over the code, wordings and seeds that reading uses, the same on any machine."""
    return _told[0] if _told else _computed_version()


@cache
def _computed_version() -> str:
    digest = hashlib.sha256()
    files = [p for folder in EXTRACTOR_FOLDERS for p in (PACKAGE / folder).rglob("*")]
    files += [PACKAGE / name for name in EXTRACTOR_FILES] + list(SEEDS.glob("*.csv"))
    named = {(p.relative_to(PACKAGE.parent).as_posix()): p for p in files if p.suffix in EXTRACTOR_ENDINGS}
    for name in sorted(named):
        if not name.endswith(NOT_EXTRACTION):
            digest.update(f"{name}\0".encode())
            digest.update(hashlib.sha256(named[name].read_bytes()).digest())
    return digest.hexdigest()[:12]


def folder_version(entry: Entry, version: str | None = None) -> str:
    """12 hex digits over everything but the bytes that decides what lands: extractor, sidecar, paths."""
    said = json.dumps([version or extractor_version(), entry.sidecar_digest, entry.file_path, entry.other_paths])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def folder_of(landing: Where, entry: Entry) -> Path:
    """Where the report of `entry` lands on this machine (it may not be there yet)."""
    return mirror_of(landing) / entry.report_id[:2] / f"{entry.report_id}-{folder_version(entry)}"


@dataclass(frozen=True, slots=True)
class Landed:
    """One landed report: where, and what its manifest says."""

    entry: Entry
    folder: Path
    status: str
    status_reason: str | None
    counts: Mapping[str, int]  # table → rows
    cut_off: Mapping[str, int] | None = None  # the limits that ended the reading, when they did

    def table(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"


def write_report(
    landing: Where,
    entry: Entry,
    tables: Mapping[str, pa.Table],
    *,
    cut_off: Mapping[str, int] | None = None,
) -> Landed:
    """Write the tables of one report, rename them into place as one folder.

    Raises OSError (full disk, read-only), StorageError (landing is a URL and cannot be written).
    """
    final = folder_of(landing, entry)
    with beside(final) as folder:
        manifest = _write_files(folder, tables, cut_off)
        if not isinstance(landing, Path):
            push(landing, folder, f"{final.parent.name}/{final.name}")
        try:
            put_in_place(folder, final)
        except OSError:
            if not (found := find_landed(mirror_of(landing), entry)):
                raise
            return found  # another process landed the same report in between
    return _landed(entry, final, manifest)


def _write_files(folder: Path, tables: Mapping[str, pa.Table], cut_off: Mapping[str, int] | None) -> dict[str, Any]:
    manifest: dict[str, Any] = {"extractor_version": extractor_version(), "files": {}, "rows": {}}
    for name, schema in TABLES.items():
        table = tables[name].cast(schema)
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", store_schema=False)
        manifest["files"][path.name] = _checksum(path)
        manifest["rows"][name] = table.num_rows
    report = tables["reports"].to_pylist()[0]
    manifest["recogniser"] = ocr.engine_version() if _is_scan(tables) else None
    manifest |= {"status": report["status"], "status_reason": report["status_reason"], "cut_off": cut_off}
    target = folder / MANIFEST
    target.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return manifest


def _is_scan(tables: Mapping[str, pa.Table]) -> bool:
    """Whether text recognition read the report, or would have."""
    report = tables["reports"].to_pylist()[0]
    wanted = report["format"] == "image" or ocr.INSTALL in (report["status_reason"] or "")
    return wanted or "ocr" in tables["figures"].column("origin").unique().to_pylist()


def _outdated(manifest: Mapping[str, Any]) -> bool:
    """A scan that was read without the recogniser which is installed now; one that is gone takes nothing back."""
    read_by = manifest.get("recogniser")
    return read_by is not None and ocr.engine_version() not in ("", read_by)


@dataclass
class Verified:
    """Landed folders whose checksums have been found right, by the size, times and place of their files.

    As long as these are the same, the files are not read again: that is what makes the work on ten thousand
    unchanged reports a matter of a second. `juesuan build --force` forgets it.
    """

    path: Path
    known: dict[str, str] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, landing: Where) -> Verified:
        path = mirror_of(landing) / "verified.json"
        try:
            known = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            known = {}
        return cls(path, known if isinstance(known, dict) else {})

    def holds(self, folder: Path, files: Mapping[str, str]) -> bool:
        """Are all `files` (name → checksum) as their checksums say? Raises OSError where one is missing."""
        stamp = _stamp(folder, files)
        if self.known.get(folder.name) != stamp:
            if any(_checksum(folder / name) != checksum for name, checksum in files.items()):
                return False
            if _youngest_s(folder, files) < 2:  # a file changed just now may change again within the clock's tick
                return True
        self.fresh[folder.name] = stamp
        return True

    def save(self) -> None:
        """Keep what is known for the next build, also of folders that were not asked about this time.

        A folder that cannot be written is none of our business here.
        """
        landing = self.path.parent
        others = {
            name: stamp
            for name, stamp in self.known.items()
            if name not in self.fresh and (landing / name[:2] / name).is_dir()
        }
        known = others | self.fresh
        if known == self.known or not landing.is_dir():
            return
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        beside.write_text(json.dumps(known, indent=0), "utf-8")
        beside.replace(self.path)


def _stamp(folder: Path, files: Mapping[str, str]) -> str:
    stats = [(folder / name).stat() for name in sorted(files)]
    said = [[s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino] for s in stats] + sorted(files.items())
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]


def _youngest_s(folder: Path, files: Mapping[str, str]) -> float:
    return time.time() - max((folder / name).stat().st_ctime for name in files)


def find_landed(landing: Path, entry: Entry, verified: Verified | None = None) -> Landed | None:
    """The landed folder of `entry`, or None when it is missing, of another version, outdated, or damaged."""
    folder = folder_of(landing, entry)
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if not _is_current(manifest):
            return None
        if not (verified or Verified(landing)).holds(folder, manifest["files"]):
            return None
        return _landed(entry, folder, manifest)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_all(
    landing: Where, entries: Iterable[Entry], verified: Verified | None = None, *, fetch: bool = True
) -> dict[str, Landed]:
    """Report id → landed folder of those of `entries` that have landed.

    Where landing is a URL they are fetched; without `fetch` their manifests are believed and the folders are not here.
    """
    here = mirror_of(landing)
    verified = verified or Verified.load(here)
    if isinstance(landing, Path):
        return {entry.report_id: landed for entry in entries if (landed := find_landed(here, entry, verified))}
    found, waiting = dict[str, Landed](), list(entries)
    names = {folder_of(landing, entry).relative_to(here).as_posix(): entry for entry in waiting}
    if not fetch:
        told = {name: said for name, said in manifests(landing, names).items() if _is_current(said)}
        return {names[name].report_id: _landed(names[name], here / name, said) for name, said in told.items()}
    for _ in range(2):  # the second time for what is whole in the store and damaged here
        names = {folder_of(landing, entry).relative_to(here).as_posix(): entry for entry in waiting}
        there = [names[name] for name in pull(landing, names)]
        found |= {entry.report_id: landed for entry in there if (landed := find_landed(here, entry, verified))}
        waiting = [entry for entry in there if entry.report_id not in found]
        for entry in waiting:
            (folder_of(landing, entry) / MANIFEST).unlink(missing_ok=True)
    return found


def _is_current(manifest: Mapping[str, Any]) -> bool:
    """Are all the tables in it, and read by what would read them now?"""
    return set(manifest["files"]) == {f"{name}.parquet" for name in TABLES} and not _outdated(manifest)


def _landed(entry: Entry, folder: Path, manifest: Mapping[str, Any]) -> Landed:
    return Landed(
        entry, folder, manifest["status"], manifest["status_reason"], dict(manifest["rows"]), manifest.get("cut_off")
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sweep(landing: Where, *, older_than_s: float = 3600) -> int:
    """Remove what killed builds left half-written (hidden folders, objects that no manifest names); → how many.

    Young ones may be in another's use.
    """
    left = [path for path in mirror_of(landing).glob("??/.*") if path.is_dir() and _age_s(path) > older_than_s]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left) + (0 if isinstance(landing, Path) else sweep_store(landing, older_than_s=older_than_s))


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
