"""Numbers as people write them. Money comes in 元 and is exact: Chinese pages show 万元, English pages yuan."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

NONE = "—"
WAN = Decimal(10_000)
CENT = Decimal("0.01")


def amount(yuan: Decimal | None, language: str) -> str:
    """1,044.94 for 10,449,400 元 in Chinese (万元), 10,449,400.00 in English (yuan): every digit, two decimals."""
    if yuan is None:
        return NONE
    return plain(yuan / WAN if language == "zh" else yuan, at_least=2)


def money(yuan: Decimal | None, language: str) -> str:
    """`amount` with its unit: 1,044.94 万元, or ¥10,449,400.00."""
    if yuan is None:
        return NONE
    written = amount(yuan, language)
    return f"{written} 万元" if language == "zh" else f"¥{written}"


def short_money(yuan: Decimal | None, language: str) -> str:
    """Money to be read at a glance, rounded: 3,282.73 万元, 12.35 亿元; ¥32.83 million, ¥1.24 billion."""
    if yuan is None:
        return NONE
    scales = (
        ((Decimal(10) ** 9, Decimal(10) ** 8, " 亿元"), (Decimal(0), WAN, " 万元"))
        if language == "zh"
        else (
            (Decimal(10) ** 9, Decimal(10) ** 9, " billion"),
            (Decimal(10) ** 6, Decimal(10) ** 6, " million"),
            (Decimal(0), Decimal(1), ""),
        )
    )
    for least, unit, name in scales:
        if abs(yuan) >= least:
            written = f"{(yuan / unit).quantize(CENT):,}{name}"
            return written if language == "zh" else f"¥{written}"
    raise AssertionError("the last scale takes everything")


def plain(value: Decimal | None, at_least: int = 0) -> str:
    """A decimal with separators and every digit that it has, `at_least` so many decimals."""
    if value is None:
        return NONE
    value = Decimal(value)
    text = f"{value:,f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(at_least, "0")
    return f"{whole}.{decimals}" if decimals else whole


def count(number: int | None) -> str:
    """2,270"""
    return NONE if number is None else f"{number:,}"


def percent(part: Decimal | float | None, whole: Decimal | float | None = 1) -> str:
    """41.4% for 0.414, or of part and whole; — where it makes no sense."""
    if part is None or not whole:
        return NONE
    return f"{float(part) / float(whole) * 100:.1f}%"


def cell(value: object) -> str:
    """Anything that a query can give, as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(cell(item) for item in value) + "]"
    return str(value)
