"""Who a report is by, for which year, and what it is: votes of the cover, the forms' heads, headings, prose and names.

A report is believed over its file name, its cover over its headings (one real report prints 上海市规划和自然资源局 over
a form while its cover says 上海市普陀区规划和自然资源局), and a sidecar over everything.
Wordings and weights: identity.yml.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from pipelines.documents.model import Document
from pipelines.landing import identity_text as texts
from pipelines.landing.identity_places import PlaceFound, place_from_code, place_of, places_in
from pipelines.landing.identity_text import Parts, bare_years_in, squeeze, wordings, years_in
from pipelines.landing.sidecar import SIDECAR_NAME, Sidecar

NO_YEAR = f"no fiscal year is stated; write fiscal_year: YYYY in {SIDECAR_NAME}"
NO_AGENCY = f"no agency is named; write agency: … in {SIDECAR_NAME}"
NO_PLACE = f"no place is recognised; write division_code: … in {SIDECAR_NAME}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who published a report, for which year. `sources` says where each was read (field → cover, heading, …);
    `doubts` are other answers that the report also gives, as sentences."""

    place_name: str | None = None
    division_code: str | None = None
    agency_name: str | None = None
    fiscal_year: int | None = None
    kind: str | None = None  # final_account | budget | performance
    scope: str | None = None  # department | unit
    sources: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What could not be told, each with what to do about it."""
        wanted = ((self.fiscal_year, NO_YEAR), (self.agency_name, NO_AGENCY), (self.division_code, NO_PLACE))
        return tuple(reason for value, reason in wanted if value is None)


class _Votes:
    """Weighted votes for one field; a source's weight is shared out by how often it says each value."""

    def __init__(self) -> None:
        self.by_source: dict[str, Counter[object]] = defaultdict(Counter)

    def add(self, source: str, values: Iterable[object], times: int = 1) -> None:
        for value in values:
            if value is not None:
                self.by_source[source][value] += times

    def scores(self) -> Counter[object]:
        total: Counter[object] = Counter()
        for source, counts in self.by_source.items():
            whole = sum(counts.values())
            for value, count in counts.items():
                total[value] += wordings()["weights"][source] * count / whole
        return total

    def winner(self) -> tuple[object, str] | None:
        """The value with the highest score and the weightiest source that says it; None if nobody voted."""
        scores = self.scores()
        if not scores:
            return None
        best = max(scores, key=lambda value: (scores[value], str(value)))
        weights = wordings()["weights"]
        said_by = [source for source, counts in self.by_source.items() if best in counts]
        return best, max(said_by, key=lambda source: weights[source])


def identify(document: Document, *, path_parts: tuple[str, ...] = (), sidecar: Sidecar | None = None) -> Identity:
    """Tell who `document` is by. `path_parts` are the folders under the raw folder and the file name, in order; a zip
    is a folder, whose name and whose own folders' speak for a member that is only called 附件1.

    Never raises for what a report says; a field that nothing tells is None (see `Identity.missing`).
    """
    parts = texts.parts_of(document)
    sidecar = sidecar or Sidecar()
    file_names = _file_names(path_parts)
    folders = tuple(squeeze(part) for part in path_parts[:-1])
    fields: dict[str, object] = {}
    sources: dict[str, str] = {}
    doubts: list[str] = []

    names, qualifiers = _name_votes(parts, file_names, sidecar)
    ballots = {
        "agency_name": names,
        "fiscal_year": _year_votes(parts, file_names, folders, sidecar),
        "kind": _kind_votes(parts, file_names, sidecar),
        "scope": _scope_votes(parts, file_names, sidecar, qualifiers),
    }
    for name, votes in ballots.items():
        if won := votes.winner():
            fields[name], sources[name] = won
            doubts += _doubts(name, votes, won[0])
    if "scope" not in fields and parts.text:
        fields["scope"], sources["scope"] = "department", "default"

    agency = fields.get("agency_name")
    place = _place(str(agency) if agency else None, sources, parts, folders, sidecar, fields.get("fiscal_year"))
    return Identity(
        place_name=place.name if place else sidecar.place,
        division_code=place.code if place else sidecar.division_code,
        sources=sources,
        doubts=tuple(doubts),
        **fields,  # type: ignore[arg-type]
    )


def _file_names(path_parts: tuple[str, ...]) -> tuple[str, ...]:
    """The file's name without its ending; of a member of a zip also its folders there and the zip's, nearest first."""
    names = [PurePath(part).stem for part in path_parts[-1:]]
    at = next((i for i, part in enumerate(path_parts[:-1]) if part.lower().endswith(".zip")), None)
    if at is not None:
        names += [*reversed(path_parts[at + 1 : -1]), PurePath(path_parts[at]).stem]
    return tuple(squeeze(name) for name in names)


def _doubts(name: str, votes: _Votes, best: object) -> list[str]:
    """Only cover, unit lines and headings can contradict; prose and names lawfully speak of others."""
    others: Counter[object] = Counter()
    for source in ("cover", "unit line", "heading"):
        if name in ("agency_name", "kind") and not (name == "kind" and source == "heading"):
            others.update({v: n for v, n in votes.by_source[source].items() if v != best})
    return [f"{name}: {value} stands there {count} times, {best} was taken" for value, count in others.items()]


def _name_votes(parts: Parts, file_names: tuple[str, ...], sidecar: Sidecar) -> tuple[_Votes, list[str]]:
    """Votes for the agency's name, and the qualifiers of the cover ((机关), (本级))."""
    votes, qualifiers = _Votes(), []
    votes.add("sidecar", [sidecar.agency])
    cover_names = [name for line in parts.cover if (name := texts.name_in_title(line))]
    cover_names = cover_names and [_from_line_before(cover_names[0], parts.cover), *cover_names[1:]]
    if not cover_names and (name := texts.name_in_title("".join(parts.cover))):
        cover_names = [name]
    if not cover_names:
        cover_names = [name for line in parts.cover if places_in(line) and (name := texts.clean_name(line))]
    qualifiers = [name.qualifier for name in cover_names if name.qualifier]
    votes.add("cover", (_from_place(name.name) for name in cover_names[:1]))
    for line in parts.headings:
        if name := texts.name_in_title(line):
            votes.add("heading", [_from_place(name.name)])
    for line in parts.form_heads:
        if found := texts.name_in_unit_line(line):
            votes.add("unit line", [_from_place(found[0].name)])
    named = (texts.name_in_title(name) or texts.clean_name(name) for name in file_names)
    votes.add("file name", [_from_place(name.name) for name in named if name][:1])
    _vote_by_prose(votes, parts.text)
    _merge_short_names(votes)
    return votes, qualifiers


def _from_line_before(name: texts.Name, cover: tuple[str, ...]) -> texts.Name:
    """The name with the line above it, where a cover breaks it after its place: 深圳市宝安区人民政府|新安街道办事处."""
    at = next((n for n, line in enumerate(cover) if name.name in line), 0)
    if not at or places_in(name.name) or not cover[at].startswith(name.name):
        return name
    above = cover[at - 1]
    found = places_in(above)
    rest = above[found[-1].start + len(found[-1].printed) :] if found and found[0].start == 0 else None
    town = re.search(r"(?:街道|镇|乡)(?:办事处|人民政府)?$", name.name)
    return replace(name, name=above + name.name) if rest == "" or (rest == "人民政府" and town) else name


def _vote_by_prose(votes: _Votes, text: str) -> None:
    """Count the names already heard in the whole text; if there are none, look for names that begin with a place."""
    heard = {str(name) for source, counts in votes.by_source.items() if source != "sidecar" for name in counts}
    if heard:
        for name in heard:
            votes.add("prose", [name], times=text.count(name)) if name in text else None
        return
    places = [place.printed for place in places_in(text[:20_000])]
    counts = Counter(texts.names_in_prose(text, places))
    votes.add("prose", [name for name, count in counts.most_common(1) if count >= 2])


def _merge_short_names(votes: _Votes) -> None:
    """应急管理局 without its place is the same body as 株洲市应急管理局 when both are said."""
    names = {str(name) for counts in votes.by_source.values() for name in counts}
    for counts in votes.by_source.values():
        for name in [str(n) for n in counts]:
            longer = [other for other in names if other != name and other.endswith(name) and not places_in(name)]
            if len(longer) == 1:
                counts[longer[0]] += counts.pop(name)


def _from_place(name: str) -> str:
    """Cut what stands before the place (site menus run into a title), unless it belongs to the name (中共…)."""
    found = places_in(name)
    if not found or found[0].start == 0 or any(name.startswith(p) for p in wordings()["before_place"]):
        return name
    rest = name[found[0].start :]
    return rest if len(rest) >= 4 else name


def _year_votes(parts: Parts, file_names: tuple[str, ...], folders: tuple[str, ...], sidecar: Sidecar) -> _Votes:
    votes = _Votes()
    votes.add("sidecar", [sidecar.fiscal_year])
    cover = "".join(parts.cover)
    votes.add("cover", (texts.years_of_title(cover) or years_in(cover))[:1])
    for line in parts.headings:
        votes.add("heading", years_in(line))
    for line in parts.form_heads:
        if re.fullmatch(r".{0,40}年度((金额)?单位:.{1,4})?", line):
            votes.add("heading", years_in(line, only_full=True))
    votes.add("prose", years_in(parts.text, only_full=True))
    votes.add("file name", [year for name in file_names for year in bare_years_in(name)][:1])
    votes.add("folder", [int(folder[:4]) for folder in folders if re.fullmatch(r"20\d\d年?度?", folder)])
    return votes


def _kind_votes(parts: Parts, file_names: tuple[str, ...], sidecar: Sidecar) -> _Votes:
    votes = _Votes()
    votes.add("sidecar", [sidecar.kind])
    votes.add("cover", [_first(wordings()["kinds"]["cover"], ["".join(parts.cover)])])
    votes.add("heading", [_first(wordings()["kinds"]["heading"], parts.headings)])
    votes.add("file name", [_first(wordings()["kinds"]["cover"], file_names)])
    return votes


def _scope_votes(parts: Parts, file_names: tuple[str, ...], sidecar: Sidecar, qualifiers: list[str]) -> _Votes:
    votes = _Votes()
    votes.add("sidecar", [sidecar.scope])
    if stated := next((scope for q in qualifiers if (scope := _scope_of(q))), None):
        votes.add("cover", [stated])
    else:
        votes.add("cover", [_first(wordings()["scopes"]["cover"], ["".join(parts.cover)])])
    for line in parts.headings:
        votes.add("heading", [_first(wordings()["scopes"]["heading"], [line])])
    votes.add("file name", [_first(wordings()["scopes"]["cover"], file_names)])
    return votes


def _scope_of(qualifier: str) -> str | None:
    if qualifier in wordings()["own_account"]:
        return "unit"
    return "department" if qualifier in wordings()["with_units"] else None


def _first(patterns: list[list[str]], lines: Iterable[str]) -> str | None:
    lines = list(lines)
    return next((value for value, pattern in patterns if any(re.search(pattern, line) for line in lines)), None)


def _place(
    agency: str | None,
    sources: dict[str, str],
    parts: Parts,
    folders: tuple[str, ...],
    sidecar: Sidecar,
    year: object,
) -> PlaceFound | None:
    """The sidecar's place, else the agency's own, else the folder's, else the one named most in the text."""
    at = year if isinstance(year, int) else None
    code = re.match(r"(\d{6})(?!\d)", folders[0]) if folders else None
    hints = [*folders, "".join(parts.cover), parts.text[:20_000]]
    answers: list[tuple[str, PlaceFound | None]] = []
    if sidecar.division_code:
        known = place_from_code(sidecar.division_code, at)
        stated = PlaceFound(sidecar.division_code, sidecar.place or (known.name if known else ""))
        answers.append(("sidecar", stated))
    elif sidecar.place:
        answers.append(("sidecar", place_of(sidecar.place, hints)))
    if agency:
        answers.append((sources.get("agency_name", "prose"), place_of(agency, hints)))
    if code:
        answers.append(("folder", place_from_code(code.group(1), at)))
    answers.append(("prose", place_of("".join(parts.cover), hints) or _most_named(parts.text)))
    for source, found in answers:
        if found:
            sources["division_code"] = sources["place_name"] = source
            return found
    return None


def _most_named(text: str) -> PlaceFound | None:
    counts = Counter(place.printed for place in places_in(text[:20_000]))
    return place_of(counts.most_common(1)[0][0], [text[:20_000]]) if counts else None
