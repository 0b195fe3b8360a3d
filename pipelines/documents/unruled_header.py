"""The header of a table without vertical rules: which columns each of its words stands over.

A word over several columns is centred over them, above names of their own (本年支出 over 小计, 基本支出, 项目支出); a
name that wraps stands line under line over one column. Every column gets its names from the top; the lowest
reaches down to the body, so that nothing is left to be filled from a neighbour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pipelines.documents.model import Box
from pipelines.documents.pdf_marks import Char

TOUCHING = 0.94  # of the distance between rows: lines of one wrapped name stand closer
CENTRED = 0.2  # of a column: spans whose middles are this close to a word are alike, and the widest is meant
SAME_HEIGHT = 1.0  # em: words closer in height stand side by side


class HeaderCell(NamedTuple):
    """Characters of one header cell and the rows and columns that it covers."""

    chars: tuple[Char, ...]
    row: int
    col: int
    row_span: int
    col_span: int


@dataclass(slots=True, eq=False)
class _Name:
    chars: list[Char]
    x0: float
    x1: float
    top: float
    bottom: float
    first: int = 0
    last: int = 0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def header_cells(
    words: Sequence[tuple[tuple[Char, ...], Box]], columns: Sequence[tuple[float, float]], pitch: float
) -> tuple[list[HeaderCell], int]:
    """Cells over the columns and the number of header rows, from words with the boxes of their ink.

    `pitch` is the distance in points between rows of the body.
    """
    names = [_Name(list(chars), box.x0, box.x1, box.top, box.bottom) for chars, box in words]
    borders = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
    edges = [columns[0][0], *borders, columns[-1][1]]
    for name in names:
        centre = (name.x0 + name.x1) / 2
        name.first = name.last = sum(border <= centre for border in borders)
    for name in names:
        _widen(name, names, columns, edges, pitch)
    paths: list[list[_Name]] = []
    joined = sorted(names, key=lambda name: name.middle)
    joined = _joined(joined, pitch)
    for column in range(len(columns)):
        paths.append([name for name in joined if name.first <= column <= name.last])
    depth = max((len(path) for path in paths), default=0)
    cells, done = [], set()
    for column, path in enumerate(paths):
        for level, name in enumerate(path):
            if id(name) in done:
                continue
            done.add(id(name))
            span = 1 if level < len(path) - 1 else depth - level
            cells.append(HeaderCell(tuple(name.chars), level, column, span, name.last - column + 1))
    return cells, depth


def _widen(
    name: _Name, names: Sequence[_Name], columns: Sequence[tuple[float, float]], edges: list[float], pitch: float
) -> None:
    """Lets a name cover the columns that it is centred over, if each has a name below it and none beside it."""
    size = name.chars[0].size
    under = [n.bottom - name.bottom for n in names if n.first <= name.first <= n.last and n.middle > name.middle]
    if under and min(under) <= TOUCHING * pitch:
        return  # its own next line

    def free(column: int) -> bool:
        own = [other for other in names if other is not name and other.first <= column <= other.last]
        below = any(other.middle - name.middle > SAME_HEIGHT * size for other in own)
        return below and not any(abs(other.middle - name.middle) <= SAME_HEIGHT * size for other in own)

    home = name.first
    if not free(home) and any(other is not name and other.first == home for other in names):
        return
    first = last = home
    while first > 0 and free(first - 1):
        first -= 1
    while last < len(columns) - 1 and free(last + 1):
        last += 1
    if not free(home) and first == last:
        return
    centre = (name.x0 + name.x1) / 2
    off = {}
    for a in range(first, home + 1):
        for b in range(home, last + 1):
            width = (edges[b + 1] - edges[a]) / (b - a + 1)
            off[a, b] = abs((edges[a] + edges[b + 1]) / 2 - centre) / width
            off[a, b] = min(off[a, b], abs((_centre(names, name, a) + _centre(names, name, b)) / 2 - centre) / width)
    centred = [span for span, distance in off.items() if distance <= min(off.values()) + CENTRED]
    name.first, name.last = max(centred, key=lambda s: s[1] - s[0])


def _centre(names: Sequence[_Name], parent: _Name, column: int) -> float:
    """The centre of the name below the parent in a column; infinite without one."""
    below = [n for n in names if n is not parent and n.first <= column <= n.last and n.middle > parent.middle]
    return min(((n.x0 + n.x1) / 2 for n in below[:1]), default=math.inf)


def _joined(names: Sequence[_Name], pitch: float) -> list[_Name]:
    """Names over one column whose lines touch are one name."""
    made: list[_Name] = []
    for name in names:
        above = next((n for n in reversed(made) if (n.first, n.last) == (name.first, name.last)), None)
        alone = name.first == name.last
        if above and alone and name.bottom - above.bottom <= TOUCHING * pitch:
            above.chars += name.chars
            above.bottom = name.bottom
        else:
            made.append(name)
    return made
