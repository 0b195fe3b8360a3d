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
from pipelines.documents.unruled_header import header_cells

WORD_GAP = 0.9  # em of white space between two cells' texts
KIND_GAP = 0.25  # em, where a code and a name, or two whole amounts, meet
ROW_GAP = 3.0  # em between the lines of one table
MIN_ROWS = 3
MIN_NUMERIC_COLUMNS = 2
MOST_NAMES = 3  # side by side in one row: as many wrap at once
MANY = 6  # numbers side by side in two rows are a table too: 三公 with its column numbers
_WHOLE = re.compile(r"[-−(（]?(\d{1,3}([,，]\d{3})+|\d+)\.\d{2}[)）]?")
_COLUMN_NUMBER = re.compile(r"栏次|\d{1,2}")
_ABOVE = re.compile(
    r".*((部门|单位|编制|名称)(名称)?[:：]|表$)"
)  # 部门：…  单位：万元, 公开03表: over the table, not its head
_NUMBER = re.compile(r"[-−+(（]?\d[\d,，]*(\.\d+)?[)）]?[%％]?|[—–-]{1,2}")


@dataclass(frozen=True, slots=True)
class Word:
    chars: tuple[Char, ...]
    x0: float
    x1: float

    @property
    def numeric(self) -> bool:
        return _NUMBER.fullmatch(self.text) is not None

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)

    @property
    def is_total(self) -> bool:
        return self.text.endswith(("合计", "总计"))


@dataclass(frozen=True, slots=True)
class TextRow:
    words: tuple[Word, ...]
    top: float
    bottom: float
    size: float

    @property
    def is_index(self) -> bool:
        """栏次 1 2 3: they stand in the middle of their columns, where no amount may reach."""
        return all(_COLUMN_NUMBER.fullmatch(word.text) for word in self.words)

    @property
    def n_numeric(self) -> int:
        return sum(word.numeric for word in self.words)


@dataclass(frozen=True, slots=True)
class UnruledTable:
    """Cell texts by (row, column) with the boxes of their ink; `spans` of header cells over more than one place."""

    texts: dict[tuple[int, int], tuple[str, Box]]
    n_rows: int
    n_cols: int
    box: Box
    spans: dict[tuple[int, int], tuple[int, int]]

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
    rows = _with_wrapped(_by_band([row for row in map(_text_row, lines) if row is not None], rules))
    tables: list[UnruledTable] = []
    start = floor = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _tabular(rows[end]) and (end == start or _near(rows[end - 1], rows[end])):
            end += 1
        if end - start >= MIN_ROWS or (end - start == 2 and all(r.n_numeric >= MANY for r in rows[start:end])):
            first = start
            while first > floor and _is_header_line(rows[first - 1], rows[first]):
                first -= 1
            table = _table(rows[first:end], rows[start:end])
            if table is not None:
                tables.append(table)
                floor = end
        start = max(end, start + 1)
    return tables


def _tabular(row: TextRow) -> bool:
    return len(row.words) >= 2 and row.n_numeric >= 1


def _is_header_line(row: TextRow, below: TextRow) -> bool:
    """Words side by side, or one (本年支出, the first line of a name) right over the next line."""
    if not _near(row, below) or any(_ABOVE.match(word.text) for word in row.words):
        return False
    return len(row.words) > 1 or below.bottom - row.bottom < 2.0 * row.size


def _with_wrapped(rows: Sequence[TextRow]) -> list[TextRow]:
    """Rows with the lines of a wrapped name that stand half above and half below their amounts."""
    made: list[TextRow] = []
    for row in rows:
        before = made[-1] if made else None
        if before and _half_over(before, row) and _tabular(before) != _tabular(row):
            made[-1] = _merged([before, row])
        else:
            made.append(row)
    return made


def _half_over(upper: TextRow, lower: TextRow) -> bool:
    name = lower if _tabular(upper) else upper
    return len(name.words) <= MOST_NAMES and not name.n_numeric and upper.bottom - lower.top > 0.2 * name.size


def _near(upper: TextRow, lower: TextRow) -> bool:
    return lower.top - upper.bottom < ROW_GAP * max(upper.size, lower.size)


def _text_row(chars: Sequence[Char]) -> TextRow | None:
    inked = once([char for char in chars if not char.text.isspace()])
    if not inked:
        return None
    groups: list[list[Char]] = [[inked[0]]]
    for before, char in pairwise(inked):
        gap = (char.x0 - before.x1) / max(before.size, char.size)
        if gap > WORD_GAP or (gap > KIND_GAP and _another_kind(groups[-1], char)):
            groups.append([])
        groups[-1].append(char)
    words = tuple(Word(tuple(group), group[0].x0, max(char.x1 for char in group)) for group in groups)
    size = max(char.size for char in inked)
    return TextRow(words, min(c.base - 0.86 * c.size for c in inked), max(c.base + 0.14 * c.size for c in inked), size)


def _another_kind(word: Sequence[Char], char: Char) -> bool:
    """Whether a character cannot go on with the word before it: a name behind a code, anything behind an amount."""
    text = "".join(c.text for c in word)
    if _WHOLE.fullmatch(text):
        return char.text not in "%％)）"
    cjk = "\u4e00" <= char.text <= "\u9fff"
    return (cjk and text.isdigit()) or (char.text.isdigit() and "\u4e00" <= text[-1] <= "\u9fff")


def _table(rows: Sequence[TextRow], body: Sequence[TextRow]) -> UnruledTable | None:
    columns = _columns(body)
    numeric = [
        sum(any(word.numeric and _overlap(word, column) > 0 for word in row.words) for row in body)
        for column in columns
    ]
    if sum(count >= min(MIN_ROWS, len(body)) for count in numeric) < MIN_NUMERIC_COLUMNS:
        return None
    head = rows[: len(rows) - len(body)]
    named, depth = header_cells(
        [(word.chars, _ink(word.chars)) for row in head for word in row.words], columns, _pitch(body)
    )
    cells: dict[tuple[int, int], list[Char]] = {(cell.row, cell.col): list(cell.chars) for cell in named}
    for row_no, row in enumerate(body, start=depth):
        for word in row.words:
            column = max(range(len(columns)), key=lambda c: _overlap(word, columns[c]))
            cells.setdefault((row_no, column), []).extend(word.chars)
    texts = {place: (cell_text(chars), _ink(chars)) for place, chars in sorted(cells.items())}
    spans = {(cell.row, cell.col): (cell.row_span, cell.col_span) for cell in named}
    ink = _ink([char for chars in cells.values() for char in chars])
    return UnruledTable(texts, depth + len(body), len(columns), ink, spans)


def _pitch(body: Sequence[TextRow]) -> float:
    """The least distance from row to row of the body: lines of one header name stand closer."""
    return min((lower.bottom - upper.bottom for upper, lower in pairwise(body)), default=0.0)


def _columns(body: Sequence[TextRow]) -> list[tuple[float, float]]:
    """Stretches of the measure that words of the body stand in, the white gutters between them left out.

    人员经费合计 stands over the columns of code and name: totals are put under what the other rows show.
    """
    words = [word for row in body if not row.is_index for word in row.words]
    words = [word for word in words if not word.is_total] or words
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((word.x0, word.x1) for word in words):
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
    made: list[TextRow] = []
    for _, group in joined:  # lines of the header stay: which names stand over which is seen by their heights
        made += [_merged(group)] if len(group) > 1 and any(map(_tabular, group)) else group
    return made


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
