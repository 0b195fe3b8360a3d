"""One sentence cut up: brackets set aside, the amounts in order, the words before each as clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.prose.amounts import Amount

HIDDEN = "\x00"
# Brackets that belong to the word before them; all others without an amount are remarks and are hidden.
_KEPT = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}|\d{1,2}|\d{0,7}[类款项]\d{0,7}|2\d{2,6}|境|含|护|更新|套|室|役|台|基本建设|不含车辆|减少|下降|降低|增加|增长|上升|减|增|小于|大于|本级|省|副|市|县|区)"
)
_BRACKET = re.compile(r"[()]")
_SENTENCE = re.compile(r"[^。]*(?:。|$)")


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next in a sentence: an amount with the words before it, or a bracket that opens or closes."""

    kind: Literal["amount", "open", "close"]
    at: int
    amount: Amount | None = None
    start: int = 0  # where the words before the amount begin


def sentences_in(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the sentences of a passage; a full stop inside brackets ends one too."""
    for match in _SENTENCE.finditer(text):
        if match.end() > match.start():
            yield match.span()


def masked(text: str, start: int, end: int, amounts: Sequence[Amount]) -> tuple[str, list[tuple[int, int]], list[int]]:
    """The sentence with remarks in brackets hidden (of the same length), the brackets that hold amounts, and the
    amounts that are part of a name: （375 万元）34.7 万元. An amount alone in brackets is that of the name before it:
    基本工资（120万元）、津贴补贴（80万元）."""
    chars = list(text[start:end])
    spans: list[tuple[int, int]] = []
    named: list[int] = []
    for opened, closed in _brackets(text, start, end):
        inside = [a for a in amounts if opened < a.start < closed]
        words = text[opened + 1 : closed]
        if not inside:
            if words == "三公经费":  # 因公出国费、公务接待费、公务用车费（“三公”经费）: a name for all before it
                chars[opened - start] = chars[closed - start] = HIDDEN
            elif not _KEPT.fullmatch(words):
                chars[opened - start : closed + 1 - start] = HIDDEN * (closed + 1 - opened)
        elif len(inside) == 1 and inside[0].end - inside[0].start == len(words):
            chars[opened - start] = chars[closed - start] = HIDDEN
            if _followed(amounts, closed + 1):
                named.append(inside[0].start)
                chars[opened - start : closed + 1 - start] = HIDDEN * (closed + 1 - opened)
        else:
            spans.append((opened, closed))
    return "".join(chars), spans, named


def _followed(amounts: Sequence[Amount], at: int) -> bool:
    return any(a.start == at for a in amounts)


def _brackets(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pairs of brackets, the inner before the outer; one that is not closed in the sentence is none."""
    opened: list[int] = []
    for match in _BRACKET.finditer(text, start, end):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            yield opened.pop(), match.start()


def steps_of(start: int, amounts: Sequence[Amount], spans: Sequence[tuple[int, int]]) -> Iterator[Step]:
    """Amounts and brackets in order; the words before an amount begin after the last of either."""
    marks: list[tuple[int, int, Amount | None]] = [(a.start, a.end, a) for a in amounts]
    marks += [(opened, 1, None) for opened, _ in spans] + [(closed, -1, None) for _, closed in spans]
    begin = start
    for at, extra, amount in sorted(marks, key=lambda m: m[0]):
        if amount is not None:
            yield Step("amount", at, amount, begin)
            begin = amount.end
        else:
            yield Step("open" if extra == 1 else "close", at)
            begin = at + 1


def clauses_of(words: str) -> list[str]:
    """The words before an amount as clauses, the last one next to the amount. A colon or a loose bracket ends one."""
    plain = words.replace(HIDDEN, "")
    return [clause for clause in re.split(r"[，;:]|(?<!\))\((?![^()]*\))", plain)]
