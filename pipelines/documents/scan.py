"""Scans: pages that are pictures, read by text recognition into the same grids and paragraphs as a PDF's own text.

Ruled lines of the picture make the grid (the cell finder is the PDF reader's), recognition fills the cells. Every
cell and paragraph carries its confidence: of a number the least sure of its characters; where two readings of a number
differ, half of the lesser. Nothing is corrected here: what does not add up is for the checks of the warehouse to say.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from pipelines.documents import ocr
from pipelines.documents.model import Block, Box, Cell, Document, Grid, Page, Paragraph
from pipelines.documents.pdf_marks import Char
from pipelines.documents.pdf_rules import Edge
from pipelines.documents.picture_reading import DOUBT, Text, texts_of
from pipelines.documents.ruled import GridShape, find_shapes, joined
from pipelines.documents.split_rows import LinedSlot, split_rows
from pipelines.documents.text_lines import is_page_number, lines_of, passages_of
from pipelines.documents.unruled import find_unruled

if TYPE_CHECKING:
    import pypdfium2 as pdfium

    from pipelines.documents.picture import PagePicture, Upright

log = logging.getLogger(__name__)

COARSE = 90.0  # dots an inch: below, digits run together and wrong readings look sure, so none is worth more than DOUBT
SAMPLE = 9  # widest texts of a page that tell whether it stands on its head


def recognised(
    pdf: pdfium.PdfDocument, pages: list[Page], numbers: Sequence[int], file_name: str
) -> tuple[list[int], list[str]]:
    """Reads the pages `numbers` (1-based) of an open PDF as pictures and puts them into `pages`.

    → the pages on which nothing could be recognised though they are not blank, and warnings. Without the `ocr` extra
    that is all of them.
    """
    if not numbers or not ocr.available():
        return list(numbers), []
    from pipelines.documents.picture import of_pdf_page

    unread: list[int] = []
    warnings: list[str] = []
    try:
        recogniser = ocr.Recogniser()
    except Exception as error:  # a broken installation costs the pictures, not the pages with text
        log.warning("%s: text recognition does not start", file_name, exc_info=True)
        return list(numbers), [f"{file_name}: text recognition does not start ({type(error).__name__}: {error})."]
    for number in numbers:
        try:
            page = pdf[number - 1]
            try:
                picture = of_pdf_page(page)
            finally:
                page.close()
            pages[number - 1] = page_of(picture, number, recogniser)
            if not pages[number - 1].blocks and _inked(picture.grey):
                unread.append(number)
            if picture.own_dpi < COARSE:
                warnings.append(_too_coarse(file_name, number, picture.own_dpi))
        except Exception as error:  # a picture that cannot be read costs one page, not the report
            log.warning("%s page %d could not be recognised", file_name, number, exc_info=True)
            warnings.append(f"{file_name}, page {number} could not be recognised ({type(error).__name__}: {error}).")
            unread.append(number)
        ocr.page_done()
    return unread, warnings


def _too_coarse(file_name: str, number: int, dpi: float) -> str:
    return (
        f"{file_name}, page {number} is a picture of {dpi:.0f} dots an inch, too coarse to be read safely: none of its "
        "figures is sure; look for a better copy."
    )


def _inked(grey: ocr.Picture) -> bool:
    """Whether a picture shows anything: the back of a sheet does not."""
    return bool(np.count_nonzero(grey < 0.8 * np.median(grey)) > 0.002 * grey.size) or bool(np.median(grey) < 200)


def read_image(path: Path, file_name: str, sha256: str) -> Document:
    """Reads a PNG, JPEG or TIFF (of one or several pages). Never raises for its content."""
    from PIL import Image

    from pipelines.documents.picture import of_image_file

    pages: list[Page] = []
    warnings: list[str] = []
    try:
        recogniser = ocr.Recogniser()
        for number, picture in enumerate(of_image_file(path), start=1):
            pages.append(page_of(picture, number, recogniser))
            ocr.page_done()
            if picture.own_dpi < COARSE:
                warnings.append(_too_coarse(file_name, number, picture.own_dpi))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = f"The picture is damaged or too large ({error}): fetch it again from the publisher."
        return Document(file_name, sha256, "image", status="not_read", status_reason=reason)
    except ocr.OcrUnavailable as error:
        return Document(file_name, sha256, "image", status="not_read", status_reason=f"The file is a picture; {error}.")
    if not any(page.blocks for page in pages):
        reason = "The file is a picture in which no text was recognised: look at it."
        return Document(file_name, sha256, "image", tuple(pages), len(pages), "not_read", reason)
    if warnings:
        return Document(
            file_name, sha256, "image", tuple(pages), len(pages), "partly_read", warnings[0], tuple(warnings)
        )
    return Document(file_name, sha256, "image", tuple(pages), len(pages))


def page_of(picture: PagePicture, number: int, recogniser: ocr.Recogniser) -> Page:
    """One page picture → its grids and paragraphs in reading order, boxes in points of the page as displayed."""
    from pipelines.documents.picture_rules import taken_out
    from pipelines.documents.picture_texts import pieces_of

    upright, boxes = _set_upright(picture, recogniser)
    drawn = taken_out(upright.grey, upright.scale)
    rules = joined(drawn.edges)
    shapes = find_shapes(rules)
    pieces = pieces_of(boxes, shapes, drawn, upright.scale)
    trust = DOUBT if picture.own_dpi < COARSE else 1.0
    read = texts_of(pieces, drawn, shapes, upright.scale, recogniser)
    texts = [replace(text, confidence=text.confidence * trust) for text in read]
    placed: list[tuple[float, Block]] = []
    for index, shape in enumerate(shapes):
        held = [text for text in texts if text.place and text.place[0] == index]
        if held:
            placed.append((shape.box.top, _ruled_grid(shape, held, upright, number)))
    placed += _loose_blocks([text for text in texts if text.place is None], rules, upright, number)
    blocks = tuple(block for _, block in sorted(placed, key=lambda item: item[0]))
    return Page(blocks, number, picture.width, picture.height, origin="ocr")


# -- upright --------------------------------------------------------------------------------------------------------


def _set_upright(picture: PagePicture, recogniser: ocr.Recogniser) -> tuple[Upright, np.ndarray]:
    """The picture set straight and on its feet, and the boxes of text found in it."""
    from pipelines.documents.picture import straightened

    turns = 0
    upright = straightened(picture)
    boxes = recogniser.find(upright.grey)
    if _lying(boxes):
        turns = 1
        upright = straightened(picture, turns)
        boxes = recogniser.find(upright.grey)
    if recogniser.upside_down(_widest(boxes, upright)):
        upright = straightened(picture, turns + 2)
        rows, columns = upright.grey.shape
        boxes = np.array([columns, rows, columns, rows]) - boxes[:, [2, 3, 0, 1]]
    return upright, boxes


def _lying(boxes: np.ndarray) -> bool:
    """Whether most text runs up or down the picture, counted by the length of its lines."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return bool(height[height > 1.5 * width].sum() > width[width > 1.5 * height].sum())


def _widest(boxes: np.ndarray, upright: Upright) -> list[ocr.Picture]:
    order = np.argsort(boxes[:, 0] - boxes[:, 2])[:SAMPLE]
    rects = [np.clip(boxes[index], 0, None).round().astype(int) for index in order]
    crops = [upright.grey[y0:y1, x0 : x0 + min(x1 - x0, 20 * (y1 - y0))] for x0, y0, x1, y1 in rects]
    return [np.ascontiguousarray(crop) for crop in crops if crop.size]


# -- blocks ---------------------------------------------------------------------------------------------------------


def _ruled_grid(shape: GridShape, texts: Sequence[Text], upright: Upright, number: int) -> Grid:
    by_slot: dict[int, list[Text]] = defaultdict(list)
    for text in texts:
        assert text.place is not None
        by_slot[text.place[1]].append(text)
    held = [{_as_char(text): text for text in by_slot[index]} for index in range(len(shape.slots))]
    lined = [LinedSlot(slot, tuple(lines_of(chars))) for slot, chars in zip(shape.slots, held, strict=True)]
    lined, n_rows = split_rows(lined, shape.n_rows)
    chars = {char: text for part in held for char, text in part.items()}
    cells = []
    for cell in lined:
        slot, box = cell.slot, upright.to_page(cell.slot.box)
        least = _least(_under(slot.box, chars)) if cell.lines else None
        cells.append(Cell(cell.text, slot.row, slot.col, slot.row_span, slot.col_span, box, confidence=least))
    return Grid(tuple(cells), n_rows, shape.n_cols, True, number, upright.to_page(shape.box))


def _loose_blocks(
    texts: Sequence[Text], rules: Sequence[Edge], upright: Upright, number: int
) -> list[tuple[float, Block]]:
    """Tables without columns' rules and paragraphs among the texts outside grids, each with its height on the page."""
    chars = _evened({_as_char(text): text for text in texts})
    placed: list[tuple[float, Block]] = []
    for table in find_unruled(list(chars), rules):
        cells = tuple(
            Cell(text, row, col, box=upright.to_page(box), confidence=_least(_under(box, chars)))
            for (row, col), (text, box) in sorted(table.texts.items())
        )
        grid = Grid(cells, table.n_rows, table.n_cols, False, number, upright.to_page(table.box))
        placed.append((table.box.top, grid))
        chars = {char: text for char, text in chars.items() if not table.holds(char)}
    height, width = (side / upright.scale for side in upright.grey.shape)
    lines = [line for line in lines_of(chars) if not is_page_number(line, width, height)]
    for passage in passages_of(lines):
        least, box = _least(_under(passage.box, chars)), upright.to_page(passage.box)
        placed.append((passage.box.top, Paragraph(passage.text, number, box, confidence=least)))
    return placed


def _as_char(text: Text) -> Char:
    """A piece as one wide character, so that lines and paragraphs are made as they are of a PDF's characters."""
    size = _em(text)
    middle = (text.box.top + text.box.bottom) / 2
    return Char(text.text, text.box.x0, text.box.x1, middle + 0.36 * size, size)


def _em(text: Text) -> float:
    """The type size of a piece in points: from its length where it has some Chinese characters, else its height."""
    wide = sum(not char.isascii() for char in text.text)
    if wide >= 4:
        return (text.box.x1 - text.box.x0) / (wide + 0.5 * (len(text.text) - wide))
    return (text.box.bottom - text.box.top) / (0.92 if wide else 0.72)


def _evened(loose: dict[Char, Text]) -> dict[Char, Text]:
    """Sizes measured from ink differ by a few per cent from line to line of one face: near ones are made the same."""
    sizes = sorted(char.size for char in loose)
    evened: dict[float, float] = {}
    group: list[float] = []
    for size in [*sizes, float("inf")]:
        if group and size > 1.18 * group[0]:
            evened |= dict.fromkeys(group, median(group))
            group = []
        group.append(size)
    return {
        char._replace(size=evened[char.size], base=char.middle + 0.36 * evened[char.size]): text
        for char, text in loose.items()
    }


def _under(box: Box, chars: dict[Char, Text]) -> list[Text]:
    return [
        text
        for char, text in chars.items()
        if box.x0 - 1 <= (char.x0 + char.x1) / 2 <= box.x1 + 1 and box.top - 1 <= char.middle <= box.bottom + 1
    ]


def _least(texts: Sequence[Text]) -> Decimal | None:
    """The least confidence among texts, to four places; None for a cell without any (blank is what is printed)."""
    if not texts:
        return None
    return Decimal(f"{min(1.0, max(0.0, min(text.confidence for text in texts))):.4f}")
