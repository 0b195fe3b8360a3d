"""Lines that a conversion cut at the width of the page: sentences go on in the next line without a mark.

pdftotext and some portals' web pages (梧州 2020, 2025) give every line of the page a paragraph of its own. Where many
lines are as wide as the widest, a line of that width is not a paragraph that ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MIN_LINES = 6
WIDEST = 64  # full-width characters in a line of a page; paragraphs that were not cut are longer
FULL_SHARE = 0.3  # of the lines of prose, those as wide as the widest
SLACK = 2.5  # a line ends before a word or a bracket that must not begin the next
INDENT = 2  # the first line of a paragraph begins two characters in
_FOLIO = re.compile(r"\W*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\W*共\s*\d{1,4}\s*页)?\W*")


def width_of(text: str) -> float:
    """The width of a line in full-width characters."""
    return sum(0.5 if char.isascii() else 1.0 for char in text.strip())


def wrap_width(texts: Iterable[str]) -> float | None:
    """The width at which lines were cut, or None where paragraphs are whole."""
    widths = sorted(width for text in texts if (width := width_of(text)) >= 12)
    if len(widths) < MIN_LINES:
        return None
    widest = widths[int(len(widths) * 0.95) - 1]  # a line or two may be wider than the page's
    if widest > WIDEST:
        return None
    full = sum(1 for width in widths if width >= widest - SLACK)
    return widest if full >= FULL_SHARE * len(widths) else None


def is_full(text: str, wrapped: float | None) -> bool:
    """Whether a line goes on in the next: it is as wide as those that were cut."""
    return wrapped is not None and width_of(text) >= wrapped - SLACK - INDENT


def is_folio(text: str) -> bool:
    """Whether a line is a page number: — 10 —, 第 3 页 共 20 页."""
    return len(text) < 24 and _FOLIO.fullmatch(text.strip()) is not None
