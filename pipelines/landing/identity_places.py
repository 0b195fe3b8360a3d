"""Places as identity needs them: which place a body's name belongs to, told apart by what else the report names.

普陀区 is a district of Shanghai and one of Zhoushan. 上海市普陀区规划和自然资源局 says which; where a name does not,
the folder or the places of the rest of the report do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.reference.places import Place, central_place, find_places, place_by_code


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A division, and where its name (with the divisions printed before it) begins in the text it was found in."""

    code: str
    name: str
    start: int = 0
    printed: str = ""


def places_in(text: str) -> list[PlaceFound]:
    """Every place named in `text`, in order; a name that several divisions bear stands there once a division."""
    return [_found(place, text) for place in find_places(text)]


def place_from_code(code: str, year: int | None = None) -> PlaceFound | None:
    """The division of a six-digit code, under its name in `year`."""
    place = place_by_code(code, year)
    return PlaceFound(place.code, place.name) if place else None


def place_of(name: str, hints: Sequence[str], year: int | None = None) -> PlaceFound | None:
    """The place that the body `name` belongs to: the first it names, told apart from its namesakes by `hints`.

    `hints` are texts in falling order of trust (folder, cover, whole text). None when the name has no place, or when
    nothing tells its namesakes apart: a wrong place is worse than none.
    """
    found = find_places(name, year)
    if not found:
        central = central_place(name)
        return PlaceFound(central.code, central.name) if central else None
    first = [place for place in found if place.start == found[0].start]
    if len({place.code for place in first}) > 1:
        first = _told_apart(first, hints)
    return _found(first[0], name) if len({place.code for place in first}) == 1 else None


def _told_apart(namesakes: list[Place], hints: Iterable[str]) -> list[Place]:
    for hint in hints:
        by_code = [place for place in namesakes if hint.startswith(place.code)]
        if len(by_code) == 1:
            return by_code
        scores = Counter({place.code: _support(place, hint) for place in namesakes})
        (best, most), *others = scores.most_common()
        if most > 0 and all(score < most for _, score in others):
            return [place for place in namesakes if place.code == best]
    return namesakes


def _support(place: Place, text: str) -> int:
    """How often a text names the divisions above a place (上海市, 上海)."""
    return sum(text.count(parent) or text.count(_short(parent)) for parent in place.parents)


def _short(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in "省市州" else name


def _found(place: Place, text: str) -> PlaceFound:
    start = place.start
    for parent in place.parents:
        for printed in (parent, _short(parent)):
            if text[:start].endswith(printed):
                start -= len(printed)
                break
    return PlaceFound(place.code, place.name, start, text[start : place.end])
