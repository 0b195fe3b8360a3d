"""What pieces of a page picture say: read, and numbers of which recognition is not sure read a second time.

A number is as sure as its least sure character. Where two readings of one number differ, neither is trusted: half of
the lesser confidence is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.documents import ocr
from pipelines.documents.characters import normalise_text
from pipelines.documents.model import Box
from pipelines.documents.ruled import GridShape

if TYPE_CHECKING:
    from pipelines.documents.picture_rules import Drawn
    from pipelines.documents.picture_texts import Piece

SURE = 0.98  # below this, a number is read a second time; of a clean scan's numbers hardly one is
FAINT = 0.5  # below this, a lone sign that only its ink betrayed is dirt
DOUBT = 0.5  # what a second reading that differs, or a text that a border cuts, leaves of the confidence
NUMBER = re.compile(r"[-−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?|[-—–]{1,3}")
_BARS = re.compile(r"[一—–―─-][一—–―─\s-]*")
THIN_BAR = 0.1  # height to width: 一 has its serif, a dash is thinner
_NUMERIC = frozenset("0123456789.,-−%")
_AROUND_MARKS = re.compile(r"(?<=\d)\s+(?=[.,])|(?<=[.,])\s+(?=\d)")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece as read, its rectangle in points of the upright picture."""

    text: str
    box: Box
    confidence: float
    place: tuple[int, int] | None  # shape and slot


def texts_of(
    pieces: Sequence[Piece], drawn: Drawn, shapes: Sequence[GridShape], scale: float, recogniser: ocr.Recogniser
) -> Iterator[Text]:
    """Pieces → what they say, in their order; dirt that says nothing is left out."""
    from pipelines.documents.picture_texts import crop_of

    readings = [_plain(reading) for reading in recogniser.read([crop_of(p, drawn.grey, shapes, scale) for p in pieces])]
    unsure = [n for n, reading in enumerate(readings) if pieces[n].place and _unsure(reading)]
    again = recogniser.read([crop_of(pieces[n], drawn.grey, shapes, scale, beside=0.5) for n in unsure])
    second = {n: _plain(reading) for n, reading in zip(unsure, again, strict=True)}
    for n, (piece, reading) in enumerate(zip(pieces, readings, strict=True)):
        text, confidence = settled(reading, second.get(n))
        if not text or (not piece.found and confidence < FAINT and not is_numeric(text)):
            continue
        x0, y0, x1, y1 = (side / scale for side in piece.rect)
        text = dashes(text, (y1 - y0) / (x1 - x0))
        yield Text(text, Box(x0, y0, x1, y1), confidence * (DOUBT if piece.torn else 1.0), piece.place)


def _unsure(reading: ocr.Reading) -> bool:
    return is_numeric(reading.text) and (reading.weakest < SURE or not NUMBER.fullmatch(reading.text))


def dashes(text: str, height_to_width: float) -> str:
    """A dash where a text is nothing but bars: recognition takes — for 一 (高平 2024 prints ——); the shape tells."""
    if not _BARS.fullmatch(text):
        return text
    bars = "".join(text.split())
    return bars.replace("一", "—") if len(bars) > 1 or height_to_width < THIN_BAR else bars


def settled(first: ocr.Reading, second: ocr.Reading | None) -> tuple[str, float]:
    """Text and confidence of one or two readings of the same ink. Of two that differ, a well-formed number is kept
    before what is none, else the first; either way the confidence says that they differ."""
    confidence = first.weakest if is_numeric(first.text) else first.score
    if second is None:
        return first.text, confidence
    if second.text == first.text:
        return first.text, max(confidence, second.weakest)
    better = NUMBER.fullmatch(second.text) and not NUMBER.fullmatch(first.text)
    return (second if better else first).text, min(first.weakest, second.weakest) * DOUBT


def is_numeric(text: str) -> bool:
    """Whether a text is meant as a number: at least half of its signs are those of numbers, one of them a digit."""
    signs = sum(char in _NUMERIC for char in text)
    return any(char.isdigit() for char in text) and 2 * signs >= len(text)


def _plain(reading: ocr.Reading) -> ocr.Reading:
    """The widths of digits and marks cannot be told from a picture: numbers are written in half width."""
    text = normalise_text(reading.text).strip()
    narrow = unicodedata.normalize("NFKC", text)
    if is_numeric(narrow):
        text = _AROUND_MARKS.sub("", narrow)
    return ocr.Reading(text, reading.score, reading.weakest)
