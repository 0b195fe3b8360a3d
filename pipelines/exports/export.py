"""`export`: one published warehouse → a folder of files with provenance, a licence note and checksums.

The folder is written beside its place and renamed into it, so it is whole or not there. Where it is a URL it is written
on this machine and put there file by file, SHA256SUMS last: without it an export is not whole. The same warehouse file
gives the same bytes each time (DuckDB's own file excepted, which is the published file).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.exports import csv_files, duckdb_file, fiscal_package, parquet_files, workbook
from pipelines.exports.readme import readme
from pipelines.exports.source import Source, open_source
from pipelines.storage import RemoteFolder, StorageError, Where
from pipelines.warehouse.publish import WarehouseError

CHECKSUMS = "SHA256SUMS"
PROVENANCE = "provenance.json"


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose. `bom`: CSV begins with the mark by which Excel knows UTF-8."""

    bom: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    folder: Where
    files: int
    bytes: int
    tables: int
    reports: int


Writer = Callable[[Source, Path, Options], None]
WRITERS: dict[str, Writer] = {
    "parquet": lambda source, folder, options: parquet_files.write(source, folder),
    "csv": lambda source, folder, options: csv_files.write(source, folder, bom=options.bom),
    "xlsx": lambda source, folder, options: workbook.write(source, folder),
    "fiscal": lambda source, folder, options: fiscal_package.write(source, folder),
    "duckdb": lambda source, folder, options: duckdb_file.write(source, folder),
}


def exports_beside(warehouse: Path) -> Path:
    """Where exports go unless told otherwise: `exports/` beside the warehouse."""
    return warehouse.with_name("exports")


def export(form: str, warehouse: Path, output: Where | None = None, options: Options | None = None) -> Exported:
    """Write the warehouse as `form` (a key of WRITERS) into `output`; an earlier export there is replaced.

    Raises WarehouseError when the warehouse is not one or the folder holds anything but an export, StorageError when
    a store cannot be used.
    """
    folder = output or exports_beside(warehouse) / form
    _check_replaceable(folder)
    with _writing_for(folder) as writing:
        with open_source(warehouse) as source:
            writing.mkdir(parents=True)
            WRITERS[form](source, writing, options or Options())
            (writing / PROVENANCE).write_text(_json({"format": form} | source.provenance), "utf-8")
            (writing / "README.md").write_text(readme(form, source), "utf-8")
            tables, reports = len(source.tables), len(source.provenance["reports"])
        _write_checksums(writing)
        sizes = [path.stat().st_size for path in _files(writing)]
        if isinstance(folder, Path):
            _swap(writing, folder)
        else:
            _put_there(writing, folder)
    return Exported(folder, len(sizes), sum(sizes), tables, reports)


@contextmanager
def _writing_for(folder: Where) -> Iterator[Path]:
    """Where the export is written first; gone afterwards."""
    if isinstance(folder, Path):
        writing = folder.with_name(f".{folder.name}.writing-{os.getpid()}")
    else:
        writing = Path(tempfile.mkdtemp(prefix="juesuan-export-")) / "export"
    shutil.rmtree(writing, ignore_errors=True)
    try:
        yield writing
    finally:
        shutil.rmtree(writing if isinstance(folder, Path) else writing.parent, ignore_errors=True)


def _check_replaceable(folder: Where) -> None:
    """Only an export or nothing is written over."""
    if not isinstance(folder, Path):
        names = {file.path for file in folder.objects()}
        if names and PROVENANCE not in names:
            raise WarehouseError(f"{folder} holds files that are not an export; say another --output")
        return
    if folder.is_file():
        raise WarehouseError(f"{folder} is a file; say another --output")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / PROVENANCE).is_file():
        raise WarehouseError(f"{folder} holds files that are not an export; say another --output")


def _swap(writing: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    writing.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _put_there(writing: Path, store: RemoteFolder) -> None:
    """The provenance first, so that an export that broke off can be replaced; the checksums last, when all is there."""
    store.remove(CHECKSUMS)
    names = [path.relative_to(writing).as_posix() for path in _files(writing)]
    store.write(PROVENANCE, writing / PROVENANCE)
    for _ in store.each(lambda name: store.write(name, writing / name), [n for n in names if n != CHECKSUMS]):
        pass
    for _ in store.each(store.remove, [file.path for file in store.objects() if file.path not in names]):
        pass
    there = {file.path: file.size for file in store.objects()}
    if torn := [name for name in names if name != CHECKSUMS and there.get(name) != (writing / name).stat().st_size]:
        raise StorageError(f"{store}/{torn[0]} is not there as it was sent; is another export being written there?")
    store.write(CHECKSUMS, writing / CHECKSUMS)


def _write_checksums(folder: Path) -> None:
    """`SHA256SUMS` over every other file, in the format of sha256sum (`sha256sum -c SHA256SUMS`)."""
    lines = [f"{digest_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)]
    (folder / CHECKSUMS).write_text("".join(lines), "utf-8")


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
