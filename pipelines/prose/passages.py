"""Paragraphs to passages: one shape of characters for matching, with every character's printed place kept.

A passage is a paragraph, or several that a page break cut. `text` is what is matched: no white space, half-width
digits, brackets and percent signs, no quotation marks; `printed` and `place_of` lead back to the letter.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.documents.model import Document, Paragraph
from pipelines.prose.wrapping import is_folio, is_full, wrap_width
from pipelines.reference.script import pronunciation, simplified

MAX_PASSAGE = 20_000  # characters; a longer run of unfinished paragraphs is no sentence
# 1，055.43: thousands parted by a full-width comma, in a window of four characters before it and four after.
_THOUSANDS = re.compile(r"(?:.{0,3}[^\d.,])?\d{1,3}，\d{3}[^\d]?", re.DOTALL)
_QUOTES = frozenset("“”‘’\"'＂＇「」『』")
_AS_IT_IS = frozenset("，。、《》〈〉〔〕【】…—·①②③④⑤⑥⑦⑧⑨⑩")
_OTHER_SHAPES = {"【": "(", "】": ")", "﹪": "%", "；": ";", "：": ":", "！": "。", "？": "。", "﹐": "，", "､": "、"}
_BLANK_BY_CJK = re.compile(r"(?<=[\u4e00-\u9fff（）“”、]) | (?=[\u4e00-\u9fff（）“”、])")
_MARKDOWN = frozenset("*#￥¥")
_ORDINAL = re.compile(
    r"[#*\s]*(?:第[一二三四五六七八九十\d]+(?:部分|章|节)|[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[、．]|\d{1,2}\.(?!\d)|[①-⑳]|附件|附表|附录|注[:：]|说明[:：])"
)
_FINISHED = re.compile(r"[。；;：:！？!?]\s*[”’\"*]*\s*$")
_OPEN_END = re.compile(
    r"[，,、]\s*$|[(（](?:类|款|境|护|含|役)[)）]\s*$|[(（][^()（）]{0,80}$|[“‘][^“”‘’]{0,80}$|\d\s*$"
)
# 住房公积金112788元，其中：⏎基本支出112788元: without its whole, a part would be read as a total of the body.
_OF_WHICH = re.compile(r"其中[，,:：]?\s*$")
_PART = re.compile(r"\s*(?:基本支出|项目支出|人员经费|公用经费|日常公用)")
_TITLE = re.compile(rf"{_ORDINAL.pattern}[^，,。；;：:]*(?:情况|说明|概况|构成|总表|报表)")
_CLOSED_END = re.compile(r"[)）”\"*]\s*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """One run of prose. `origin[i]` is the place in `printed` of the character `text[i]`."""

    text: str
    printed: str
    origin: tuple[int, ...]
    paragraphs: tuple[Paragraph, ...]
    starts: tuple[int, ...]  # where each paragraph begins in `printed`
    quoted: tuple[tuple[int, int], ...]  # spans of `text` that stood in quotation marks

    def as_printed(self, start: int, end: int) -> str:
        """The printed text of `text[start:end]` on one line; a quotation mark is not left without its other."""
        if end <= start:
            return ""
        first, last = self.origin[start], self.origin[end - 1] + 1
        words = self.printed[first:last]
        opened, closed = (sum(words.count(mark) for mark in marks) for marks in ("“‘「『", "”’」』"))
        if closed > opened and self.printed[max(first - 1, 0) : first] in ("“", "‘", "「", "『"):
            first -= 1
        elif opened > closed and self.printed[last : last + 1] in ("”", "’", "」", "』"):
            last += 1
        return " ".join(self.printed[first:last].split())

    def name(self, start: int, end: int) -> str:
        """`as_printed` for a name: no blanks beside Chinese characters."""
        return _BLANK_BY_CJK.sub("", self.as_printed(start, end))

    def place_of(self, at: int) -> Paragraph:
        """The paragraph in which the character `text[at]` is printed."""
        return self.paragraphs[bisect_right(self.starts, self.origin[at]) - 1]


def passages_of(document: Document) -> Iterator[Passage | None]:
    """The passages of a document in reading order; None where a table stands between two."""
    waiting: list[Paragraph] = []
    length = 0
    blocks = (b for page in document.pages for b in page.blocks)
    wrapped = wrap_width(b.text for b in blocks if isinstance(b, Paragraph))
    for block in (block for page in document.pages for block in page.blocks):
        if not isinstance(block, Paragraph):
            if waiting:
                yield passage(waiting)
                waiting = []
            yield None
            continue
        if not block.text.strip() or is_folio(block.text):
            continue
        if waiting and (length > MAX_PASSAGE or not _runs_on(waiting[-1].text, block.text, wrapped)):
            yield passage(waiting)
            waiting, length = [], 0
        waiting.append(block)
        length += len(block.text)
    if waiting:
        yield passage(waiting)


def _runs_on(before: str, after: str, wrapped: float | None) -> bool:
    """Whether a paragraph goes on in the next: it is unfinished prose, and what follows begins nothing new.

    Seen: 减少119.8万元，⏎人员经费增加 · （款）⏎其他社会保障和就业支出（项） · 单位价值100⏎万元以上 · 缴费⏎23.5 万元.
    """
    tail = before[-120:].rstrip()
    if _OF_WHICH.search(tail) and _PART.match(after):
        return True
    if _FINISHED.search(tail) or _ORDINAL.match(after):
        return False
    if is_full(before, wrapped) and not _TITLE.fullmatch(before.strip()):
        return True
    if _OPEN_END.search(tail):
        return len(before) > 12 or not tail[-1:].isdigit()
    return not _CLOSED_END.search(tail) and any(mark in before for mark in "，,。；")


def passage(paragraphs: Iterable[Paragraph]) -> Passage:
    """One passage of paragraphs that belong together."""
    parts = tuple(paragraphs)
    starts, offset = [], 0
    for part in parts:
        starts.append(offset)
        offset += len(part.text) + 1
    printed = "\n".join(part.text for part in parts)
    text, origin, quoted = _matched(printed)
    return Passage(text, printed, origin, parts, tuple(starts), quoted)


def _matched(printed: str) -> tuple[str, tuple[int, ...], tuple[tuple[int, int], ...]]:
    """The text for matching, the place of each of its characters, the spans that were quoted."""
    chars: list[str] = []
    origin: list[int] = []
    quoted: list[tuple[int, int]] = []
    opened: int | None = None
    spoken = {at for match in pronunciation().finditer(printed) for at in range(*match.span())}
    for at, char in enumerate(printed):
        if at in spoken:
            continue
        shape = _alone(char)
        if shape is None:
            if char in _QUOTES:
                if opened is not None and char not in "“‘「『":
                    quoted.append((opened, len(chars)))
                    opened = None
                else:
                    opened = len(chars)
                continue
            if char in _MARKDOWN or (char.isspace() and not _parts_digits(printed, at)):
                continue
            shape = " " if char.isspace() else _shape(char, printed, at)
        for one in shape:
            chars.append(one)
            origin.append(at)
    return "".join(chars), tuple(origin), tuple(quoted)


def _parts_digits(printed: str, at: int) -> bool:
    """A blank between two digits is kept: 2024 25.3万元 is no 202425.3; a line break there is a cut number."""
    if printed[at] == "\n" or not (0 < at < len(printed) - 1):
        return False
    return (printed[at - 1].isdigit() or printed[at - 1] in ".,") and printed[at + 1].isdigit()


@cache
def _alone(char: str) -> str | None:
    """The shape of a character that is the same wherever it stands; None for commas, points, blanks and quotes."""
    if char in _QUOTES or char in _MARKDOWN or char.isspace() or char in ",，.．":
        return None
    if char in _OTHER_SHAPES:
        return _OTHER_SHAPES[char]
    return char if char.isascii() or char in _AS_IT_IS else simplified(unicodedata.normalize("NFKC", char))


def _shape(char: str, printed: str, at: int) -> str:
    """A comma or a point as it is compared. A comma parts thousands (,) only between digits."""
    if char == ",":
        between = 0 < at < len(printed) - 1 and printed[at - 1].isdigit() and printed[at + 1].isdigit()
        return "," if between else "，"
    if char == "，":  # 1，055.43
        return "," if _THOUSANDS.fullmatch(printed[max(at - 4, 0) : at + 5]) else "，"
    ends = at and not printed[at + 1 : at + 2].isdigit() and not printed[at - 1 : at].isdigit()
    return "。" if ends else "."
