"""The published DuckDB file itself, copied: all schemas, also what lies behind the marts."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.exports.source import Source
from pipelines.warehouse.publish import WarehouseError

NAME = "juesuan.duckdb"


def write(source: Source, folder: Path) -> None:
    """Copy the published file. Raises WarehouseError when a build swapped in another one meanwhile."""
    opened = source.path.stat()
    shutil.copyfile(source.path, folder / NAME)
    copied = source.path.stat()
    if (opened.st_ino, opened.st_mtime_ns) != (copied.st_ino, copied.st_mtime_ns):
        raise WarehouseError(f"{source.path} was built anew meanwhile; export again")
