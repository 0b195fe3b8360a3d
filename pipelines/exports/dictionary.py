"""`docs/data-dictionary.md`: every mart and column in both languages, and how the marts hang together.

Made from the dbt project's own YAML (descriptions, types, relationships tests) and notes.yml, so nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.exports.notes import Said, TableNote, load_notes, split_languages
from pipelines.exports.relations import Table, picture
from pipelines.paths import ROOT

PICTURE = "data-dictionary.svg"
MARTS = ROOT / "dbt_project" / "models" / "marts"
INTRODUCTION = """# 数据字典 · Data dictionary

由 `make docs` 根据 dbt 模型的说明生成，请勿手改。
Made by `make docs` from the descriptions in `dbt_project/models/marts`; change them there.
"""


@dataclass(frozen=True, slots=True)
class MartColumn:
    """One column of a contract. `refers_to` is (mart, column) of its relationships test."""

    name: str
    type: str
    said: Said
    unique: bool
    refers_to: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Mart:
    """One mart as its YAML describes it."""

    name: str
    folder: str
    said: Said
    columns: tuple[MartColumn, ...]
    note: TableNote


def marts(folder: Path = MARTS) -> tuple[Mart, ...]:
    """Every mart of the dbt project, in the order of notes.yml."""
    found = []
    for path in sorted(folder.rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text("utf-8")) or {}).get("models") or []:
            columns = tuple(_column(column) for column in model.get("columns", ()))
            said, note = split_languages(model.get("description")), load_notes().table(model["name"])
            found.append(Mart(model["name"], path.parent.name, said, columns, note))
    return tuple(sorted(found, key=lambda mart: (mart.note.position, mart.name)))


def dictionary() -> str:
    """The page."""
    known = marts()
    return "\n".join(
        [
            INTRODUCTION,
            "## 使用须知 · What to mind\n",
            *(f"- {note.zh}  \n  {note.en}" for note in load_notes().general),
            "\n## 各表 · Tables\n",
            "| table | 表 | English |",
            "|---|---|---|",
            *(f"| [`{mart.name}`](#{mart.name}) | {mart.note.title.zh} | {mart.note.title.en} |" for mart in known),
            "\n## 关系 · How they hang together\n",
            "每条线是一项关系测试，每次构建都要通过。 Each line is a relationships test that every build must pass.\n",
            f"![{PICTURE}]({PICTURE})",
            *(line for mart in known for line in _section(mart)),
            "",
        ]
    )


def relations(known: tuple[Mart, ...]) -> str:
    """The ER picture as SVG, from the relationships tests."""
    return picture(
        [
            Table(
                mart.name,
                f"{mart.note.title.zh} · {mart.note.title.en}",
                tuple((column.name, column.refers_to[0]) for column in mart.columns if column.refers_to),
            )
            for mart in known
        ]
    )


def _section(mart: Mart) -> Iterator[str]:
    title = f"{mart.note.title.zh} · {mart.note.title.en}"
    yield f"\n## {mart.name}\n"
    yield f"**{title}**\n"
    yield from (f"{text}\n" for text in (mart.said.zh, mart.said.en) if text)
    if mart.note.warning.zh:
        yield f"> **注意** {mart.note.warning.zh}  \n> **Mind** {mart.note.warning.en}\n"
    yield "| column | type | 说明 | description |"
    yield "|---|---|---|---|"
    for column in mart.columns:
        name = f"`{column.name}`" + (" 🔑" if column.unique else "")
        english = column.said.en
        if column.refers_to:
            english += f" → [`{column.refers_to[0]}`](#{column.refers_to[0]})"
        yield f"| {name} | {column.type} | {_cell(column.said.zh)} | {_cell(english)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _column(column: dict[str, Any]) -> MartColumn:
    tests = column.get("data_tests") or []
    refers_to = None
    for test in tests:
        if isinstance(test, dict) and "relationships" in test:
            arguments = test["relationships"].get("arguments", test["relationships"])
            refers_to = (arguments["to"].split("'")[1], arguments["field"])
    said = split_languages(column.get("description"))
    return MartColumn(column["name"], column["data_type"], said, "unique" in tests, refers_to)
