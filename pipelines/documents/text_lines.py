"""Characters to lines of text and lines to paragraphs, by position only: the drawing order of a PDF means nothing.

Three habits of real reports are met here: Latin digits that sit up to 0.4 em lower than the Chinese of their line,
bold type made by drawing each character twice, and blanks that are a distance and no character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.documents.model import Box
from pipelines.documents.pdf_marks import Char

SAME_LINE = 0.5  # em: centres closer than this are one line; digits hang by 0.4, lines are at least 1.0 apart
TWICE = 0.15  # em: the same character again within this distance is the same character
BLANK_LATIN = 0.3  # em between two Latin characters without a blank drawn: there is one
BLANK_CJK = 0.7  # em, if a Chinese character is on either side: justified text spreads up to half an em
MAX_INDENT = 4.5  # em: a line that begins further right is centred or right-aligned
PIECES = 2.5  # em: white space this wide within a line is no justification
MARGIN = 1.6  # em: a line that ends this close to the right margin is full (closing marks do not begin a line)

# What begins a new paragraph: always, and after a finished sentence.
_NUMERAL = "[一二三四五六七八九十]+"
_HEADING = re.compile(rf"第{_NUMERAL}(部分|章|节)|{_NUMERAL}、|[(（]{_NUMERAL}[)）]")
_ITEM = re.compile(r"[(（]?\d{1,2}[)）]|\d{1,2}[、．]|\d{1,2}\.(?!\d)|注[:：]|说明[:：]")
_LEADERS = re.compile(r"[.．…·‥]{4,}|…{2,}")
_PAGE_NUMBER = re.compile(
    r"[-—–－ ]*\d{1,4}[-—–－ ]*|第 ?\d{1,4} ?页([，, ]*共 ?\d{1,4} ?页)?|\d{1,4} ?/ ?\d{1,4}|[ivxIVX]{1,6}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with its ink's extent and em, in points."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    widest_gap: float = 0.0  # em; a line set apart in pieces is no prose


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that make one logical paragraph."""

    text: str
    box: Box


def lines_of(chars: Iterable[Char]) -> list[Line]:
    """Characters of one cell as lines from top to bottom."""
    return lines_of_rows(rows_of(chars))


def lines_of_rows(rows: Iterable[Sequence[Char]]) -> list[Line]:
    """The same of characters that `rows_of` has grouped."""
    return [line for row in rows if (line := _line(row)) is not None]


def cell_text(chars: Sequence[Char]) -> str:
    """The text of one cell, its lines separated by line breaks; blank ends of lines carry no ink and are cut."""
    return "\n".join(line.text for line in lines_of(chars)) if chars else ""


def rows_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters grouped by line. A row is anchored at its first (highest) character, so rows never creep together."""
    rows: list[list[Char]] = []
    anchor = size = 0.0
    blanks: list[Char] = []
    inked: list[Char] = []
    for char in chars:
        (blanks if char.text.isspace() else inked).append(char)
    if inked and all(char.base == inked[0].base and char.size == inked[0].size for char in inked):
        rows.append(inked)  # most cells: nothing to sort
        inked = []
    for middle, char in sorted((char.middle, char) for char in inked):
        if rows and middle - anchor < SAME_LINE * (size if size > char.size else char.size):
            rows[-1].append(char)
            size = max(size, char.size)
        else:
            rows.append([char])
            anchor, size = middle, char.size
    for blank in blanks:
        near = min(rows, key=lambda row: abs(row[0].middle - blank.middle), default=None)
        if near is not None and abs(near[0].middle - blank.middle) < 0.9 * near[0].size:
            near.append(blank)
    return rows


def _line(row: Sequence[Char]) -> Line | None:
    inked = once([char for char in row if not char.text.isspace()])
    if not inked:
        return None
    blanks = [char for char in row if char.text.isspace()] if len(inked) < len(row) else []
    pieces = [inked[0].text]
    widest = 0.0
    for before, char in pairwise(inked):
        gap = char.x0 - before.x1
        if gap > widest:
            widest = gap
        if gap > 0.1 * char.size:  # no blank is narrower
            drawn = [b.text for b in blanks if before.x1 - 1 <= (b.x0 + b.x1) / 2 <= char.x0 + 1] if blanks else []
            pieces.append(_between(before, char, drawn))
        pieces.append(char.text)
    x1 = max([char.x1 for char in inked])
    sizes, bases = {char.size for char in inked}, {char.base for char in inked}
    if len(sizes) == 1:
        size = sizes.pop()
        top, bottom = min(bases) - 0.86 * size, max(bases) + 0.14 * size
    else:
        size = median(char.size for char in inked)
        top = min(char.base - 0.86 * char.size for char in inked)
        bottom = max(char.base + 0.14 * char.size for char in inked)
    return Line("".join(pieces), inked[0].x0, x1, top, bottom, size, widest / (size or 1.0))


def _between(before: Char, char: Char, drawn: list[str]) -> str:
    """The blank between two neighbours: what was drawn, if there is room for it; one, if there is much room."""
    gap, size = char.x0 - before.x1, max(before.size, char.size)
    if drawn:
        return "".join(drawn) if gap > 0.1 * size else ""
    latin = before.text.isascii() and char.text.isascii()
    return " " if gap > (BLANK_LATIN if latin else BLANK_CJK) * size else ""


def once(chars: Iterable[Char]) -> list[Char]:
    """Characters from left to right, without those drawn a second time to look bold."""
    kept: list[Char] = []
    for char in sorted(chars, key=lambda c: c.x0):
        reach = TWICE * char.size
        for other in reversed(kept):
            if char.x0 - other.x0 >= reach:
                kept.append(char)
                break
            if other.text == char.text and abs(char.base - other.base) < reach:
                break
        else:
            kept.append(char)
    return kept


# -- paragraphs -----------------------------------------------------------------------------------------------------


def is_page_number(line: Line, page_width: float, page_height: float) -> bool:
    """Whether a line is nothing but the page's own number at its foot: '12', '- 12 -', '第12页'."""
    if line.top < 0.88 * page_height or not _PAGE_NUMBER.fullmatch(line.text.strip()):
        return False
    centred = abs((line.x0 + line.x1) / 2 - page_width / 2) < 0.06 * page_width
    return centred or not line.text.strip().isascii() or "-" in line.text or line.x1 - line.x0 < 4 * line.size


def passages_of(lines: Sequence[Line]) -> list[Passage]:
    """Lines outside grids, joined where one that fills the measure runs on in the next."""
    if not lines:
        return []
    left, right = _measure(lines)
    groups: list[list[Line]] = [[lines[0]]]
    for before, line in pairwise(lines):
        if _runs_on(before, line, left, right, _pitch(groups[-1])):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_passage(group) for group in groups]


def _measure(lines: Sequence[Line]) -> tuple[float, float]:
    """Left and right margin of the prose: where many lines begin and the longer ones end."""
    left = min(line.x0 for line in lines)
    starts = sorted(line.x0 for line in lines)
    for start in starts:
        if sum(abs(other - start) < 3 for other in starts) >= max(2, len(lines) // 6):
            left = start
            break
    ends = sorted(line.x1 for line in lines)
    return left, ends[-1] if len(ends) < 4 else ends[-max(1, len(ends) // 20) - 1]


def _pitch(group: Sequence[Line]) -> float:
    return group[-1].top - group[-2].top if len(group) > 1 else 0.0


def _runs_on(before: Line, line: Line, left: float, right: float, pitch: float) -> bool:
    size = max(before.size, line.size)
    step = line.top - before.top
    if abs(before.size - line.size) > 0.15 * size or step <= 0 or step > (1.4 * pitch if pitch else 2.8 * size):
        return False
    if before.x1 < right - MARGIN * size or line.x0 > left + 1.2 * size or line.x0 > before.x0 + 1.2 * size:
        return False
    if right - left < 12 * size or before.x0 > left + MAX_INDENT * size or before.widest_gap > PIECES:
        return False
    if _LEADERS.search(before.text):
        return False
    return not (_HEADING.match(line.text) or (before.text[-1] in "。：；" and _ITEM.match(line.text)))


def _passage(lines: Sequence[Line]) -> Passage:
    text = lines[0].text
    for line in lines[1:]:
        apart = text[-1:].isascii() and text[-1:].isalpha() and line.text[0].isascii() and line.text[0].isalpha()
        text += (" " if apart else "") + line.text
    box = Box(
        min(line.x0 for line in lines), lines[0].top, max(line.x1 for line in lines), max(line.bottom for line in lines)
    )
    return Passage(text, box)
