"""Traditional characters as simplified ones, for comparing (`traditional.yml`). What is printed is never changed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("traditional.yml").read_text(encoding="utf-8"))
    return table


@cache
def _pairs() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in _table()["pairs"].split()}


@cache
def pronunciation() -> re.Pattern[str]:
    """What a converted page puts after a character: 務(wù)."""
    return re.compile(_table()["pronunciation"])


def simplified(text: str) -> str:
    """The text in simplified characters, of the same length."""
    return text.translate(_pairs())
