"""Fonts for set PDFs: a TrueType Song face where one is installed, else the CID font that every viewer substitutes.

Tests use `STSong-Light` (ships with ReportLab as metrics only; nothing is embedded, files stay small, text extracts
exactly). The committed reports embed a subset of AR PL SungtiL GB (Debian: fonts-arphic-gbsn00lp), so that they look
the same everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

CID_FONT = "STSong-Light"
EMBEDDED_FONT = "SungtiL"
SUNGTI = Path("/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf")


def register(embed: bool) -> str:
    """The name of a registered font. Raises FileNotFoundError where an embedded one is asked for and not installed."""
    name = EMBEDDED_FONT if embed else CID_FONT
    if name in pdfmetrics.getRegisteredFontNames():
        return name
    if embed:
        if not SUNGTI.exists():
            raise FileNotFoundError(f"no {SUNGTI}: apt-get install fonts-arphic-gbsn00lp, or set without embedding")
        pdfmetrics.registerFont(TTFont(name, str(SUNGTI)))
    else:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


@lru_cache(maxsize=20_000)
def width(text: str, font: str, size: float) -> float:
    """Width of the text in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


NO_LINE_START = "，。、；：？！）》”’%％,.;:)"


@lru_cache(maxsize=20_000)
def wrap(text: str, font: str, size: float, room: float, indent: float = 0.0) -> tuple[str, ...]:
    """The text in lines no wider than `room`: breaks between Chinese characters, never inside a number or word."""
    lines: list[str] = []
    for part in text.split("\n"):
        line, used = "", indent
        for token in tokens(part):
            wide = width(token, font, size)
            if used + wide > room + 0.01 and line and token not in NO_LINE_START:
                lines.append(line)
                line, used = "", 0.0
                if token == " ":
                    continue
            if wide > room:  # a word wider than the column: broken anywhere, as Word does
                for ch in token:
                    if line and used + width(ch, font, size) > room:
                        lines.append(line)
                        line, used = "", 0.0
                    line, used = line + ch, used + width(ch, font, size)
                continue
            line, used = line + token, used + wide
        lines.append(line)
        indent = 0.0
    return tuple(lines)


def tokens(text: str) -> list[str]:
    """Single Chinese characters and whole runs of Latin letters and digits."""
    found: list[str] = []
    for ch in text:
        if found and is_latin(ch) and is_latin(found[-1][-1]):
            found[-1] += ch
        else:
            found.append(ch)
    return found


def is_latin(ch: str) -> bool:
    return ch.isascii() and not ch.isspace() and ch not in "()"
