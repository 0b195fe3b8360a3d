"""What is printed on one PDF page, before any of it has a meaning: characters and ruling edges, with positions.

pdfium gives both about thirty times faster than pdfminer. Everything is turned into one upright frame here: points,
x to the right, y downwards, origin at the top left of the page as a reader sees it, whatever /Rotate says and even
when the content itself was drawn sideways. `Frame.to_page` leads back to the visible page.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.documents.characters import plain
from pipelines.documents.model import Box

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)

THIN = 3.0  # points: a filled box up to this thick is a rule, not an area (pdfplumber snaps at the same distance)
DOT = 1.0  # points: a filled square up to this size is a dot of a dotted rule, or the corner of two rules
SLANT = 0.7  # points a rule may lean and still be horizontal or vertical
MAX_TILT = 0.05  # radians (3°) that a line of text may lean; scans that were straightened do, watermarks lean more
_SPECIAL = {0x00: "\ufffd", 0xFFFF: "\ufffd", 0x02: "-", 0xFFFE: "-"}  # pdfium marks a hyphen at a line's end so
MAX_FORM_DEPTH = 8  # form XObjects inside form XObjects; a loop in a damaged file must end
MAX_EDGES = 20_000  # maps and drawings; no printed form comes near


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


class Edge(NamedTuple):
    """A horizontal or vertical piece of rule."""

    horizontal: bool
    at: float  # y of a horizontal edge, x of a vertical one
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Frame:
    """From PDF user space to the upright frame: `turn` quarter turns clockwise about the visible box."""

    left: float
    bottom: float
    right: float
    top: float
    page_turn: int  # /Rotate ÷ 90
    text_turn: int = 0  # further quarter turns that set sideways text upright

    def _turned(self, x: float, y: float, turn: int) -> tuple[float, float]:
        if turn == 0:
            return x - self.left, self.top - y
        if turn == 1:
            return y - self.bottom, x - self.left
        if turn == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def upright(self, x: float, y: float) -> tuple[float, float]:
        return self._turned(x, y, (self.page_turn + self.text_turn) % 4)

    def size(self, turn: int) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if turn % 2 else (width, height)

    def to_page(self, box: Box) -> Box:
        """A box of the upright frame on the page as displayed (they differ only where text was drawn sideways)."""
        width, height = self.size(self.page_turn + self.text_turn)
        if self.text_turn == 1:
            return Box(box.top, width - box.x1, box.bottom, width - box.x0)
        if self.text_turn == 2:
            return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
        if self.text_turn == 3:
            return Box(height - box.bottom, box.x0, height - box.top, box.x1)
        return box


@dataclass(frozen=True, slots=True)
class PageMarks:
    """One page's characters (spaces included, unsorted) and edges, and how much of it is pictures."""

    chars: list[Char]
    slanted: list[Char]  # watermarks and stamps: set at an angle, in drawing order
    edges: list[Edge]
    frame: Frame
    pictures: int
    unreadable: int  # characters whose code leads to no Unicode text

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
    edges, pictures = _edges(page, frame)
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
    pending = 0  # high half of a surrogate pair
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code, pending = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00), 0
        if code in (0, 0xFFFD, 0xFFFF) or 0xE000 <= code < 0xF900:
            unreadable += 1
        text = _SPECIAL.get(code) or plain(chr(code))
        if not text or raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        if not raw.FPDFText_GetLooseCharBox(textpage, index, loose):
            continue
        raw.FPDFText_GetCharOrigin(textpage, index, origin_x, origin_y)
        xa, ya = frame.upright(loose.left, loose.bottom)
        xb, yb = frame.upright(loose.right, loose.top)
        _, base = frame.upright(origin_x.value, origin_y.value)
        x0, x1 = min(xa, xb), max(xa, xb)
        if x1 < 0 or x0 > width or base < 0 or base - abs(ya - yb) > height:
            continue  # off the visible page: not printed
        char = Char(text, x0, x1, base, abs(ya - yb) or x1 - x0)
        turned = (raw.FPDFText_GetCharAngle(textpage, index) - upright) % (2 * math.pi)
        if min(turned, 2 * math.pi - turned) < MAX_TILT:
            chars.append(char)
        elif abs(turned % (math.pi / 2) - math.pi / 4) > math.pi / 4 - MAX_TILT:  # set sideways in an upright table
            chars.append(Char(text, x0, x1, (ya + yb) / 2 + 0.36 * (x1 - x0), x1 - x0))
        elif not text.isspace():
            slanted.append(char)
    return chars, slanted, unreadable


def _edges(page: pdfium.PdfPage, frame: Frame) -> tuple[list[Edge], int]:
    edges: list[Edge] = []
    pictures = 0
    for obj, kind, matrix in _drawn(page):
        if kind == raw.FPDF_PAGEOBJ_PATH:
            if len(edges) < MAX_EDGES:
                _path_edges(obj, matrix, frame, edges)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(obj, matrix, frame)
            if not _thin_edge(box, edges):
                pictures += 1
    return edges, pictures


def _drawn(page: pdfium.PdfPage) -> Iterator[tuple[Any, int, Matrix]]:
    """Paths and pictures of the page, also those inside form XObjects, each with its form's matrix."""
    for index in range(raw.FPDFPage_CountObjects(page)):
        yield from _unfolded(raw.FPDFPage_GetObject(page, index), IDENTITY, 0)


def _unfolded(obj: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, int, Matrix]]:
    kind = raw.FPDFPageObj_GetType(obj)
    if kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
        yield obj, kind, matrix
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH:
        inner = _times(_matrix(obj), matrix)
        for index in range(max(0, raw.FPDFFormObj_CountObjects(obj))):
            yield from _unfolded(raw.FPDFFormObj_GetObject(obj, index), inner, depth + 1)


def _path_edges(obj: Any, form: Matrix, frame: Frame, edges: list[Edge]) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(obj, fill, stroke)
    if not fill.value and not stroke.value:
        return
    count = raw.FPDFPath_CountSegments(obj)
    if not stroke.value:
        if count <= 6 and _thin_edge(_bounds(obj, form, frame), edges):
            return
        if _white(obj):
            return
    matrix = _times(_matrix(obj), form)
    for x0, y0, x1, y1 in _straight(obj, count, matrix, frame):
        if abs(y1 - y0) <= SLANT and abs(x1 - x0) > abs(y1 - y0):
            edges.append(Edge(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= SLANT and abs(y1 - y0) > abs(x1 - x0):
            edges.append(Edge(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _white(obj: Any) -> bool:
    """Whether a path is filled with white or nothing. Text pasted into Word from web pages carries white boxes behind
    every run, which would look like a table; white areas show nothing on paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= 250


def _straight(obj: Any, count: int, matrix: Matrix, frame: Frame) -> Iterator[tuple[float, float, float, float]]:
    """The straight pieces of a path, closing pieces included, in the upright frame."""
    px, py = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(obj, index)
        raw.FPDFPathSegment_GetPoint(segment, px, py)
        x, y = px.value, py.value
        point = frame.upright(matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5])
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment) and start != last:
            yield (*last, *start)
            last = start


def _thin_edge(box: tuple[float, float, float, float], edges: list[Edge]) -> bool:
    """Takes a box that is thin in one direction as one edge along its middle; a tiny square is a piece of both."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    if width > THIN and height > THIN:
        return False
    dot = width <= DOT and height <= DOT
    if width >= height or dot:
        edges.append(Edge(True, (y0 + y1) / 2, x0, x1))
    if height > width or dot:
        edges.append(Edge(False, (x0 + x1) / 2, y0, y1))
    return True


def _bounds(obj: Any, form: Matrix, frame: Frame) -> tuple[float, float, float, float]:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetBounds(obj, left, bottom, right, top)
    corners = [(left.value, bottom.value), (right.value, top.value)]
    if form is not IDENTITY:
        a, b, c, d, e, f = form
        corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in corners]
    (xa, ya), (xb, yb) = (frame.upright(x, y) for x, y in corners)
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def _matrix(obj: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(obj, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer
    return (a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F)
