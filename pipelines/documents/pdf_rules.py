"""The ruling edges of a PDF page, whatever they were drawn as: lines, thin boxes, cell backgrounds, dots, pictures."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.documents.pdf_frame import Frame

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)

THIN = 3.0  # points: a filled box up to this thick is a rule, not an area (pdfplumber snaps at the same distance)
DOT = 1.0  # points: a filled square up to this size is a dot of a dotted rule, or the corner of two rules
DOT_STEP = 3.0  # points from dot to dot of one rule
MIN_DOTS = 4
SLANT = 0.7  # points a rule may lean and still be horizontal or vertical
MAX_FORM_DEPTH = 8  # form XObjects inside form XObjects; a loop in a damaged file must end
MAX_EDGES = 20_000  # maps and drawings; no printed form comes near


class Edge(NamedTuple):
    """A horizontal or vertical piece of rule."""

    horizontal: bool
    at: float  # y of a horizontal edge, x of a vertical one
    start: float
    end: float


def page_edges(page: pdfium.PdfPage, frame: Frame) -> tuple[list[Edge], float]:
    """The edges of an open page in the upright frame, and the area of its pictures in square points."""
    edges: list[Edge] = []
    pictures = 0.0
    for obj, kind, matrix in _drawn(page):
        if kind == raw.FPDF_PAGEOBJ_PATH:
            if len(edges) < MAX_EDGES:
                _path_edges(obj, matrix, frame, edges)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(obj, matrix, frame)
            if not _thin_edge(box, edges):
                pictures += (box[2] - box[0]) * (box[3] - box[1])
    dots = [edge for edge in edges if edge.end - edge.start <= DOT]
    if dots:
        edges = [edge for edge in edges if edge.end - edge.start > DOT] + _dotted(dots)
    return edges, pictures


def _dotted(dots: list[Edge]) -> list[Edge]:
    """Rules made of dots. A dot alone, where two rules meet, is left out: it would draw rules together."""
    points = [(e.start + e.end, 2 * e.at) if e.horizontal else (2 * e.at, e.start + e.end) for e in dots]
    centres = sorted({(round(x / 2, 1), round(y / 2, 1)) for x, y in points})
    found = []
    for horizontal in (True, False):
        along = 0 if horizontal else 1
        run: list[tuple[float, float]] = []
        for centre in [*sorted(centres, key=lambda c: (c[1 - along], c[along])), (math.inf, math.inf)]:
            if run and (centre[1 - along] != run[0][1 - along] or centre[along] - run[-1][along] > DOT_STEP):
                if len(run) >= MIN_DOTS:
                    found.append(Edge(horizontal, run[0][1 - along], run[0][along], run[-1][along]))
                run = []
            run.append(centre)
    return found


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
    matrix = _matrix(obj) if form is IDENTITY else _times(_matrix(obj), form)
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
    segment_of = raw.FPDFPath_GetPathSegment
    point_of, kind_of = raw.FPDFPathSegment_GetPoint, raw.FPDFPathSegment_GetType
    a, b, c, d, e, f = matrix
    straight, left, top = (frame.page_turn + frame.text_turn) % 4 == 0, frame.left, frame.top
    start = last = (0.0, 0.0)
    segment = None
    for index in range(count):
        before, segment = segment, segment_of(obj, index)
        point_of(segment, px, py)
        x, y = px.value, py.value
        x, y = a * x + c * y + e, b * x + d * y + f
        point = (x - left, top - y) if straight else frame.upright(x, y)
        kind = kind_of(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if before is not None and start != last and raw.FPDFPathSegment_GetClose(before):
                yield (*last, *start)
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
        last = point
    if segment is not None and start != last and raw.FPDFPathSegment_GetClose(segment):
        yield (*last, *start)


def _thin_edge(box: tuple[float, float, float, float], edges: list[Edge]) -> bool:
    """Takes a box that is thin in one direction as one edge along its middle."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    if width > THIN and height > THIN:
        return False
    if width >= height:
        edges.append(Edge(True, (y0 + y1) / 2, x0, x1))
    else:
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
