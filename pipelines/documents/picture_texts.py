"""Which ink is one text: boxes that detection found, cut at the borders of cells and fitted to the ink inside.

Detection merges neighbours over a rule and overlooks single signs; ink knows better inside a cell. So within a grid
every connected bit of ink goes to one piece of text of its own cell, found by detection or not; outside, the boxes
stand as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.ocr import Picture
from pipelines.documents.picture_rules import SPECK, Drawn, Mask
from pipelines.documents.ruled import GridShape

cv2: Any = import_module("cv2")

Rect = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels, ends excluded

SIGN = 3.2  # points: ink this high or wide, found by no detection, is a sign; less is dirt
SAME_LINE = 0.5  # of the lower one's height: pieces that share so much of it are one line
NEXT = 0.9  # of the height: pieces of a line in a cell closer than this are one text
TORN = 1.2  # points: ink this close to a border on both sides may be one text printed across it
BESIDE = 0.22  # of the height: paper shown left and right of a text, and half as much above and below


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text to be read: its ink's rectangle, the cell it is in (index of shape and slot), or none."""

    rect: Rect
    place: tuple[int, int] | None
    torn: bool = False  # its ink reaches a border that ink of the next cell reaches too: perhaps cut in two
    found: bool = True  # by detection; False where only ink says so


def pieces_of(boxes: NDArray[np.float64], shapes: Sequence[GridShape], drawn: Drawn, scale: float) -> list[Piece]:
    """Detected boxes (pixels) and the ink of `drawn` → pieces; `shapes` are in points, `scale` pixels a point."""
    slots = [(number, index) for number, shape in enumerate(shapes) for index in range(len(shape.slots))]
    areas = _slot_map(shapes, drawn.ink.shape, scale)
    inside: dict[int, list[Rect]] = defaultdict(list)  # number in `slots` → boxes cut to it
    outside: list[Piece] = []
    for box in boxes:
        rect = _within((round(box[0]), round(box[1]), round(box[2]), round(box[3])), drawn.ink.shape)
        part = areas[rect[1] : rect[3], rect[0] : rect[2]]
        if not part.size:
            continue
        if 2 * np.count_nonzero(part < 0) > part.size:
            outside.append(Piece(rect, None))
            continue
        for number in np.unique(part[part >= 0]):
            ys, xs = np.nonzero(part == number)
            x0, y0 = rect[0] + int(xs.min()), rect[1] + int(ys.min())
            inside[int(number)].append((x0, y0, rect[0] + int(xs.max()) + 1, rect[1] + int(ys.max()) + 1))
    blobs = _blobs(drawn.ink, areas)
    em = _em(boxes, scale)
    pieces = list(outside)
    for number, place in enumerate(slots):
        for piece in _pieces_in(blobs.get(number, []), inside.get(number, []), em, scale):
            pieces.append(Piece(piece.rect, place, _torn(piece.rect, number, areas, drawn.ink, scale), piece.found))
    return pieces


def crop_of(piece: Piece, grey: Picture, shapes: Sequence[GridShape], scale: float, beside: float = BESIDE) -> Picture:
    """The picture of one piece with a little paper around it, nothing of the cells beside it, at least an em high."""
    x0, y0, x1, y1 = piece.rect
    height = max(y1 - y0, round(6.5 * scale) if piece.place else 0)
    pad_x = max(2, round(beside * height))
    pad_y = max(1, round(beside * height / 2), (height - (y1 - y0) + 1) // 2)
    wanted = (x0 - pad_x, y0 - pad_y, x1 + pad_x, y1 + pad_y)
    if not piece.place:
        part = _within(wanted, grey.shape)
        return np.ascontiguousarray(grey[part[1] : part[3], part[0] : part[2]])
    box = shapes[piece.place[0]].slots[piece.place[1]].box
    cell = (round(box.x0 * scale), round(box.top * scale), round(box.x1 * scale), round(box.bottom * scale))
    limit = (min(cell[0], x0), min(cell[1], y0), max(cell[2], x1), max(cell[3], y1))
    part = _within(
        (max(wanted[0], limit[0]), max(wanted[1], limit[1]), min(wanted[2], limit[2]), min(wanted[3], limit[3])),
        grey.shape,
    )
    shown = grey[part[1] : part[3], part[0] : part[2]]
    missing = (part[1] - wanted[1], wanted[3] - part[3], part[0] - wanted[0], wanted[2] - part[2])
    paper = int(np.percentile(shown, 90)) if shown.size else 255
    return cv2.copyMakeBorder(shown, *(max(0, side) for side in missing), cv2.BORDER_CONSTANT, value=paper)


def _slot_map(shapes: Sequence[GridShape], size: tuple[int, ...], scale: float) -> NDArray[np.int32]:
    """For every pixel the number of its slot, counted over all shapes; -1 outside."""
    areas = np.full(size, -1, dtype=np.int32)
    number = 0
    for shape in shapes:
        for slot in shape.slots:
            top, bottom = round(slot.box.top * scale), round(slot.box.bottom * scale)
            areas[max(0, top) : bottom, max(0, round(slot.box.x0 * scale)) : round(slot.box.x1 * scale)] = number
            number += 1
    return areas


def _blobs(ink: Mask, areas: NDArray[np.int32]) -> dict[int, list[Rect]]:
    """Connected ink of more than a speck, by the slot its centre is in."""
    _, _, boxes, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found: dict[int, list[Rect]] = defaultdict(list)
    for (x, y, width, height, area), (cx, cy) in zip(boxes[1:].tolist(), centres[1:], strict=True):
        number = int(areas[int(cy), int(cx)])
        if area >= SPECK and number >= 0:
            found[number].append((x, y, x + width, y + height))
    return found


def _pieces_in(blobs: Sequence[Rect], boxes: Sequence[Rect], em: float, scale: float) -> Iterator[Piece]:
    """One cell's ink as lines of text, and the places within them where wide white separates two texts."""
    guides = _merged(boxes, SAME_LINE, 0.3)
    held: list[list[Rect]] = [[] for _ in guides]
    loose: list[Rect] = []
    for blob in blobs:
        x, y = (blob[0] + blob[2]) / 2, (blob[1] + blob[3]) / 2
        near = [n for n, g in enumerate(guides) if g[0] - 2 <= x <= g[2] + 2 and g[1] <= y <= g[3]]
        if near:
            held[min(near, key=lambda n: abs(guides[n][1] + guides[n][3] - 2 * y))].append(blob)
        else:
            loose.append(blob)
    for group in held:
        for line in _lines(group, em):
            if _is_sign(rect := _around(line), scale):
                yield Piece(rect, None)
    signs = [blob for blob in loose if _is_sign(blob, scale)]
    for rect in _merged(signs, 0.3, NEXT):
        reach = (rect[0] - 6, rect[1], rect[2] + 6, rect[3] + 6)  # its points and commas
        marks = [b for b in loose if reach[0] <= b[0] and b[2] <= reach[2] and reach[1] <= b[1] and b[3] <= reach[3]]
        yield replace(Piece(_around([rect, *marks]), None), found=False)


def _em(boxes: NDArray[np.float64], scale: float) -> float:
    """The usual height of a line's ink in pixels; detection draws its boxes wider by a third."""
    heights = boxes[:, 3] - boxes[:, 1]
    flat = heights[boxes[:, 2] - boxes[:, 0] > 2 * heights]
    return float(np.median(flat)) * 0.75 if len(flat) else 10.0 * scale


def _lines(blobs: Sequence[Rect], em: float) -> list[list[Rect]]:
    """Ink that detection took for one text as its lines: text set downwards (绩效指标) stands one sign to a line."""
    if not blobs or _around(blobs)[3] - _around(blobs)[1] <= 1.7 * em:
        return [list(blobs)] if blobs else []
    lines: list[list[Rect]] = []
    for blob in sorted(blobs, key=lambda blob: blob[1]):
        if lines:
            whole = _around(lines[-1])
            overlap = min(whole[3], blob[3]) - blob[1]
            if overlap > 0.3 * (blob[3] - blob[1]) or max(whole[3], blob[3]) - whole[1] <= 1.2 * em:
                lines[-1].append(blob)
                continue
        lines.append([blob])
    return lines


def _is_sign(rect: Rect, scale: float) -> bool:
    return max(rect[2] - rect[0], rect[3] - rect[1]) >= SIGN * scale


def _merged(rects: Sequence[Rect], line: float, gap: float) -> list[Rect]:
    """Rectangles united that stand in one line (sharing `line` of the lower's height) closer than `gap` heights."""
    groups = list(rects)
    index = 0
    while index < len(groups):
        first = groups[index]
        for other in range(index + 1, len(groups)):
            second = groups[other]
            heights = min(first[3] - first[1], second[3] - second[1]), max(first[3] - first[1], second[3] - second[1])
            shared = min(first[3], second[3]) - max(first[1], second[1])
            apart = max(first[0], second[0]) - min(first[2], second[2])
            if shared > line * heights[0] and apart < gap * heights[1]:
                groups[index] = _around([first, second])
                del groups[other]
                break
        else:
            index += 1
            continue
        index = 0
    return groups


def _torn(rect: Rect, number: int, areas: NDArray[np.int32], ink: Mask, scale: float) -> bool:
    """Whether ink stands at the left or right border of its cell, with ink just beyond it."""
    reach = max(2, round(TORN * scale))
    y0, y1 = rect[1], rect[3]
    middle = (y0 + y1) // 2
    for at, step in ((rect[0], -1), (rect[2] - 1, 1)):
        beyond = at + step * 2 * reach
        if not 0 <= beyond < areas.shape[1] or areas[middle, beyond] in (number, -1):
            continue
        low, high = sorted((at + step, beyond))
        if ink[y0:y1, low : high + 1].any():
            return True
    return False


def _around(rects: Sequence[Rect]) -> Rect:
    return (min(r[0] for r in rects), min(r[1] for r in rects), max(r[2] for r in rects), max(r[3] for r in rects))


def _within(rect: Rect, size: tuple[int, ...]) -> Rect:
    return max(0, rect[0]), max(0, rect[1]), min(size[1], rect[2]), min(size[0], rect[3])
