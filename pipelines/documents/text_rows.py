"""Runs of table lines in a text → rows → paragraphs and grids. Two ways in which conversions write a table:

**One row a line**: cells separated by tabs, blank cells kept (`\\t\\t\\t合计\\t3,282.73`).

**One cell a line** (the text of a Word file as Apache Tika writes it; 永州 2021, 芦淞 2023). The rule found there:

- a cell is a tab and its text; a lone tab is a blank cell;
- lines without a tab that follow go on in the cell: directly (a line break) or after one blank line (a new paragraph of
  the cell: `\\t绩`, blank, `效`, blank, `指`, blank, `标`);
- one blank line before the next tab ends the row;
- two blank lines before the next tab: the cell ends in an empty paragraph and the row goes on (unless the joined row
  would be wider than the table);
- two blank lines before a line without a tab end the table.

芦淞 2023 has one cell that ends in a line break, so that one blank line stands inside a row (绩效指标 | 一级指标 …): a
lone cell of several lines is joined to the next row when the row after is exactly as wide as both and begins blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from pipelines.documents.grid_build import Row, grid_of_rows, is_heading, is_note, is_remark, paragraphs_of
from pipelines.documents.model import Block, Paragraph

# A page break inside a table leaves one blank line (株洲 2024), seldom two.
BREAK_LINES = 2

_CELL_LINE = re.compile(r"^\t[^\t]*$")
_SENTENCE_END = ("。", "；", "：")
_CONTENTS_ITEM = re.compile(r"^(?:第.{1,3}[部章节]|附[件表录]|[（(]?[一二三四五六七八九十\d]{1,3}[、.．）) ])")
_NUMBER = re.compile(r"^[-—\d.,%％\s\u3000]*$")


@dataclass(frozen=True)
class Line:
    """A line of the text with its 1-based number. Blank: nothing but white space without a tab."""

    number: int
    text: str

    @property
    def is_tabbed(self) -> bool:
        return "\t" in self.text

    @property
    def is_blank(self) -> bool:
        return not self.is_tabbed and not self.text.strip(" \u3000\xa0\ufeff\u200b\r\x0b\x0c")

    @property
    def is_cell(self) -> bool:
        return _CELL_LINE.match(self.text) is not None


@dataclass
class Run:
    """Lines that may be one table: they begin with a tabbed line; blank lines are among them."""

    lines: list[Line] = field(default_factory=list)
    one_cell_a_line: bool = True  # so far

    def blanks_at_end(self) -> int:
        n = 0
        while n < len(self.lines) and self.lines[-1 - n].is_blank:
            n += 1
        return n

    def takes(self, line: Line) -> bool:
        """Whether a line that is not blank belongs to this run."""
        if not self.lines:
            return line.is_tabbed
        blanks = self.blanks_at_end()
        if line.is_tabbed and self.one_cell_a_line and line.is_cell:
            return blanks <= BREAK_LINES + 1
        if line.is_tabbed:
            # Where cells went on over lines, a row of several cells is another table.
            continued = self.one_cell_a_line and any(not x.is_tabbed and not x.is_blank for x in self.lines)
            return not continued and blanks <= BREAK_LINES
        return self.one_cell_a_line and self._goes_on(line, blanks)

    def _goes_on(self, line: Line, blanks: int) -> bool:
        """Whether a line without a tab continues the last cell of a table with one cell a line."""
        if blanks == 0:
            return True
        last = self.lines[-1 - blanks].text.strip()
        return blanks == 1 and not _NUMBER.match(last) and not is_remark(line.text)

    def add(self, line: Line) -> None:
        self.lines.append(line)
        if line.is_tabbed and not line.is_cell:
            self.one_cell_a_line = False


def blocks_of_run(
    run: Run, clean_line: Callable[[str], str], clean_cell: Callable[[str], str], notes: list[str]
) -> Iterator[Block]:
    """The paragraphs and grids of one run; `notes` gains a sentence for every row that was put together."""
    pasted = pasted_rows(run.lines, notes) if run.one_cell_a_line else None
    if pasted:
        yield from blocks_of_rows([_cleaned(row, clean_cell) for row in pasted])
        return
    rows: list[Row] = []
    blanks = 0
    for line in run.lines:
        if line.is_blank:
            blanks += 1
            continue
        if not line.is_tabbed or blanks > BREAK_LINES:
            yield from blocks_of_rows(rows)
            rows = []
        if line.is_tabbed:
            rows.append(_cleaned(Row(tuple(line.text.split("\t")), line.number), clean_cell))
        elif text := clean_line(line.text).strip():
            yield Paragraph(text, source_line=line.number)
        blanks = 0
    yield from blocks_of_rows(rows)


def _cleaned(row: Row, clean_cell: Callable[[str], str]) -> Row:
    return Row(tuple(clean_cell(text) for text in row.cells), row.line, row.cell_lines)


def blocks_of_rows(rows: Sequence[Row]) -> Iterator[Block]:
    """Rows without text between them: contents lines and titles as paragraphs, the rest as grids."""
    if not rows:
        return
    if is_contents_list(rows):
        for row in rows:
            yield Paragraph("\t".join(row.filled), source_line=row.line)
        return
    if all(len(row.filled) <= 1 for row in rows):  # indented prose, or a single line behind a tab
        for row in rows:
            yield from paragraphs_of(row)
        return
    begin = 0
    for i in range(1, len(rows)):
        if starts_form(rows, i):
            yield from _trimmed(rows[begin:i])
            begin = i
    yield from _trimmed(rows[begin:])


def starts_form(rows: Sequence[Row], i: int) -> bool:
    """Whether a title stands in the first cell of row `i` below something else: the next form of a stack."""
    row, above = rows[i], rows[i - 1]
    is_title = len(row.filled) == 1 and bool(row.cells[0].strip()) and is_heading(row)
    return is_title and not is_heading(above)


def _trimmed(rows: Sequence[Row]) -> Iterator[Block]:
    first, last = 0, len(rows)
    while first < last and (is_heading(rows[first]) or is_note(rows[first]) or not rows[first].filled):
        first += 1
    while last > first and (is_note(rows[last - 1]) or not rows[last - 1].filled):
        last -= 1
    for row in rows[:first]:
        yield from paragraphs_of(row)
    if first < last:
        yield grid_of_rows(rows[first:last])
    for row in rows[last:]:
        yield from paragraphs_of(row)


def is_contents_list(rows: Sequence[Row]) -> bool:
    """Lines such as `四、财政拨款收入支出决算总表\\t11` (高平 2024): an entry and a page number that never falls."""
    if any(len(row.filled) != 2 or not re.fullmatch(r"\d{1,4}", row.filled[1]) for row in rows):
        return False
    pages = [int(row.filled[1]) for row in rows]
    entries = sum(1 for row in rows if _CONTENTS_ITEM.match(row.filled[0]))
    return pages == sorted(pages) and entries * 2 >= len(rows)


# --- one cell a line -------------------------------------------------------------------------------------------------


@dataclass
class _Fragment:
    """Cells not parted by blank lines, with the number of blank lines before them."""

    gap: int
    texts: list[list[str]]
    lines: list[int]


def pasted_rows(lines: Sequence[Line], notes: list[str]) -> list[Row] | None:
    """Rows of a table with one cell a line, or None if these lines are indented prose or single lines."""
    fragments = _fragments(lines)
    if not _is_table(fragments):
        return None
    width = max(len(f.texts) for f in fragments)
    joined: list[_Fragment] = []
    for i, fragment in enumerate(fragments):
        before = joined[-1] if joined else None
        fits = before is not None and len(before.texts) + len(fragment.texts) <= width
        if before and fragment.gap == 2 and fits:
            _join(before, fragment)
        elif before and fragment.gap == 1 and _is_torn(before, fragment, fragments[i + 1 : i + 2]):
            notes.append(f"lines {before.lines[0]} and {fragment.lines[0]} were read as one row of a table")
            _join(before, fragment)
        else:
            joined.append(fragment)
    return [
        Row(tuple("\n".join(t for t in text if t.strip()) for text in f.texts), f.lines[0], tuple(f.lines))
        for f in joined
    ]


def _fragments(lines: Sequence[Line]) -> list[_Fragment]:
    fragments: list[_Fragment] = []
    blanks = 0
    for line in lines:
        # A line of ideographic spaces is a paragraph of the cell (芦淞 2023, below 效益指标), not an empty line.
        if not line.text.strip("\r\n\x0c") and not line.is_tabbed:
            blanks += 1
            continue
        if line.is_tabbed:
            if blanks or not fragments:
                fragments.append(_Fragment(blanks, [], []))
            fragments[-1].texts.append([line.text[1:]])
            fragments[-1].lines.append(line.number)
        else:
            fragments[-1].texts[-1].append(line.text)
        blanks = 0
    return fragments


def _join(before: _Fragment, after: _Fragment) -> None:
    before.texts += after.texts
    before.lines += after.lines


def _is_torn(before: _Fragment, fragment: _Fragment, following: Sequence[_Fragment]) -> bool:
    """A lone cell of several lines whose row goes on after one blank line (see the module's docstring)."""
    if not following or len(before.texts) != 1 or len(before.texts[0]) < 2:
        return False
    full = following[0].texts
    return len(fragment.texts) + 1 == len(full) and not "".join(full[0]).strip()


def _is_table(fragments: Sequence[_Fragment]) -> bool:
    """Tables have short or blank cells in several rows; indented prose has sentences."""
    if sum(len(f.texts) >= 2 for f in fragments) < 2:
        return False
    texts = ["".join(parts).strip() for f in fragments for parts in f.texts]
    filled = [t for t in texts if t]
    if not filled:
        return False
    sentences = sum(t.endswith(_SENTENCE_END) and len(t) > 15 for t in filled)
    return sentences / len(filled) < 0.35 and (len(filled) < len(texts) or median(map(len, filled)) <= 20)
