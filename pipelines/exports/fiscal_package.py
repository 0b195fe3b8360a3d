"""A Frictionless Fiscal Data Package: CSV files and `datapackage.json` that says what every column is.

`profile` is `tabular-data-package`, which a Fiscal Data Package is, and not `fiscal-data-package`: validators look that
one up on the network. What makes it fiscal are the ColumnTypes (fiscal.yml).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from pipelines.exports.csv_files import write_csv
from pipelines.exports.notes import Said, load_notes
from pipelines.exports.source import Source

RESOURCES = Path(__file__).with_name("fiscal.yml")
DESCRIPTOR = "datapackage.json"
ADDED = {  # columns that no mart has
    "direction": Said("收支方向", "Expenditure or revenue"),
    "phase": Said("阶段：已执行（决算）", "Phase: executed, as the final account says"),
    "currency": Said("币种", "Currency"),
}


def write(source: Source, folder: Path) -> None:
    """The CSV files and their descriptor."""
    spec, said = _spec(), _descriptions(source)
    resources = [_write_resource(source, resource, said, folder) for resource in spec["resources"]]
    notes, facts = load_notes(), source.provenance
    years = [report["fiscal_year"] for report in facts["reports"] if report["fiscal_year"]]
    descriptor: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "juesuan",
        "title": "部门决算 · Final accounts of Chinese departments",
        "description": "\n\n".join([notes.about.zh, notes.about.en, notes.licence.zh, notes.licence.en]),
        "version": facts["version"],
        **({"created": facts["built_at"]} if facts["built_at"] else {}),
        "keywords": ["决算", "部门决算公开", "final accounts", "public spending", "China"],
        "countryCode": "CN",
        **({"fiscalPeriod": {"start": f"{min(years)}-01-01", "end": f"{max(years)}-12-31"}} if years else {}),
        "columnTypes": [spec["taxonomy"]],
        "model": spec["model"],
        "sources": [_source(report) for report in facts["reports"]],
        "extractor_version": facts["extractor_version"],
        "inputs_digest": facts["inputs_digest"],
        "resources": resources,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    (folder / DESCRIPTOR).write_text(text, "utf-8")


def tables_inside() -> set[str]:
    """The marts that a package holds."""
    return {resource["table"] for resource in _spec()["resources"]}


def _write_resource(source: Source, spec: dict[str, Any], said: dict[str, Said], folder: Path) -> dict[str, Any]:
    rows, path = source.query(spec["sql"]), folder / f"{spec['name']}.csv"
    write_csv([rows], path)
    table, content = source.table(spec["table"]), path.read_bytes()
    schema: dict[str, Any] = {
        "fields": [_field(field, spec, said) for field in rows.schema],
        "missingValues": [""],
        "primaryKey": spec["key"],
    }
    if spec["name"] != "reports":
        reference = {"resource": "reports", "fields": ["report_id"]}
        schema["foreignKeys"] = [{"fields": ["report_id"], "reference": reference}]
    return {
        "profile": "tabular-data-resource",
        "name": spec["name"],
        "path": path.name,
        "title": f"{table.note.title.zh} · {table.note.title.en}",
        "description": " ".join(
            part for part in (table.said.zh, table.note.warning.zh, table.said.en, table.note.warning.en) if part
        ),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(field: pa.Field, spec: dict[str, Any], said: dict[str, Said]) -> dict[str, Any]:
    text = ADDED.get(field.name) or said.get(f"{spec['table']}.{field.name}") or said.get(field.name) or Said()
    made: dict[str, Any] = {"name": field.name, "type": _type(field.type)}
    if text.zh:
        made |= {"title": text.zh, "description": text.en}
    if column_type := spec["column_types"].get(field.name):
        made["columnType"] = column_type
    if field.name in spec["key"]:
        made["constraints"] = {"required": True, "unique": True}
    return made


def _type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return "number"
    if pa.types.is_integer(kind):
        return "integer"
    return "boolean" if pa.types.is_boolean(kind) else "string"


def _source(report: dict[str, Any]) -> dict[str, str]:
    body, year = report["agency_name"] or "", report["fiscal_year"] or ""
    return {"title": f"{body} {year}: {report['file_name']} (SHA-256 {report['sha256']})"}


def _descriptions(source: Source) -> dict[str, Said]:
    """By `table.column`, and by `column` alone as the first mart says it."""
    said: dict[str, Said] = {}
    for table in source.tables:
        for column in table.columns:
            said[f"{table.name}.{column.name}"] = column.said
            said.setdefault(column.name, column.said)
    return said


@cache
def _spec() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(RESOURCES.read_text("utf-8"))
    return data
