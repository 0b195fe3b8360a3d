"""Parquet: the marts as files, `spending` and `figures` partitioned by fiscal year and place.

Partitions are named `fiscal_year=2024/division=430200-株洲市`, as in data/raw: a name such as 鼓楼区 stands for places
in several cities, and a bare code would be read back as a number. Decimals stay decimals; every column carries its
description as Parquet metadata (`zh`, `en`).
"""

from __future__ import annotations

import re
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
ROWS = 'select * from main."{table}" where list_contains(?, report_id) order by {order}'


def write(source: Source, folder: Path) -> None:
    """Every mart into `folder`: `<table>.parquet`, or `<table>/fiscal_year=…/division=…/<table>.parquet`."""
    for table in source.tables:
        if table.name in PARTITIONED:
            _write_partitions(source, table, folder / table.name)
        else:
            _write_file(source.rows_of(table), table, folder / f"{table.name}.parquet")


def _write_partitions(source: Source, table: Table, folder: Path) -> None:
    for part in source.query(PARTITIONS.format(table=table.name)).to_pylist():
        rows = source.query(ROWS.format(table=table.name, order=table.order), part["report_ids"])
        year = NOTHING if part["fiscal_year"] is None else part["fiscal_year"]
        where = folder / f"fiscal_year={year}" / f"division={_place(part['division_code'], part['place_name'])}"
        where.mkdir(parents=True)
        _write_file(rows, table, where / f"{table.name}.parquet")


def _place(code: str | None, name: str | None) -> str:
    said = "-".join(part for part in (code, name) if part)
    return re.sub(r'[\x00-\x1f/\\:*?"<>|%=]', "_", said) or NOTHING


def _write_file(rows: pa.Table, table: Table, path: Path) -> None:
    said = {column.name: column.said for column in table.columns}
    fields = [
        field.with_metadata({"zh": said[field.name].zh, "en": said[field.name].en}) if field.name in said else field
        for field in rows.schema
    ]
    schema = pa.schema(fields, metadata={"zh": table.said.zh, "en": table.said.en})
    pq.write_table(rows.cast(schema), path, compression="zstd")
