"""支出功能分类 and 支出经济分类: names by year, and codes from names.

Names are compared in a bare form: no spaces, one shape of brackets and quotes, no ordinal, no （类）（款）（项） mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.reference.seeds import EconomicCode, FunctionCode, economic_codes, function_codes, name_variants

LEVEL_MARK = re.compile(r"[(（](类|款|项)[)）]$")
FIRST_YEAR = 2018
ORDINAL = re.compile(r"^[一二三四五六七八九十]+、")


@dataclass(frozen=True, slots=True)
class FunctionMatch:
    """A code found from names: `step` says how, `row` is the row of the year asked for (or the nearest in time)."""

    code: str
    row: FunctionCode
    step: str  # name: the year's own name | other_year: a name of another year | variant: a printed variant


def bare(name: str) -> str:
    """The form in which names are compared: 政府办公厅(室)及… = 政府办公厅（室）及…; ordinal and （项） mark off."""
    text = unicodedata.normalize("NFKC", name)
    text = re.sub(r"\s+", "", text)
    text = ORDINAL.sub("", LEVEL_MARK.sub("", text))
    return text.replace("“", '"').replace("”", '"').strip("。.:")


def function_row(code: str, year: int | None = None) -> FunctionCode | None:
    """The row of `code` valid in `year`; without a year the latest. None when the code is unknown or not valid then."""
    found = _functions_by_code().get(code, ())
    if year is None:
        return found[-1] if found else None
    return next((r for r in found if in_year(r, year)), None)


def function_name(code: str, year: int | None = None) -> str | None:
    """The name of 类, 款 or 项 `code` in the fiscal year: ('210', 2018) → 医疗卫生与计划生育支出."""
    row = function_row(code, year)
    return row.name if row else None


def classes(year: int | None = None) -> tuple[FunctionCode, ...]:
    """The 类 valid in `year` (without one: those still valid), by code."""
    return tuple(
        r for r in function_codes() if r.level == "class" and (r.valid_to is None if year is None else in_year(r, year))
    )


def latest_code(code: str) -> str:
    """Where the code is today, along the successors: 2150605 → 2240106. An unknown code is returned as it is."""
    seen = [code]
    while True:
        row = function_row(seen[-1])
        if row is None or not row.successor_code or row.successor_code in seen:
            return seen[-1]
        seen.append(row.successor_code)


def find_function_path(names: Sequence[str], year: int) -> list[FunctionMatch]:
    """Codes that bear the path of names [类, 款, 项] (or its beginning, or only [款, 项]) in `year`, best step first.

    Names of other years and printed variants count after the names of the year itself: 机关事业单位养老支出 → 20805.
    Several matches mean that the path does not decide: 其他支出 alone, 行政运行 without its 款.
    """
    wanted = [bare(n) for n in names if n and n.strip()]
    if not wanted:
        return []
    matches: list[FunctionMatch] = []
    for code in _codes_named(wanted[-1]):
        steps = _path_steps(code, wanted, year)
        row = function_row(code, year) or nearest(_functions_by_code()[code], year)
        if steps is not None and row is not None:
            matches.append(FunctionMatch(code, row, steps))
    if not matches:
        return []
    best = min(_rank(m, year) for m in matches)
    return sorted((m for m in matches if _rank(m, year) == best), key=lambda m: m.code)


def economic_row(code: str, year: int | None = None, system: str = "departmental") -> EconomicCode | None:
    """The row of an economic code valid in `year`; without a year the latest."""
    found = _economic_by_code().get((system, code), ())
    if year is None:
        return found[-1] if found else None
    return next((r for r in found if in_year(r, year)), None)


def economic_by_name(name: str, year: int, system: str = "departmental") -> list[EconomicCode]:
    """Rows valid in `year` that bear the name or have it as a variant: 养老保险 → 30108.

    Several rows are ambiguous names (房屋建筑物购建: 30901, 31001); the caller decides by the 类 above.
    """
    key = bare(name)
    exact = [r for r in economic_codes() if r.system == system and in_year(r, year) and bare(r.name) == key]
    if exact:
        return exact
    codes = dict.fromkeys(v.code for v in name_variants() if v.system == "economic" and bare(v.variant) == key)
    rows = [economic_row(code, year, system) for code in codes if code]
    return [r for r in rows if r]


def in_year(row: FunctionCode | EconomicCode, year: int) -> bool:
    """Whether a row holds in a fiscal year. In function_codes 2018 is the beginning of the lists: 2018 or earlier."""
    starts = 0 if isinstance(row, FunctionCode) and row.valid_from == FIRST_YEAR else row.valid_from
    return starts <= year and (row.valid_to is None or year <= row.valid_to)


def nearest(rows: Iterable[FunctionCode], year: int) -> FunctionCode | None:
    """The row whose validity lies nearest to the year."""
    return min(rows, key=lambda r: max(r.valid_from - year, year - (r.valid_to or 9999), 0), default=None)


def _rank(match: FunctionMatch, year: int) -> int:
    return ("name", "other_year", "variant").index(match.step) + (0 if in_year(match.row, year) else 3)


def _path_steps(code: str, wanted: list[str], year: int) -> str | None:
    """The worst step by which the names fit `code` and its parents from below; None if they do not."""
    worst = 0
    at: str | None = code
    for name in reversed(wanted):
        if at is None:
            return None
        rows = _functions_by_code().get(at, ())
        if any(bare(r.name) == name and in_year(r, year) for r in rows):
            step = 0
        elif any(bare(r.name) == name for r in rows):
            step = 1
        elif (at, name) in _variants():
            step = 2
        else:
            return None
        worst = max(worst, step)
        at = rows[0].parent_code if rows else None
    return ("name", "other_year", "variant")[worst]


@cache
def _codes_named(name: str) -> tuple[str, ...]:
    codes = dict.fromkeys(r.code for r in function_codes() if bare(r.name) == name)
    codes.update(dict.fromkeys(code for code, variant in _variants() if variant == name))
    return tuple(code for code in codes if code in _functions_by_code())


@cache
def _variants() -> frozenset[tuple[str, str]]:
    return frozenset((v.code, bare(v.variant)) for v in name_variants() if v.system == "function" and v.code)


@cache
def _functions_by_code() -> dict[str, tuple[FunctionCode, ...]]:
    """Code → its rows, oldest first."""
    found: dict[str, list[FunctionCode]] = {}
    for row in sorted(function_codes(), key=lambda r: (r.code, r.valid_from)):
        found.setdefault(row.code, []).append(row)
    return {code: tuple(rows) for code, rows in found.items()}


@cache
def _economic_by_code() -> dict[tuple[str, str], tuple[EconomicCode, ...]]:
    """(system, code) → its rows, oldest first."""
    found: dict[tuple[str, str], list[EconomicCode]] = {}
    for row in sorted(economic_codes(), key=lambda r: (r.code, r.valid_from)):
        found.setdefault((row.system, row.code), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}
