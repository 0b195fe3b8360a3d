"""Places named in a text: 株洲市芦淞区应急管理局 → 430203. Longest names first, parents as hints.

Works on full names (芦淞区), on the way autonomous divisions are shortened (恩施州, 融水县) and on short names of
provinces and prefectures where a place inside them follows (上海普陀区). A county's short name alone (普陀) is never
taken for a place: it is too often a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipelines.reference.seeds import Division, divisions, name_variants

# Names that are words of ordinary prose too (城区, 郊区, 新城区). They count only where a name may start: at the
# beginning of the text, after a bracket or a quotation mark, or directly after a place that contains them.
WORDLIKE = re.compile(r"^(.区|.县|[东西南北新老]城区|城关区|市中区|城[东西南北中厢]区|江[北南]区|新市区|开发区)$")
# A zone without a code of its own lies in the prefecture whose short name it bears: 成都高新区, 湘潭经济技术开发区.
ZONE = re.compile(
    r"(?:[一-龥]{1,3}?(?=(?:高新|经济)技术)|国家)?(?:高新(?:技术产业(?:开发|示范|园)?)?区|经开区|经济(?:技术)?开发区|综合保税区|.{0,3}新区)"
)
CENTRAL = "000000"
BRANCH = re.compile(r"(.{2,5}?)调查总?队")
NO_END = {"市场", "区域"}  # 朝阳市场监督管理所 is not in 朝阳市
BEFORE_A_NAME = set(' \u3000\n\t（(《“"：:/')


@dataclass(frozen=True, slots=True)
class Place:
    """One division that a text names, with the divisions above it, nearest first."""

    code: str
    name: str
    short_name: str
    level: str  # central | province | prefecture | county
    kind: str  # administrative, or what kind of zone: national_new_area, development_zone, corps …
    parent_code: str | None
    valid_from: int
    valid_to: int | None  # None = still valid
    parents: tuple[str, ...] = ()  # names above it, nearest first: ('株洲市', '湖南省')
    start: int = -1  # where its name begins in the text, and where it ends
    end: int = -1

    @property
    def path(self) -> str:
        """湖南省株洲市芦淞区."""
        return "".join(reversed(self.parents)) + self.name


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    candidates: tuple[Division, ...]


_Named = dict[str, tuple[Division, ...]]  # a name → the divisions that bear it


def find_places(text: str, year: int | None = None) -> list[Place]:
    """Every place named in `text`, in order; of a chain (湖南省株洲市芦淞区) only its last member.

    A name that several divisions bear (鼓楼区) and that no parent in the text decides gives one Place a candidate, all
    with the same `start`: the caller may decide by what else it knows. With `year`, divisions valid in that fiscal year
    are preferred; without, those still valid.
    """
    hits = _hits(text)
    chains: list[_Hit] = []
    for hit in hits:
        if chains and not text[chains[-1].end : hit.start].strip():
            inside = _inside(hit.candidates, chains[-1].candidates)
            if inside:
                chains[-1] = _Hit(hit.start, hit.end, inside)
                continue
        chains.append(hit)
    found: list[Place] = []
    for hit in chains:
        candidates = hit.candidates
        if len({d.code for d in candidates}) > 1:
            others = [d for h in hits if h.start != hit.start for d in h.candidates]
            candidates = _inside(candidates, others) or candidates
        found.extend(_place(d, hit.start, hit.end) for d in _of_year(candidates, year))
    return found


def place_by_code(code: str, year: int | None = None) -> Place | None:
    """The division that bears `code` (six digits) in `year`, or under its latest name; None for an unknown code."""
    known = _by_code().get(code)
    if not known:
        return None
    return _place(_of_year(known, year)[0])


def central_place(name: str) -> Place | None:
    """The central government, for a body of its own that names no place: 财政部, 国家统计局. Patterns: central.yml."""
    squeezed = "".join(name.split())
    found = _central().search(squeezed)
    if not found or find_places(name):
        return None
    if branch := BRANCH.match(squeezed, found.end()):  # 国家统计局永州调查队 works for the place, and reports there
        at = _index()[1].get(branch[1], ())
        return _place(_of_year(at, None)[0]) if len(at) == 1 else None
    return place_by_code(CENTRAL)


def _hits(text: str) -> list[_Hit]:
    """Names from left to right, the longest at each position, without overlaps."""
    full, hints, homes, lengths = _index()
    hits: list[_Hit] = []
    position = free_from = 0
    while position < len(text):
        if text[position] in lengths:
            hit = _hit_at(text, position, full, hints, lengths, hits) or _zone_at(text, position, homes)
            if hit and position >= free_from:
                hits.append(hit)
                position = free_from = hit.end
                continue
            # 上海城市管理: 上海 leads to no place here, and 海城市 inside it is none either
            free_from = max(free_from, position + _hint_length(text, position, hints))
        position += 1
    return hits


def _hint_length(text: str, position: int, hints: _Named) -> int:
    return next((n for n in (5, 4, 3, 2) if text[position : position + n] in hints), 0)


def _hit_at(
    text: str,
    position: int,
    full: _Named,
    hints: _Named,
    lengths: dict[str, tuple[int, ...]],
    before: list[_Hit],
) -> _Hit | None:
    for length in lengths.get(text[position : position + 1], ()):
        name = text[position : position + length]
        if len(name) < length:  # the text ends before
            continue
        if name in full:
            candidates = full[name]
            if (name[-1:] + text[position + length : position + length + 1]) in NO_END:
                continue
            if WORDLIKE.match(name) and not _may_start(text, position, candidates, before):
                continue
            return _Hit(position, position + length, candidates)
        if name in hints:
            hint = _Hit(position, position + length, hints[name])
            after = _hit_at(text, hint.end, full, {}, lengths, [hint])
            if after and _inside(after.candidates, hint.candidates):
                return hint
            at_start = position == 0 or text[position - 1] in BEFORE_A_NAME
            if at_start and ZONE.match(text, hint.end) and all(d.level == "prefecture" for d in hint.candidates):
                return hint
    return None


def _zone_at(text: str, position: int, homes: _Named) -> _Hit | None:
    """昆山高新技术产业开发区 lies in 昆山市: a county's short name that only one county has, right before the zone."""
    if position and text[position - 1] not in BEFORE_A_NAME:
        return None
    for length in (4, 3, 2):
        name = text[position : position + length]
        if name in homes and ZONE.match(text, position + length):
            return _Hit(position, position + length, homes[name])
    return None


def _may_start(text: str, position: int, candidates: Iterable[Division], before: list[_Hit]) -> bool:
    if position == 0 or text[position - 1] in BEFORE_A_NAME:
        return True
    return bool(before) and before[-1].end == position and bool(_inside(candidates, before[-1].candidates))


def _inside(candidates: Iterable[Division], outer: Iterable[Division]) -> tuple[Division, ...]:
    codes = {d.code for d in outer}
    return tuple(d for d in candidates if codes & set(_ancestors(d)))


def _of_year(candidates: Iterable[Division], year: int | None) -> list[Division]:
    """Those valid in the year; else the nearest in time. Without a year the latest of each parent."""
    all_ = list(candidates)
    if year is not None:
        valid = [d for d in all_ if d.valid_from <= year and (d.valid_to is None or year <= d.valid_to)]
        if valid:
            return valid
        # reports of a year are published in the next, under the name of that time: 2018年度 …邵东市
        nearest = min(min(abs(d.valid_from - year), abs((d.valid_to or 9999) - year)) for d in all_)
        return [d for d in all_ if min(abs(d.valid_from - year), abs((d.valid_to or 9999) - year)) == nearest]
    current = [d for d in all_ if d.valid_to is None]
    if current:
        return current
    last = max(d.valid_to or 0 for d in all_)
    return [d for d in all_ if d.valid_to == last]


def _place(d: Division, start: int = -1, end: int = -1) -> Place:
    names = tuple(_of_year(_by_code()[c], d.valid_to)[0].name for c in _ancestors(d))
    return Place(
        d.code, d.name, d.short_name, d.level, d.kind, d.parent_code, d.valid_from, d.valid_to, names, start, end
    )


@cache
def _central() -> re.Pattern[str]:
    patterns = yaml.safe_load(Path(__file__).with_name("central.yml").read_text("utf-8"))["bodies"]
    return re.compile("|".join(f"^(?:{pattern})" for pattern in patterns))


@cache
def _ancestors(d: Division) -> tuple[str, ...]:
    """Codes above `d`, nearest first."""
    above: list[str] = []
    code = d.parent_code
    while code and code in _by_code() and code not in above:
        above.append(code)
        code = _by_code()[code][-1].parent_code
    return tuple(above)


@cache
def _by_code() -> dict[str, tuple[Division, ...]]:
    """Code → its rows, oldest first."""
    found: dict[str, list[Division]] = {}
    for d in sorted(divisions(), key=lambda d: (d.code, d.valid_from)):
        found.setdefault(d.code, []).append(d)
    return {code: tuple(ds) for code, ds in found.items()}


@cache
def _index() -> tuple[_Named, _Named, _Named, dict[str, tuple[int, ...]]]:
    """(full names, short names of provinces and prefectures, those of counties that only one has, first character →
    lengths of its names, longest first)."""
    full: dict[str, list[Division]] = {}
    hints: dict[str, list[Division]] = {}
    homes: dict[str, list[Division]] = {}
    other_names: dict[str, list[str]] = {}
    for variant in name_variants():
        if variant.system == "division" and variant.code:
            other_names.setdefault(variant.code, []).append(variant.variant)
    for d in divisions():
        if d.level == "central":
            continue
        for name in {d.name, *_usual_forms(d), *other_names.get(d.code, ())}:
            full.setdefault(name, []).append(d)
        if d.level in ("province", "prefecture") and d.short_name != d.name:
            hints.setdefault(d.short_name, []).append(d)
        elif d.kind == "administrative" and 1 < len(d.short_name) < len(d.name):
            homes.setdefault(d.short_name, []).append(d)
    # a usual form (海南州) gives way to a full name that reads the same (大理州 never, 三都县 if there were one)
    for name, ds in full.items():
        named = [d for d in ds if d.name == name]
        if named:
            full[name] = named
    lengths: dict[str, set[int]] = {}
    for name in full.keys() | hints.keys() | homes.keys():
        lengths.setdefault(name[0], set()).add(len(name))
    return (
        {name: tuple(ds) for name, ds in full.items()},
        {name: tuple(ds) for name, ds in hints.items() if name not in full},
        {name: tuple(ds) for name, ds in homes.items() if len({d.code[:4] for d in ds}) == 1 and name not in hints},
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
    )


def _usual_forms(d: Division) -> list[str]:
    """恩施土家族苗族自治州 → 恩施州; 融水苗族自治县 → 融水县; 鄂伦春自治旗 → 鄂伦春旗."""
    for suffix, usual in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗")):
        if d.name.endswith(suffix) and d.short_name != d.name:
            return [d.short_name + usual]
    if d.name.endswith("自治区"):
        return [d.short_name + "自治区"]
    return []
