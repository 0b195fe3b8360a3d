"""The words that tables of all forms share (`definitions/shared/words.yml`), compiled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import yaml

from pipelines.forms.definition import FOLDER
from pipelines.forms.labels import bare


@cache
def words() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Every key of words.yml as a tuple of patterns over bare text."""
    raw = yaml.safe_load((FOLDER / "shared" / "words.yml").read_text(encoding="utf-8"))
    return {
        key: tuple(re.compile(text) for text in ([value] if isinstance(value, str) else value))
        for key, value in raw.items()
    }


def is_any(key: str, names: Sequence[str]) -> bool:
    """Whether one of the bare names is, as a whole, one of the words of the key."""
    return any(pattern.fullmatch(name) for pattern in words()[key] for name in names)


def finds(key: str, text: str) -> bool:
    """Whether one of the key's patterns occurs in the bare text."""
    plain = bare(text)
    return any(pattern.search(plain) for pattern in words()[key])


def unit_in(text: str) -> str | None:
    """The unit that a line states (金额单位：万元), or None."""
    match = words()["unit"][0].search(bare(text))
    return None if match is None else (match["unit"] or match["unit2"])
