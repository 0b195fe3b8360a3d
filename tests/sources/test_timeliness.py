"""What is due when, and through which due day a source was looked at: by the rule of the registry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipelines.sources.registry import Source, load_registry
from pipelines.sources.timeliness import due_days, due_on, last_due_day, publishers

DEADLINES = load_registry().deadlines
FINAL = {"final_account": DEADLINES["final_account"]}


def test_days_due() -> None:
    assert due_on(DEADLINES["final_account"], 2025) == date(2026, 10, 31)
    assert due_on(DEADLINES["budget"], 2026) == date(2026, 3, 31)


def test_a_build_is_as_of_the_last_due_day_so_that_it_is_the_same_until_the_next() -> None:
    """Budgets are due on 31 March, final accounts and self-evaluations on 31 October; on the day itself, in time."""
    assert last_due_day(DEADLINES, date(2026, 11, 1)) == date(2026, 10, 31)
    assert last_due_day(DEADLINES, date(2027, 3, 31)) == date(2026, 10, 31)
    assert last_due_day(DEADLINES, date(2027, 4, 1)) == date(2027, 3, 31)
    assert last_due_day({}, date(2026, 11, 1)) is None
    between = [due_days(DEADLINES, last_due_day(DEADLINES, day)) for day in (date(2026, 11, 1), date(2027, 3, 31))]
    assert between[0].equals(between[1])


def test_due_days_go_up_to_the_next() -> None:
    rows = due_days(FINAL, date(2026, 10, 31)).to_pylist()
    assert [(row["fiscal_year"], row["due_on"]) for row in rows[-2:]] == [
        (2025, date(2026, 10, 31)),
        (2026, date(2027, 10, 31)),
    ]
    assert all(row["as_of"] == date(2026, 10, 31) and "预算法" in row["basis"] for row in rows)
    assert due_days(FINAL, None).num_rows == 0


@pytest.mark.parametrize(
    ("looked", "through"),
    [
        (None, None),
        (date(2026, 10, 31), date(2025, 10, 31)),  # not after the due day of 2025: nothing can be missing of it yet
        (date(2026, 11, 1), date(2026, 10, 31)),
        (date(2027, 10, 30), date(2026, 10, 31)),
    ],
)
def test_a_look_counts_through_the_due_day_before_it(
    make_source: Callable[..., Source], looked: date | None, through: date | None
) -> None:
    [row] = publishers([make_source()], DEADLINES, {} if looked is None else {"test": looked}).to_pylist()
    assert (row["kind"], row["division_code"], row["looked_through"]) == ("final_account", "430200", through)


def test_a_source_that_is_not_enabled_owes_nothing(make_source: Callable[..., Source]) -> None:
    assert publishers([make_source(enabled=False)], DEADLINES, {"test": date(2026, 11, 4)}).num_rows == 0
    two = publishers(
        [make_source(kinds=("final_account", "budget"))], DEADLINES, {"test": date(2026, 11, 4)}
    ).to_pylist()
    assert {row["kind"]: row["looked_through"] for row in two} == {
        "final_account": date(2026, 10, 31),
        "budget": date(2026, 3, 31),
    }
