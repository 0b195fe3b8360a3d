"""CSV: one file a mart, numbers to their last digit, nothing for null."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.exports.source import Source


def write(source: Source, folder: Path, *, bom: bool = False) -> None:
    """`<table>.csv` for every mart. With `bom` Excel knows that it is UTF-8."""
    for table in source.tables:
        write_csv(source.rows_of(table), folder / f"{table.name}.csv", bom=bom)


def write_csv(parts: Iterable[pa.Table], path: Path, *, bom: bool = False) -> None:
    """Arrow rows as CSV, under one header line."""
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, part in enumerate(parts):
            if number == 0:
                writer.writerow(part.column_names)
            for batch in part.to_batches(max_chunksize=10_000):
                columns = [column.to_pylist() for column in batch.columns]
                writer.writerows([_text(value) for value in row] for row in zip(*columns, strict=True))


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
