"""The names that sentences speak of: subjects.yml, and the names of the two classifications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml

from pipelines.prose.patterns import FOLDER
from pipelines.reference.codes import bare, classes, economic_by_name
from pipelines.reference.seeds import economic_codes, function_codes, name_variants

CONTEXT = (
    "after",
    "classes_not_alone",
    "count_of",
    "counted",
    "fund_names",
    "funds",
    "narrow",
    "of_whole",
    "parts",
    "scopes",
)
ANY_YEAR = 2024


@dataclass(frozen=True, slots=True)
class Subject:
    """What an amount is about. `name` becomes the line label; `path` the names of 类款项 as printed."""

    name: str
    group: str  # of subjects.yml; function | project besides
    pair: tuple[str, str] | None = None
    code: str | None = None
    path: str | None = None
    names: tuple[str, str, str] = ("", "", "")  # of 类, 款, 项, where they are known
    under: str | None = None  # the economic 类 that the sentence breaks down
    start: int = 0  # where it stands, in the text that was searched
    end: int = 0
    aspect: str | None = None  # the measure that the name itself says: 支出总预算


class Lexicon:
    """Literal names, found from left to right, the longest at each place."""

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        self._by_start: dict[str, list[tuple[str, Subject]]] = {}
        for way in sorted(subjects, key=len, reverse=True):
            self._by_start.setdefault(way[:2], []).append((way, subjects[way]))

    def find(self, text: str) -> Iterator[Subject]:
        """The names in `text`, not overlapping, in order."""
        at = 0
        while at < len(text) - 1:
            for way, subject in self._by_start.get(text[at : at + 2], ()):
                if text.startswith(way, at):
                    yield replace(subject, start=at, end=at + len(way))
                    at += len(way)
                    break
            else:
                at += 1


@cache
def raw_subjects() -> dict[str, Any]:
    """subjects.yml as it is."""
    content: dict[str, Any] = yaml.safe_load((FOLDER / "subjects.yml").read_text(encoding="utf-8"))
    return content


@cache
def lexicon(year: int) -> Lexicon:
    """All names for a fiscal year. What subjects.yml names goes before the economic names, these before the 类."""
    found: dict[str, Subject] = {}
    raw = raw_subjects()
    for group, entries in raw.items():
        if group in CONTEXT:
            continue
        for entry in entries:
            pair = tuple(entry["pair"]) if "pair" in entry else None
            for way in (way for text in entry["ways"] for way in ways(text)):
                found.setdefault(way, Subject(entry["name"], group, pair, aspect=entry.get("aspect")))
    for name in _economic_names():
        found.setdefault(bare(name), Subject(name, "economic"))
    for name in _class_names(year, frozenset(raw["classes_not_alone"])):
        found.setdefault(bare(name), Subject(name, "function", names=(name, "", "")))
    for name in {row.name for row in function_codes() if row.level != "class" and len(row.name) > 3}:
        found.setdefault(bare(name), Subject(name, "function", names=("", "", name)))
    return Lexicon(found)


def _economic_names() -> list[str]:
    names = [row.name for row in economic_codes() if row.system == "departmental"]
    return [*names, *(v.variant for v in name_variants() if v.system == "economic")]


def _class_names(year: int, not_alone: frozenset[str]) -> list[str]:
    names = [row.name for row in classes(year) if row.code not in not_alone]
    variants = [v.variant for v in name_variants() if v.system == "function" and v.code and len(v.code) == 3]
    return [*names, *variants]


@cache
def economic_classes() -> frozenset[str]:
    """The names of the economic 类: 工资福利支出, 商品和服务支出."""
    return frozenset(row.name for row in economic_codes() if row.system == "departmental" and len(row.code) == 3)


@cache
def economic_code(name: str, year: int, class_code: str | None) -> str | None:
    """The departmental economic code of a name; where several bear it, that under the 类 spoken of; else None."""
    codes = [row.code for row in economic_by_name(name, year)]
    if len(codes) > 1 and class_code:
        codes = [code for code in codes if code.startswith(class_code)]
    return codes[0] if len(codes) == 1 else None


def ways(template: str) -> list[str]:
    """All literals of a template: [x] may be left out, {a|b} is one of several, and they may stand in each other."""
    match = re.search(r"\[([^\[\]{}]*)\]|\{([^\[\]{}]*)\}", template)
    if match is None:
        return [template]
    choices = ["", *match[1].split("|")] if match[1] is not None else match[2].split("|")
    return [w for choice in choices for w in ways(template[: match.start()] + choice + template[match.end() :])]
