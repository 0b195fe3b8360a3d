"""Titles, warnings and row orders of the tables (notes.yml), and descriptions split into their two languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

NOTES = Path(__file__).with_name("notes.yml")
BETWEEN = " / "  # dbt descriptions are "English / 中文"


@dataclass(frozen=True, slots=True)
class Said:
    """One text in both languages; a language that is not there is empty."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class TableNote:
    """What is said of one mart beside its dbt description."""

    name: str
    title: Said
    warning: Said
    order: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Notes:
    """notes.yml."""

    about: Said
    licence: Said
    general: tuple[Said, ...]
    opening: dict[str, Said]
    tables: dict[str, TableNote]

    def table(self, name: str) -> TableNote:
        """The note of mart `name`; one that is not in the file stands last, under its own name."""
        return self.tables.get(name) or TableNote(name, Said(name, name), Said(), (), len(self.tables))


def split_languages(description: str | None) -> Said:
    """`English / 中文` → both. A text without the separator stands for both languages."""
    text = " ".join((description or "").split())
    english, between, chinese = text.rpartition(BETWEEN)
    return Said(chinese, english) if between else Said(text, text)


@cache
def load_notes() -> Notes:
    """notes.yml, read once."""
    data: dict[str, Any] = yaml.safe_load(NOTES.read_text("utf-8"))
    tables = {
        row["name"]: TableNote(
            row["name"], _said(row["title"]), _said(row.get("warning")), tuple(row.get("order", ())), position
        )
        for position, row in enumerate(data["tables"])
    }
    return Notes(
        about=_said(data["about"]),
        licence=_said(data["licence"]),
        general=tuple(map(_said, data["general"])),
        opening={form: _said(texts) for form, texts in data["opening"].items()},
        tables=tables,
    )


def _said(texts: dict[str, str] | None) -> Said:
    return Said(**{language: " ".join(text.split()) for language, text in (texts or {}).items()})
