"""Draws small PDFs for the tests of the PDF reader: text and rules exactly where a test wants them.

Coordinates are points from the top left, like the reader's. Chinese is set in STSong-Light, a font that viewers bring
along (nothing is embedded); Latin can be set in Vera, an embedded TrueType font that ReportLab ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
VERA = "Vera"


class Sketch:
    """A PDF in the making. `text` takes the baseline; `table` draws a ruled table with its cells' texts."""

    def __init__(
        self,
        path: Path,
        width: float = 595,
        height: float = 842,
        *,
        turn: int = 0,
        sideways: bool = False,
        **canvas: Any,
    ) -> None:
        """`turn` sets /Rotate and draws so that the page shows upright; `sideways` draws so without telling."""
        known = pdfmetrics.getRegisteredFontNames()  # other tests of the same process register some of them
        if SONG not in known:
            pdfmetrics.registerFont(UnicodeCIDFont(SONG))
        if VERA not in known:
            pdfmetrics.registerFont(TTFont(VERA, "Vera.ttf"))
        self.path = path
        self.height = height
        size = (height, width) if sideways else (width, height)
        self.canvas = Canvas(str(path), pagesize=size, pageCompression=1, **canvas)
        if turn:
            self.canvas.setPageRotation(turn)
        if turn == 90 or sideways:
            self.canvas.translate(height, 0)
        elif turn == 180:
            self.canvas.translate(width, height)
        elif turn == 270:
            self.canvas.translate(0, width)
        self.canvas.rotate(90 if sideways else turn if turn < 270 else -90)

    def text(self, x: float, base: float, text: str, size: float = 10, font: str = SONG) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - base, text)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def thin(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """The same rule as Word draws it: a filled rectangle half a point thick."""
        self.canvas.rect(x0, self.height - y1, max(x1 - x0, 0.48), max(y1 - y0, 0.48), stroke=0, fill=1)

    def table(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        rows: Sequence[Sequence[str | None]],
        *,
        thin: bool = False,
        sides: bool = True,
        size: float = 10,
    ) -> None:
        """Rules at xs and ys with the texts of rows; a None continues the cell to its left (no rule between)."""
        draw = self.thin if thin else self.line
        for (top, bottom), row in zip(pairwise(ys), rows, strict=True):
            for (left, right), text in zip(pairwise(xs), row, strict=True):
                draw(left, top, right, top)
                draw(left, bottom, right, bottom)
                if text is not None and (sides or left != xs[0]):
                    draw(left, top, left, bottom)
                if sides and right == xs[-1]:
                    draw(right, top, right, bottom)
                for number, part in enumerate((text or "").split("\n")):
                    self.text(left + 3, top + 12 + number * 1.2 * size, part, size)

    def save(self) -> Path:
        self.canvas.showPage()
        self.canvas.save()
        return self.path
