"""From ruling edges to grids: which rectangles of the page are cells, and how they span rows and columns.

The cells are found as pdfplumber finds them (snap, join, intersect, group), from pdfium; the tests hold each step
against pdfplumber's own function. Around them stands what Chinese reports need besides: outer borders that were left
out, columns that drift a little from row to row, merged areas as one cell, and two forms on a page kept apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any

from pdfplumber.table import cells_to_tables

from pipelines.documents.model import Box
from pipelines.documents.pdf_rules import Edge

SNAP = 3.0  # points: pdfplumber's defaults for snapping, joining and crossing
MIN_EDGE = 3.0  # a shorter piece is an ornament
MIN_OPEN = 8.0  # a rule must reach this far past the last crossing rule to leave a column (or row) open
DOUBLE = 4.5  # a narrower cell is the white between the two lines of a double border
SLIVER = 6.0  # rules closer than this, never both of one cell, are one rule that drifted
MIN_COLUMN = 4  # rows: what a single column needs to be looked at as a table
MAX_PAIRS = 1_000_000  # of a horizontal and a vertical rule, and
MAX_CROSSINGS = 8_000  # where two meet: maps and hatchings have more, forms of a page never

BBox = tuple[float, float, float, float]
Point = tuple[float, float]
Crossings = dict[Point, dict[str, list[Any]]]  # at a point: the vertical rules, the horizontal ones


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell's place: its box and what it covers of the grid, 0-based."""

    box: Box
    row: int
    col: int
    row_span: int = 1
    col_span: int = 1


@dataclass(frozen=True, slots=True)
class GridShape:
    """A table's geometry before its text: slots cover the whole of n_rows × n_cols without overlap."""

    slots: tuple[Slot, ...]
    n_rows: int
    n_cols: int
    box: Box


def find_shapes(rules: Sequence[Edge], *, columns: bool = False) -> list[GridShape]:
    """The ruled grids among joined rules, top to bottom.

    A frame around text is no grid, nor is a single column: shaded paragraphs and framed notes are prose. With `columns`
    single columns of several rows are given too: one may be the last of a sheet that was cut at the page's edge, and
    who reads its text knows.
    """
    if not any(rule.horizontal for rule in rules) or all(rule.horizontal for rule in rules):
        return []
    missing = _implicit(rules)
    if missing:
        rules = joined([*rules, *missing])
    shapes = [_shape(table) for table in cell_boxes(rules)]
    shapes = [shape for shape in shapes if shape.n_cols > 1 or (columns and shape.n_rows >= MIN_COLUMN)]
    wide = [shape for shape in shapes if shape.n_cols > 1]
    return [shape for shape in shapes if not any(_within(shape, other) for other in wide)]


def joined(edges: Iterable[Edge]) -> list[Edge]:
    """Edges snapped to common lines and joined end to end, stumps removed (pdfplumber's `merge_edges`, on tuples)."""
    edges = list(edges)
    merged = _on_lines([e for e in edges if e.horizontal]) + _on_lines([e for e in edges if not e.horizontal])
    return [edge for edge in merged if edge.end - edge.start >= MIN_EDGE]


def _on_lines(edges: list[Edge]) -> list[Edge]:
    """Parallel edges: those that lie within SNAP of a neighbour take their mean position, and meet if ends do."""
    edges.sort(key=attrgetter("at"))
    found: list[Edge] = []
    start = 0
    for index in range(1, len(edges) + 1):
        if index < len(edges) and edges[index].at <= edges[index - 1].at + SNAP:
            continue
        line = edges[start:index]
        at = sum(edge.at for edge in line) / len(line)
        line.sort(key=attrgetter("start"))
        begin, end = line[0].start, line[0].end
        for edge in line[1:]:
            if edge.start > end + SNAP:
                found.append(Edge(edge.horizontal, at, begin, end))
                begin, end = edge.start, edge.end
            elif edge.end > end:
                end = edge.end
        found.append(Edge(line[0].horizontal, at, begin, end))
        start = index
    return found


def cell_boxes(rules: Sequence[Edge]) -> list[list[BBox]]:
    """Cells closed by joined rules, grouped into tables that hang together (pdfplumber's functions)."""
    n_across = sum(rule.horizontal for rule in rules)
    if n_across * (len(rules) - n_across) > MAX_PAIRS:
        return []
    crossings = crossings_of(rules)
    if len(crossings) > MAX_CROSSINGS:
        return []
    return cells_to_tables(closed_cells(crossings))


def crossings_of(rules: Sequence[Edge]) -> Crossings:
    """Where rules cross or meet within SNAP, and which do (pdfplumber's `edges_to_intersections`, by look-up)."""
    across = sorted((rule for rule in rules if rule.horizontal), key=attrgetter("at", "start"))
    heights = [rule.at for rule in across]
    found: Crossings = {}
    for upright in sorted((rule for rule in rules if not rule.horizontal), key=attrgetter("at", "start")):
        x = upright.at
        for rule in across[bisect_left(heights, upright.start - SNAP) : bisect_right(heights, upright.end + SNAP)]:
            if rule.start - SNAP <= x <= rule.end + SNAP:
                both = found.setdefault((x, rule.at), {"v": [], "h": []})
                both["v"].append(upright)
                both["h"].append(rule)
    return found


def closed_cells(crossings: Crossings) -> list[BBox]:
    """The smallest rectangle that rules close below and right of each crossing.

    What pdfplumber's `intersections_to_cells` finds, by look-up instead of a scan over all points for every point.
    """
    upright = {point: frozenset(map(id, rules["v"])) for point, rules in crossings.items()}
    across = {point: frozenset(map(id, rules["h"])) for point, rules in crossings.items()}
    below: dict[float, list[float]] = defaultdict(list)
    right: dict[float, list[float]] = defaultdict(list)
    for x, y in sorted(crossings):
        below[x].append(y)
        right[y].append(x)

    def closed(x: float, y: float) -> BBox | None:
        for bottom in below[x][bisect_right(below[x], y) :]:
            if upright[x, y].isdisjoint(upright[x, bottom]):
                continue
            for end in right[y][bisect_right(right[y], x) :]:
                corner = (end, bottom)
                if (
                    corner in crossings
                    and not across[x, y].isdisjoint(across[end, y])
                    and not upright[corner].isdisjoint(upright[end, y])
                    and not across[corner].isdisjoint(across[x, bottom])
                ):
                    return x, y, end, bottom
        return None

    return [cell for x, y in sorted(crossings) if (cell := closed(x, y)) is not None]


# -- borders that were left out -------------------------------------------------------------------------------------


def _implicit(rules: Sequence[Edge]) -> list[Edge]:
    """The outer borders of tables with open sides: a line through the ends of rules that reach past the last crossing.

    Many reports rule their tables without left and right border; a page break can leave out the top or bottom one.
    Two neighbouring parallel rules that end together are evidence enough; one is an underline.
    """
    found: list[Edge] = []
    for table in _connected(rules):
        for horizontal in (True, False):
            along = sorted((rule for rule in table if rule.horizontal is horizontal), key=lambda rule: rule.at)
            across = [rule for rule in table if rule.horizontal is not horizontal]
            for at_end in (False, True):
                found += _closing(along, across, at_end)
    return found


def _closing(along: Sequence[Edge], across: Sequence[Edge], at_end: bool) -> list[Edge]:
    open_ends: list[tuple[float, float]] = []  # (position of the rule, where it ends)
    for rule in along:
        crossings = [c.at for c in across if c.start - SNAP <= rule.at <= c.end + SNAP and _reaches(rule, c.at)]
        end = rule.end if at_end else rule.start
        if crossings and (end - max(crossings) if at_end else min(crossings) - end) >= MIN_OPEN:
            open_ends.append((rule.at, end))
    found = []
    for (upper, first), (lower, second) in pairwise(open_ends):
        between = [rule for rule in along if upper < rule.at < lower and _reaches(rule, first)]
        if abs(first - second) <= 2 * SNAP and not between:
            found.append(Edge(not along[0].horizontal, (first + second) / 2, upper, lower))
    return found


def _reaches(rule: Edge, at: float) -> bool:
    return rule.start - SNAP <= at <= rule.end + SNAP


def _connected(rules: Sequence[Edge]) -> list[list[Edge]]:
    """Rules that cross one another, directly or through others."""
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    across = [i for i, rule in enumerate(rules) if rule.horizontal]
    upright = [i for i, rule in enumerate(rules) if not rule.horizontal]
    for i in across:
        for j in upright:
            if _reaches(rules[i], rules[j].at) and _reaches(rules[j], rules[i].at):
                parent[root(i)] = root(j)
    groups: dict[int, list[Edge]] = defaultdict(list)
    for index, rule in enumerate(rules):
        groups[root(index)].append(rule)
    return [group for group in groups.values() if len(group) > 2]


# -- cells to rows and columns --------------------------------------------------------------------------------------


def _within(shape: GridShape, other: GridShape) -> bool:
    """Whether a grid lies in one cell of another: a shaded text there, or a table whose text is the cell's."""
    box = shape.box
    return shape is not other and any(
        slot.box.x0 - SNAP <= box.x0
        and box.x1 <= slot.box.x1 + SNAP
        and slot.box.top - SNAP <= box.top
        and box.bottom <= slot.box.bottom + SNAP
        for slot in other.slots
    )


def _shape(cells: Sequence[BBox]) -> GridShape:
    cells = [cell for cell in cells if min(cell[2] - cell[0], cell[3] - cell[1]) >= DOUBLE] or cells
    xs = _lines([(cell[0], cell[2]) for cell in cells])
    ys = _lines([(cell[1], cell[3]) for cell in cells])
    columns, rows = sorted(set(xs.values())), sorted(set(ys.values()))
    col_at, row_at = {x: n for n, x in enumerate(columns)}, {y: n for n, y in enumerate(rows)}
    slots: list[Slot] = []
    taken: set[tuple[int, int]] = set()
    for x0, top, x1, bottom in sorted(cells, key=lambda cell: (cell[2] - cell[0]) * (cell[3] - cell[1])):
        row, row_end = row_at[ys[top]], row_at[ys[bottom]]
        col, col_end = col_at[xs[x0]], col_at[xs[x1]]
        covered = [(r, c) for r in range(row, row_end) for c in range(col, col_end)]
        if covered and taken.isdisjoint(covered):
            taken.update(covered)
            slots.append(Slot(Box(x0, top, x1, bottom), row, col, row_end - row, col_end - col))
    slots += _holes(taken, rows, columns)
    slots.sort(key=lambda slot: (slot.row, slot.col))
    return GridShape(tuple(slots), len(rows) - 1, len(columns) - 1, Box(columns[0], rows[0], columns[-1], rows[-1]))


def _lines(sides: Iterable[tuple[float, float]]) -> dict[float, float]:
    """Every border position → the grid line it belongs to; neighbours that no cell lies between become one."""
    pairs = set(sides)
    positions = sorted({at for pair in pairs for at in pair})
    line: dict[float, float] = {}
    group: list[float] = []
    for at in positions:
        apart = any(low in group and high == at for low, high in pairs)
        if group and at - group[0] < SLIVER and not apart:
            group.append(at)
        else:
            group = [at]
        line[at] = group[0]
    return line


def _holes(taken: set[tuple[int, int]], rows: Sequence[float], columns: Sequence[float]) -> list[Slot]:
    """Slots for places inside the table that no closed rectangle covers, so that no text can fall between cells."""
    slots = []
    for row in range(len(rows) - 1):
        col = 0
        while col < len(columns) - 1:
            end = col
            while end < len(columns) - 1 and (row, end) not in taken:
                end += 1
            if end > col:
                box = Box(columns[col], rows[row], columns[end], rows[row + 1])
                slots.append(Slot(box, row, col, 1, end - col))
            col = max(end, col + 1)
    return slots
