"""Coordinates of a PDF page: from the file's own axes to the page as a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.documents.model import Box


@dataclass(frozen=True, slots=True)
class Frame:
    """From PDF user space to the upright frame: `turn` quarter turns clockwise about the visible box."""

    left: float
    bottom: float
    right: float
    top: float
    page_turn: int  # /Rotate ÷ 90
    text_turn: int = 0  # further quarter turns that set sideways text upright

    def _turned(self, x: float, y: float, turn: int) -> tuple[float, float]:
        if turn == 0:
            return x - self.left, self.top - y
        if turn == 1:
            return y - self.bottom, x - self.left
        if turn == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def upright(self, x: float, y: float) -> tuple[float, float]:
        turn = (self.page_turn + self.text_turn) % 4
        return self._turned(x, y, turn) if turn else (x - self.left, self.top - y)

    def size(self, turn: int) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if turn % 2 else (width, height)

    def to_page(self, box: Box) -> Box:
        """A box of the upright frame on the page as displayed (they differ only where text was drawn sideways)."""
        width, height = self.size(self.page_turn + self.text_turn)
        if self.text_turn == 1:
            return Box(box.top, width - box.x1, box.bottom, width - box.x0)
        if self.text_turn == 2:
            return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
        if self.text_turn == 3:
            return Box(height - box.bottom, box.x0, height - box.top, box.x1)
        return box
