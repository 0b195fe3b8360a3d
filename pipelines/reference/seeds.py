"""The reference seeds as typed rows, read once. dbt loads the same files; nothing here writes them.

Every cell is text in the file (`2010601` and `03` must keep their zeros); years become ints, a blank cell None.
Columns and their meaning: `dbt_project/seeds/reference.yml` and `dbt_project/seeds/README.md`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """One 类, 款 or 项 of 支出功能分类 under one name. `valid_from` 2018 means 2018 or earlier."""

    code: str
    name: str
    name_en: str | None
    level: str  # class (类, 3 digits) | section (款, 5) | item (项, 7)
    parent_code: str | None
    budget_kind: str  # general_public | government_fund | state_capital | social_insurance
    valid_from: int
    valid_to: int | None  # last fiscal year; None = still valid
    successor_code: str | None  # where the code went, when merged, split (the larger part) or moved
    source_kind: str  # observed | list | unconfirmed: an unconfirmed row never calls a report wrong
    source: str | None


@dataclass(frozen=True, slots=True)
class EconomicCode:
    """One 类 or 款 of a 支出经济分类."""

    code: str
    name: str
    name_en: str | None
    system: str  # departmental (301…399) | government (501…599)
    level: str  # class | item
    parent_code: str | None
    valid_from: int
    valid_to: int | None
    source_kind: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division (GB/T 2260) under one code and one name."""

    code: str
    name: str
    short_name: str
    level: str  # central | province | prefecture | county
    kind: str  # administrative, or what kind of zone: national_new_area, development_zone, corps …
    parent_code: str | None
    valid_from: int
    valid_to: int | None
    source: str


@dataclass(frozen=True, slots=True)
class AgencyType:
    """A kind of agency, recognised by a regular expression on its name; the smallest priority that matches wins."""

    id: str
    name_zh: str
    name_en: str
    pattern: str
    priority: int


@dataclass(frozen=True, slots=True)
class NameVariant:
    """A name as publishers print it instead of the canonical one, with the report that showed it."""

    system: str  # function | economic | division | agency | summary
    code: str | None
    variant: str
    canonical_name: str
    note: str | None
    seen_in: str | None


def rows(name: str, folder: Path = SEEDS) -> Iterator[dict[str, str]]:
    """The rows of `<name>.csv` as text. Raises FileNotFoundError naming the file that is missing."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: reference seed is missing; restore dbt_project/seeds from the repository")
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _year(text: str) -> int | None:
    return int(text) if text else None


@cache
def function_codes() -> tuple[FunctionCode, ...]:
    """All rows of function_codes.csv."""
    return tuple(
        FunctionCode(
            r["code"],
            r["name"],
            r["name_en"] or None,
            r["level"],
            r["parent_code"] or None,
            r["budget_kind"],
            int(r["valid_from"]),
            _year(r["valid_to"]),
            r["successor_code"] or None,
            r["source_kind"],
            r["source"] or None,
        )
        for r in rows("function_codes")
    )


@cache
def economic_codes() -> tuple[EconomicCode, ...]:
    """All rows of economic_codes.csv, both systems."""
    return tuple(
        EconomicCode(
            r["code"],
            r["name"],
            r["name_en"] or None,
            r["system"],
            r["level"],
            r["parent_code"] or None,
            int(r["valid_from"]),
            _year(r["valid_to"]),
            r["source_kind"],
            r["source"] or None,
        )
        for r in rows("economic_codes")
    )


@cache
def divisions() -> tuple[Division, ...]:
    """All rows of division_codes.csv."""
    return tuple(
        Division(
            r["division_code"],
            r["name"],
            r["short_name"],
            r["level"],
            r["kind"],
            r["parent_code"] or None,
            int(r["valid_from"]),
            _year(r["valid_to"]),
            r["source"],
        )
        for r in rows("division_codes")
    )


@cache
def agency_types() -> tuple[AgencyType, ...]:
    """All rows of agency_types.csv, the smallest priority first."""
    found = (
        AgencyType(r["agency_type"], r["name_zh"], r["name_en"], r["pattern"], int(r["priority"]))
        for r in rows("agency_types")
    )
    return tuple(sorted(found, key=lambda t: t.priority))


@cache
def name_variants() -> tuple[NameVariant, ...]:
    """All rows of name_variants.csv."""
    return tuple(
        NameVariant(
            r["system"],
            r["code"] or None,
            r["variant"],
            r["canonical_name"],
            r["note"] or None,
            r["seen_in"] or None,
        )
        for r in rows("name_variants")
    )
