"""Page pictures: had from a PDF page or an image file, freed of seals, and set upright and straight.

Pictures are grey arrays (rows × columns, 255 is white). `Upright.to_page` leads from the straightened picture back to
points on the page as displayed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray
from PIL import Image

from pipelines.documents.image_file import frames
from pipelines.documents.model import Box
from pipelines.documents.ocr import Picture

cv2: Any = import_module("cv2")  # comes with the ocr extra; this module is imported only when it is there

DPI = 200.0  # forms are scanned at 200 to 300; a page is read at the resolution it has within these
MAX_DPI = 300.0
MAX_PIXELS = 40_000_000  # posters and damaged page sizes are made smaller
MAX_SKEW = 4.0  # degrees
SEAL = (50.0, 260.0)  # points: the diameter of official seals, with the slack of a cut or slanted one
RED = 45  # how much more red than anything else a seal's ink is


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as displayed: grey picture, the page's size in points, and how fine its images were (dots an inch)."""

    grey: Picture
    width: float
    height: float
    own_dpi: float = DPI


@dataclass(frozen=True, slots=True)
class Upright:
    """A picture set upright and straight; `back` (2 × 3) takes its pixels to points on the page as displayed."""

    grey: Picture
    back: NDArray[np.float64]
    scale: float  # pixels a point

    def to_page(self, box: Box) -> Box:
        """A box in points of the straightened picture → the box around it on the page."""
        corners = np.array([[x, y, 1 / self.scale] for x in (box.x0, box.x1) for y in (box.top, box.bottom)])
        points = (corners * self.scale) @ self.back.T
        (x0, top), (x1, bottom) = points.min(axis=0), points.max(axis=0)
        return Box(round(float(x0), 2), round(float(top), 2), round(float(x1), 2), round(float(bottom), 2))


# -- from files -----------------------------------------------------------------------------------------------------


def of_pdf_page(page: pdfium.PdfPage) -> PagePicture:
    """The picture of an open PDF page, at its own resolution within limits."""
    width, height = page.get_size()
    images = [image for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)]
    own_dpi = max((_dpi(image) for image in images if _is_large(image, width, height)), default=DPI)
    if len(images) == 1 and (own := _whole_page(page, images[0], own_dpi)) is not None:
        return PagePicture(_without_seals(own, own_dpi), width, height, own_dpi)
    dpi = min(max(DPI, own_dpi), MAX_DPI, (MAX_PIXELS / max(1.0, width * height)) ** 0.5 * 72)
    shown = page.render(scale=dpi / 72).to_pil().convert("RGB")
    return PagePicture(_without_seals(np.asarray(shown)[:, :, ::-1], dpi), width, height, own_dpi)


def _is_large(image: pdfium.PdfImage, width: float, height: float) -> bool:
    """Whether an image can be (a strip of) the scan: logos and stamps have resolutions of their own."""
    left, bottom, right, top = image.get_bounds()
    return bool((right - left) * (top - bottom) > width * height / 32)


def _dpi(image: pdfium.PdfImage) -> float:
    left, bottom, right, top = image.get_bounds()
    sides, pixels = sorted((right - left, top - bottom)), sorted(image.get_px_size())
    return float(min(pixel / max(side, 0.1) * 72 for pixel, side in zip(pixels, sides, strict=True)))


def _whole_page(page: pdfium.PdfPage, image: pdfium.PdfImage, dpi: float) -> NDArray[np.uint8] | None:
    """The pixels of the page's one image as they are, if it is the whole page, upright, and of a fitting size."""
    alone = sum(1 for _ in page.get_objects(max_depth=4)) == 1 and not page.get_rotation()
    if not alone or not DPI - 5 <= dpi <= MAX_DPI + 5:
        return None
    width, height = page.get_size()
    a, b, c, d, _, _ = image.get_matrix().get()
    left, bottom, right, top = image.get_bounds()
    at_edges = max(abs(left), abs(bottom), abs(right - width), abs(top - height)) < 2
    if b or c or a <= 0 or d <= 0 or not at_edges:
        return None
    return np.asarray(image.get_bitmap(render=False).to_pil().convert("RGB"))[:, :, ::-1]


def of_image_file(path: Path) -> Iterator[PagePicture]:
    """The pages of an image file. Raises as `image_file.frames` does."""
    for shown, dpi in frames(path):
        width, height = (side / dpi * 72 for side in shown.size)
        factor = min(max(1.0, DPI / dpi), MAX_DPI / dpi, (MAX_PIXELS / (shown.width * shown.height)) ** 0.5)
        if abs(factor - 1) > 0.02:
            size = (max(1, round(shown.width * factor)), max(1, round(shown.height * factor)))
            shown = shown.resize(size, Image.Resampling.LANCZOS)
        yield PagePicture(_without_seals(np.asarray(shown)[:, :, ::-1], dpi * factor), width, height, dpi)


def _without_seals(bgr: NDArray[np.uint8], dpi: float) -> Picture:
    """Grey, with the red ink of official seals taken away; the black under them and red titles stay."""
    grey: Picture = cv2.cvtColor(np.ascontiguousarray(bgr), cv2.COLOR_BGR2GRAY)
    blue, green, red = (bgr[:, :, channel].astype(np.int16) for channel in range(3))
    inked = ((red - np.maximum(blue, green) > RED) & (red > 110)).astype(np.uint8)
    if np.count_nonzero(inked) < (SEAL[0] * dpi / 72) ** 2 * 0.02:
        return grey
    reach = max(3, round(dpi / 12))
    closed = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, areas, _ = cv2.connectedComponentsWithStats(closed)
    for x, y, width, height, _ in areas[1:]:
        low, high = sorted((width * 72 / dpi, height * 72 / dpi))
        if low >= SEAL[0] and high <= SEAL[1] and high < 1.8 * low:
            part = (slice(y, y + height), slice(x, x + width))
            spread = cv2.dilate(inked[part], np.ones((3, 3), np.uint8)) > 0
            grey[part][spread & (red[part] > 110)] = 255
    return grey


# -- setting straight -----------------------------------------------------------------------------------------------


def straightened(picture: PagePicture, quarter_turns: int = 0) -> Upright:
    """The picture turned counter-clockwise by quarter turns, and its remaining skew (up to 4°) taken out."""
    grey = np.ascontiguousarray(np.rot90(picture.grey, quarter_turns))
    rows, columns = picture.grey.shape
    to_points = np.array([[picture.width / columns, 0, 0], [0, picture.height / rows, 0], [0, 0, 1.0]])
    unturned = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, columns], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, columns], [0, -1, rows], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, rows], [0, 0, 1]],
    }[quarter_turns % 4]
    back = to_points @ np.array(unturned, dtype=np.float64)
    angle = skew_of(grey)
    if angle:
        about = cv2.getRotationMatrix2D((grey.shape[1] / 2, grey.shape[0] / 2), angle, 1.0)
        white = int(np.median(grey))
        grey = cv2.warpAffine(grey, about, grey.shape[::-1], flags=cv2.INTER_CUBIC, borderValue=white)
        back = back @ np.vstack([cv2.invertAffineTransform(about), [0, 0, 1]])
    return Upright(grey, back[:2], columns / picture.width)


def skew_of(grey: Picture) -> float:
    """Degrees counter-clockwise that set lines of text and rules level: where the rows' ink is most uneven."""
    scale = min(1.0, 1100 / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    if not np.any(dark):
        return 0.0
    level = _evenness(dark, 0.0)
    best, angle = level, 0.0
    for step in (0.5, 0.1, 0.03):
        reach = MAX_SKEW if step == 0.5 else 5 * step
        around = angle
        for candidate in np.arange(around - reach, around + reach + step / 2, step):
            uneven = _evenness(dark, float(candidate))
            if uneven > best:
                best, angle = uneven, float(candidate)
    return angle if abs(angle) >= 0.03 and best > 1.01 * level else 0.0


def _evenness(dark: Picture, angle: float) -> float:
    rows, columns = dark.shape
    about = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    turned = cv2.warpAffine(dark, about, (columns, rows), flags=cv2.INTER_LINEAR) if angle else dark
    profile = turned.sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(profile)).sum())
