"""Printed words: labels as they are kept (line breaks joined), and the bare form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

_CJK = r"\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef“”‘’"
_SPACE_BY_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")
_QUOTES = str.maketrans("", "", "“”‘’\"'＂「」『』《》<>#*　\u200b\ufeff")
# Traditional characters met in form titles (高平 2024: 支出決算表) and on pages served in traditional script.
_TRADITIONAL = str.maketrans(
    "決總財預撥資經營國計業單項級類費購務車運維護關歲編碼稱數額結轉餘補屬繳別險養機會訓團組門區縣與備註說負債",
    "决总财预拨资经营国计业单项级类费购务车运维护关岁编码称数额结转余补属缴别险养机会训团组门区县与备注说负债",
)
_ORDINAL = re.compile(
    r"(?:其中[::]?)?(?:第?[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]+\)|\d{1,2}[、.)](?!\d)|[①-⑳])+"
)

ORDINAL_LINE = re.compile(r"^\s*[一二三四五六七八九十]{1,4}\s*[、.．]")


def printed_label(text: str) -> str:
    """A label as printed on one line: line breaks and blanks beside Chinese characters removed, ordinal kept."""
    return _SPACE_BY_CJK.sub("", " ".join(text.split()))


def bare(text: str) -> str:
    """For comparing only: no white space, no quotes or markdown marks, half-width brackets, simplified characters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_QUOTES).translate(_TRADITIONAL)


def without_ordinal(text: str) -> str:
    """The bare label without the ordinal before it: 一、外交支出 → 外交支出; (一)行政单位 → 行政单位."""
    plain = bare(text)
    return _ORDINAL.sub("", plain, count=1) if _ORDINAL.match(plain) else plain
