"""Characters that stand for others. Text stays as printed, except where a font made a character unsearchable.

CJK radicals and compatibility ideographs (⽀ ⻔ ⻋ 﨑) are drawn like the unified character and mean it: they are
mapped. Full-width digits, brackets and punctuation are what the publisher printed: they are kept.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# The CJK Radicals Supplement has no Unicode decompositions (save two). Pairs of radical and character; the radicals
# that only ever stand for a part of a character (⺡ ⻌ …) stay as they are.
_PAIRS = (
    "⺁厂 ⺄乙 ⺇几 ⺊卜 ⺌小 ⺎兀 ⺒巳 ⺛旡 ⺜日 ⺝月 ⺟母 ⺠民 ⺧牛 ⺩王 ⺬示 ⺯糸 ⺳网 ⺵网 ⺷羊 ⺼月 ⺽臼 "
    "⻁虎 ⻄西 ⻅见 ⻆角 ⻉贝 ⻋车 ⻑長 ⻓长 ⻔门 ⻕阜 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 "
    "⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟"
)
_SUPPLEMENT = {pair[0]: pair[1] for pair in _PAIRS.split()}
_BLANKS = {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\t": " "}
_ODD = {"\ufffe": "", "\ufeff": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\u00ad": ""}


@cache
def plain(char: str) -> str:
    """One character as it is kept: radicals unified, no-break blanks as a blank, control characters as nothing."""
    if char in _BLANKS:
        return _BLANKS[char]
    if char in _ODD:
        return _ODD[char]
    code = ord(char)
    if 0x2E80 <= code < 0x2F00:
        return _SUPPLEMENT.get(char) or unicodedata.normalize("NFKC", char)
    if 0x2F00 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00 or 0x2F800 <= code < 0x2FA20:
        return unicodedata.normalize("NFKC", char)
    if unicodedata.category(char) in ("Cc", "Cs"):
        return ""
    return char


def normalise_text(text: str) -> str:
    """`plain` over a text; line breaks are kept."""
    return "".join(char if char == "\n" else plain(char) for char in text)
