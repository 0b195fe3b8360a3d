"""Titles: which form a line of text names, if it names one.

The nine titles are parts of one another, so the longest match over all definitions wins, and whatever is left around it
must be harmless (a year, an ordinal, the agency's name), never another word of finance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipelines.forms.definition import FormDefinition, load_definitions
from pipelines.forms.labels import bare
from pipelines.forms.words import words

LONGEST = 100  # characters of a bare line that can still be a title


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A form named by a line; `whole` when nothing but noise stood around the title."""

    definition: FormDefinition
    length: int


@lru_cache(maxsize=4096)
def title_of(text: str) -> TitleMatch | None:
    """The form that this line is the title of, or None. Contents lines (with dots or a page number) are none."""
    plain = bare(text)
    if not 3 <= len(plain) <= LONGEST or plain.endswith(("。", ";", "情况说明")) or "...." in plain or "……" in plain:
        return None
    best: TitleMatch | None = None
    for core in _cores(plain):
        for definition in load_definitions():
            for pattern in definition.titles:
                if pattern.fullmatch(core) and (best is None or len(core) > best.length):
                    best = TitleMatch(definition, len(core))
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
