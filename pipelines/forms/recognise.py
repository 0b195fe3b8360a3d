"""Which grids of a document are which form: by the title before them, by their headers, or as a continuation.

The outcome is a list of sections in order of appearance: one form each, with all its grids over all its pages, or the
reason why a grid belongs to none.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.forms.definition import FormDefinition, Kind, load_definitions
from pipelines.forms.labels import bare
from pipelines.forms.matrix import Row, is_blank, is_data, is_index_row, rows_of
from pipelines.forms.titles import TitleMatch, kind_of_document, title_of
from pipelines.forms.words import finds, is_any, unit_in

WINDOW = 14  # paragraphs before a grid among which its title is looked for
WINDOW_CHARACTERS = 400  # and how much text may stand between
LONGEST_STATEMENT = 120  # characters of a sentence that stands in a table's place

RecognisedBy = Literal["title", "title and headers", "headers", "sentences"]


@dataclass(slots=True)
class Part:
    """The rows of one grid that belong to a section."""

    grid: Grid
    rows: list[Row]


@dataclass(slots=True)
class Section:
    """One form as found: its parts in order, or the rows that no form claims (`definition` is None)."""

    definition: FormDefinition | None
    title: str | None
    recognised_by: RecognisedBy
    parts: list[Part] = field(default_factory=list)
    unit: str | None = None
    statement: str | None = None  # 'this form holds nothing', as printed
    page: int | None = None  # of a form that is only a title and that statement
    above: tuple[str, ...] = ()  # bare lines over its first grid: a header cell may have got lost there
    heading: tuple[str, ...] = ()  # the title and the heading lines below it, of the form's first page


@dataclass(slots=True)
class _Reader:
    """What has been seen since the last grid."""

    kind: Kind
    recent: deque[Paragraph] = field(default_factory=lambda: deque(maxlen=WINDOW))
    sections: list[Section] = field(default_factory=list)
    closed: bool = True  # a note or prose stood since the last form: no continuation


def find_sections(document: Document, kind: Kind | None = None) -> tuple[Kind, list[Section]]:
    """The kind of document (as given, or as its titles say) and its sections in order of appearance.

    Grids that no form claims come with `definition` None; a form that only says it is empty comes without parts.
    """
    reader = _Reader(kind or kind_of_document(_title_lines(document)))
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Paragraph):
                _see_paragraph(reader, block)
            else:
                for title_rows, rows in _split_at_titles(rows_of(block)):
                    _see_rows(reader, block, title_rows, rows)
    return reader.kind, reader.sections


def _title_lines(document: Document) -> Iterator[str]:
    """Every line that could be a title: paragraphs, and rows of a grid that hold one text."""
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            else:
                yield from (row.texts()[0] for row in rows_of(block) if len(row.texts()) == 1)


def _see_paragraph(reader: _Reader, paragraph: Paragraph) -> None:
    reader.recent.append(paragraph)
    text = paragraph.text
    if finds("empty_statements", text):
        _see_statement(reader, text.strip(), paragraph.page)
    if finds("note_start", text) or len(bare(text)) > 40:
        reader.closed = True


def _see_statement(reader: _Reader, statement: str, page: int | None) -> None:
    """本表无数据: said of the form whose title stands right above without a table, else of the last form's table."""
    lines = [p.text for p in reader.recent][:-1]
    while lines and _is_heading(lines[-1]) and title_of(lines[-1]) is None:
        lines.pop()
    match = title_of(lines[-1]) if lines else None
    definition = match.choose(reader.kind, ()) if match else None
    if match and definition and definition.reject is None and len(bare(statement)) <= LONGEST_STATEMENT:
        reader.sections.append(Section(definition, lines[-1].strip(), "title", statement=statement, page=page))
        reader.closed = True
    elif reader.sections and len(reader.recent) <= 5:
        last = reader.sections[-1]
        last.statement = last.statement or statement


def _split_at_titles(rows: list[Row]) -> list[tuple[list[Row], list[Row]]]:
    """Cut a grid where a row holds nothing but a form's title; each piece with the title lines on top of it."""
    starts = [i for i, row in enumerate(rows) if len(row.texts()) == 1 and title_of(row.texts()[0]) is not None]
    cuts = sorted({0, *starts, len(rows)})
    pieces = [rows[a:b] for a, b in pairwise(cuts)]
    return [_without_heading(piece) for piece in pieces if any(not is_blank(row) for row in piece)]


def _without_heading(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Title, 公开01表, 部门：… and 单位：万元 as rows of the grid (workbooks, some web pages) are not its header."""
    count = 0
    for row in rows:
        texts = row.texts()
        heading = not texts or all(_is_heading(text) for text in texts)
        if not heading or is_index_row(row) or is_data(row):
            break
        count += 1
    return rows[:count], rows[count:]


def _is_heading(text: str) -> bool:
    plain = bare(text)
    return title_of(text) is not None or unit_in(text) is not None or is_any("heading_lines", [plain])


def _see_rows(reader: _Reader, grid: Grid, title_rows: list[Row], rows: list[Row]) -> None:
    lines = [p.text for p in reader.recent] + [text for row in title_rows for text in row.texts()]
    names = {bare(text) for row in rows for text in row.texts()}
    found = _nearest_title(lines)
    definition = found[0].choose(reader.kind, names) if found else None
    open_section = reader.sections[-1] if reader.sections else None
    if found is None or definition is None:
        section = (_continued(reader, open_section, rows) if found is None else None) or _by_headers(reader.kind, names)
    else:
        section = _same_form_again(open_section, definition, found[1], rows, reader)
        section = section or Section(definition, found[1], "title")
    if section is None:
        section = Section(None, None, "headers")
    if not reader.sections or section is not reader.sections[-1]:
        reader.sections.append(section)
    if not section.parts:
        section.above = tuple(bare(p.text) for p in reader.recent)
    section.parts.append(Part(grid, rows))
    section.unit = section.unit or _unit(lines)
    section.heading = section.heading or _heading(lines, section.title)
    for row in rows:
        for text in row.texts():
            if finds("empty_statements", text):
                section.statement = section.statement or text.strip()
    reader.recent.clear()
    reader.closed = False


def _nearest_title(lines: list[str]) -> tuple[TitleMatch, str] | None:
    """The title nearest before the grid, on one line or drawn apart over two or three."""
    characters = 0
    for end in range(len(lines), 0, -1):
        heading = _is_heading(lines[end - 1]) and title_of(lines[end - 1]) is None
        for size in () if heading else (1, 2, 3):
            if end - size < 0:
                continue
            text = "".join(line.strip() for line in lines[end - size : end])
            match = title_of(text)
            if match is None:
                continue
            longer = _drawn_apart(lines, end, size, match)
            return longer or (match, _shortest(lines[end - size : end], match))
        characters += len(bare(lines[end - 1]))
        if characters > WINDOW_CHARACTERS:
            return None
    return None


def _drawn_apart(lines: list[str], end: int, size: int, match: TitleMatch) -> tuple[TitleMatch, str] | None:
    """政府性基金预算财政拨款 ↵ 收入支出决算表: the second line alone is another form's title; the join wins."""
    best: tuple[TitleMatch, str] | None = None
    for more in range(size + 1, min(size + 3, end) + 1):
        text = "".join(line.strip() for line in lines[end - more : end])
        joined = title_of(text)
        other = joined is not None and joined.definition.form != match.definition.form
        if joined is not None and other and (best is None or joined.length > best[0].length):
            best = (joined, text)
    return best


def _shortest(lines: list[str], match: TitleMatch) -> str:
    """The fewest of the lines that still name the form: 公开02表 behind a title is not part of it."""
    for size in range(1, len(lines)):
        for start in range(len(lines) - size + 1):
            text = "".join(line.strip() for line in lines[start : start + size])
            found = title_of(text)
            if found is not None and found.definition.form == match.definition.form:
                return text
    return "".join(line.strip() for line in lines)


# A title that no definition knows begins another form: its rows are not those of the form before it.
_UNKNOWN_TITLE = re.compile(r"[^:。;,，]{4,50}(?:表|一览)(?:\([^()]{1,12}\))?")


def _continued(reader: _Reader, section: Section | None, rows: list[Row]) -> Section | None:
    """A grid without a title right after a form, with no remark between, goes on with that form."""
    if section is None or section.definition is None or reader.closed:
        return None
    between = [p.text for p in reader.recent if not _is_heading(p.text) and len(bare(p.text)) > 4]
    if any(_UNKNOWN_TITLE.fullmatch(bare(text)) and "续" not in text for text in between):
        return None
    return section if len(between) <= 1 and any(not is_blank(row) for row in rows) else None


def _same_form_again(
    section: Section | None, definition: FormDefinition, title: str, rows: list[Row], reader: _Reader
) -> Section | None:
    """The same title once more on the next page is a continuation, unless the form had been closed by its note.

    A title alone with its 'no data' line is the same form as the empty table that follows it.
    """
    if section is None or section.definition is None or section.definition.form != definition.form:
        return None
    if not section.parts or "续" in title:
        return section
    pages = {part.grid.page for part in section.parts}
    new_page = next((row.page for row in rows), None)
    if reader.closed or new_page is None or new_page in pages or (new_page - 1) not in pages:
        return None
    return section


def _by_headers(kind: Kind, names: set[str]) -> Section | None:
    """A form whose title is lost, known by header words that no other form has together."""
    for definition in load_definitions():
        if (
            definition.fingerprint
            and definition.kind in (kind, "any")
            and all(any(pattern.fullmatch(name) for name in names) for pattern in definition.fingerprint)
        ):
            return Section(definition, None, "headers")
    return None


def _heading(lines: list[str], title: str | None) -> tuple[str, ...]:
    """The title with its heading lines (公开01表, 部门：…, 2024年度), those that stand nearest before the grid.

    Over the first form also the title of them all (某局2024年度部门决算表).
    """
    heading = []
    for line in reversed(lines):
        of_all = finds("title_of_all_forms", line)
        if of_all or _is_heading(line) or line.strip() in (title or ""):
            heading.append(line.strip())
        if of_all or not heading or heading[-1] != line.strip():
            break
    return tuple(reversed(heading)) if title else ()


def _unit(lines: list[str]) -> str | None:
    """The unit stated nearest before the grid, also when the line is broken (金额单位：万 ↵ 元)."""
    for end in range(len(lines), 0, -1):
        unit = unit_in("".join(lines[max(0, end - 2) : end]))
        if unit is not None:
            return unit
    return None


def unit_of_grid(rows: list[Row]) -> str | None:
    """The unit that a cell of the grid states (年度预算申请（万元）), where the form prints none above it."""
    for row in rows[:12]:
        for text in row.texts():
            if unit := unit_in(text):
                return unit
    return None
