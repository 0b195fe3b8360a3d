"""Titles: which form a line of text names, if it names one.

The nine titles are parts of one another, so the longest match over all definitions wins, and whatever is left around it
must be harmless (a year, an ordinal, the agency's name), never another word of finance. One title may belong to several
definitions (an agency's and a government's, two layouts under one name): `choose` takes the one that fits the grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipelines.forms.definition import FormDefinition, Kind, load_definitions
from pipelines.forms.labels import bare
from pipelines.forms.words import words

LONGEST = 100  # characters of a bare line that can still be a title


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """The definitions that a line is the title of, in the order of their files; `length` of the title proper."""

    definitions: tuple[FormDefinition, ...]
    length: int
    core: str

    @property
    def definition(self) -> FormDefinition:
        """The first of them, for asking whether it is a title at all."""
        return self.definitions[0]

    @property
    def says_final(self) -> bool:
        """Whether the title itself says 决算."""
        return "决算" in self.core

    def choose(self, kind: Kind, names: Iterable[str]) -> FormDefinition | None:
        """The definition that fits the kind of document and the bare cells of the grid, or None.

        A title that the wanted kind does not know is read as what it says: 决算 in a budget document is a final
        account; without that word nothing of a budget document is one.
        """
        cells = frozenset(names)
        fitting = [d for d in self.definitions if d.has_cells(cells)]
        fitting.sort(key=lambda d: -len(d.cells))
        own = [d for d in fitting if d.kind in (kind, "any")]
        if own:
            return own[0]
        if kind == "budget" and not self.says_final:
            fitting = [d for d in fitting if d.kind != "final_account"]
        certain = [d for d in fitting if d.kind == "final_account"]
        return next(iter(certain or fitting), None)


@lru_cache(maxsize=4096)
def title_of(text: str) -> TitleMatch | None:
    """The form that this line is the title of, or None. Contents lines (with dots or a page number) are none."""
    plain = bare(text)
    if not 3 <= len(plain) <= LONGEST or plain.endswith(("。", ";", "情况说明")) or "...." in plain or "……" in plain:
        return None
    best: TitleMatch | None = None
    for core in sorted(_cores(plain), key=lambda core: (-len(core), core)):
        if best is not None and len(core) < best.length:
            break
        found = [d for d in load_definitions() if any(pattern.fullmatch(core) for pattern in d.titles)]
        if found and best is None:
            best = TitleMatch(tuple(found), len(core), core)
    return best


def _cores(plain: str) -> set[str]:
    """The line itself and what is left of it when noise is taken off, in any order, as long as no finance word goes."""
    cores = {plain}
    frontier = [plain]
    foreign = words()["title_foreign"][0]
    while frontier:
        text = frontier.pop()
        for noise in words()["title_noise"]:
            match = noise.search(text)
            if match is None or match.end() == match.start():
                continue
            taken = text[match.start() : match.end()]
            if match.start() == 0 and foreign.search(taken) and not _names_a_body(taken):
                continue
            rest = text[: match.start()] + text[match.end() :]
            if rest and rest not in cores:
                cores.add(rest)
                frontier.append(rest)
    return cores


def _names_a_body(taken: str) -> bool:
    """株洲市财政局 is a body though 财政 is a word of finance; 社会保险基金预算 is not."""
    return taken.endswith(("局", "委", "厅", "院", "办", "会", "中心", "处", "所", "部", "府", "站", "队"))


def kind_of_document(lines: Iterable[str]) -> Kind:
    """What the titles of a document say it is, counting only those that one kind alone knows.

    An agency's final account unless a budget's or a whole government's titles prevail.
    """
    seen: dict[str, int] = {"final_account": 0, "budget": 0, "government": 0}
    for line in lines:
        match = title_of(line)
        if match is None:
            continue
        kinds = {d.kind for d in match.definitions} - {"any"}
        if len(kinds) == 1:
            seen[kinds.pop()] += 1
    if seen["government"] > seen["final_account"]:
        return "government"
    if seen["budget"] > seen["final_account"]:
        return "budget"
    return "final_account"
