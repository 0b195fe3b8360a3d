"""The archive `data/raw`: `<division code>-<place>/<fiscal year>/<file>`, to which files are only ever added.

Beside the reports lies the hidden folder `.archive`: the index, half-downloaded files, and what was set aside. No
file is written over: the same bytes are kept once, new bytes of a known report become `<name>.v2.pdf` beside the old.
A crash leaves at worst a file that is not in the index yet; the next fetch finds and adopts it. Where the archive is a
URL, files grow on this machine until they are whole, and are put there if nothing of that name is there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import yaml

from pipelines.sources.errors import Reason, SourceError
from pipelines.sources.index import Event, Index, now
from pipelines.sources.kinds import members_of
from pipelines.sources.names import numbered, safe_name, short_hash, year_in
from pipelines.storage import Busy, Folder, StoredFile, Where, folder_at

HIDDEN = ".archive"
INDEX = f"{HIDDEN}/index.jsonl"
LOCK = f"{HIDDEN}/lock"
UNFILED = "unfiled"
SIDECAR = ".yml"
KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-disposition", "date", "server")
_VERSION = re.compile(r"\.v\d+(?=\.[^.]+$)")
# A title that names a body and a year is one report wherever it is printed; 2024年部门决算 alone is anybody's.
_NAMES_A_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,}(局|委员会|委|办公室|政府|法院|检察院|中心|学校|中学|医院|厅|馆|队|协会|联合会)"
)

Status = Literal["new", "version", "same", "unchanged", "set_aside"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file comes from."""

    source: str
    folder: str  # <division code>-<place>
    url: str
    page_url: str
    title: str  # what the file is called
    page_title: str
    published_on: date | None
    fiscal_year: int | None
    kind: str | None
    headers: Mapping[str, str]
    content_digest: str | None = None  # of a page's tables and prose


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a file; `path` is relative to the archive."""

    status: Status
    path: str
    sha256: str


class Archive:
    """One raw folder, opened for adding. Use `open_archive`, which keeps others out."""

    def __init__(self, root: Where) -> None:
        self.root = root
        self.folder: Folder = folder_at(root)
        self.index = Index.open(self.folder, INDEX)
        self._by_size: dict[int, list[str]] | None = None

    def part(self, url: str) -> Path:
        """Where the download of `url` grows until it is whole."""
        return self.folder.partial(f"{HIDDEN}/partial") / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.part"

    def keep(self, part: Path, ending: str, origin: Provenance) -> Kept:
        """Take the whole file `part` into the archive as a report. `part` is gone afterwards."""
        sha256, size = sha256_of(part), part.stat().st_size
        known = self.index.urls.get(origin.url)
        if origin.content_digest and known and known.get("content") == origin.content_digest:
            part.unlink()
            return Kept("unchanged", known["path"], known["sha256"])
        if there := self._there(sha256, size):
            return self._same(part, there, sha256, known, origin)
        if lost := self.index.by_sha256.get(sha256):  # on record and no longer there: it goes back to its place
            return self._add(part, lost, origin, sha256, self.index.files[lost].get("version", 1), None)
        old = known if known and "version" in known else self._known_by_title(origin)
        version = int(old["version"]) + 1 if old else 1
        path = self._free_path(old, version, ending, sha256, origin)
        return self._add(part, path, origin, sha256, version, old["path"] if old else None)

    def _add(self, part: Path, path: str, origin: Provenance, sha256: str, version: int, replaces: str | None) -> Kept:
        """Sidecar, file, index, in this order: whoever sees the file sees where it comes from."""
        size = part.stat().st_size
        members = [[m.name, m.size] for m in members_of(part)] if path.endswith(".zip") else None
        self._write_sidecar(path, origin)
        try:
            self.folder.take(part, path)
        except FileExistsError:
            raise SourceError(f"another process has put {path} into {self.root}; run it again") from None
        self._record("archived", origin, path, sha256, version=version, bytes=size, replaces=replaces, members=members)
        return Kept("version" if replaces else "new", path, sha256)

    def set_aside(self, part: Path, origin: Provenance, ending: str, reason: Reason, message: str) -> Kept:
        """Keep what arrived instead of a report, out of the readers' sight, with the reason."""
        sha256 = sha256_of(part)
        known = self.index.urls.get(origin.url)
        path = f"{HIDDEN}/set-aside/{sha256[:16]}{ending}"
        if self.folder.exists(path):
            part.unlink()
        else:
            self.folder.take(part, path)
        if not (known and known["event"] == "set_aside" and known["sha256"] == sha256):
            self._record("set_aside", origin, path, sha256, reason=reason, message=message)
        return Kept("set_aside", path, sha256)

    def _same(self, part: Path, path: str, sha256: str, known: Event | None, origin: Provenance) -> Kept:
        part.unlink()
        if known and known["sha256"] == sha256:
            if any(known.get("http", {}).get(name) != origin.headers.get(name) for name in ("etag", "last-modified")):
                self._record("same", origin, path, sha256, version=known.get("version", 1))
            return Kept("unchanged", path, sha256)
        self._record("same", origin, path, sha256, version=self.index.files.get(path, {}).get("version", 1))
        return Kept("same", path, sha256)

    def _record(self, event: str, origin: Provenance, path: str, sha256: str, **more: Any) -> None:
        self.index.record(
            event,
            source=origin.source,
            url=origin.url,
            page_url=origin.page_url,
            title=origin.title,
            published_on=origin.published_on.isoformat() if origin.published_on else None,
            kind=origin.kind,
            path=path,
            sha256=sha256,
            http=_kept_headers(origin.headers) or None,
            content=origin.content_digest,
            **more,
        )

    def _there(self, sha256: str, size: int) -> str | None:
        """The path of these bytes in the archive: by the index, or a file that a person put there."""
        path = self.index.by_sha256.get(sha256)
        if path and self.folder.exists(path):
            return path
        if self._by_size is None:
            self._by_size = _by_size(file for file in self.folder.files() if file.path not in self.index.files)
        for candidate in self._by_size.get(size, []):
            if self.folder.exists(candidate) and self.folder.sha256(candidate) == sha256:
                return candidate
        return None

    def _known_by_title(self, origin: Provenance) -> Event | None:
        if year_in(origin.title) is None or not _NAMES_A_BODY.search(origin.title):
            return None
        return self.index.titles.get((origin.source, origin.title))

    def _free_path(self, old: Event | None, version: int, ending: str, sha256: str, origin: Provenance) -> str:
        """A path with nothing in it: beside the old version, or in the folder of its place and year."""
        if old and not str(old["path"]).startswith(HIDDEN):
            before = PurePosixPath(old["path"])
            folder, name = before.parent, safe_name(_VERSION.sub("", before.name).removesuffix(before.suffix), ending)
            name = numbered(name, f"v{version}")
        else:
            year = str(origin.fiscal_year) if origin.fiscal_year else UNFILED
            folder, name = PurePosixPath(origin.folder, year), safe_name(origin.title, ending)
        if not self.folder.inside(str(folder)):
            raise SourceError(f"{self.root}/{folder} leads out of the archive through a link; nothing was written")
        if self.folder.exists(str(folder / name)) or self.folder.exists(str(folder / f"{name}{SIDECAR}")):
            name = numbered(name, sha256[:8])
        if self.folder.exists(str(folder / name)):
            name = numbered(name, short_hash(origin.url + now()))
        return str(folder / name)

    def _write_sidecar(self, path: str, origin: Provenance) -> None:
        """Provenance only: what the report is, it says itself. A person's sidecar is left alone."""
        said = {
            "source_url": origin.url,
            "page_url": origin.page_url,
            "page_title": origin.page_title or None,
            "published_on": origin.published_on,
            "fetched_at": now(),
            "http": _kept_headers(origin.headers) or None,
        }
        text = yaml.safe_dump({k: v for k, v in said.items() if v is not None}, allow_unicode=True, sort_keys=False)
        with suppress(FileExistsError):
            self.folder.create(path + SIDECAR, text.encode())


@contextmanager
def open_archive(root: Where) -> Iterator[Archive]:
    """The archive, for one process at a time. Raises SourceError when another is adding to it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_at(root).lock(LOCK))
        except Busy:
            raise SourceError(f"another refresh is adding to {root}; wait until it is done") from None
        yield Archive(root)


def is_being_filled(root: Where) -> bool:
    """Whether somebody is adding to the archive right now."""
    return folder_at(root).is_locked(LOCK)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_size(files: Iterable[StoredFile]) -> dict[int, list[str]]:
    by_size: dict[int, list[str]] = {}
    for file in files:
        by_size.setdefault(file.size, []).append(file.path)
    return by_size


def _kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name][:500] for name in KEPT_HEADERS if headers.get(name)}
