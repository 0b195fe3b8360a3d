"""`patterns.yml`, compiled: frames, bases, counts and the small words, read once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Frame:
    """What the words before a number make of it. `carries`: may speak of the subject of the clause before."""

    measure: str
    kind: str
    carries: bool
    whole: re.Pattern[str]  # the words between a subject and the number, all of them
    end: re.Pattern[str]  # at the end of a clause


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted: units, the words before the number (at their end), the words after it, the context needed."""

    label: str
    units: frozenset[str]
    lead: re.Pattern[str] | None
    follow: re.Pattern[str] | None
    within: str | None
    measure: str = "count"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A whole sentence shape that the frames do not reach; `label` may take groups of `lead`."""

    label: str
    measure: str
    lead: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Everything of patterns.yml that the reader of sentences uses."""

    frames: Mapping[str, tuple[Frame, ...]]  # by kind of number
    counts: tuple[Count, ...]
    phrases: tuple[Phrase, ...]
    base: re.Pattern[str]
    before: tuple[re.Pattern[str], ...]
    agency: re.Pattern[str]
    words: Mapping[str, re.Pattern[str]]  # reason, purpose, list, not_a_name, event, …


@cache
def grammar() -> Grammar:
    """The grammar. Raises ValueError naming the entry whose pattern does not compile."""
    raw: dict[str, Any] = yaml.safe_load((FOLDER / "patterns.yml").read_text(encoding="utf-8"))
    base = "|".join(_filled(pattern, raw["parts"]) for pattern in raw["base"])
    parts = {
        **raw["parts"],
        "base": "(?:" + re.sub(r"\?P<\w+>", "?:", base) + ")",
        "both": "(?:" + "|".join(raw["both"]) + ")",
    }
    frames = [_frame(entry, parts) for entry in raw["frames"]]
    words = {key: _compiled(key, value) for key, value in raw.items() if isinstance(value, str)}
    return Grammar(
        frames={kind: tuple(f for f in frames if f.kind == kind) for kind in ("money", "percent")},
        counts=tuple(_count(entry) for entry in raw["counts"]),
        phrases=tuple(Phrase(p["label"], p["measure"], _compiled(p["label"], p["lead"])) for p in raw["phrases"]),
        base=_compiled("base", base),
        before=tuple(_compiled("before", _filled(pattern, parts)) for pattern in raw["before"]),
        agency=words["agency"],
        words=words,
    )


def _frame(entry: dict[str, Any], parts: Mapping[str, str]) -> Frame:
    """The same group may stand in several patterns, so that each pattern gets its own alternative under one name."""
    pattern = "|".join(f"(?:{_filled(p, parts)})" for p in entry["patterns"])
    seen: set[str] = set()

    def once(match: re.Match[str]) -> str:
        name = match[1]
        again = name in seen
        seen.add(name)
        return f"(?P<{name}2>" if again else match[0]

    pattern = re.sub(r"\(\?P<(\w+)>", once, pattern)
    name = entry["measure"]
    return Frame(name, entry["kind"], entry["carries"], _compiled(name, pattern), _compiled(name, f"(?:{pattern})\\Z"))


def _count(entry: dict[str, Any]) -> Count:
    lead, follow = (entry.get(key) for key in ("lead", "follow"))
    return Count(
        entry["label"],
        frozenset(entry["units"]),
        _compiled(entry["label"], lead) if lead else None,
        _compiled(entry["label"], follow) if follow else None,
        entry.get("within"),
        entry.get("measure", "count"),
    )


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with every {part} put in, parts in parts as well."""
    for _ in range(4):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda m: parts[m[1]], pattern)
    return pattern


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"patterns.yml: {name}: {error}: {pattern}") from error
