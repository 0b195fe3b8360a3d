"""Text conversions of reports (.txt, .md) → `Document`. How tables are recognised is told in `text_rows.py`.

Lines are streamed; what is kept is capped, and a file that is cut off at a cap says so in its status.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from pipelines.documents.encoding import Encoding, choose_encoding
from pipelines.documents.leftovers import Leftovers
from pipelines.documents.model import Block, Document, Grid, Page, Paragraph
from pipelines.documents.spaced import with_spaced_tables
from pipelines.documents.text_rows import Line, Run, blocks_of_run

MAX_LINE = 200_000  # characters; a longer line is no paragraph and no row
MAX_CHARACTERS = 120_000_000
MAX_CELLS = 2_000_000
MAX_RUN = 50_000  # lines of one table; then a new grid begins


def read_text(path: Path, file_name: str, sha256: str) -> Document:
    """One text file as a document of a single page without a number; `source_line` is the line of the file.

    Never raises for bad content: `not_read` when the file cannot be opened, is no text, or holds only white space;
    `partly_read` when it is larger than what is kept.
    """

    def refused(reason: str) -> Document:
        return Document(file_name, sha256, "text", status="not_read", status_reason=reason)

    try:
        encoding = choose_encoding(path)
        if encoding is None:
            return refused("the file is not text in any known encoding: open it and see what it really is")
        with path.open(encoding=encoding.name, errors="replace", newline=None) as file:
            reading = _Reading(file)
            blocks = tuple(reading.blocks())
    except OSError as error:
        return refused(f"the file could not be opened ({error.strerror or error}): check that it is there")
    if not blocks:
        return refused("the file holds no text: fetch the report again")
    return Document(
        file_name,
        sha256,
        "text",
        pages=(Page(blocks),),
        status="partly_read" if reading.cut else "read",
        status_reason=reading.cut,
        warnings=(*_encoding_warnings(encoding, reading.replaced), *reading.notes, *reading.leftovers.warnings()),
    )


def blocks_of_lines(lines: Iterable[str]) -> tuple[list[Block], list[str]]:
    """Paragraphs and grids of lines of text, and what was altered on the way; used by tests and notebooks."""
    reading = _Reading(lines)
    blocks = list(reading.blocks())
    return blocks, [*reading.notes, *reading.leftovers.warnings()]


def _without_form_feeds(line: str) -> list[str]:
    """A form feed stands before the first line of a page; within a line it parts two."""
    return [line] if "\x0c" not in line else [part for part in line.split("\x0c") if part.strip(" ")] or [""]


def _encoding_warnings(encoding: Encoding, replaced: int) -> Iterator[str]:
    if encoding.guessed:
        yield f"the encoding was guessed as {encoding.name}"
    if replaced:
        yield f"{replaced} characters do not fit the encoding {encoding.name} and were replaced by \ufffd"


class _Reading:
    """One pass over the lines of a file: what was cut, replaced and taken away is known when it ends."""

    def __init__(self, source: TextIO | Iterable[str]) -> None:
        self.source = source
        self.leftovers = Leftovers()
        self.notes: list[str] = []
        self.replaced = 0
        self.cut: str | None = None

    def blocks(self) -> Iterator[Block]:
        cells = 0
        for block in with_spaced_tables(self._blocks()):
            cells += len(block.cells) if isinstance(block, Grid) else 1
            if cells > MAX_CELLS:
                self.cut = f"only the first {MAX_CELLS} cells and paragraphs were read: split the file"
                return
            yield block

    def _blocks(self) -> Iterator[Block]:
        run = Run()
        for line in self._lines():
            if line.is_blank:
                if run.lines:
                    run.add(line)
                continue
            if run.lines and (not run.takes(line) or len(run.lines) > MAX_RUN):
                yield from self._flushed(run)
                run = Run()
            if run.lines or line.is_tabbed:
                run.add(line)
            elif text := self.leftovers.line(line.text).strip():
                yield Paragraph(text, source_line=line.number)
        yield from self._flushed(run)

    def _flushed(self, run: Run) -> Iterator[Block]:
        return blocks_of_run(run, self.leftovers.line, self.leftovers.cell, self.notes)

    def _lines(self) -> Iterator[Line]:
        """Lines without their ends; no form feeds; markdown rules are passed over."""
        kept = 0
        for number, text in enumerate(self._raw_lines(), start=1):
            kept += len(text)
            if kept > MAX_CHARACTERS:
                self.cut = f"only the first {number - 1} lines were read: the file is too long, split it"
                return
            self.replaced += text.count("\ufffd")
            for part in _without_form_feeds(text.rstrip("\n").replace("\x00", "")):
                if not self.leftovers.is_rule(part):
                    yield Line(number, self.leftovers.tabbed(part))

    def _raw_lines(self) -> Iterator[str]:
        if not hasattr(self.source, "readline"):
            yield from self.source
            return
        while text := self.source.readline(MAX_LINE):
            if len(text) == MAX_LINE and not text.endswith("\n"):
                self.cut = f"lines longer than {MAX_LINE} characters were cut"
                while (rest := self.source.readline(MAX_LINE)) and not rest.endswith("\n"):
                    pass
            yield text
