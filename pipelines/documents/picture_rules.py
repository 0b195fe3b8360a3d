"""Ruled lines of a page picture: found, handed to the same cell finder as a PDF's, and painted out of the picture.

A rule is a long thin dark run. Strokes of large characters are too; a short one counts only where both its ends meet
a rule of the other direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.ocr import Picture
from pipelines.documents.pdf_rules import Edge

cv2: Any = import_module("cv2")

Mask = NDArray[np.uint8]  # 0 or 255, of the picture's shape

LOCAL = 11.0  # points: the neighbourhood that decides what is dark; larger than a stroke, smaller than a cell
DARKER = 14  # grey levels below the neighbourhood's mean: ink
SHORTEST = (14.0, 10.5)  # points: rules across (一 of a 12 pt face is 11 long) and down (the lowest rows are 11 high)
CERTAIN = 60.0  # points: so long is no character's stroke
THICKEST = 4.0  # points
PIECE = 90.0  # points: a rule that bends is taken in pieces of this length
TOUCH = 1.2  # points between the end of a short rule and the rule it meets
SPECK = 3  # pixels of ink: less is dust


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture's rules as edges in points; `grey` without them, and the `ink` that is left (text)."""

    edges: list[Edge]
    grey: Picture
    ink: Mask


def taken_out(grey: Picture, scale: float) -> Drawn:
    """Rules and text of an upright picture, apart. `scale` is pixels a point."""
    dark = ink_of(grey, scale)
    across, down = _runs(dark, scale, True), _runs(dark, scale, False)
    across, down = _met(across, down, scale, True), _met(down, across, scale, False)
    edges = [*_edges(across, scale, True), *_edges(down, scale, False)]
    rules = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    reach = 2 * round(2.2 * scale) + 1
    paper = cv2.dilate(grey, np.ones((reach, reach), np.uint8))
    clean = np.where(rules > 0, paper, grey)
    return Drawn(edges, clean, cv2.bitwise_and(dark, cv2.bitwise_not(rules)))


def ink_of(grey: Picture, scale: float) -> Mask:
    """What is darker than its surroundings; paper tone, shading and scanner shadows are not."""
    block = 2 * round(LOCAL * scale / 2) + 1
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    noise = float(np.median(np.abs(grey.astype(np.int16) - smooth))) * 2.5
    source = grey if noise < 3 else smooth
    return cv2.adaptiveThreshold(
        source, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, DARKER + min(noise, 20)
    )


def _runs(dark: Mask, scale: float, horizontal: bool) -> Mask:
    """Long thin runs in one direction. Dark pixels are thickened across it first: a rule that leans by a pixel
    somewhere is still one run."""
    shortest = max(3, round(SHORTEST[0 if horizontal else 1] * scale))
    thick = cv2.dilate(dark, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
    line = np.ones((1, shortest) if horizontal else (shortest, 1), np.uint8)
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, line)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    length, thickness = (boxes[:, 2], boxes[:, 3]) if horizontal else (boxes[:, 3], boxes[:, 2])
    average = boxes[:, 4] / np.maximum(1, length)
    rule = (average <= THICKEST * scale + 2) & (thickness <= np.maximum(THICKEST * scale + 2, 0.02 * length))
    rule[0] = False
    return np.where(rule[labels], runs, 0).astype(np.uint8)


def _met(runs: Mask, others: Mask, scale: float, horizontal: bool) -> Mask:
    """The runs without short ones whose ends meet nothing: strokes of characters, dashes."""
    near = round(TOUCH * scale) + 1
    reach = cv2.dilate(others, np.ones((2 * near + 1, 2 * near + 1), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    kept = np.zeros(len(boxes), dtype=bool)
    for number, (x, y, width, height, _) in enumerate(boxes[1:], start=1):
        if (width if horizontal else height) >= CERTAIN * scale:
            kept[number] = True
        elif horizontal:
            kept[number] = reach[y : y + height, x].any() and reach[y : y + height, x + width - 1].any()
        else:
            kept[number] = reach[y, x : x + width].any() and reach[y + height - 1, x : x + width].any()
    return np.where(kept[labels], runs, 0).astype(np.uint8)


def _edges(runs: Mask, scale: float, horizontal: bool) -> Iterator[Edge]:
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for number, (x, y, width, height, _) in enumerate(boxes[1:], start=1):
        part = labels[y : y + height, x : x + width] == number
        start, side, length = (x, y, width) if horizontal else (y, x, height)
        thickness = height if horizontal else width
        step = length if thickness <= 2 * scale else max(1, round(PIECE * scale))
        for begin in range(0, length, step):
            end = min(length, begin + step)
            piece = part[:, begin:end] if horizontal else part[begin:end, :].T
            dark = piece.sum(axis=1)
            if not dark.any():
                continue
            at = side + float((dark * np.arange(len(dark))).sum() / dark.sum()) + 0.5
            yield Edge(horizontal, at / scale, (start + begin) / scale, (start + end) / scale)
