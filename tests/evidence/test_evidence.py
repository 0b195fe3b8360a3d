"""Evidence: the outlined cell is where the number is printed, and the marked text is the number's."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from pipelines.documents.model import Box
from pipelines.evidence import EvidenceError, render_figure
from tests.small_reports import write_small

VERMILION, BLUE = (0xD5, 0x5E, 0x00), (0x00, 0x72, 0xB2)
CELL, OTHER = Box(200, 300, 260, 316), Box(300, 300, 360, 316)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Two pages of 595 × 842 points; on the second a black bar fills a cell but for its rim."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.showPage()
    canvas.rect(210, 842 - 312, 40, 8, fill=1)
    canvas.showPage()
    canvas.save()
    return tmp_path / "a.pdf"


def picture(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(BytesIO(png)).convert("RGB")


def extent(shown: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    """The rectangle that a colour fills."""
    return Image.frombytes(
        "L", shown.size, bytes(255 if pixel == colour else 0 for pixel in shown.get_flattened_data())
    ).getbbox()


def test_a_cell_is_outlined_on_the_whole_page(pdf: Path) -> None:
    evidence = render_figure(pdf, page=2, boxes=[CELL, OTHER], source_line=None, whole_page=True, scale=1.0)
    shown = picture(evidence.png)
    assert evidence.text is None and shown.size == (595, 842)
    assert extent(shown, VERMILION) == pytest.approx((197, 297, 263, 319), abs=2)
    assert extent(shown, BLUE) == pytest.approx((297, 297, 363, 319), abs=2)
    assert shown.getpixel((230, 308)) == (0, 0, 0)  # what is printed is not covered
    assert shown.getpixel((100, 308)) == (255, 255, 255)


def test_a_figure_is_shown_with_its_surroundings(pdf: Path) -> None:
    shown = picture(render_figure(pdf, page=2, boxes=[CELL], source_line=None, margin=40).png)
    assert shown.size == (1190, 2 * (16 + 80))
    assert shown.getpixel((2 * 230, 2 * 48)) == (0, 0, 0)


def test_a_cell_at_the_edge_and_a_figure_without_a_box(pdf: Path) -> None:
    corner = Box(-2, 830, 20, 850)
    assert picture(render_figure(pdf, page=1, boxes=[corner], source_line=None).png).height == 2 * (842 - 790)
    assert picture(render_figure(pdf, page=1, boxes=[], source_line=None, scale=1).png).size == (595, 842)


def test_an_image_file_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("L", (1654, 2339), 255).save(path, dpi=(200, 200))
    shown = picture(render_figure(path, page=1, boxes=[CELL], source_line=None, whole_page=True, scale=1.0).png)
    assert shown.size == (595, 842)
    assert extent(shown, VERMILION) == pytest.approx((197, 297, 263, 319), abs=2)


def test_a_row_of_a_text_is_shown_with_its_header_and_the_number_marked(tmp_path: Path) -> None:
    path = write_small(tmp_path)
    line = next(n for n, row in enumerate(path.read_text("utf-8").split("\n"), start=1) if row.startswith("2240106"))
    evidence = render_figure(path, page=None, boxes=[], source_line=line, printed="50.00", line_label="安全监管")
    assert evidence.png is None and evidence.text is not None
    rows = evidence.text.split("\n")
    [row] = [row for row in rows if row.startswith(">")]
    assert row.split(" | ") == [
        f">{line:>5} 2240106",
        "",
        "",
        "安全监管",
        "【50.00】",
        "0.00",
        "【50.00】",
        "0.00",
        "0.00",
        "0.00",
    ]
    assert "科目代码" in rows[0] and "本年支出合计" in rows[0]
    assert "2 cells" in rows[-1]


def test_a_sentence_is_shown_among_its_neighbours(tmp_path: Path) -> None:
    path = tmp_path / "prose.txt"
    path.write_text("一、总体情况\n本年收入13.50万元，其中3.50万元为其他收入，共3.50万元。\n二、收入\n", "utf-8")
    text = render_figure(path, page=None, boxes=[], source_line=2, printed="3.50万元").text
    assert text == (
        "     1 一、总体情况\n>    2 本年收入13.50万元，其中【3.50万元】为其他收入，共【3.50万元】。\n     3 二、收入"
    )


def test_what_cannot_be_shown_says_why(pdf: Path, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="2 pages and no page 3"):
        render_figure(pdf, page=3, boxes=[CELL], source_line=None)
    with pytest.raises(EvidenceError, match="no page is known"):
        render_figure(pdf, page=None, boxes=[], source_line=None)
    with pytest.raises(EvidenceError, match="is not there"):
        render_figure(tmp_path / "gone.pdf", page=1, boxes=[], source_line=None)
    with pytest.raises(EvidenceError, match="holds nothing at line 99"):
        render_figure(write_small(tmp_path), page=None, boxes=[], source_line=99)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing else")
    with pytest.raises(EvidenceError, match="cannot be opened"):
        render_figure(broken, page=1, boxes=[], source_line=None)
