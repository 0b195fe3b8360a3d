"""The catalogue: every report file under a raw folder, its hash, and its sidecar. Nothing is opened as a report here.

A report is its bytes: the same bytes under two names are one report, and the other paths are kept. Layouts
`<code>-<place>/<year>/<file>` and flat files work alike. A zip is not a report: the files in it are, each at an address
of its own (`a.zip!/附件1.xls`), with the zip's sidecar.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pipelines.documents.members import (
    BETWEEN,
    Members,
    address_of,
    is_archive,
    local_file,
    members_of,
    split_address,
)
from pipelines.documents.zip_members import UnsafePackage
from pipelines.landing.found import Found, Hashes, RawFolderError, digest_of, files_in, sidecar_of
from pipelines.landing.sidecar import Sidecar, read_sidecar
from pipelines.storage import RemoteFolder, StorageError, Where, folder_at

__all__ = ["Catalogue", "Entry", "RawFolderError", "Refused", "entries_for", "entry_for", "located", "scan", "there"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of the catalogue. Paths are relative to the raw folder, with forward slashes."""

    path: Path  # where the bytes are, or will be: see `there`; of a member of a zip its address (documents.members)
    file_path: str
    sha256: str
    file_bytes: int
    sidecar: Sidecar = field(default_factory=Sidecar)
    sidecar_digest: str = ""
    sidecar_problem: str | None = None
    other_paths: tuple[str, ...] = ()
    url: str | None = None  # of the raw folder, where `path` is a copy that is fetched when it is needed

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

    raw: Where
    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...] = ()


def scan(raw: Where, *, memory: Path | None = None, on_file: Callable[[str], None] | None = None) -> Catalogue:
    """List and hash the reports under `raw`. Raises RawFolderError if there is no such folder, StorageError if a store
    cannot be used.

    `memory`: a JSON file of hashes by path, size and time of change, so that an unchanged file is not hashed again;
    None hashes everything.
    """
    hashes = Hashes(memory)
    entries: dict[str, Entry] = {}
    refused: list[Refused] = []
    for found in files_in(raw):
        if on_file:
            on_file(found.relative)
        if found.problem:
            refused.append(Refused(found.relative, found.problem))
            continue
        try:
            held = hashes.of(found)
        except UnsafePackage as error:
            refused.append(Refused(found.relative, str(error)))
            continue
        except OSError as error:
            said = f"cannot be opened ({error.strerror or error}); check its permissions"
            refused.append(Refused(found.relative, said))
            continue
        if not isinstance(held, Members):
            _add(entries, found, *held)
            continue
        refused += [Refused(address_of(found.relative, name), f"the file {why}") for name, why in held.refused]
        for member in held.files:
            _add(entries, found.member(member.name), member.sha256, member.size)
        if not held.files:
            refused.append(Refused(found.relative, "the zip archive holds no file that can be read"))
    hashes.save(memory)
    ordered = tuple(sorted(entries.values(), key=lambda entry: entry.file_path))
    return Catalogue(raw, ordered, tuple(refused))


def entry_for(path: Path, *, raw: Path | None = None) -> Entry:
    """The entry of one file, for looking at it alone. Raises OSError if it cannot be opened."""
    return _single(path, digest_of(path), path.stat().st_size, raw)


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
    sidecar = sidecar_of(Path(address[0]) if address else path)
    _add(entries, Found(relative, path, sidecar), sha256, size)
    return entries[sha256]


def there(entry: Entry) -> Path:
    """`entry.path`, with the file (or the zip that holds it) fetched where it lies elsewhere and is not here yet.

    Raises StorageError, also when the file is no longer the one that was listed.
    """
    address = split_address(entry.path.as_posix())
    file = Path(address[0]) if address else entry.path
    if entry.url is None or _holds(entry.path, entry.sha256):
        return entry.path
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder, file.name)
        try:
            RemoteFolder(entry.url).download(entry.archive_path or entry.file_path, copy)
        except FileNotFoundError as error:
            raise StorageError(f"{entry.url}/{entry.file_path} has gone since it was listed; build again") from error
        if not _holds(Path(address_of(str(copy), address[1])) if address else copy, entry.sha256):
            raise StorageError(f"{entry.url}/{entry.file_path} has changed since it was listed; build again")
        copy.replace(file)
    return entry.path


def _holds(path: Path, sha256: str) -> bool:
    try:
        with local_file(path) as file:
            return digest_of(file) == sha256
    except OSError:
        return False


def located(raw: Where, file_path: str) -> Path:
    """Where a path of the catalogue is on this machine, fetched where it lies elsewhere; of a zip's member the address.

    Raises FileNotFoundError, StorageError.
    """
    address = split_address(file_path)
    file = folder_at(raw).local(address[0] if address else file_path)
    return Path(address_of(str(file), address[1])) if address else file


def _add(entries: dict[str, Entry], found: Found, sha256: str, size: int) -> None:
    """Files come sorted, so the first path of the same bytes is the report's; one with a sidecar is preferred."""
    sidecar, digest, problem = read_sidecar(found.sidecar) if found.sidecar else (Sidecar(), "", None)
    url = found.raw.url if found.raw else None
    new = Entry(found.path, found.relative, sha256, size, sidecar, digest, problem, url=url)
    old = entries.get(sha256)
    if old is None:
        entries[sha256] = new
        return
    keep, other = (new, old) if digest and not old.sidecar_digest else (old, new)
    others = tuple(sorted({*old.other_paths, other.file_path}))
    entries[sha256] = replace(keep, other_paths=others)
