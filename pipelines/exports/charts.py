"""Small SVG figures for the worked questions: horizontal bars in groups.

Written by hand rather than with a plotting library: the text stays text (Chinese in the reader's own font), the file
is a few kB, and the same rows give the same bytes, so that a test can compare them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

# Okabe and Ito's colours, which the colour-blind can tell apart
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
WIDTH, BAR, GAP, TOP, CHARACTER = 760, 16, 12, 44, 6.6
LONGEST = 300  # pixels of a label
MISSING = "–"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a figure: the group it stands in, its series, and the value (None: nothing was printed)."""

    label: str
    series: str
    value: Decimal | None


def bars(points: Sequence[Point], title: str) -> str:
    """Horizontal bars, grouped by label, a colour a series. A value below zero is hollow; one that is not there is a
    dash, not a bar of nothing.
    """
    labels, series = _distinct(point.label for point in points), _distinct(point.series for point in points)
    left = int(min(max(map(_width, labels), default=0), LONGEST)) + 16
    largest = max((abs(point.value) for point in points if point.value is not None), default=Decimal(0)) or Decimal(1)
    scale = Decimal(WIDTH - left - 110) / largest
    parts, y = [], TOP + (18 if len(series) > 1 else 0)
    for label in labels:
        group = [point for point in points if point.label == label]
        middle = y + len(group) * BAR / 2 + 4
        parts.append(f'<text x="{left - 8}" y="{middle:g}" text-anchor="end">{escape(_short(label))}</text>')
        for point in group:
            length = (abs(point.value) * scale).quantize(Decimal("0.1")) if point.value is not None else Decimal(0)
            colour = COLOURS[series.index(point.series) % len(COLOURS)]
            fill = f'fill="{colour}"' if point.value is None or point.value >= 0 else f'fill="#fff" stroke="{colour}"'
            parts.append(f'<rect x="{left}" y="{y}" width="{length}" height="{BAR - 3}" {fill}/>')
            parts.append(f'<text class="value" x="{left + length + 4}" y="{y + 11}">{_shown(point.value)}</text>')
            y += BAR
        y += GAP
    legend = _legend(series) if len(series) > 1 else ""
    return _svg(title, y, legend + "".join(parts))


def _svg(title: str, height: float, inside: str) -> str:
    style = (
        f"text{{font:13px {FONT};fill:#222}}.value{{font-size:11px;fill:#444}}.title{{font-size:15px;font-weight:bold}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        f'role="img"><title>{escape(title)}</title><style>{style}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/><text class="title" x="12" y="24">{escape(title)}</text>'
        f"{inside}</svg>\n"
    ).replace("><", ">\n<")


def _legend(series: Sequence[str]) -> str:
    parts, x = [], 12.0
    for number, name in enumerate(series):
        parts.append(f'<rect x="{x:g}" y="36" width="11" height="11" fill="{COLOURS[number % len(COLOURS)]}"/>')
        parts.append(f'<text class="value" x="{x + 15:g}" y="46">{escape(name)}</text>')
        x += 32 + _width(name)
    return "".join(parts)


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _short(text: str) -> str:
    """A label that fits, with … for its end; the table beside the figure has it in full."""
    if _width(text) <= LONGEST:
        return text
    while _width(text) > LONGEST - 13:
        text = text[:-1]
    return f"{text}…"


def _width(text: str) -> float:
    return sum(13 if east_asian_width(character) in "WF" else CHARACTER for character in text)


def _shown(value: Decimal | None) -> str:
    if value is None:
        return MISSING
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}".rstrip("0").rstrip(".")
