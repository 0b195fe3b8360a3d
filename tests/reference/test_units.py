"""Amounts in the printed unit → 元."""

from decimal import Decimal

from pipelines.reference.units import in_yuan


def test_yuan() -> None:
    assert in_yuan(Decimal("39.04"), "万元") == Decimal("390400.00")
    assert in_yuan(Decimal("101612.42"), "元") == Decimal("101612.42")
    assert in_yuan(Decimal("29"), "辆") is None
    assert in_yuan(Decimal("1"), None) is None
