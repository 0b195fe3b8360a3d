"""The tree of a web page → its title, its paragraphs and its data tables, in reading order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from pipelines.documents.grid_build import Placed, grid_of_cells
from pipelines.documents.model import Block, Grid, Paragraph

_SKIPPED_NAMES = """
    head script style noscript template nav select option button iframe object embed svg canvas textarea
"""
# ucapcontent: the element around the article on many government sites
_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul
    ucapcontent
"""
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
MAX_SPAN = 1000
MAX_COLUMNS = 500
# A cell this long in a table of few rows is an article in a page's frame, not a cell.
ARTICLE_CHARACTERS = 1500
FRAME_ROWS = 3

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A line end of the source between two Chinese characters is not printed (CSS Text 3, segment breaks).
_SOURCE_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")


def read_page(root: etree._Element) -> tuple[str, list[Block], list[str]]:
    """Title, blocks and warnings of a parsed page."""
    title = _squeezed(root.findtext(".//title") or "").strip()
    reading = _Reading()
    body = root.find(".//body")
    blocks = list(reading.blocks(root if body is None else body))
    return title, blocks, [f"{n} × {what} not read" for what, n in sorted(reading.passed_over.items())]


def _squeezed(text: str) -> str:
    return _SPACE.sub(" ", _SOURCE_BREAK.sub("", text))


class _Reading:
    """One walk over a page: text is gathered until a block begins or ends, then it is a paragraph."""

    def __init__(self) -> None:
        self.passed_over: Counter[str] = Counter()
        self._text: list[str] = []
        self._line: int | None = None

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        """Without recursion: pages of old editors nest a thousand deep."""
        for event, element in self._walk(root):
            name = _name(element)
            if event == "table":
                yield from self._flushed()
                for caption in element.findall("caption"):
                    yield from _Reading().blocks(caption)
                grid = grid_of_table(element, self.passed_over)
                if grid is not None:
                    yield grid
            elif event == "text":
                self._gather(element.text, element)
            elif event == "tail":
                self._gather(element.tail, element)
            elif name in _BLOCKS:
                yield from self._flushed()
            elif name == "br":
                self._text.append("\n")
        yield from self._flushed()

    def _walk(self, root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        """Events `start`, `text`, `table` (whole), `end`, `tail` in the order of the page."""
        stack: list[tuple[str, etree._Element]] = [("open", root)]
        while stack:
            event, element = stack.pop()
            if event != "open":
                yield event, element
                continue
            if element is not root:
                stack.append(("tail", element))
            if not _is_visible(element, self.passed_over):
                continue
            if _name(element) == "table" and _is_data(element):
                yield "table", element
                continue
            yield "start", element
            yield "text", element
            stack.append(("end", element))
            stack.extend(("open", child) for child in reversed(element))

    def _gather(self, text: str | None, element: etree._Element) -> None:
        if text and text.strip():
            self._line = self._line or _line_of(element)
        if text:
            self._text.append(_squeezed(text))

    def _flushed(self) -> Iterator[Paragraph]:
        """The gathered text, a paragraph for each of its lines."""
        for line in "".join(self._text).split("\n"):
            if text := _squeezed(line).strip():
                yield Paragraph(text, source_line=self._line)
        self._text, self._line = [], None


def _name(element: etree._Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _line_of(element: etree._Element) -> int | None:
    line = element.sourceline
    return line if isinstance(line, int) else None


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _is_visible(element: etree._Element, passed_over: Counter[str]) -> bool:
    name = _name(element)
    if not name or name in _SKIPPED:
        return False
    if _HIDDEN.search(element.get("style") or "") or element.get("hidden") is not None:
        if _all_text(element).strip():
            passed_over["hidden text"] += 1
        return False
    return True


def _is_data(table: etree._Element) -> bool:
    """Tables with tables in them, of one column, or around an article only lay out the page."""
    if table.find(".//table") is not None:
        return False
    rows = table.findall(".//tr")
    widths = [sum(1 for cell in row if _name(cell) in ("td", "th")) for row in rows]
    if max(widths, default=0) <= 1:
        return False
    if len(rows) > FRAME_ROWS:
        return True
    return all(len(_all_text(cell).strip()) < ARTICLE_CHARACTERS for row in rows for cell in row)


def grid_of_table(table: etree._Element, passed_over: Counter[str]) -> Grid | None:
    """A data table with its merged cells placed as browsers place them; None if all cells are blank."""
    placed: list[Placed] = []
    taken: set[tuple[int, int]] = set()
    rows = [row for row in table.iter("tr") if _is_visible(row, passed_over)]
    for r, row in enumerate(rows):
        col = 0
        for cell in row:
            if _name(cell) not in ("td", "th") or not _is_visible(cell, passed_over):
                continue
            while (r, col) in taken:
                col += 1
            if col >= MAX_COLUMNS:
                passed_over[f"cell beyond column {MAX_COLUMNS}"] += 1
                continue
            height = min(_span(cell.get("rowspan"), len(rows) - r), len(rows) - r)
            width = min(_span(cell.get("colspan"), 1), MAX_COLUMNS - col)
            taken |= {(r + i, col + j) for i in range(height) for j in range(width)}
            placed.append(Placed(_cell_text(cell, passed_over), r, col, height, width, _line_of(cell)))
            col += width
    if not any(p.text for p in placed):
        return None
    return grid_of_cells(_without_phantoms(placed), len(rows), len({p.col for p in placed}), _line_of(table))


def _without_phantoms(placed: Sequence[Placed]) -> list[Placed]:
    """The cells in the columns that one begins in: a span may promise more (colspan=70000), and nobody sees them."""
    columns = sorted({p.col for p in placed})
    return [
        replace(
            p,
            col=bisect_left(columns, p.col),
            col_span=bisect_left(columns, p.col + p.col_span) - bisect_left(columns, p.col),
        )
        for p in placed
    ]


def _span(value: str | None, zero: int) -> int:
    """A span as browsers read it: 1 for nonsense; 0 means the rest of the table."""
    found = re.match(r"\s*(\d+)", value or "1")
    span = min(int(found.group(1)[:6]), MAX_SPAN) if found else 1
    return span or max(zero, 1)


def _cell_text(cell: etree._Element, passed_over: Counter[str]) -> str:
    """The visible text of a cell; `<br>` and blocks in it are line breaks."""
    reading = _Reading()
    lines = [b.text for b in reading.blocks(cell) if isinstance(b, Paragraph)]
    passed_over.update(reading.passed_over)
    return "\n".join(lines)
