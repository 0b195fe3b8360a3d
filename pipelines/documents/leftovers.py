"""What a conversion to text leaves behind: heading marks, bold marks, HTML tags, Word bookmarks.

They are not printed in the report, so they are taken away, and counted: `Leftovers.warnings()` says what went.
Comparators (`<5%`, `≥3次`) and products (`20*2=40万元`) are content and stay.
"""

from __future__ import annotations

import html
import re
from collections import Counter

# Tags seen in cells: <p> (株洲 2024, long cells), <td colspan="8"></td> (高平 2024); the rest are their usual company.
_TAG_NAMES = "p|div|br|tr|td|th|table|tbody|thead|span|font|b|strong|i|em|u|sup|sub|ul|ol|li|a|img|h[1-6]"
_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]{{0,300}})?/?>", re.IGNORECASE)
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|ensp|emsp|#\d{1,6});")
_FIELD = re.compile(r"\[(?:bookmark|image|footnote|endnote)[^\[\]:]{0,20}:[^\[\]]{0,200}\]")  # 芦淞 2023: _GoBack
_PICTURE = re.compile(r"!\[[^\[\]]{0,200}\]\([^()]{0,500}\)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}(?:\s+|$)")  # 高平 2024: ### 支出決算表
_BULLET = re.compile(r"^\s{0,3}[-*+]\s+(?=[^\s\d-])")  # 株洲 2024: - 一、部门职责; but "- 5 -" is a page number
_QUOTE = re.compile(r"^\s{0,3}>\s+")
_BOLD = re.compile(r"\*\*")  # 株洲 2024: pairs may span lines
_RULE = re.compile(r"^\s{0,3}(?:-{3,}|\*{3,}|_{3,})\s*$")  # 高平 2024: --- between two forms

_PIPED = re.compile(r"^\s*\|(.*)\|\s*$")
_PIPED_RULE = re.compile(r"^\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?)?$")  # of a stripped line: blanks only between
_PIPE = re.compile(r"(?<!\\)\|")

MARKERS = frozenset("#*<[&->_!+")


class Leftovers:
    """Takes leftovers away and remembers how many of each kind, for `Document.warnings`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def is_rule(self, line: str) -> bool:
        """Whether a whole line is a markdown rule, or the rule below a table's header; it holds nothing."""
        if _RULE.match(line) or _PIPED_RULE.match(line.strip()):
            self.counts["horizontal rule"] += 1
            return True
        return False

    def tabbed(self, line: str) -> str:
        """A row of a markdown table (`| 合计 | 1.00 |`) as a line with tabs; other lines as they are."""
        piped = _PIPED.match(line) if "|" in line and "\t" not in line else None
        if piped is None:
            return line
        self.counts["table bar | around a row"] += 1
        return "\t".join(text.strip().replace("\\|", "|") for text in _PIPE.split(piped.group(1)))

    def line(self, text: str) -> str:
        """A paragraph's text without leftovers, also those that only begin a line."""
        if MARKERS.isdisjoint(text):
            return text
        for name, pattern in (("heading mark", _HEADING), ("list bullet", _BULLET), ("quotation mark >", _QUOTE)):
            text = self._take(name, pattern, "", text)
        return self.cell(text)

    def cell(self, text: str) -> str:
        """A cell's text without leftovers; a breaking tag between two texts becomes a line break."""
        if MARKERS.isdisjoint(text):
            return text
        before = text
        text = self._take("bold mark **", _BOLD, "", text)
        text = self._take("Word field", _FIELD, "", text)
        text = self._take("picture link", _PICTURE, "", text)
        text, n = _TAG.subn(lambda m: "\n" if _BREAKING_TAG.match(m.group()) else "", text)
        self.counts["HTML tag"] += n
        text, n = _ENTITY.subn(lambda m: html.unescape(m.group()), text)
        self.counts["HTML entity"] += n
        if text == before:
            return text
        return "\n".join(part for part in (p.strip() for p in text.split("\n")) if part)

    def _take(self, name: str, pattern: re.Pattern[str], by: str, text: str) -> str:
        text, n = pattern.subn(by, text)
        self.counts[name] += n
        return text

    def warnings(self) -> tuple[str, ...]:
        return tuple(
            f"{n} × {name} left by the conversion was taken away" for name, n in sorted(self.counts.items()) if n
        )
