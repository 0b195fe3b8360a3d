"""The sentences of six real reports against what was read in them by eye (tests/gold)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.documents.reader import read_document
from pipelines.prose.sentences import read_prose
from tests.gold_scoring import GOLD, Pair, agreement, load_gold, pair_prose

# File name's beginning, fiscal year, lines (pages) of the 部门决算情况说明, least recall there and over all.
REPORTS = {
    "zhuzhou_2024": ("株洲市应急管理局", 2024, (490, 650), 0.99, 0.98),
    "yongzhou_2021": ("永州市", 2021, (60, 150), 0.99, 0.98),
    "putuo_2024": ("上海市普陀区", 2024, (20, 28), 0.99, 0.99),
    "gaoping_2024": ("高平市", 2024, (490, 610), 0.99, 0.99),
    "shaodong_2024": ("邵东市", 2024, (0, 0), 0.99, 0.99),
    "lusong_2023": ("株洲市芦淞区", 2023, (0, 0), 0.99, 0.99),
}
ASPECT = {
    "share": "share_percent",
    "change_rate": "change_percent",
    "completion_rate": "completion_percent",
    "change_from_budget": "change",
    "change_rate_from_budget": "change_percent",
    "budget_adjustment": "change",
}
SIGNED = ("change", "change_rate", "change_from_budget", "change_rate_from_budget", "budget_adjustment")


def pairs_of(name: str, shared: Path) -> list[Pair]:
    """Gold rows and figures; the gold has a direction beside the printed number, a figure a signed value."""
    beginning, year, *_ = REPORTS[name]
    path = next(p for p in sorted((shared / "reports").iterdir()) if p.name.startswith(beginning))
    reading = read_prose(read_document(path, file_name=path.name), fiscal_year=year)
    return pair_prose(
        [as_gold(asdict(f)) for f in reading.figures],
        load_gold(GOLD / f"{name}_prose.csv"),
        pages=name.startswith("putuo"),
    )


def as_gold(figure: dict[str, Any]) -> dict[str, Any]:
    value = figure["value"]
    figure["direction"] = "flat" if value == 0 else "increase" if value > 0 else "decrease"
    figure["aspect"] = ASPECT.get(figure["measure"], figure["measure"])
    figure["value"] = abs(value) if figure["measure"] in SIGNED else value
    return figure


@pytest.mark.parametrize("name", REPORTS)
def test_prose_of_real_reports(name: str, shared: Path) -> None:
    pairs = pairs_of(name, shared)
    *_, (first, last), least_there, least = REPORTS[name]
    extra = [f for g, f in pairs if g is None]
    assert not extra
    missing = [g for g, f in pairs if f is None and g is not None]
    gold = load_gold(GOLD / f"{name}_prose.csv")
    assert len(missing) <= (1 - least) * len(gold), missing
    there = [g for g in gold if first <= int(g["line_no"]) <= last]
    assert len([g for g in missing if g in there]) <= max((1 - least_there) * len(there), 1), missing

    assert agreement(pairs, "line_code", "line_code")[1] == []
    assert agreement(pairs, "direction", "direction")[1] == []
    same, differ = agreement(pairs, "aspect", "aspect")
    assert len(differ) <= 0.015 * same, differ
