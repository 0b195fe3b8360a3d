"""The words of the performance forms (`definitions/shared/performance.yml`), compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from pipelines.forms.definition import FOLDER

Patterns = Mapping[str, re.Pattern[str]]


@cache
def _raw() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "shared" / "performance.yml").read_text(encoding="utf-8"))


@cache
def column_patterns(block: str) -> Patterns:
    """The patterns of one block of columns (fund_columns, indicator_columns, …) by what the column is."""
    return {key: re.compile(text) for key, text in _raw()[block].items()}


@cache
def pattern(key: str) -> re.Pattern[str]:
    """One pattern of the file."""
    return re.compile(_raw()[key])


def column_of(block: str, name: str) -> str | None:
    """What the column with this bare name is, or None; 预算数(A) is called 预算数."""
    for text in (name, re.sub(r"\([^()]*\)$", "", name.rstrip(":"))):
        for key, regex in column_patterns(block).items():
            if regex.fullmatch(text):
                return key
    return None
