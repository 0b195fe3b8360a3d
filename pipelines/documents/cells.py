"""Which cell a character of the page belongs to: the one its centre lies in, save where text ran out of its cell.

Spreadsheets print a text that is too long for its column over the next one, or cut it off at the border and leave the
rest in the text layer; by their centres its last characters would stand before the neighbour's amount (费支出446.11).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from pipelines.documents.model import Box
from pipelines.documents.pdf_marks import Char
from pipelines.documents.ruled import GridShape, Slot

ACROSS = 0.25  # of a character's width on the other side of a border: it stands across
OUTSIZE = 1.8  # times the usual size of the page
ROW_SHARE = 0.6  # of its size: text that needs more than its row's height was not set in that row
SAME_RUN = 0.12  # em: characters drawn one after another this close are one text
AMOUNT = re.compile(r"[-−(（]?(\d{1,3}([,，]\d{3})+|\d+)(\.\d{1,4})?[)）]?[%％]?")


def over_the_table(
    chars: Sequence[Char], shares: Sequence[list[list[Char]]], outside: list[Char], shapes: Sequence[GridShape]
) -> list[Char]:
    """Takes a watermark drawn level across the table out of the cells and out of the text beside it.

    It is far larger than the page's text and far taller than a row that it crosses. In drawing order.
    """
    sizes = Counter([char.size for char in chars])
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    if not any(size > OUTSIZE * usual for size in sizes):
        return []
    lines = {
        (char.size, char.base)
        for shape, share in zip(shapes, shares, strict=True)
        for slot, cell in zip(shape.slots, share, strict=True)
        for char in cell
        if char.size > OUTSIZE * usual and char.size * ROW_SHARE > slot.box.bottom - slot.box.top
    }
    if not lines:
        return []
    for held in (outside, *(cell for share in shares for cell in share)):
        held[:] = [char for char in held if (char.size, char.base) not in lines]
    return [char for char in chars if (char.size, char.base) in lines]


def shared_out(chars: Sequence[Char], shapes: Sequence[GridShape]) -> tuple[list[list[list[Char]]], list[Char]]:
    """Characters (in drawing order) by shape and slot, and those outside every shape."""
    shares: list[list[list[Char]]] = [[[] for _ in shape.slots] for shape in shapes]
    if not shapes:
        return shares, list(chars)
    finders = [_Finder(shape) for shape in shapes]
    places = [_place(char, finders) for char in chars]
    _gather_runs(chars, places, shapes)
    outside = []
    for char, place in zip(chars, places, strict=True):
        if place is None:
            outside.append(char)
        else:
            shares[place[0]][place[1]].append(char)
    return shares, outside


Place = tuple[int, int]  # shape, slot


def _place(char: Char, finders: Sequence[_Finder]) -> Place | None:
    x, y = (char.x0 + char.x1) / 2, char.middle
    for number, finder in enumerate(finders):
        slot = finder.slot_at(x, y)
        if slot is not None:
            return number, slot
    return None


def _gather_runs(chars: Sequence[Char], places: list[Place | None], shapes: Sequence[GridShape]) -> None:
    """Moves every text that ran over a border into one cell, in place.

    That a text goes on over a border without a gap is not enough (cells can be set flush): a character must stand
    across it, or the whole be one amount.
    """
    start = 0
    runs: list[tuple[int, int]] = []
    for index in range(1, len(chars) + 1):
        if index < len(chars) and _follows(chars[index - 1], chars[index]):
            continue
        runs.append((start, index))
        crossed = set(places[start:index])
        if len(crossed) > 1 and len({place[0] for place in crossed if place}) == 1:
            run, slots = chars[start:index], shapes[next(place[0] for place in crossed if place)].slots
            placed = zip(run, places[start:index], strict=True)
            across = any(_across(char, slots[place[1]].box) for char, place in placed if place)
            text = "".join(char.text for char in run)
            if across or ("." in text and AMOUNT.fullmatch(text)):
                places[start:index] = [_owner(run, places[start:index], slots)] * (index - start)
        start = index
    _gather_wrapped(chars, places, shapes, runs)


def _gather_wrapped(
    chars: Sequence[Char], places: list[Place | None], shapes: Sequence[GridShape], runs: Sequence[tuple[int, int]]
) -> None:
    """Moves every text of several lines that is taller than its row into one cell, in place.

    Spreadsheets print a name that wraps in a row too low for it over the rows above and below. Such lines are drawn one
    after the other, each but the last fills its column, and the first and last stand across borders between rows: the
    text is set in the middle of its row. (Set at the top or bottom it cannot be told from names of neighbouring rows.)
    """
    first = 0
    for number in range(1, len(runs) + 1):
        if number < len(runs) and _wraps(chars, places, shapes, runs[number - 1], runs[number]):
            continue
        lines = runs[first:number]
        first = number
        if len(lines) == 1 or len({places[line[0]] for line in lines}) == 1:
            continue
        slots = [_slot(places[line[0]], shapes) for line in lines]
        over = [slot is not None and _sticks_out(chars[line[0]], slot) for line, slot in zip(lines, slots, strict=True)]
        if not (over[0] and over[-1]):
            continue
        middle = (chars[lines[0][0]].middle + chars[lines[-1][0]].middle) / 2
        owner = min(range(len(lines)), key=lambda n: abs(_height(slots[n]) - middle))
        for start, end in lines:
            places[start:end] = [places[lines[owner][0]]] * (end - start)


def _wraps(
    chars: Sequence[Char],
    places: Sequence[Place | None],
    shapes: Sequence[GridShape],
    before: tuple[int, int],
    after: tuple[int, int],
) -> bool:
    """Whether a run is the next line of a text: right below, in the same column, and the line before is full."""
    upper, lower = _slot(places[before[0]], shapes), _slot(places[after[0]], shapes)
    if upper is None or lower is None or (upper.col, upper.col_span) != (lower.col, lower.col_span):
        return False
    last, char = chars[before[1] - 1], chars[after[0]]
    step = char.base - last.base
    return 0.98 * char.size < step < 1.7 * char.size and last.x1 + 1.6 * char.size > upper.box.x1


def _slot(place: Place | None, shapes: Sequence[GridShape]) -> Slot | None:
    return shapes[place[0]].slots[place[1]] if place else None


def _height(slot: Slot | None) -> float:
    return (slot.box.top + slot.box.bottom) / 2 if slot else 0.0


def _sticks_out(char: Char, slot: Slot) -> bool:
    """Whether a line reaches over the upper or lower border of the cell that its middle lies in."""
    reach = ACROSS * char.size
    return char.base - 0.86 * char.size < slot.box.top - reach or char.base + 0.1 * char.size > slot.box.bottom + reach


def _across(char: Char, box: Box) -> bool:
    return max(box.x0 - char.x0, char.x1 - box.x1) >= ACROSS * (char.x1 - char.x0)


def _follows(before: Char, char: Char) -> bool:
    reach = SAME_RUN * char.size
    return abs(char.x0 - before.x1) < reach and abs(char.base - before.base) < reach


def _owner(run: Sequence[Char], places: Sequence[Place | None], slots: Sequence[Slot]) -> Place | None:
    """The cell that a text run across borders began from: its middle one if it hangs over both sides alike, the last
    for an amount (set from the right), else the first."""
    centre = (run[0].x0 + run[-1].x1) / 2
    middle = next((p for char, p in zip(run, places, strict=True) if char.x1 >= centre), None)
    if middle is not None:
        box = slots[middle[1]].box
        over, under = box.x0 - run[0].x0, run[-1].x1 - box.x1
        if over > 0 and under > 0 and abs(over - under) < run[0].size:
            return middle
    known = [place for place in places if place is not None]
    return known[-1] if AMOUNT.fullmatch("".join(char.text for char in run)) else known[0]


class _Finder:
    """Finds the slot of a shape at a point. Rules that drifted leave slots off the grid lines: their boxes decide."""

    def __init__(self, shape: GridShape) -> None:
        self.slots = shape.slots
        self.box = shape.box
        self.tops = sorted({slot.box.top for slot in shape.slots})
        self.bands: list[list[int]] = [[] for _ in self.tops]  # slots that reach into each band, left to right
        for index in sorted(range(len(self.slots)), key=lambda index: self.slots[index].box.x0):
            box = self.slots[index].box
            for band in range(bisect_left(self.tops, box.top), bisect_left(self.tops, box.bottom)):
                self.bands[band].append(index)
        self.lefts = [[self.slots[index].box.x0 for index in band] for band in self.bands]

    def slot_at(self, x: float, y: float) -> int | None:
        if not (self.box.x0 <= x < self.box.x1 and self.box.top <= y < self.box.bottom):
            return None
        number = max(0, bisect_right(self.tops, y) - 1)
        band = self.bands[number]
        if not band:
            return None
        likely = band[max(0, bisect_right(self.lefts[number], x) - 1)]
        box = self.slots[likely].box
        if box.x0 <= x <= box.x1 and box.top <= y <= box.bottom:
            return likely
        return min(band, key=lambda index: _distance(self.slots[index].box, x, y))


def _distance(box: Box, x: float, y: float) -> float:
    """How far a point lies outside a box; 0 within."""
    return max(box.x0 - x, x - box.x1, 0.0) + max(box.top - y, y - box.bottom, 0.0)
