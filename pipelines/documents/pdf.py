"""Published PDFs: ruled tables and the text around them, page by page, from pdfium's characters and rules.

A page at a time is open; a page that fails inside the library becomes a warning and the others go on. Pages that hold
only pictures, or text without Unicode, are handed to `scan.py`; without the `ocr` extra they are named.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium

from pipelines.documents import ocr
from pipelines.documents.cells import AMOUNT, over_the_table, shared_out
from pipelines.documents.model import Block, Box, Cell, Document, Grid, Page, Paragraph, Status
from pipelines.documents.pdf_frame import Frame
from pipelines.documents.pdf_marks import Char, PageMarks, page_marks
from pipelines.documents.ruled import GridShape, find_shapes, joined
from pipelines.documents.scan import recognised
from pipelines.documents.sideways import joined_sideways
from pipelines.documents.split_rows import LinedSlot, split_rows
from pipelines.documents.text_lines import cell_text, is_page_number, lines_of, lines_of_rows, passages_of, rows_of
from pipelines.documents.unruled import UnruledTable, find_unruled_rows

log = logging.getLogger(__name__)

UNREADABLE_SHARE = 0.2  # of a page's characters without Unicode text: the page is reported
END_MARK = b"%%EOF"  # within the last kilobytes of a whole PDF
CUT_SHORT = "{}: the end of the PDF is missing, so pages may be missing or wrong; fetch it again from the publisher."
NEEDS_OCR = f"{ocr.INSTALL} to recognise them, or ask the publisher for the original file"
NOTHING_SEEN = "text recognition found no text on them; look at them"


def read_pdf(path: Path, file_name: str, sha256: str) -> Document:
    """Reads a PDF file. Never raises for its content: `status` and `status_reason` say what is wrong with it."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        return Document(file_name, sha256, "pdf", status="not_read", status_reason=_why_closed(error))
    try:
        n_pages = len(pdf)
        pages: list[Page] = []
        pictured: list[int] = []
        warnings: list[str] = [CUT_SHORT.format(file_name)] if _cut_short(path) else []
        for number in range(1, n_pages + 1):
            page, notes, picture = _read_page(pdf, number, file_name)
            pages.append(page)
            warnings += notes
            if picture:
                pictured.append(number)
        pictured, failed = recognised(pdf, pages, pictured, file_name)
        warnings += failed
    finally:
        pdf.close()
    pages = joined_sideways(pages)
    if pictured:
        warnings.insert(
            0, f"{file_name}: {_pages(pictured)} are pictures without text (or with a stamp only); {_remedy()}."
        )
    status, reason = _status(pages, pictured, warnings)
    return Document(
        file_name, sha256, "pdf", tuple(pages), n_pages, status=status, status_reason=reason, warnings=tuple(warnings)
    )


def _remedy() -> str:
    return NOTHING_SEEN if ocr.available() else NEEDS_OCR


def _cut_short(path: Path) -> bool:
    """Whether the file lacks the end mark; pdfium repairs such files as far as it can and says nothing."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return END_MARK not in file.read()


def _why_closed(error: pdfium.PdfiumError) -> str:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return "The PDF is encrypted and asks for a password: save a copy without one, or ask the publisher for it."
    return f"The PDF is damaged or has no pages and cannot be opened ({error}): fetch it again from the publisher."


def _status(pages: Sequence[Page], pictured: Sequence[int], warnings: Sequence[str]) -> tuple[Status, str | None]:
    if any(page.blocks and page.number not in pictured for page in pages):
        if pictured:
            share = f"{len(pictured)} of {len(pages)} pages ({_pages(pictured)})"
            return "partly_read", f"{share} are pictures without text; {_remedy()}."
        return ("partly_read", warnings[0]) if warnings else ("read", None)
    if pictured:
        return "not_read", f"The PDF is image-only (a scan: {len(pictured)} pages of pictures, no text); {_remedy()}."
    if warnings:
        return "not_read", f"No page of the PDF could be read: {warnings[0]}"
    return "not_read", "The PDF has neither text nor pictures on its pages: look at it and fetch it again."


def _pages(numbers: Sequence[int]) -> str:
    """'page 3' or 'pages 3–5, 9'."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    spans = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page {spans}" if len(numbers) == 1 else f"pages {spans}"


def _read_page(pdf: pdfium.PdfDocument, number: int, file_name: str) -> tuple[Page, list[str], bool]:
    """One page, warnings about it, and whether it is to be read as a picture."""
    try:
        page = pdf[number - 1]
        try:
            marks = page_marks(page)
        finally:
            page.close()
        blocks = page_blocks(marks, number)
    except Exception as error:  # any failure inside the library costs one page, not the report
        log.warning("%s page %d could not be read", file_name, number, exc_info=True)
        note = f"{file_name}, page {number} could not be read ({type(error).__name__}: {error}); look at it by hand."
        return Page((), number), [note], False
    notes = []
    unreadable = marks.unreadable > UNREADABLE_SHARE * max(1, len(marks.chars))
    if unreadable and not ocr.available():
        notes.append(
            f"{file_name}, page {number}: {marks.unreadable} characters have no text behind their shapes (the "
            f"font lacks a Unicode table); {NEEDS_OCR}."
        )
    return Page(blocks, number, marks.width, marks.height), notes, marks.pictured or (unreadable and ocr.available())


def page_blocks(marks: PageMarks, number: int) -> tuple[Block, ...]:
    """The page's grids and the paragraphs outside them, in reading order."""
    frame = marks.frame
    rules = joined(marks.edges)
    shapes = [
        shape for shape in find_shapes(rules, columns=True) if shape.n_cols > 1 or _is_amounts(shape, marks.chars)
    ]
    shares, outside = shared_out(marks.chars, shapes)
    across = [*marks.slanted, *over_the_table(marks.chars, shares, outside, shapes)]
    placed: list[tuple[float, Block]] = [
        (shape.box.top, _ruled_grid(shape, share, frame, number))
        for shape, share in zip(shapes, shares, strict=True)
        if any(not char.text.isspace() for chars in share for char in chars)
    ]
    rows = rows_of(outside)
    for table in find_unruled_rows(rows, rules):
        placed.append((table.box.top, _unruled_grid(table, frame, number)))
        outside = [char for char in outside if not table.holds(char)]
        rows = rows_of(outside)
    width, height = frame.size(frame.page_turn + frame.text_turn)
    lines = [line for line in lines_of_rows(rows) if not is_page_number(line, width, height)]
    for passage in passages_of(lines):
        placed.append((passage.box.top, Paragraph(passage.text, number, frame.to_page(passage.box))))
    blocks = [block for _, block in sorted(placed, key=lambda item: item[0])]
    if across:
        blocks.append(_watermark(across, frame, number))
    return tuple(blocks)


def _is_amounts(column: GridShape, chars: Sequence[Char]) -> bool:
    """Whether a single ruled column holds amounts: the rest of a sheet printed over two pages, and no framed text."""
    ((*share,),), _ = shared_out(chars, [column])
    texts = [cell_text(cell).strip() for cell in share]
    amounts = sum(AMOUNT.fullmatch(text) is not None for text in texts)
    return 2 * amounts >= sum(map(bool, texts)) > 0


def _watermark(chars: Sequence[Char], frame: Frame, number: int) -> Paragraph:
    """Text across the page, in drawing order, as its last paragraph: kept, and kept out of tables and prose."""
    box = Box(
        min(char.x0 for char in chars),
        min(char.base - char.size for char in chars),
        max(char.x1 for char in chars),
        max(char.base + char.size for char in chars),
    )
    return Paragraph("".join(char.text for char in chars), number, frame.to_page(box))


def _ruled_grid(shape: GridShape, share: Sequence[Sequence[Char]], frame: Frame, number: int) -> Grid:
    lined = [
        LinedSlot(slot, tuple(lines_of(chars)) if chars else ()) for slot, chars in zip(shape.slots, share, strict=True)
    ]
    lined, n_rows = split_rows(lined, shape.n_rows)
    cells = tuple(
        Cell(
            cell.text,
            cell.slot.row,
            cell.slot.col,
            cell.slot.row_span,
            cell.slot.col_span,
            frame.to_page(cell.slot.box),
        )
        for cell in lined
    )
    return Grid(cells, n_rows, shape.n_cols, True, number, frame.to_page(shape.box))


def _unruled_grid(table: UnruledTable, frame: Frame, number: int) -> Grid:
    cells = []
    covered: set[tuple[int, int]] = set()
    for row in range(table.n_rows):
        for col in range(table.n_cols):
            if (row, col) in covered:
                continue
            text, box = table.texts.get((row, col), ("", None))
            down, across = table.spans.get((row, col), (1, 1))
            covered |= {(r, c) for r in range(row, row + down) for c in range(col, col + across)}
            cells.append(Cell(text, row, col, down, across, frame.to_page(box) if box else None))
    return Grid(tuple(cells), table.n_rows, table.n_cols, False, number, frame.to_page(table.box))
