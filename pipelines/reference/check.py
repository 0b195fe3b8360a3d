"""What makes the reference seeds wrong: cycles, overlaps, missing parents, duplicates. dbt tests say so in SQL too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from pipelines.reference.seeds import SEEDS, rows

Row = dict[str, str]
LEVELS = {"class": 3, "section": 5, "item": 7}  # digits of a function code
KINDS = {"general_public", "government_fund", "state_capital", "social_insurance"}
SOURCES = {"observed", "list", "unconfirmed"}


def check_seeds(folder: Path = SEEDS) -> list[str]:
    """One message a fault, each naming the file and the row; an empty list when all is well."""
    function = list(rows("function_codes", folder))
    economic = list(rows("economic_codes", folder))
    division = list(rows("division_codes", folder))
    found = [
        *_history("function_codes", function, "code", lambda r: r["code"]),
        *_history("economic_codes", economic, "code", lambda r: f"{r['system']} {r['code']}"),
        *_history("division_codes", division, "division_code", lambda r: r["division_code"]),
        *_function_shape(function),
        *_economic_shape(economic),
        *_sources("function_codes", function),
        *_sources("economic_codes", economic),
        *_successors(function),
        *_pairs(folder, {r["code"] for r in economic}),
        *_variants(folder, {r["code"] for r in function}, {r["code"] for r in economic}),
        *_agency_types(folder),
        *_ordinals(folder, {r["code"] for r in function}),
        *_maps(folder, {r["code"] for r in function}, {r["code"] for r in economic}),
    ]
    return list(found)


def _name(file: str, row: Row, code: str = "code") -> str:
    span = f"{row['valid_from']}–{row['valid_to'] or 'now'}"
    return f"{file}.csv: {row[code]} {row['name']} ({span})"


def _history(file: str, table: list[Row], code: str, key: Callable[[Row], str]) -> Iterator[str]:
    """Years that are no years, two names for one code in one year, parents that are missing or not there then."""
    by_key: dict[str, list[Row]] = {}
    for row in table:
        if not re.fullmatch(r"\d{4}", row["valid_from"]) or not re.fullmatch(r"(\d{4})?", row["valid_to"]):
            yield f"{_name(file, row, code)}: valid_from and valid_to must be years"
            continue
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield f"{_name(file, row, code)}: ends before it begins"
        by_key.setdefault(key(row), []).append(row)
    for same in by_key.values():
        same.sort(key=lambda r: r["valid_from"])
        for earlier, later in pairwise(same):
            if not earlier["valid_to"] or earlier["valid_to"] >= later["valid_from"]:
                word = "duplicate of" if earlier["name"] == later["name"] else "overlaps with"
                yield f"{_name(file, later, code)}: {word} {_name(file, earlier, code)}"
    codes = {row[code] for row in table}
    for row in table:
        parent = row["parent_code"]
        if parent and parent not in codes:
            yield f"{_name(file, row, code)}: parent {parent} is missing"
    yield from _cycles(file, {row[code]: row["parent_code"] for row in table}, "parent")


def _cycles(file: str, next_of: dict[str, str], what: str) -> Iterator[str]:
    reported: set[str] = set()
    for start in next_of:
        seen: list[str] = []
        at = start
        while at and at not in seen:
            seen.append(at)
            at = next_of.get(at, "")
        if at and at not in reported:
            circle = seen[seen.index(at) :]
            reported.update(circle)
            yield f"{file}.csv: {what} cycle {' → '.join([*circle, at])}"


def _function_shape(table: list[Row]) -> Iterator[str]:
    for row in table:
        here = _name("function_codes", row)
        if not row["code"].isdigit() or len(row["code"]) != LEVELS.get(row["level"], 0):
            yield f"{here}: level {row['level']!r} does not fit the length of the code"
        elif row["level"] != "class" and (not row["parent_code"] or not row["code"].startswith(row["parent_code"])):
            yield f"{here}: parent {row['parent_code']!r} is not the beginning of the code"
        if row["budget_kind"] not in KINDS:
            yield f"{here}: unknown budget_kind {row['budget_kind']!r}"
        if not row["name"].strip():
            yield f"{here}: has no name"


def _economic_shape(table: list[Row]) -> Iterator[str]:
    for row in table:
        here = _name("economic_codes", row)
        if row["system"] not in ("departmental", "government"):
            yield f"{here}: unknown system {row['system']!r}"
        if len(row["code"]) != {"class": 3, "item": 5}.get(row["level"], 0):
            yield f"{here}: level {row['level']!r} does not fit the length of the code"
        elif row["level"] == "item" and row["parent_code"] != row["code"][:3]:
            yield f"{here}: parent {row['parent_code']!r} is not the beginning of the code"


def _sources(file: str, table: list[Row]) -> Iterator[str]:
    for row in table:
        if row["source_kind"] not in SOURCES:
            yield f"{_name(file, row)}: unknown source_kind {row['source_kind']!r}"
        elif row["source_kind"] != "unconfirmed" and not row["source"]:
            yield f"{_name(file, row)}: is {row['source_kind']} but names no source"


def _successors(table: list[Row]) -> Iterator[str]:
    codes = {row["code"] for row in table}
    for row in table:
        successor = row["successor_code"]
        if successor and successor not in codes:
            yield f"{_name('function_codes', row)}: successor {successor} is missing"
        if successor and not row["valid_to"]:
            yield f"{_name('function_codes', row)}: has a successor but no end"
    yield from _cycles("function_codes", {r["code"]: r["successor_code"] for r in table}, "successor")


def _pairs(folder: Path, economic: set[str]) -> Iterator[str]:
    table = list(rows("economic_correspondence", folder))
    yield from _unknown("economic_correspondence", table, ("government_code", "departmental_code"), economic)
    yield from _unknown("economic_crosswalk", rows("economic_crosswalk", folder), ("old_code", "new_code"), economic)
    for pair, n in Counter((r["government_code"], r["departmental_code"]) for r in table).items():
        if n > 1:
            yield f"economic_correspondence.csv: {' ↔ '.join(pair)} stands {n} times"


def _variants(folder: Path, function: set[str], economic: set[str]) -> Iterator[str]:
    table = list(rows("name_variants", folder))
    for system, codes in (("function", function), ("economic", economic)):
        own = [r for r in table if r["system"] == system and r["code"]]
        yield from _unknown("name_variants", own, ("code",), codes)
    for key, n in Counter((r["system"], r["code"], r["variant"]) for r in table).items():
        if n > 1:
            yield f"name_variants.csv: {' '.join(key)} stands {n} times"


def _ordinals(folder: Path, function: set[str]) -> Iterator[str]:
    """One 类 an ordinal and one ordinal a 类 in every year."""
    table = list(rows("summary_classes", folder))
    yield from _unknown("summary_classes", table, ("class_code",), function)
    for column in ("ordinal", "class_code"):
        spans: dict[str, list[Row]] = {}
        for row in sorted(table, key=lambda r: r["valid_from"]):
            spans.setdefault(row[column], []).append(row)
        for key, same in spans.items():
            for earlier, later in pairwise(same):
                if (earlier["valid_to"] or "9999") >= later["valid_from"]:
                    yield f"summary_classes.csv: {key} stands twice in {later['valid_from']}"


def _agency_types(folder: Path) -> Iterator[str]:
    table = list(rows("agency_types", folder))
    for kind, n in Counter(r["agency_type"] for r in table).items():
        if n > 1:
            yield f"agency_types.csv: {kind} stands {n} times"
    for row in table:
        try:
            re.compile(row["pattern"])
        except re.error as fault:
            yield f"agency_types.csv: {row['agency_type']}: pattern {row['pattern']!r}: {fault}"
        # dim_agency reads the same patterns with an engine that has no look-around; it rewrites this one form
        if "(?<" in re.sub(r"\(\?<!.\)", "", row["pattern"]) or re.search(r"\(\?[=!]", row["pattern"]):
            yield f"agency_types.csv: {row['agency_type']}: only one excluded character, (?<!字), may be looked back at"


def _maps(folder: Path, function: set[str], economic: set[str]) -> Iterator[str]:
    for file, codes in (("cofog_map", function), ("gfsm_map", economic)):
        table = list(rows(file, folder))
        yield from _unknown(file, table, ("code",), codes)
        for code, n in Counter(r["code"] for r in table).items():
            if n > 1:
                yield f"{file}.csv: {code} is mapped {n} times"
        for row in table:
            if not row["reason"]:
                yield f"{file}.csv: {row['code']} has no reason"


def _unknown(file: str, table: Iterable[Row], columns: tuple[str, ...], codes: set[str]) -> Iterator[str]:
    for row in table:
        for column in columns:
            if row[column] not in codes:
                yield f"{file}.csv: {column} {row[column]} is no known code (row {dict(row)})"
