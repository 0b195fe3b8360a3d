"""Parquet: the marts as files, `spending` and `figures` partitioned by fiscal year and place.

Partitions are named `fiscal_year=2024/division=430200-株洲市`, as in data/raw: a name such as 鼓楼区 stands for places
in several cities, and a bare code would be read back as a number. Decimals stay decimals; every column carries its
description as Parquet metadata (`zh`, `en`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.exports.source import Source, Table

PARTITIONED = ("spending", "figures")
NOTHING = "__HIVE_DEFAULT_PARTITION__"  # what Hive-style readers take for null
PARTITIONS = """
select fiscal_year, division_code, any_value(place_name order by report_id) as place_name,
    list(report_id order by report_id) as report_ids
from dim_report where report_id in (select report_id from main."{table}")
group by fiscal_year, division_code order by fiscal_year, division_code
"""


def write(source: Source, folder: Path) -> None:
    """Every mart into `folder`: `<table>.parquet`, or `<table>/fiscal_year=…/division=…/<table>.parquet`."""
    for table in source.tables:
        if table.name in PARTITIONED:
            _write_partitions(source, table, folder / table.name)
        else:
            _write_file(source.rows_of(table), table, folder / f"{table.name}.parquet")


def _write_partitions(source: Source, table: Table, folder: Path) -> None:
    for part in source.query(PARTITIONS.format(table=table.name)).to_pylist():
        rows = source.rows_of_reports(table, part["report_ids"])
        year = NOTHING if part["fiscal_year"] is None else part["fiscal_year"]
        where = folder / f"fiscal_year={year}" / f"division={_place(part['division_code'], part['place_name'])}"
        where.mkdir(parents=True)
        _write_file([rows], table, where / f"{table.name}.parquet")


def _place(code: str | None, name: str | None) -> str:
    said = "-".join(part for part in (code, name) if part)
    return re.sub(r'[\x00-\x1f/\\:*?"<>|%=]', "_", said) or NOTHING


def _write_file(parts: Iterable[pa.Table], table: Table, path: Path) -> None:
    parts = iter(parts)
    first = next(parts)
    schema = _described(first.schema, table)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in chain([first], parts):
            if part.num_rows or part is first:
                writer.write_table(part.cast(schema))


def _described(schema: pa.Schema, table: Table) -> pa.Schema:
    said = {column.name: {"zh": column.said.zh, "en": column.said.en} for column in table.columns}
    fields = [field.with_metadata(said.get(field.name)) for field in schema]
    return pa.schema(fields, metadata={"zh": table.said.zh, "en": table.said.en})
