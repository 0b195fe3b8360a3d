"""What is printed on one PDF page, before any of it has a meaning: characters and ruling edges, with positions.

pdfium gives both many times faster than pdfminer. Everything is turned into one upright frame here: points,
x to the right, y downwards, origin at the top left of the page as a reader sees it, whatever /Rotate says and even
when the content itself was drawn sideways. `Frame.to_page` leads back to the visible page.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.documents.characters import plain
from pipelines.documents.pdf_frame import Frame
from pipelines.documents.pdf_rules import Edge, page_edges

MAX_TILT = 0.05  # radians (3°) that a line of text may lean; scans that were straightened do, watermarks lean more
MAX_STAMP = 12  # characters that a scanner prints on a page that is a picture; a cover's title is longer
SCAN = 0.6  # of the page's area under pictures: it is a scan
_GENERATED = frozenset(map(ord, " \r\n\t-\x02\ufffe"))  # what pdfium adds between characters
_SPECIAL = {0x00: "\ufffd", 0xFFFF: "\ufffd", 0x02: "-", 0xFFFE: "-"}  # pdfium marks a hyphen at a line's end so


class Char(NamedTuple):
    """One inked character; `base` is its baseline, `size` its em, both in points of the upright frame."""

    text: str
    x0: float
    x1: float
    base: float
    size: float

    @property
    def middle(self) -> float:
        """Height of the character's centre: from the baseline, as box heights differ from font to font."""
        return self.base - 0.36 * self.size


@dataclass(frozen=True, slots=True)
class PageMarks:
    """One page's characters (spaces included, unsorted) and edges, and how much of it is pictures."""

    chars: list[Char]
    slanted: list[Char]  # watermarks and stamps: set at an angle, in drawing order
    edges: list[Edge]
    frame: Frame
    pictures: float  # their area in square points, overlaps counted twice
    unreadable: int  # characters whose code leads to no Unicode text

    @property
    def pictured(self) -> bool:
        """Whether the page is a picture: it has no text at all, or only a stamp or number on a scan."""
        if self.pictures <= 0:
            return False
        inked = sum(not char.text.isspace() for char in self.chars)
        return inked == 0 or (inked <= MAX_STAMP and self.pictures > SCAN * self.width * self.height)

    @property
    def width(self) -> float:
        return self.frame.size(self.frame.page_turn)[0]

    @property
    def height(self) -> float:
        return self.frame.size(self.frame.page_turn)[1]


def page_marks(page: pdfium.PdfPage) -> PageMarks:
    """Characters and edges of an open pdfium page. Raises `pdfium.PdfiumError` when its text cannot be loaded."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = media
    textpage = page.get_textpage()
    try:
        frame = Frame(left, bottom, right, top, page.get_rotation() // 90 % 4)
        frame = Frame(left, bottom, right, top, frame.page_turn, _text_turn(textpage, frame.page_turn))
        chars, slanted, unreadable = _chars(textpage, frame)
    finally:
        textpage.close()
    edges, pictures = page_edges(page, frame)
    return PageMarks(chars, slanted, edges, frame, pictures, unreadable)


def _text_turn(textpage: Any, page_turn: int) -> int:
    """Quarter turns that set the text upright, by the majority of a sample of characters."""
    count = raw.FPDFText_CountChars(textpage)
    votes: Counter[int] = Counter()
    for index in range(0, count, max(1, count // 60)):
        if raw.FPDFText_GetUnicode(textpage, index) > 32 and raw.FPDFText_IsGenerated(textpage, index) == 0:
            angle = raw.FPDFText_GetCharAngle(textpage, index)
            if angle >= 0:
                votes[round(math.degrees(angle) / 90) % 4] += 1
    if not votes:
        return 0
    # pdfium's angle is clockwise in user space; the page's own turn has already set that much right
    clockwise = votes.most_common(1)[0][0]
    return (-clockwise - page_turn) % 4


def _chars(textpage: Any, frame: Frame) -> tuple[list[Char], list[Char], int]:
    """Upright characters, slanted ones, and how many of both have no Unicode text."""
    chars: list[Char] = []
    slanted: list[Char] = []
    unreadable = 0
    upright = math.radians(90 * (-(frame.page_turn + frame.text_turn) % 4))
    loose, origin_x, origin_y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    width, height = frame.size(frame.page_turn + frame.text_turn)
    straight = (frame.page_turn + frame.text_turn) % 4 == 0  # nearly every page: its axes only change their origin
    left, top = frame.left, frame.top
    pending = 0  # high half of a surrogate pair
    line: tuple[float, float] | None = None  # bottom and top of the last upright character
    base = size = 0.0
    unicode_of, box_of, origin_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = unicode_of(textpage, index)
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code, pending = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00), 0
        if code in (0, 0xFFFD, 0xFFFF) or 0xE000 <= code < 0xF900:
            unreadable += 1
        text = _SPECIAL.get(code) or plain(chr(code))
        if not text or (code in _GENERATED and raw.FPDFText_IsGenerated(textpage, index) == 1):
            continue
        if not box_of(textpage, index, loose):
            continue
        if straight and (loose.bottom, loose.top) == line:  # as the upright character before: same font, same baseline
            x0, x1 = loose.left - left, loose.right - left
            if x1 >= 0 and x0 <= width and x0 <= x1:
                chars.append(Char(text, x0, x1, base, size))
                continue
        line = None
        origin_of(textpage, index, origin_x, origin_y)
        if straight:
            x0, x1, ya, yb = loose.left - left, loose.right - left, top - loose.bottom, top - loose.top
            base_x, base = origin_x.value - left, top - origin_y.value
        else:
            x0, ya = frame.upright(loose.left, loose.bottom)
            x1, yb = frame.upright(loose.right, loose.top)
            base_x, base = frame.upright(origin_x.value, origin_y.value)
        if x0 > x1:
            x0, x1 = x1, x0
        if x1 < 0 or x0 > width or base < 0 or base - abs(ya - yb) > height:
            continue  # off the visible page: not printed
        char = Char(text, x0, x1, base, abs(ya - yb) or x1 - x0)
        if abs(base_x - x0) < 0.02 * char.size:  # upright characters begin at their origin; others are worth a look
            chars.append(char)
            line, size = (loose.bottom, loose.top) if ya != yb else None, char.size
            continue
        turned = (raw.FPDFText_GetCharAngle(textpage, index) - upright) % (2 * math.pi)
        if min(turned, 2 * math.pi - turned) < MAX_TILT:
            chars.append(char)
        elif abs(turned % (math.pi / 2) - math.pi / 4) > math.pi / 4 - MAX_TILT:  # set sideways in an upright table
            chars.append(Char(text, x0, x1, (ya + yb) / 2 + 0.36 * (x1 - x0), x1 - x0))
        elif not text.isspace():
            slanted.append(char)
    return chars, slanted, unreadable
