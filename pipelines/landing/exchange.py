"""Landed folders in a store without renames: what is read there, what is put there, and when it counts as there.

`<id[:2]>/<report_id>-<version>/` holds the same files as on a disk, each under a name that ends in its checksum, and
`manifest.json`, which is put last. An object is put whole or not at all, so a folder is there when its manifest is, and
two that land the same report at once cannot mix their files: the later manifest names all of its own.

Everything is loaded from a copy on this machine (the mirror), because DuckDB is to open local files only. The mirror is
never asked whether something has landed: the store is, with one small request a report.
"""

from __future__ import annotations

import errno
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines.storage import RemoteFolder, StoredFile, Where, mirror_of
from pipelines.storage.remote import age_s

MANIFEST = "manifest.json"
ATTEMPTS = 3  # a folder may be written anew while it is fetched
TRIES = 20  # writers of one report who meet as they put it in place
BROKEN = (ValueError, KeyError, TypeError, AttributeError)  # what a manifest that is none raises
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)


def push(store: RemoteFolder, folder: Path, name: str) -> None:
    """Put the finished local `folder` into the store as `name` (`ab/abcd…-version`). Raises StorageError."""
    content = (folder / MANIFEST).read_bytes()
    files = _files_of(content)
    for _ in store.each(lambda file: store.write(f"{name}/{_stored_name(file, files[file])}", folder / file), files):
        pass
    store.write(f"{name}/{MANIFEST}", content)


def pull(store: RemoteFolder, names: Iterable[str]) -> set[str]:
    """Bring the mirror up to date with the store for the folders `names`; → those that are whole in the store.

    Raises StorageError where the store cannot be asked; a folder that is damaged there is none of the result.
    """
    names = list(names)
    whole = store.each(lambda name: _pull(store, name), names)
    return {name for name, is_whole in zip(names, whole, strict=True) if is_whole}


def manifests(store: RemoteFolder, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the manifests of the folders `names` say, of those that have one that can be read."""

    def read(name: str) -> dict[str, Any] | None:
        try:
            content = store.read(f"{name}/{MANIFEST}")
            _files_of(content)
            said: dict[str, Any] = json.loads(content)
            return said if {"status", "status_reason", "rows"} <= said.keys() else None
        except (FileNotFoundError, *BROKEN):
            return None

    names = list(names)
    return {name: said for name, said in zip(names, store.each(read, names), strict=True) if said}


def _pull(store: RemoteFolder, name: str) -> bool:
    here = store.mirror / name
    for _ in range(ATTEMPTS):
        try:
            content = store.read(f"{name}/{MANIFEST}")
        except FileNotFoundError:
            return False
        if (here / MANIFEST).is_file() and (here / MANIFEST).read_bytes() == content:
            return True
        try:
            return _fetch(store, name, _files_of(content), content)
        except BROKEN:
            return False
        except OSError as error:
            if error.errno in NO_SPACE:
                raise
            # swept after a newer manifest, or put in place here by another process: look again
    return False


def _files_of(manifest: bytes) -> dict[str, str]:
    """File → checksum. Raises ValueError and the like where it is not a manifest of ours."""
    files = {str(file): str(checksum) for file, checksum in json.loads(manifest)["files"].items()}
    if any("/" in file or file.startswith(".") for file in files):
        raise ValueError("a name that leads elsewhere")
    return files


def _fetch(store: RemoteFolder, name: str, files: Mapping[str, str], manifest: bytes) -> bool:
    with beside(store.mirror / name) as folder:
        for file, checksum in files.items():
            store.download(f"{name}/{_stored_name(file, checksum)}", folder / file)
            if sha256((folder / file).read_bytes()).hexdigest() != checksum:
                return False
        (folder / MANIFEST).write_bytes(manifest)
        put_in_place(folder, store.mirror / name)
    return True


@contextmanager
def beside(final: Path) -> Iterator[Path]:
    """A new hidden folder beside `final` to write into; gone afterwards unless it was put in its place."""
    folder = final.parent / f".{final.name}.{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, final: Path) -> None:
    """Rename a finished folder to its place; an older one there gives way. Raises OSError when it cannot be done.

    Two steps, between which another writer of the same report may come: then once more, since both hold a whole report.
    """
    for tries_left in reversed(range(TRIES)):
        doomed = final.parent / f"{folder.name}.old"
        try:
            with suppress(FileNotFoundError):  # nothing there, or another has just moved it away
                final.rename(doomed)
            folder.rename(final)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not tries_left:
                raise
        finally:
            shutil.rmtree(doomed, ignore_errors=True)


def sweep_store(store: RemoteFolder, *, older_than_s: float) -> int:
    """Remove objects that no manifest names (a writer died, or a folder was written anew); → how many."""
    folders: dict[str, list[StoredFile]] = {}
    for file in store.objects():
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    return sum(store.each(lambda name: _sweep(store, name, folders[name], older_than_s), folders))


def _sweep(store: RemoteFolder, name: str, objects: list[StoredFile], older_than_s: float) -> int:
    """One folder. That of a finished writer holds each table once, and is not looked into."""
    tables = [file.path.rpartition("-")[0] for file in objects if not file.path.endswith(f"/{MANIFEST}")]
    old = [file.path for file in objects if age_s(file) > older_than_s]
    if (
        name.startswith(".")
        or not (name.count("/") == 1 and old)
        or (len(tables) < len(objects) and len(tables) == len(set(tables)))
    ):
        return 0
    try:
        named = {f"{name}/{_stored_name(*file)}" for file in _files_of(store.read(f"{name}/{MANIFEST}")).items()}
    except FileNotFoundError:
        named = set()
    except BROKEN:
        return 0
    left = [path for path in old if path not in named and not path.endswith(f"/{MANIFEST}")]
    for path in left:
        store.remove(path)
    return len(left)


def _stored_name(file: str, checksum: str) -> str:
    stem, _, ending = file.rpartition(".")
    return f"{stem}-{checksum[:16]}.{ending}"


@contextmanager
def shared_file(landing: Where, name: str) -> Iterator[Path]:
    """A small file of the landing folder that workers share, on this machine while it is worked with: read before, put
    there afterwards if it has changed. Two at once: the later one stays."""
    path = mirror_of(landing) / name
    if isinstance(landing, Path):
        yield path
        return
    try:
        before: bytes | None = landing.read(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        copy = path.with_name(f".{name}.{uuid.uuid4().hex[:8]}")
        copy.write_bytes(before or b"")
        copy.replace(path)
    except FileNotFoundError:
        before = None
        path.unlink(missing_ok=True)
    yield path
    if path.is_file() and (after := path.read_bytes()) != before:
        landing.write(name, after)
