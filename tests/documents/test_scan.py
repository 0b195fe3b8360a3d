"""Scans: the same form as text and as a picture must give the same cells, however the picture lies."""

from __future__ import annotations

import socket
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops, ImageDraw

from pipelines.documents import ocr
from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.ocr import Reading
from pipelines.documents.picture_reading import dashes, is_numeric, settled
from pipelines.documents.reader import read_document

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
TITLE = "财政拨款“三公”经费支出决算表"
# 株洲 2024, 公开07表, as printed: budget, then final
ROW = ["39.04", "0.00", "36.10", "28.60", "7.50", "2.93"] * 2

with_ocr = pytest.mark.skipif(not ocr.available(), reason=f"needs the ocr extra: {ocr.INSTALL}")


@pytest.fixture(scope="module")
def form() -> Image.Image:
    """The 三公 form of a report in the repository, as a 200-dpi picture without the blank foot of its page."""
    [path] = (RAW / "430200-株洲市" / "2024").glob("*.pdf")
    pdf = pdfium.PdfDocument(path)
    for page in pdf:
        text = page.get_textpage().get_text_bounded()
        if TITLE in text and "公开07表" in text:
            shown = page.render(scale=200 / 72).to_pil().convert("RGB")
            return shown.crop((0, 150, shown.width, 735))
    raise AssertionError("the form is not in the report")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("recognition must not ask the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def grids(document: Document) -> list[Grid]:
    return [block for page in document.pages for block in page.blocks if isinstance(block, Grid)]


def numbers(grid: Grid) -> list[str]:
    return [cell.text for cell in grid.cells if cell.row == grid.n_rows - 1]


def sealed(form: Image.Image, at: tuple[int, int]) -> Image.Image:
    """A red seal of 42 mm with its star, stamped over the form's figures."""
    (x, y), ink = at, (225, 40, 40)
    stamp = Image.new("RGB", form.size, "white")
    draw = ImageDraw.Draw(stamp)
    draw.ellipse((x - 165, y - 165, x + 165, y + 165), outline=ink, width=12)
    draw.regular_polygon((x, y, 60), 3, fill=ink)
    draw.line((x - 150, y + 50, x + 150, y + 50), fill=ink, width=16)
    return ImageChops.multiply(form, stamp)


@with_ocr
def test_a_scan_gives_the_cells_of_its_form(form: Image.Image, tmp_path: Path, no_network: None) -> None:
    path = tmp_path / "三公.png"
    sealed(form, (1100, 490)).save(path, dpi=(200, 200))
    document = read_document(path)
    assert (document.format, document.status, document.n_pages) == ("image", "read", 1)
    [page] = document.pages
    assert page.origin == "ocr" and (round(page.width or 0), round(page.height or 0)) == (842, 211)
    [grid] = grids(document)
    assert (grid.n_rows, grid.n_cols, grid.spans_known) == (5, 12, True)
    assert numbers(grid) == ROW
    spans = {cell.text.replace("\n", ""): (cell.row_span, cell.col_span) for cell in grid.cells}
    assert spans["预算数"] == (1, 6) and spans["公务接待费"] == (2, 1) and spans["公务用车购置及运行维护费"] == (1, 3)
    assert all(cell.confidence is not None and cell.confidence > Decimal("0.9") for cell in grid.cells)
    first = next(block for block in page.blocks if isinstance(block, Paragraph))
    assert first.text == TITLE and first.confidence is not None and first.box is not None


@with_ocr
def test_a_page_that_lies_on_its_side_beside_a_page_with_text(form: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    table = form.rotate(-1.0, fillcolor="white").rotate(90, expand=True)
    jpeg = BytesIO()
    table.save(jpeg, "JPEG", quality=60)
    _pdf_with_text_and_picture(path, jpeg, table.size)
    document = read_document(path)
    assert (document.status, document.status_reason, document.warnings) == ("read", None, ())
    text, scan = document.pages
    assert text.origin == "native" and [b.text for b in text.blocks if isinstance(b, Paragraph)] == ["Annual report"]
    assert scan.origin == "ocr"
    [grid] = grids(document)
    assert numbers(grid) == ROW
    # 39.04 of the budget stands at the left of the form: turned counter-clockwise, at the foot of the page
    cell = next(cell for cell in grid.cells if cell.text == "39.04")
    assert cell.box is not None and cell.box.top > 0.8 * (scan.height or 0) and cell.box.bottom < (scan.height or 0)
    # at 179–205 points of the upright form, and 6.4 higher as the clockwise lean lifts the left end
    assert (cell.box.x0, cell.box.x1) == pytest.approx((179.1 - 6.4, 205.1 - 6.4), abs=1.5)


def _pdf_with_text_and_picture(path: Path, jpeg: BytesIO, size: tuple[int, int]) -> None:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    width, height = (side * 72 / 200 for side in size)
    canvas = Canvas(str(path), pagesize=(width, height))
    canvas.drawString(60, height - 100, "Annual report")
    canvas.showPage()
    canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
    canvas.showPage()
    canvas.save()


def test_without_the_extra_a_picture_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    path = tmp_path / "scan.png"
    Image.new("L", (300, 400), 255).save(path)
    document = read_document(path)
    assert (document.format, document.status) == ("image", "not_read")
    assert document.status_reason is not None and "pip install juesuan[ocr]" in document.status_reason


@with_ocr
@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(200), b"\xff\xd8\xff\xe0" + bytes(50)])
def test_a_damaged_picture_is_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(content)
    document = read_document(path)
    assert document.status == "not_read" and document.status_reason is not None
    assert "damaged" in document.status_reason


# -- what two readings of one number are worth ----------------------------------------------------------------------


def test_two_readings_that_agree_keep_the_better_confidence() -> None:
    assert settled(Reading("3,282.73", 0.95, 0.7), Reading("3,282.73", 0.99, 0.96)) == ("3,282.73", 0.96)


def test_two_readings_that_differ_are_never_trusted() -> None:
    text, confidence = settled(Reading("3,282.73", 0.99, 0.8), Reading("3,232.73", 0.99, 0.9))
    assert text == "3,282.73" and confidence == pytest.approx(0.4)
    text, confidence = settled(Reading("3,282,73", 0.99, 0.8), Reading("3,282.73", 0.99, 0.9))
    assert text == "3,282.73" and confidence == pytest.approx(0.4)  # the well-formed one, at half


def test_a_number_is_as_sure_as_its_least_sure_character() -> None:
    assert settled(Reading("39.04", 0.98, 0.91), None) == ("39.04", 0.91)
    assert settled(Reading("科目名称", 0.98, 0.91), None) == ("科目名称", 0.98)


def test_what_is_meant_as_a_number() -> None:
    assert all(map(is_numeric, ["3,282.73", "0.0O", "-12", "99.5%", "2080505"]))
    assert not any(map(is_numeric, ["", "—", "合计", "公开07表", "第1季度"]))


def test_bars_are_dashes_unless_shaped_like_one() -> None:
    assert dashes("一 一", 0.2) == "——"  # 高平 2024: ——
    assert (dashes("一", 0.05), dashes("一", 0.17), dashes("一般", 0.05)) == ("—", "一", "一般")


# -- the picture ----------------------------------------------------------------------------------------------------


@with_ocr
@pytest.mark.parametrize("lean", [-2.3, 0.0, 0.4, 1.0])
def test_skew_is_measured(form: Image.Image, lean: float) -> None:
    from pipelines.documents.picture import skew_of

    turned = np.asarray(form.convert("L").rotate(lean, resample=Image.Resampling.BICUBIC, fillcolor=255))
    assert skew_of(turned) == pytest.approx(-lean, abs=0.06)


@with_ocr
def test_boxes_lead_back_to_the_page_however_it_was_turned() -> None:
    from pipelines.documents.model import Box
    from pipelines.documents.picture import PagePicture, straightened

    grey = np.full((2000, 1000), 255, dtype=np.uint8)
    grey[300:320, 100:160] = 0  # a mark at x 50–80, y 150–160 of a page of 500 × 1000 points
    for turns in range(4):
        upright = straightened(PagePicture(grey, 500, 1000), turns)
        ys, xs = np.nonzero(upright.grey < 128)
        s = upright.scale
        box = upright.to_page(Box(xs.min() / s, ys.min() / s, (xs.max() + 1) / s, (ys.max() + 1) / s))
        assert (box.x0, box.top, box.x1, box.bottom) == pytest.approx((50, 150, 80, 160), abs=0.01), turns


@with_ocr
def test_strokes_and_dashes_are_no_rules() -> None:
    from pipelines.documents.picture_rules import taken_out

    scale = 200 / 72
    picture = Image.new("L", (900, 500), 255)
    draw = ImageDraw.Draw(picture)
    for y in (100, 160, 220):
        draw.line((100, y, 800, y), fill=60, width=2)
    for x in (100, 400, 800):
        draw.line((x, 100, x, 220), fill=60, width=1)
    draw.line((500, 130, 560, 130), fill=0, width=3)  # a dash in a cell
    draw.line((250, 108, 250, 150), fill=0, width=4)  # the stroke of a large character
    drawn = taken_out(np.asarray(picture), scale)
    assert sorted(e.at * scale for e in drawn.edges if e.horizontal) == pytest.approx([100, 160, 220], abs=1.1)
    assert sorted(e.at * scale for e in drawn.edges if not e.horizontal) == pytest.approx([100, 400, 800], abs=1.1)
    assert drawn.ink[130, 530] and drawn.ink[130, 250] and not drawn.ink[160, 300]
    assert drawn.grey[160, 300] > 200 and drawn.grey[130, 530] < 100  # rules are painted out, text is not
