"""What a year's official list changes in the code lists: row by row, on the rows of the seeds as text.

One function both shows and does it (`renew`), so that what is written is what was shown. Evidence is never overruled:
a row that a report or another list of that year or a later one bears out stays, and the contradiction is a `conflict`
for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.reference.codes import bare
from pipelines.reference.official_list import Entry

Row = dict[str, str]
WHOLE = 0.5  # a list that has this share of the codes under one parent is a whole list there, not a notice of changes
LEVELS = {3: "class", 5: "section", 7: "item"}
ECONOMIC_LEVELS = {3: "class", 5: "item"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One code of the list against the seeds."""

    kind: str  # new | renamed | gone | confirmed | conflict
    code: str
    message: str


class Contradiction(Exception):
    """The list says what the evidence in the seeds excludes."""


def renew(table: list[Row], entries: Iterable[Entry], year: int, source: str) -> tuple[list[Row], list[Difference]]:
    """The table with the list of `year` taken in, sorted by code and year, and one difference a code of the list.

    `table` holds one classification family (function, or one economic system). Input rows are not changed.
    """
    by_code: dict[str, list[Row]] = {}
    for row in sorted(table, key=lambda r: (r["code"], r["valid_from"])):
        by_code.setdefault(row["code"], []).append(dict(row))
    english = {row["name"]: row["name_en"] for row in table if row["name_en"]}
    listed = {entry.code: entry for entry in entries}
    found: list[Difference] = []
    gone = set(_gone(by_code, listed, year))  # judged before anything is added
    for entry in sorted(listed.values(), key=lambda e: e.code):
        try:
            found.append(_take(by_code, entry, year, source, english))
        except Contradiction as fault:
            found.append(Difference("conflict", entry.code, str(fault)))
    for code in sorted(gone):
        found.append(_close(by_code[code], code, year))
    rows = [row for code in sorted(by_code) for row in sorted(by_code[code], key=lambda r: r["valid_from"])]
    return rows, found


def in_year(row: Row, year: int) -> bool:
    """Whether the row holds in the fiscal year."""
    return int(row["valid_from"]) <= year <= int(row["valid_to"] or 9999)


def _take(by_code: dict[str, list[Row]], entry: Entry, year: int, source: str, english: dict[str, str]) -> Difference:
    same = by_code.get(entry.code, [])
    current = next((row for row in same if in_year(row, year)), None)
    if current and bare(current["name"]) == bare(entry.name):
        before = current["source_kind"]
        return Difference("confirmed", entry.code, f"{entry.name} ({before}{_confirm(current, source)})")
    if current:
        return _rename(same, current, entry, year, source)
    later = next((row for row in same if int(row["valid_from"]) > year), None)
    earlier = next((row for row in reversed(same) if int(row["valid_to"] or 9999) < year), None)
    if later and bare(later["name"]) == bare(entry.name):
        message = f"{entry.name} holds from {year}, not from {later['valid_from']}"
        later["valid_from"] = str(year)
        _confirm(later, source)
        return Difference("new", entry.code, message)
    if earlier and bare(earlier["name"]) == bare(entry.name):
        message = f"{entry.name} still holds in {year}; it was closed in {earlier['valid_to']}"
        earlier["valid_to"] = str(year) if later or earlier.get("successor_code") else ""
        _confirm(earlier, source)
        return Difference("new", entry.code, message)
    row = _new_row(by_code, entry, year, source, english)
    row["valid_to"] = str(int(later["valid_from"]) - 1) if later else ""
    by_code.setdefault(entry.code, []).append(row)
    return Difference("new", entry.code, entry.name + _to_do(row, entry))


def _to_do(row: Row, entry: Entry) -> str:
    """What a new row still needs from a person: 项 need neither an English name nor a place in COFOG of their own."""
    if _function(entry) and row["level"] == "item":
        return ""
    mapping = "cofog_map" if _function(entry) else "gfsm_map"
    return ("" if row["name_en"] else "; needs name_en") + f"; needs a row in {mapping}.csv"


def _function(entry: Entry) -> bool:
    return entry.system == "function"


def _confirm(row: Row, source: str) -> str:
    """Turns an unconfirmed row into one of the list; what other evidence there is stays."""
    if row["source_kind"] != "unconfirmed":
        return ""
    row["source_kind"], row["source"] = "list", source
    return " → list"


def _rename(same: list[Row], current: Row, entry: Entry, year: int, source: str) -> Difference:
    _must_yield(current, year, f"the list of {year} calls it {entry.name}")
    message = f"{current['name']} → {entry.name}"
    at = same.index(current)
    following = same[at + 1] if at + 1 < len(same) else None
    starts_here = int(current["valid_from"]) == year
    if following and bare(following["name"]) == bare(entry.name):
        message += f", already in {year} (was from {following['valid_from']})"
        following["valid_from"] = str(year)
        _confirm(following, source)
        _end_before(same, current, year)
    elif starts_here and at and bare(same[at - 1]["name"]) == bare(entry.name):
        message += f", still in {year}"
        same[at - 1]["valid_to"] = str(year)
        _confirm(same[at - 1], source)
        if current["valid_to"] == str(year):
            same.remove(current)
        else:
            current["valid_from"] = str(year + 1)
    else:
        renamed = current | {"name": entry.name, "valid_from": str(year), "source_kind": "list", "source": source}
        same.insert(at + 1, renamed)
        _end_before(same, current, year)
        if current in same and "successor_code" in current:
            current["successor_code"] = ""  # it did not go anywhere: it got a new name
    return Difference("renamed", entry.code, message)


def _end_before(same: list[Row], row: Row, year: int) -> None:
    if int(row["valid_from"]) >= year:
        same.remove(row)
    else:
        row["valid_to"] = str(year - 1)


def _must_yield(row: Row, year: int, claim: str) -> None:
    """Raises Contradiction when the row's own sources show it in the year or later."""
    seen = [int(y) for y in re.findall(r"20\d\d", row["source"])]
    if row["source_kind"] != "unconfirmed" and any(y >= year for y in seen):
        raise Contradiction(f"{claim}; {row['name']} is {row['source_kind']}: {row['source']}")


def _new_row(by_code: dict[str, list[Row]], entry: Entry, year: int, source: str, english: dict[str, str]) -> Row:
    parent = "" if len(entry.code) == 3 else entry.code[:-2]
    if parent and parent not in by_code:
        raise Contradiction(f"{entry.name} is new and its parent {parent} is neither known nor in the list")
    row = {
        "code": entry.code,
        "name": entry.name,
        "name_en": english.get(entry.name, ""),
        "level": (LEVELS if _function(entry) else ECONOMIC_LEVELS)[len(entry.code)],
        "parent_code": parent,
        "valid_from": str(year),
        "valid_to": "",
        "source_kind": "list",
        "source": source,
    }
    if not _function(entry):
        return row | {"system": entry.system}
    above = by_code[parent][-1]["budget_kind"] if parent else "general_public"
    return row | {"budget_kind": entry.budget_kind or above, "successor_code": ""}


def _gone(by_code: dict[str, list[Row]], listed: dict[str, Entry], year: int) -> Iterator[str]:
    """Codes of the year that the list leaves out where it is whole, with all below them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for code, same in by_code.items():
        row = next((r for r in same if in_year(r, year)), None)
        if row:
            groups.setdefault((row["parent_code"], row.get("budget_kind", "")), []).append(code)
    missing: set[str] = set()
    for codes in groups.values():
        absent = [code for code in codes if code not in listed]
        if len(codes) - len(absent) >= max(1, WHOLE * len(codes)):
            missing.update(absent)
    for codes in groups.values():
        yield from (code for code in codes if any(code[:n] in missing for n in (3, 5, 7)) and code not in listed)


def _close(same: list[Row], code: str, year: int) -> Difference:
    row = next(r for r in same if in_year(r, year))
    claim = f"the list of {year} does not have it"
    try:
        _must_yield(row, year, claim)
    except Contradiction as fault:
        return Difference("conflict", code, str(fault))
    if int(row["valid_from"]) >= year:
        return Difference(
            "conflict", code, f"{claim}; {row['name']} begins in {row['valid_from']} here ({row['source_kind']})"
        )
    row["valid_to"] = str(year - 1)
    return Difference("gone", code, f"{row['name']}: ends in {year - 1}; where it went is not known")
