"""Numbers with a unit in a sentence. Years, codes, dates and numbers of documents have none and are never found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["money", "percent", "count", "points"]

_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,8})?)"
_MONEY = r"万元|亿元|\((?:万|亿)?元\)|千元|百万元|元(?!旦|素|/)|万(?=[(),，。;、]|$)"
_COUNT = (
    r"平方米|m2|台\(套\)|台/套|台套|套\(台\)|批次|人次|团次|辆|台|套|个|批|次(?!性|数)"
    r"|人(?!员|民|均|数|才|事|工|群|大)|项(?!目|的|\))|组|期(?!间|末|初|限|内|满|货)|场(?!所|地|馆|景|次|合)|分(?=[，。;、)]|$)"
)
AMOUNT = re.compile(
    rf"(?<![\d.,A-Za-z第\[〔/-])(?P<number>{_NUMBER})(?:(?P<percent>%)|(?P<money>{_MONEY})|(?P<count>{_COUNT}))"
)
# 各是 A，B 万元 · 下降23.51%、38.28%: the first of two numbers that share what follows.
_LISTED = re.compile(
    rf"(?<![\d.,A-Za-z第\[〔/-])(?P<first>{_NUMBER})(?P<unit>%|万元|元)?(?P<by>[,，、和])(?P<second>{_NUMBER})(?P<shared>%|万元|元)"
)
# Growth printed without its sign: 增长13.95。
_BARE_RATE = re.compile(rf"(?<=[长升降低少加多幅])(?:了|为)?(?P<number>{_NUMBER.removeprefix('-?')})(?=[。;，]|$)")
_THRESHOLD = re.compile(r"(?:\(含\)|含)?(?:以上|以下|以内|及以上|至|～|~|—|-|左右)")
_RANGE_BEFORE = re.compile(
    r"(?:\d(?:万元|元|%)?[-~～—至]|(?<![节签合契预])约|(?<![最附临])近|逾|(?<!算)(?<!算数)超过?|不足|每人每[天年月]|人均|每人|每)$"
)
_POINTS = re.compile(r"个?百分点")


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of a sentence: `start`–`end` is its span in the passage, unit included; `digits` the number alone."""

    start: int
    end: int
    digits: str
    kind: Kind
    unit: str
    unit_printed: bool  # False: 增长13.95 (without %), 0.39万 (without 元), or shared with the number after it
    exact: bool  # False: a threshold, a range, an approximation
    rough: bool = False  # an approximation, an average, a number torn by a blank: never a figure, never silent
    list_no: int = 0  # 1, 2: first and second of two numbers that share their words

    @property
    def value(self) -> Decimal:
        return Decimal(self.digits.replace(",", ""))

    @property
    def decimals(self) -> int:
        return len(self.digits.partition(".")[2])


def amounts_of(text: str, start: int, end: int) -> list[Amount]:
    """The amounts of `text[start:end]` in order. Numbers inside 《》 are names and are left out."""
    lists = {m.start("first"): m for m in _LISTED.finditer(text, start, end) if _each(text, start, m)}
    found = {amount.start: amount for amount in _bare_rates(text, start, end)}
    found.update({amount.start: amount for amount in _plain(text, start, end)})
    for match in lists.values():
        first, second = _pair(match)
        found[first.start], found[second.start] = first, second
    return [a for a in sorted(found.values(), key=lambda a: a.start) if not _in_title(text, start, a.start)]


def _plain(text: str, start: int, end: int) -> Iterator[Amount]:
    for match in AMOUNT.finditer(text, start, end):
        if match["percent"]:
            kind, unit = "percent", "%"
        elif match["money"]:
            kind, unit = "money", match["money"].strip("()")
        else:
            kind, unit = "count", match["count"]
        if unit == "个" and _POINTS.match(text, match.end("number")):
            kind, unit = "points", "个百分点"
        broken = text[match.start() - 1 : match.start()] == " "
        rough = broken or _RANGE_BEFORE.search(text[max(start, match.start() - 8) : match.start()]) is not None
        exact = not rough and not _THRESHOLD.match(text, match.end())
        unit, shown = ("万元", False) if unit == "万" else (unit, True)
        yield Amount(match.start(), match.end(), match["number"], kind, unit, shown, exact, rough)  # type: ignore[arg-type]


def _bare_rates(text: str, start: int, end: int) -> Iterator[Amount]:
    for match in _BARE_RATE.finditer(text, start, end):
        yield Amount(match.start("number"), match.end(), match["number"], "percent", "%", False, True)


def _each(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether two numbers are given for two things: 各 or 分别 before them, and no thousands written with a comma."""
    if match["by"] == "," and re.fullmatch(r"-?\d{1,3}", match["first"]) and re.match(r"\d{3}(?!\d)", match["second"]):
        return False
    if match["by"] in "、和" and match["unit"]:  # 下降23.51%、38.28%
        return True
    clause = re.split(r"[，。;]", text[start : match.start()])[-1]
    return re.search(r"各|分别", clause) is not None


def _pair(match: re.Match[str]) -> tuple[Amount, Amount]:
    unit = match["shared"]
    kind: Kind = "percent" if unit == "%" else "money"
    shown = match["unit"] is not None
    first_end = match.end("unit") if shown else match.end("first")
    return (
        Amount(match.start("first"), first_end, match["first"], kind, match["unit"] or unit, shown, True, list_no=1),
        Amount(match.start("second"), match.end(), match["second"], kind, unit, True, True, list_no=2),
    )


def _in_title(text: str, start: int, at: int) -> bool:
    """Whether the place stands inside 《》."""
    return text.rfind("《", start, at) > text.rfind("》", start, at)
