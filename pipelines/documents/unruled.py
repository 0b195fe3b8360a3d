"""Tables set without vertical rules: columns found from how the words of consecutive rows stand under one another.

Best effort, and careful: only where at least three rows hold at least two columns of numbers. What it finds says
`spans_known=False`, as white space cannot tell a merged cell from a blank one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pipelines.documents.model import Box
from pipelines.documents.pdf_marks import Char
from pipelines.documents.pdf_rules import Edge
from pipelines.documents.text_lines import cell_text, once, rows_of

WORD_GAP = 0.9  # em of white space between two cells' texts
ROW_GAP = 3.0  # em between the lines of one table
MIN_ROWS = 3
MIN_NUMERIC_COLUMNS = 2
_NUMBER = re.compile(r"[-−+(（]?\d[\d,，]*(\.\d+)?[)）]?[%％]?|[—–-]{1,2}")


@dataclass(frozen=True, slots=True)
class Word:
    chars: tuple[Char, ...]
    x0: float
    x1: float

    @property
    def numeric(self) -> bool:
        return _NUMBER.fullmatch("".join(char.text for char in self.chars)) is not None


@dataclass(frozen=True, slots=True)
class TextRow:
    words: tuple[Word, ...]
    top: float
    bottom: float
    size: float

    @property
    def n_numeric(self) -> int:
        return sum(word.numeric for word in self.words)


@dataclass(frozen=True, slots=True)
class UnruledTable:
    """Cell texts by (row, column) with the boxes of their ink."""

    texts: dict[tuple[int, int], tuple[str, Box]]
    n_rows: int
    n_cols: int
    box: Box

    def holds(self, char: Char) -> bool:
        return self.box.x0 <= (char.x0 + char.x1) / 2 <= self.box.x1 and self.box.top <= char.middle <= self.box.bottom


class Band(NamedTuple):
    """A strip between two rules."""

    top: float
    bottom: float
    x0: float
    x1: float


def find_unruled(chars: Sequence[Char], rules: Sequence[Edge]) -> list[UnruledTable]:
    """Tables among characters outside ruled grids, top to bottom; `rules` separate rows where they run between them."""
    return find_unruled_rows(rows_of(chars), rules)


def find_unruled_rows(lines: Sequence[Sequence[Char]], rules: Sequence[Edge]) -> list[UnruledTable]:
    """The same among characters that `rows_of` has grouped."""
    if sum(any(char.text.isdigit() for char in line) for line in lines) < MIN_ROWS:
        return []
    rows = _by_band([row for row in map(_text_row, lines) if row is not None], rules)
    tables = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _tabular(rows[end]) and (end == start or _near(rows[end - 1], rows[end])):
            end += 1
        if end - start >= MIN_ROWS:
            first = start
            while first > 0 and len(rows[first - 1].words) > 1 and _near(rows[first - 1], rows[first]):
                first -= 1  # header lines
            table = _table(rows[first:end], rows[start:end])
            if table is not None:
                tables.append(table)
        start = max(end, start + 1)
    return tables


def _tabular(row: TextRow) -> bool:
    return len(row.words) >= 2 and row.n_numeric >= 1


def _near(upper: TextRow, lower: TextRow) -> bool:
    return lower.top - upper.bottom < ROW_GAP * max(upper.size, lower.size)


def _text_row(chars: Sequence[Char]) -> TextRow | None:
    inked = once([char for char in chars if not char.text.isspace()])
    if not inked:
        return None
    groups: list[list[Char]] = [[inked[0]]]
    for before, char in pairwise(inked):
        if char.x0 - before.x1 > WORD_GAP * max(before.size, char.size):
            groups.append([])
        groups[-1].append(char)
    words = tuple(Word(tuple(group), group[0].x0, max(char.x1 for char in group)) for group in groups)
    size = max(char.size for char in inked)
    return TextRow(words, min(c.base - 0.86 * c.size for c in inked), max(c.base + 0.14 * c.size for c in inked), size)


def _table(rows: Sequence[TextRow], body: Sequence[TextRow]) -> UnruledTable | None:
    columns = _columns(body)
    numeric = [
        sum(any(word.numeric and _overlap(word, column) > 0 for word in row.words) for row in body)
        for column in columns
    ]
    if sum(count >= MIN_ROWS for count in numeric) < MIN_NUMERIC_COLUMNS:
        return None
    cells: dict[tuple[int, int], list[Char]] = {}
    for row_no, row in enumerate(rows):
        for word in row.words:
            column = max(range(len(columns)), key=lambda c: _overlap(word, columns[c]))
            cells.setdefault((row_no, column), []).extend(word.chars)
    texts = {place: (cell_text(chars), _ink(chars)) for place, chars in sorted(cells.items())}
    return UnruledTable(texts, len(rows), len(columns), _ink([char for chars in cells.values() for char in chars]))


def _columns(body: Sequence[TextRow]) -> list[tuple[float, float]]:
    """Stretches of the measure that words of the body stand in, the white gutters between them left out."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((word.x0, word.x1) for row in body for word in row.words):
        if columns and x0 <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _overlap(word: Word, column: tuple[float, float]) -> float:
    """Width that a word shares with a column; negative distance where they do not meet."""
    return min(word.x1, column[1]) - max(word.x0, column[0])


def _by_band(rows: Sequence[TextRow], rules: Sequence[Edge]) -> list[TextRow]:
    """Rows with those joined that stand between the same two rules, where rules separate the rows of a table."""
    bands = _bands(rules)
    joined: list[tuple[Band | None, list[TextRow]]] = []
    for row in rows:
        band = next((band for band in bands if _holds(band, row)), None)
        if joined and band is not None and joined[-1][0] == band:
            joined[-1][1].append(row)
        else:
            joined.append((band, [row]))
    return [_merged(group) if len(group) > 1 else group[0] for _, group in joined]


def _bands(rules: Sequence[Edge]) -> list[Band]:
    """The strips between neighbouring horizontal rules of the same extent, if there are enough to rule rows."""
    groups: dict[tuple[int, int], list[Edge]] = {}
    for rule in rules:
        if rule.horizontal:
            groups.setdefault((round(rule.start / 4), round(rule.end / 4)), []).append(rule)
    bands = []
    for group in groups.values():
        if len(group) > MIN_ROWS:
            lines = sorted(rule.at for rule in group)
            bands += [Band(top, bottom, group[0].start, group[0].end) for top, bottom in pairwise(lines)]
    return bands


def _holds(band: Band, row: TextRow) -> bool:
    middle = (row.top + row.bottom) / 2
    return band.top <= middle < band.bottom and band.x0 - 4 <= row.words[0].x0 and row.words[-1].x1 <= band.x1 + 4


def _merged(rows: Sequence[TextRow]) -> TextRow:
    """Lines of one table row as one: words that stand above one another are one cell's text."""
    groups: list[list[Word]] = []
    right = 0.0
    for word in sorted((word for row in rows for word in row.words), key=lambda word: word.x0):
        if groups and word.x0 < right:
            groups[-1].append(word)
        else:
            groups.append([word])
        right = max(right, word.x1) if len(groups[-1]) > 1 else word.x1
    words = tuple(
        Word(tuple(char for word in group for char in word.chars), group[0].x0, max(word.x1 for word in group))
        for group in groups
    )
    return TextRow(words, min(r.top for r in rows), max(r.bottom for r in rows), max(r.size for r in rows))


def _ink(chars: Sequence[Char]) -> Box:
    return Box(
        min(c.x0 for c in chars),
        min(c.base - 0.86 * c.size for c in chars),
        max(c.x1 for c in chars),
        max(c.base + 0.14 * c.size for c in chars),
    )
