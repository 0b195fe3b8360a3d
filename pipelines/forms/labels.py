"""Printed words: labels as they are kept (line breaks joined), and the bare form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

from pipelines.reference.script import pronunciation, simplified

_CJK = r"\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef“”‘’"
_SPACE_BY_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")
_QUOTES = str.maketrans("", "", "“”‘’\"'＂「」『』《》<>#*　\u200b\ufeff")
_ORDINAL = re.compile(
    r"(?:其中[::]?)?(?:第?[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]+\)|\d{1,2}[、.)](?!\d)|[①-⑳])+"
)

ORDINAL_LINE = re.compile(r"^\s*[一二三四五六七八九十]{1,4}\s*[、.．]")


def printed_label(text: str) -> str:
    """A label as printed on one line: line breaks and blanks beside Chinese characters removed, ordinal kept."""
    return _SPACE_BY_CJK.sub("", " ".join(text.split()))


def bare(text: str) -> str:
    """For comparing only: no white space, no quotes or markdown marks, half-width brackets, simplified characters."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(_QUOTES)
    if plain.isascii():
        return plain
    return simplified(pronunciation().sub("", plain) if "(" in plain else plain)


def without_ordinal(text: str) -> str:
    """The bare label without the ordinal before it: 一、外交支出 → 外交支出; (一)行政单位 → 行政单位."""
    plain = bare(text)
    return _ORDINAL.sub("", plain, count=1) if _ORDINAL.match(plain) else plain
