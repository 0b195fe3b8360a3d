"""The closed vocabulary of measures (`dbt_project/seeds/measures.csv`) and what kind of number each is."""

from __future__ import annotations

import csv
from functools import cache

from pipelines.reference.seeds import SEEDS


@cache
def measure_kinds() -> dict[str, str]:
    """measure → money | count | percent | score | area | mixed."""
    with (SEEDS / "measures.csv").open(encoding="utf-8", newline="") as file:
        return {row["measure"]: row["kind"] for row in csv.DictReader(file)}
