"""Frames: what the words before an amount make of it. First a subject and its words, then words alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.prose.amounts import Amount
from pipelines.prose.lexicon import Subject, economic_classes, raw_subjects
from pipelines.prose.paths import Path, named_codes, paths_in
from pipelines.prose.patterns import Frame, grammar
from pipelines.prose.state import RUNNING, State

FILLER = re.compile(
    r"(?:支出|收入|决算|财政拨款|数|金额|总额|为|的|合计|共计|总计|累计|是|共|情况|实际|本年|全年|年度|中|方面)*"
)
# 机关运行经费主要用于开支办公费10万元: what an amount before a list is of.
_USED = re.compile(r"(?P<front>.{0,40}?)(?:主要)?(?:用于|包括|包含):?(?:开支|支出|支付)?")
# 与2023年相比，收入增加10万元；支出增加8万元: one side of the totals, or both, that the sentence before gave.
_SIDE = re.compile(
    r"(?:总?(?P<revenue>收入)|总?(?P<expenditure>支出)|收(?:入)?[、/和与及]?支(?:出)?)(?:总计|总额|合计|决算|总体|各|均|分别)*"
)
# The side that the words of a frame name themselves: 支出决算, 收入预算.
_TWO_SIDED = ("summary", "revenue", "expenditure")
_SAID_SIDE = re.compile(r"(?:财政拨款)?(支出|收入)")
ORDINAL = re.compile(
    r"^(?:[、，:;]|(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.)](?!\d)|\d{1,2}\.(?=20\d\d年)|[①-⑳])|其中[:，]?|[一二三四五六七八九]是"
    r"|主要是|主要包括|主要为|包括|包含|具体为|分别为|分别是|即|和|以及|及|另外|另|含(?=教|外|本))+"
)


def subjects_in(clause: str, state: State) -> list[Subject]:
    """Paths with their marks first; names of the lexicon outside them."""
    found: list[Subject] = []
    paths = paths_in(clause, state.above)
    for path in paths:
        state.above = path.names
        found.append(_subject(path, path.name, path.printed))
    for path in named_codes(clause):
        if not any(p.start < path.end and path.start < p.end for p in paths):
            found.append(_subject(path, ORDINAL.sub("", path.name), None))
    taken = [(s.start, s.end) for s in found]
    found += [s for s in state.lexicon.find(clause) if not any(begin < s.end and s.start < end for begin, end in taken)]
    return sorted(found, key=lambda s: s.start)


def _subject(path: Path, name: str, printed: str | None) -> Subject:
    return Subject(name, "function", None, path.code, printed, path.names, None, path.start, path.end)


def is_clean(prefix: str, *, agency: bool) -> bool:
    """Whether the words before a subject change nothing of what it means: 其中, 本部门2021年度, the body's own name."""
    words = ORDINAL.sub("", prefix)
    if _consumed(words):
        return True
    if not agency or grammar().words["others"].search(words):
        return False
    for match in re.finditer(r"20\d\d年度?|，", words):
        if _consumed(words[match.start() :]) and grammar().agency.search(words[: match.start()]):
            return True
    pieces = [words[:cut] for cut in range(len(words), 2, -1) if _consumed(words[cut:])]
    return any(grammar().agency.search(piece) for piece in pieces)


def _consumed(words: str) -> bool:
    """Whether words are nothing but those that may stand before a subject, one after the other, in any cut."""
    if len(words) > 80:
        return False
    reached = [False] * (len(words) + 1)
    reached[0] = True
    for at in range(len(words)):
        if reached[at]:
            for pattern in grammar().before:
                match = pattern.match(words, at)
                if match is not None:
                    reached[match.end()] = True
    return reached[-1]


@dataclass(frozen=True, slots=True)
class Found:
    """A frame that fits, with the subject it fits to (None: that of the clause before)."""

    frame: Frame
    subject: Subject | None
    groups: dict[str, str | None]
    side: str | None = None  # revenue | expenditure | both: the side of the totals that the clause names
    said: str | None = None  # 收入 | 支出, where the frame's own words begin with it


def frame_of(clause: str, kind: str, state: State) -> Found | None:
    """The frame of an amount from the last clause before it: first a subject and its words, then words alone."""
    agency = not state.in_list and state.zone == "main"
    frames = grammar().frames[kind]
    for subject in reversed(subjects_in(clause, state)):
        tail = clause[subject.end :]
        for frame in frames:
            match = _whole(frame, tail, state)
            if match is not None:
                if _fits(clause[: subject.start], subject, state, agency=agency):
                    return Found(frame, subject, match.groupdict())
                return None
    for frame in frames:
        if not frame.carries:
            continue
        match = frame.end.search(clause)
        if match is None or not _year_fits(match, state):
            continue
        side = _side(clause[: match.start()])
        if side is not None or is_clean(clause[: match.start()], agency=False):
            said = _SAID_SIDE.match(match[0]) if kind == "money" else None
            return Found(frame, None, match.groupdict(), side, said and said[1])
    return None


def _side(words: str) -> str | None:
    """The side of the totals that the words before a frame are, and nothing else."""
    match = _SIDE.fullmatch(ORDINAL.sub("", grammar().base.sub("", words)))
    return None if match is None else match.lastgroup or "both"


def on_side(subject: Subject, side: str | None) -> Subject | None:
    """The side of a total that a clause names; None where the subject spoken of has no such side."""
    if side is None:
        return subject
    if subject.pair is not None:
        named = {"revenue": subject.pair[0], "expenditure": subject.pair[1], "both": subject.name}[side]
        return replace(subject, name=named, pair=subject.pair if side == "both" else None)
    is_revenue = subject.group == "revenue" or "收入" in subject.name
    return subject if side != "both" and is_revenue == (side == "revenue") else None


def counterpart(subject: Subject, side: str) -> Subject | None:
    """财政拨款收入决算23万元，支出决算22万元: what 支出 says after a revenue is of its other side, if it has one."""
    other = "收入" if side == "支出" else "支出"
    if subject.group not in _TWO_SIDED or side in subject.name or other not in subject.name:
        return subject
    name = subject.name.replace(other, side)
    known = any(entry["name"] == name for group in _TWO_SIDED for entry in raw_subjects()[group])
    return replace(subject, name=name, pair=None, aspect=None) if known else None


def total_of_both(names: Sequence[str], finals: Mapping[str, Decimal]) -> Subject | None:
    """收入总计 A，支出总计 A: what the sentence goes on to say of neither is said of both, as both are one amount."""
    if len(names) != 2 or len({finals.get(name) for name in names}) != 1 or finals.get(names[0]) is None:
        return None
    entries = raw_subjects()["summary"]
    fits = [e for e in entries if sorted(e.get("pair", ())) == sorted(names) and "aspect" not in e]
    return Subject(fits[0]["name"], "summary", tuple(fits[0]["pair"])) if fits else None


def _fits(prefix: str, subject: Subject, state: State, *, agency: bool) -> bool:
    """Whether the words before a subject leave it what it is. What money is used for belongs to what it is part of."""
    if prefix.endswith("等") and (subject.name in ("人员经费", "公用经费") or subject.name in economic_classes()):
        return True  # 基本工资、津贴补贴等人员经费
    if subject.name == "“三公”经费" and any(
        s.group in ("three_public", "reception") for s in state.lexicon.find(prefix)
    ):
        return True
    used = _USED.fullmatch(prefix)
    if used:
        spoken = [s for s in state.lexicon.find(used["front"])]
        if len(spoken) == 1 and is_clean(used["front"][: spoken[0].start], agency=False):
            state.head = spoken[0]
            state.economic = spoken[0].group == "economic" or spoken[0].name in RUNNING
        elif not is_clean(used["front"], agency=False):
            return False
        head = state.head
        of_function = subject.group == "function" and head is not None and head.group == "function"
        of_running = state.economic or (head is not None and head.name in RUNNING)
        return of_function or (of_running and subject.group in ("economic", "three_public", "other"))
    return is_clean(prefix, agency=agency)


def _whole(frame: Frame, tail: str, state: State) -> re.Match[str] | None:
    """The frame over all the words after a subject; filler may stand before it: 公务接待费支出决算 | 比上年减少."""
    year = re.match(r"(20\d\d)年度?", tail)
    if year and int(year[1]) == state.year:  # 教育支出（类）2022年度决算
        tail = tail[year.end() :]
    match = frame.whole.fullmatch(tail)
    if match is None:
        filler = FILLER.match(tail)
        match = frame.whole.fullmatch(tail, filler.end()) if filler else None
    return match if match is not None and _year_fits(match, state) else None


def _year_fits(match: re.Match[str], state: State) -> bool:
    """A year named as that of the amount (2020年度支出为) makes it last year's only if it is the year before."""
    year = match.groupdict().get("year")
    return year is None or int(year) == state.year - 1


def signed(amount: Amount, found: Found, state: State) -> int | None:
    """+1 or −1 for a change, None when the direction is not to be had (增加（减少）left from the template)."""
    groups = found.groups
    negative = amount.value < 0
    if groups.get("both") or groups.get("both2"):
        if amount.value == Decimal(0):
            return 1
        return state.direction if not negative else None
    if groups.get("down") or groups.get("down2"):
        return None if negative else -1
    return 1


def renamed(subject: Subject, state: State) -> Subject:
    """财政拨款收入总计 A，支出总计 B: the second is 财政拨款支出总计."""
    before = state.last or state.carry
    after = raw_subjects()["after"].get(before.name if before else "", {})
    return replace(subject, name=after[subject.name]) if subject.name in after else subject
