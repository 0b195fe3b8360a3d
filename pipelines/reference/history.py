"""All that the seeds know of one code: names by year, place, where it went, what it is abroad, how it is printed.

The command line and the pages in `docs/codes/` both show a `CodeHistory`, so they cannot disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.reference.codes import FIRST_YEAR, bare
from pipelines.reference.seeds import EconomicCode, FunctionCode, economic_codes, function_codes, name_variants, rows

Row = FunctionCode | EconomicCode
FIRST_ECONOMIC_YEAR = 2010
LAST_OLD_ECONOMIC_YEAR = 2017
LIKE = 60  # rapidfuzz score from 0 to 100: below it a name is no help to somebody who mistyped one


@dataclass(frozen=True, slots=True)
class International:
    """The equivalent in COFOG or GFSM. `via` is the code that is mapped: the code itself, or the 款 or 类 above it."""

    scheme: str  # COFOG | GFSM 2014
    code: str
    name_en: str
    reason: str
    via: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A name that a report prints for the code, and where it was seen (None: known in the field)."""

    variant: str
    seen_in: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """One code with its rows, oldest first. Parents are (code, name) from the 类 down, named as in its last year."""

    code: str
    system: str  # function | departmental | government
    rows: tuple[Row, ...]
    parents: tuple[tuple[str, str], ...]
    children: int
    successors: tuple[tuple[str, str], ...]  # the chain to the code of today
    predecessors: tuple[tuple[str, str], ...]  # codes that went here, nearest first
    international: International | None
    variants: tuple[Printed, ...]
    counterparts: tuple[tuple[str, str], ...] = ()  # the other economic classification's 款
    reformed: tuple[tuple[str, str, str], ...] = ()  # reforms: (old or new code, name, year and what moved)

    @property
    def latest(self) -> Row:
        """The row of today, or the last one."""
        return self.rows[-1]


def history(code: str) -> CodeHistory | None:
    """The history of a code of any classification (their numbers do not meet: 2…, 3…, 5…); None if it is unknown."""
    found = _by_code().get(code)
    if not found:
        return None
    latest = found[-1]
    system = latest.system if isinstance(latest, EconomicCode) else "function"
    return CodeHistory(
        code=code,
        system=system,
        rows=found,
        parents=tuple(_parents(latest)),
        children=len(_children().get(code, ())),
        successors=tuple(_named(_chain(code))),
        predecessors=tuple(_named(_before().get(code, ()))),
        international=_international(code),
        variants=_printed(code, system),
        counterparts=tuple(_named(_counterparts().get(code, ()))),
        reformed=tuple((c, _latest_name(c), note) for c, note in _reform().get(code, ())),
    )


def find_codes(text: str) -> list[str]:
    """Codes meant by what a person typed: a code (`201 06 01` too), a name of any year, a printed variant.

    Zeros that fill a code up and digits that a place adds are left off, as the warehouse does: 20800 → 208,
    208050501 → 2080505. A name is looked for whole; only when no code bears it, in parts (监管 → every code with 监管
    in a name). Sorted.
    """
    digits = re.sub(r"[\s.–—-]", "", text)
    if digits.isascii() and digits.isdigit():
        local = digits[: 5 if digits[0] in "35" else 7]
        tried = (digits, re.sub(r"(?<=\d{3})(?:00)+$", "", digits), local)
        return [code for code in tried if code in _by_code()][:1]
    wanted = bare(text)
    whole = {code for name, code in _names() if name == wanted}
    return sorted(whole or {code for name, code in _names() if wanted and wanted in name})


def similar_names(text: str, limit: int = 5) -> list[str]:
    """Names in the lists that look like `text`, for a message that helps; best first."""
    from rapidfuzz import fuzz, process  # here, so that the command line starts at once

    names = list(dict.fromkeys(row.name for found in _by_code().values() for row in found))
    return [name for name, *_ in process.extract(text, names, scorer=fuzz.ratio, limit=limit, score_cutoff=LIKE)]


def span(row: Row) -> str:
    """The years of a row for a person: since 2018 or earlier, until 2020, 2019–2022, 2019 only, since 2021."""
    first = FIRST_ECONOMIC_YEAR if isinstance(row, EconomicCode) else FIRST_YEAR
    from_the_first = row.valid_from == first
    if row.valid_to is None:
        return f"since {row.valid_from}" + (" or earlier" if from_the_first else "")
    if from_the_first:
        return f"until {row.valid_to}"
    return f"{row.valid_to} only" if row.valid_from == row.valid_to else f"{row.valid_from}–{row.valid_to}"


def codes_of_class(code: str) -> list[str]:
    """The codes of one 类 and all below it, sorted."""
    return sorted(c for c in _by_code() if c.startswith(code))


def class_codes() -> list[str]:
    """Every 类 of the three classifications, sorted."""
    return sorted(code for code, found in _by_code().items() if found[-1].level == "class")


@cache
def _by_code() -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    every: list[Row] = [*function_codes(), *economic_codes()]
    for row in sorted(every, key=lambda r: (r.code, r.valid_from)):
        found.setdefault(row.code, []).append(row)
    return {code: tuple(same) for code, same in found.items()}


@cache
def _names() -> tuple[tuple[str, str], ...]:
    own = [(bare(row.name), code) for code, found in _by_code().items() for row in found]
    return tuple(own + [(bare(v.variant), v.code) for v in name_variants() if v.code and v.code in _by_code()])


@cache
def _children() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, same in _by_code().items():
        if same[-1].parent_code:
            found.setdefault(same[-1].parent_code, set()).add(code)
    return {code: frozenset(below) for code, below in found.items()}


def _latest_name(code: str) -> str:
    found = _by_code().get(code)
    return found[-1].name if found else ""


def _named(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, _latest_name(code)) for code in codes]


def _parents(row: Row) -> list[tuple[str, str]]:
    """From the 类 down, under the names of the row's last year: 21506 ended under a 215 that had another name then."""
    above: list[tuple[str, str]] = []
    at = row.parent_code
    while at and at in _by_code() and at not in dict(above):
        same = _by_code()[at]
        year = row.valid_to or same[-1].valid_from
        parent = next((r for r in same if r.valid_from <= year <= (r.valid_to or year)), same[-1])
        above.insert(0, (at, parent.name))
        at = parent.parent_code
    return above


def _successor(code: str) -> str | None:
    """Where the code went; a code used again for something else (2110307 排污费, then 土壤) is still here."""
    last = _by_code().get(code, (None,))[-1]
    return (last.successor_code or None) if isinstance(last, FunctionCode) else None


def _chain(code: str) -> tuple[str, ...]:
    chain: list[str] = []
    at = _successor(code)
    while at and at not in chain and at != code:
        chain.append(at)
        at = _successor(at)
    return tuple(chain)


@cache
def _before() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in _by_code():
        for distance, reached in enumerate(_chain(code)):
            found.setdefault(reached, []).append(f"{distance:02} {code}")
    return {code: tuple(entry.split()[1] for entry in sorted(entries)) for code, entries in found.items()}


def _international(code: str) -> International | None:
    scheme = "COFOG" if code.startswith("2") else "GFSM 2014"
    for via in (code, code[:5], code[:3]):
        if mapped := _maps().get(via):
            return International(scheme, *mapped, via)
    return None


@cache
def _maps() -> dict[str, tuple[str, str, str]]:
    cofog = {r["code"]: (r["cofog_code"], r["cofog_name_en"], r["reason"]) for r in rows("cofog_map")}
    return cofog | {r["code"]: (r["gfsm_code"], r["gfsm_name_en"], r["reason"]) for r in rows("gfsm_map")}


def _printed(code: str, system: str) -> tuple[Printed, ...]:
    family = "function" if system == "function" else "economic"
    return tuple(
        Printed(v.variant, v.seen_in, v.note) for v in name_variants() if v.system == family and v.code == code
    )


@cache
def _counterparts() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for pair in rows("economic_correspondence"):
        found.setdefault(pair["government_code"], []).append(pair["departmental_code"])
        found.setdefault(pair["departmental_code"], []).append(pair["government_code"])
    return {code: tuple(dict.fromkeys(others)) for code, others in found.items()}


@cache
def _reform() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for move in rows("economic_crosswalk"):
        old = _by_code().get(move["old_code"], ())
        year = min((row.valid_to for row in old if row.valid_to), default=LAST_OLD_ECONOMIC_YEAR) + 1
        found.setdefault(move["old_code"], []).append((move["new_code"], f"to here in {year}: {move['note']}"))
        found.setdefault(move["new_code"], []).append((move["old_code"], f"from here in {year}: {move['note']}"))
    return found
