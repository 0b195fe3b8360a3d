"""The words of the pages, in Chinese and English: text/zh.yml and text/en.yml, one key a sentence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "text"
LANGUAGES = ("zh", "en")


@cache
def words(language: str) -> dict[str, str]:
    """Every text of one language by its dotted key (overview.title)."""
    return dict(_flat("", yaml.safe_load((HERE / f"{language}.yml").read_text(encoding="utf-8"))))


def say(language: str, key: str, **values: object) -> str:
    """The text of a key with its braces filled; the key's last part when nobody has written it (a new code)."""
    text = words(language).get(key)
    if text is None:
        return key.rpartition(".")[2]
    return text.format(**values) if values else text


def _flat(prefix: str, node: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in node.items():
        name = f"{prefix}{key}"
        found += _flat(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return found
