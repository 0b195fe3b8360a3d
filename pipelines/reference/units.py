"""Units of money and what they are in 元 (`dbt_project/seeds/units.csv`, the only copy)."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache

from pipelines.reference.seeds import SEEDS


@cache
def yuan_per_unit() -> dict[str, Decimal]:
    """元 → 1, 万元 → 10,000, …: the units of money only."""
    with (SEEDS / "units.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit"]: Decimal(row["multiplier"]) for row in csv.DictReader(file) if row["kind"] == "money"}


def in_yuan(value: Decimal, unit: str | None) -> Decimal | None:
    """The amount in 元 to the 分, or None when the unit is not one of money."""
    factor = yuan_per_unit().get(unit or "")
    return None if factor is None else (value * factor).quantize(Decimal("0.01"))
