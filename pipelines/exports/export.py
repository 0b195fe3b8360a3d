"""`export`: one published warehouse → a folder of files with provenance, a licence note and checksums.

The folder is written beside its place and renamed into it, so it is whole or not there. The same warehouse file gives
the same bytes each time (DuckDB's own file excepted, which is the published file).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.exports import csv_files, duckdb_file, fiscal_package, parquet_files, workbook
from pipelines.exports.readme import readme
from pipelines.exports.source import Source, open_source
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

    folder: Path
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


def export(form: str, warehouse: Path, output: Path | None = None, options: Options | None = None) -> Exported:
    """Write the warehouse as `form` (a key of WRITERS) into `output`; an earlier export there is replaced.

    Raises WarehouseError when the warehouse is not one or the folder holds anything but an export.
    """
    folder = output or exports_beside(warehouse) / form
    _check_replaceable(folder)
    writing = folder.with_name(f".{folder.name}.writing-{os.getpid()}")
    shutil.rmtree(writing, ignore_errors=True)
    try:
        with open_source(warehouse) as source:
            writing.mkdir(parents=True)
            WRITERS[form](source, writing, options or Options())
            (writing / PROVENANCE).write_text(_json({"format": form} | source.provenance), "utf-8")
            (writing / "README.md").write_text(readme(form, source), "utf-8")
            tables, reports = len(source.tables), len(source.provenance["reports"])
        _write_checksums(writing)
        _swap(writing, folder)
    finally:
        shutil.rmtree(writing, ignore_errors=True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Exported(folder, len(files), sum(path.stat().st_size for path in files), tables, reports)


def _check_replaceable(folder: Path) -> None:
    """Only an export or nothing is written over."""
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
