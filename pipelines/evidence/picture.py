"""A page as a picture with cells outlined. Colours are of Okabe and Ito's set, told apart by every kind of sight."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

from pipelines.documents.image_file import frames
from pipelines.documents.model import Box
from pipelines.evidence.errors import EvidenceError

FIGURE = "#D55E00"  # vermilion: the figure itself
COMPANY = "#0072B2"  # blue: other cells, such as the parts of a total
TINT = {FIGURE: "#FFE8D9", COMPANY: "#DCEEFA"}  # laid over the cell like a marker pen: ink stays black
WIDTH = 1.5  # points of the outline
APART = 1.0  # points between a cell's border and its outline
MAX_PIXELS = 40_000_000


def page_png(
    path: Path, is_image: bool, page: int, boxes: Sequence[Box], *, margin: float | None, scale: float
) -> bytes:
    """PNG of one page, boxes (points) outlined; a strip with `margin` points above and below, or all when it is None.

    Raises EvidenceError when the file cannot be opened or has no such page.
    """
    shown, scale = _image_frame(path, page, scale) if is_image else _pdf_page(path, page, scale)
    for colour, company in ((COMPANY, boxes[1:]), (FIGURE, boxes[:1])):
        for box in company:
            _outline(shown, box, colour, scale)
    if boxes and margin is not None:
        top = max(0, round((min(box.top for box in boxes) - margin) * scale))
        bottom = min(shown.height, round((max(box.bottom for box in boxes) + margin) * scale))
        if bottom > top:
            shown = shown.crop((0, top, shown.width, bottom))
    out = BytesIO()
    shown.save(out, "PNG", optimize=True)
    return out.getvalue()


def _outline(shown: Image.Image, box: Box, colour: str, scale: float) -> None:
    inside = tuple(round(side * scale) for side in (box.x0, box.top, box.x1, box.bottom))
    inside = (max(0, inside[0]), max(0, inside[1]), min(shown.width, inside[2]), min(shown.height, inside[3]))
    if inside[0] < inside[2] and inside[1] < inside[3]:
        cell = shown.crop(inside)
        shown.paste(ImageChops.multiply(cell, Image.new("RGB", cell.size, TINT[colour])), inside)
    width = max(2, round(WIDTH * scale))
    x0, y0 = (box.x0 - APART) * scale - width, (box.top - APART) * scale - width
    x1, y1 = (box.x1 + APART) * scale + width, (box.bottom + APART) * scale + width
    ImageDraw.Draw(shown).rounded_rectangle((x0, y0, x1, y1), radius=2 * width, outline=colour, width=width)


def _pdf_page(path: Path, page: int, scale: float) -> tuple[Image.Image, float]:
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise EvidenceError(f"{path.name} cannot be opened as a PDF ({error})") from error
    try:
        if not 1 <= page <= len(pdf):
            raise EvidenceError(f"{path.name} has {len(pdf)} pages and no page {page}")
        opened = pdf[page - 1]
        try:
            width, height = opened.get_size()
            scale = min(scale, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
            return opened.render(scale=scale).to_pil().convert("RGB"), scale
        finally:
            opened.close()
    except pdfium.PdfiumError as error:
        raise EvidenceError(f"{path.name}, page {page} cannot be shown ({error})") from error
    finally:
        pdf.close()


def _image_frame(path: Path, page: int, scale: float) -> tuple[Image.Image, float]:
    try:
        shown, dpi = next(islice(frames(path), page - 1, None), (None, 0.0)) if page > 0 else (None, 0.0)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise EvidenceError(f"{path.name} cannot be opened as a picture ({error})") from error
    if shown is None:
        raise EvidenceError(f"{path.name} has no page {page}")
    factor = scale * 72 / dpi
    return shown.resize((max(1, round(shown.width * factor)), max(1, round(shown.height * factor)))), scale
