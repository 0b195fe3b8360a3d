"""Tables of which a text conversion kept nothing but blanks between the cells: lines of words and amounts → grids.

A blank cell leaves no trace in them, so that only a row that prints every cell says where each one stands; the grid
says `blanks_lost`. They are grids all the same: what nobody can place is listed as such, not passed over as prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.documents.grid_build import Row, is_heading, is_note
from pipelines.documents.model import Block, Cell, Grid, Paragraph

MIN_ROWS = 3  # lines with amounts
MAX_BETWEEN = 2  # lines without, between two rows: the rest of a name that was broken
MAX_HEADER = 7
LONGEST_NAME = 60  # characters of words in one line of a table
_AMOUNT = re.compile(r"[-−]?\d[\d,，]*(\.\d+)?[%％]?")
_MONEY = re.compile(r"[-−]?\d[\d,，]*\.\d{1,6}|[-−]?\d{1,3}([,，]\d{3})+")
_CODE = re.compile(r"\d{3}(\d\d){0,2}")  # alone on its line: the row goes on in the next
_PROSE = re.compile(r"[。；;：:，？！]|万元|亿元|[^\d]元")


def with_spaced_tables(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks of a text, with runs of paragraphs that are lines of a table as grids."""
    waiting: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            waiting.append(block)
            continue
        yield from _tabled(waiting)
        waiting = []
        yield block
    yield from _tabled(waiting)


def _tabled(lines: Sequence[Paragraph]) -> Iterator[Block]:
    kinds = [_is_row(line.text) for line in lines]
    done = at = 0
    while at < len(lines):
        end = _end_of_run(lines, kinds, at) if kinds[at] else at
        if sum(kinds[at:end]) >= MIN_ROWS:
            first = _first_header_line(lines, done, at)
            yield from lines[done:first]
            yield _grid(lines[first:end])
            done = end
        at = max(end, at + 1)
    yield from lines[done:]


def _is_row(text: str) -> bool:
    """Words and amounts (or amounts alone), one of them with decimals or thousands, and nothing of a sentence."""
    tokens = text.split()
    amounts = [token for token in tokens if _AMOUNT.fullmatch(token)]
    words = "".join(token for token in tokens if not _AMOUNT.fullmatch(token))
    if len(words) > LONGEST_NAME or _PROSE.search(words):
        return False
    return any(map(_MONEY.fullmatch, amounts)) and tokens[-1] in amounts


def _may_stand_between(text: str) -> bool:
    return len(text) <= LONGEST_NAME // 2 and not _PROSE.search(text) and not _is_heading(text)


def _is_heading(text: str) -> bool:
    row = Row(tuple(text.split()), 0)
    return is_heading(row) or is_note(row) or is_heading(Row((text,), 0))


def _end_of_run(lines: Sequence[Paragraph], kinds: Sequence[bool], at: int) -> int:
    end, between = at, 0
    for index in range(at, len(lines)):
        if kinds[index]:
            end, between = index + 1, 0
        elif between == MAX_BETWEEN or not _may_stand_between(lines[index].text):
            break
        else:
            between += 1
    return end


def _first_header_line(lines: Sequence[Paragraph], done: int, at: int) -> int:
    """The line after the nearest heading (title, unit, department), if only short lines stand between."""
    for index in range(at - 1, max(done, at - MAX_HEADER - 1) - 1, -1):
        if _is_heading(lines[index].text):
            return index + 1
        if not _may_stand_between(lines[index].text):
            return at
    return at


def _grid(lines: Sequence[Paragraph]) -> Grid:
    rows: list[list[tuple[str, int | None]]] = []
    for line in lines:
        tokens = [(text, line.source_line) for text in line.text.split()]
        code_above = bool(rows) and len(rows[-1]) == 1 and _CODE.fullmatch(rows[-1][0][0])
        if code_above and not tokens[0][0].isdecimal():
            rows[-1] += tokens
        else:
            rows.append(tokens)
    cells = tuple(
        Cell(text, r, c, source_line=number) for r, row in enumerate(rows) for c, (text, number) in enumerate(row)
    )
    return Grid(
        cells,
        len(rows),
        max(map(len, rows)),
        spans_known=False,
        source_line=lines[0].source_line,
        row_widths=tuple(map(len, rows)),
        blanks_lost=True,
    )
