"""The README of an export: what it is, how to open it, what to mind, where it comes from."""

from __future__ import annotations

from pipelines.exports.fiscal_package import tables_inside
from pipelines.exports.notes import load_notes
from pipelines.exports.source import Source


def readme(form: str, source: Source) -> str:
    """Markdown, both languages."""
    said, facts = load_notes(), source.provenance
    lines = [
        "# 决算 juesuan",
        said.about.zh,
        said.about.en,
        said.opening[form].zh,
        said.opening[form].en,
        "## 使用须知 · What to mind",
        "\n".join(f"- {note.zh}  \n  {note.en}" for note in said.general),
        "## 各表 · Tables",
        "\n".join(["| table | 表 | rows | 注意 · mind |", "|---|---|---:|---|", *_table_rows(form, source)]),
        "## 来源 · Provenance",
        f"juesuan {facts['version']}, extractor {facts['extractor_version']}, build `{facts['inputs_digest']}`, "
        f"built {facts['built_at']}. Reports with their SHA-256 are in `provenance.json`; "
        "check the files with `sha256sum -c SHA256SUMS`.",
        "## 许可 · Licence",
        said.licence.zh,
        said.licence.en,
    ]
    return "\n\n".join(lines) + "\n"


def _table_rows(form: str, source: Source) -> list[str]:
    tables = [table for table in source.tables if form != "fiscal" or table.name in tables_inside()]
    return [
        f"| `{table.name}` | {table.note.title.zh} | {table.rows} | {table.note.warning.zh} {table.note.warning.en} |"
        for table in tables
    ]
