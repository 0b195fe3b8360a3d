"""Tables set without vertical rules: columns found from how the words of consecutive rows stand under one another.

Best effort, and careful: only where at least three rows hold at least two columns of numbers. What it finds says
`spans_known=False`, as white space cannot tell a merged cell from a blank one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    """Cell texts by (row, column), the boxes of their ink, and the characters used up."""

    texts: dict[tuple[int, int], tuple[str, Box]]
    n_rows: int
    n_cols: int
    box: Box
    used: frozenset[Char]


def find_unruled(chars: Sequence[Char], rules: Sequence[Edge]) -> list[UnruledTable]:
    """Tables among characters outside ruled grids, top to bottom; `rules` separate rows where they run between them."""
    rows = [row for row in map(_text_row, rows_of(chars)) if row is not None]
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
            table = _table(rows[first:end], rows[start:end], rules)
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


def _table(rows: Sequence[TextRow], body: Sequence[TextRow], rules: Sequence[Edge]) -> UnruledTable | None:
    columns = _columns(body)
    numeric = [
        sum(any(word.numeric and _overlap(word, column) > 0 for word in row.words) for row in body)
        for column in columns
    ]
    if sum(count >= MIN_ROWS for count in numeric) < MIN_NUMERIC_COLUMNS:
        return None
    cells: dict[tuple[int, int], list[Char]] = {}
    row_no = -1
    for index, row in enumerate(rows):
        if index == 0 or not _same_band(rows[index - 1], row, rules):
            row_no += 1
        for word in row.words:
            column = max(range(len(columns)), key=lambda c: _overlap(word, columns[c]))
            cells.setdefault((row_no, column), []).extend(word.chars)
    texts = {place: (cell_text(chars), _ink(chars)) for place, chars in sorted(cells.items())}
    used = frozenset(char for chars in cells.values() for char in chars)
    return UnruledTable(texts, row_no + 1, len(columns), _ink(list(used)), used)


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


def _same_band(upper: TextRow, lower: TextRow, rules: Sequence[Edge]) -> bool:
    """Two lines of one row: rules run above and below them, none between, and they stand as close as lines of text."""
    over = [rule.at for rule in rules if rule.horizontal and _spans(rule, upper) and rule.at <= upper.top + 2]
    under = [rule.at for rule in rules if rule.horizontal and _spans(rule, lower) and rule.at >= lower.bottom - 2]
    between = [
        rule for rule in rules if rule.horizontal and _spans(rule, lower) and upper.bottom - 2 < rule.at < lower.top + 2
    ]
    close = lower.top - upper.bottom < 0.6 * lower.size
    return bool(over and under) and not between and close and _banded(rules, upper)


def _banded(rules: Sequence[Edge], row: TextRow) -> bool:
    """Whether rules separate rows (more than the three of a booktabs table)."""
    return sum(rule.horizontal and _spans(rule, row) for rule in rules) > 4


def _spans(rule: Edge, row: TextRow) -> bool:
    return rule.start - 3 <= row.words[0].x0 and rule.end + 3 >= row.words[-1].x1


def _ink(chars: Sequence[Char]) -> Box:
    return Box(
        min(c.x0 for c in chars),
        min(c.base - 0.86 * c.size for c in chars),
        max(c.x1 for c in chars),
        max(c.base + 0.14 * c.size for c in chars),
    )
