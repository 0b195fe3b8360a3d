"""Where the parts of a chart stand, in percent of its box: the templates draw them as HTML and SVG, with links."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """One rectangle of a treemap: percent of the width and height of the whole; `index` of the value given."""

    index: int
    left: float
    top: float
    width: float
    height: float


def treemap(values: Sequence[float], aspect: float = 2.2) -> list[Tile]:
    """Squarified treemap (Bruls, Huizing, van Wijk 2000) of positive values; `aspect`: width / height."""
    order = sorted((i for i, value in enumerate(values) if value > 0), key=lambda i: -values[i])
    total = sum(values[i] for i in order)
    left, top, width, height = 0.0, 0.0, aspect, 1.0
    tiles: list[Tile] = []
    while order:
        side = min(width, height)
        areas = [values[i] / total * aspect for i in order]
        row = 1
        while row < len(order) and _worst(areas[: row + 1], side) <= _worst(areas[:row], side):
            row += 1
        depth = sum(areas[:row]) / side
        along = 0.0
        for index, area in zip(order[:row], areas[:row], strict=True):
            length = area / depth
            box = (left, top + along, depth, length) if width >= height else (left + along, top, length, depth)
            tiles.append(Tile(index, box[0] / aspect * 100, box[1] * 100, box[2] / aspect * 100, box[3] * 100))
            along += length
        if width >= height:
            left, width = left + depth, width - depth
        else:
            top, height = top + depth, height - depth
        order = order[row:]
    return tiles


def _worst(areas: Sequence[float], side: float) -> float:
    total = sum(areas)
    return max(max(side * side * area / total**2, total**2 / (side * side * area)) for area in areas)


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from `low` to `high` with round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Percent of the way from low to high."""
        return round((value - self.low) / (self.high - self.low) * 100, 3)


def axis(values: Sequence[float], *, from_zero: bool = True, steps: int = 4) -> Axis:
    """A scale that holds all values, with about `steps` round ticks; from 0 to 1 when there are none."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high <= low:
        high = low + 1.0
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(step * n, 10) for n in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)
