"""Image files: their frames as published, turned as their EXIF says, and the resolution that makes points of pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, ImageSequence

A4_LONG = 842.0  # points: an image file that does not tell its resolution is taken for A4
SCANNERS = (99, 1300)  # dots an inch; screens' 72 and 96 say nothing about paper


def frames(path: Path) -> Iterator[tuple[Image.Image, float]]:
    """Every frame (TIFF may hold several) upright in colour, with its dots an inch. Raises OSError, ValueError and
    `PIL.Image.DecompressionBombError` for files that cannot be decoded."""
    with Image.open(path) as file:
        for frame in ImageSequence.Iterator(file):
            shown = ImageOps.exif_transpose(frame)
            yield _on_white(shown), _dpi(frame.info.get("dpi"), shown.size)


def _on_white(shown: Image.Image) -> Image.Image:
    if shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info:
        layer = shown.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return shown.convert("RGB")


def _dpi(told: Any, size: tuple[int, int]) -> float:
    try:
        dpi = float(told[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        dpi = 0.0
    return dpi if SCANNERS[0] <= dpi <= SCANNERS[1] else max(size) / A4_LONG * 72
