"""Printed numbers: what a cell says, to the letter, as a decimal with its printed precision.

Only here is text turned into a value. A cell is a number, nothing (blank, a dash), or unreadable: there is no guess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

# Printed for 'nothing here' or 'does not apply' (高平 2024 prints —— in the economic form).
_NOTHING = re.compile(r"[-‐-―−－_/\\*·.…~～]*|无|空|不适用|N/?A|#REF!?|null", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<sign>[-−－▲△])?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fraction>\d+))?(?P<percent>%)?")
# A mark of a footnote behind the number; NFKC would make a digit of it (36.10① → 36.101), so it goes first.
_FOOTNOTE = re.compile(r"(?<=[\d%％])\s*(?:[①-⑳¹²³⁴-⁹⁰*＊※†#]|[\[［〔]\d[\]］〕]|[(（]注\s*[\d①-⑳]?[)）])+\s*$")
_CURRENCY = re.compile(r"^[¥￥]\s*")
_IN_BRACKETS = re.compile(r"\((?P<inside>[\d,.]+)\)")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed: `value` in the printed unit, `decimals` digits after the point, `percent` with a % sign."""

    value: Decimal
    decimals: int
    percent: bool
    joined: bool  # its digits stood on two lines of the cell


def is_nothing(text: str) -> bool:
    """Whether the cell prints no number on purpose: blank, a dash, 无."""
    return _NOTHING.fullmatch("".join(unicodedata.normalize("NFKC", text).split())) is not None


def read_number(text: str) -> Printed | None:
    """The number that a cell prints, or None when it is not exactly one well-formed number.

    Full-width digits and separators are read; a minus may be -, − or ▲; accountants' brackets are negative. Digits cut
    by a line break inside the cell are joined only when the whole has one decimal point and its pieces could not be
    numbers side by side (3,282.↵73; 1044.9↵4).
    """
    printed = _CURRENCY.sub("", _FOOTNOTE.sub("", text.strip()))
    plain = unicodedata.normalize("NFKC", printed).strip()
    pieces = plain.split()
    if len(pieces) > 1 and not (_can_be_joined(pieces) or _cut_anywhere(plain.split("\n"))):
        return None
    return _parse("".join(pieces), joined=len(pieces) > 1)


def _can_be_joined(pieces: list[str]) -> bool:
    """Pieces of one number: all but the last break off inside a group or the fraction, and one point at the most."""
    if pieces[-1] == "%" and len(pieces) == 2:
        return True
    if pieces[0] in {"-", "−", "－"}:
        return len(pieces) == 2 or _can_be_joined(pieces[1:])
    if sum(piece.count(".") for piece in pieces) != 1:
        return False
    whole = "".join(pieces)
    head = pieces[0]
    cut_at_mark = head.endswith((".", ",")) or pieces[1].startswith((".", ","))
    cut_in_fraction = (
        re.fullmatch(r"-?[\d,]+\.\d", head) is not None and len(pieces) == 2 and len(pieces[1].rstrip("%")) == 1
    )
    grouped = re.fullmatch(r"-?\d{1,3}(,\d{3})+\.\d{2}", whole) is not None and "," in head
    return cut_at_mark or cut_in_fraction or grouped


def _cut_anywhere(lines: list[str]) -> bool:
    """3↵0.↵50: a column of two digits breaks between any; the last break, behind the point, says so."""
    whole = "".join(lines)
    return len(lines) > 2 and re.fullmatch(r"-?[\d,]+\.\d{2}", whole) is not None and lines[-2].endswith(".")


def _parse(text: str, *, joined: bool) -> Printed | None:
    negative_brackets = _IN_BRACKETS.fullmatch(text)
    match = _NUMBER.fullmatch(negative_brackets["inside"] if negative_brackets else text)
    if match is None:
        return None
    fraction = match["fraction"] or ""
    digits = match["digits"].replace(",", "")
    value = Decimal(digits + ("." + fraction if fraction else ""))
    negative = bool(match["sign"]) != bool(negative_brackets)
    return Printed(-value if negative else value, len(fraction), bool(match["percent"]), joined)
