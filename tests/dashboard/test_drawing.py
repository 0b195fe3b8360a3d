"""Charts and numbers: what is drawn is in proportion, what is written is exact."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.drawing import axis, treemap
from dashboard.show import amount, money, percent, plain, short_money
from dashboard.words import words

D = Decimal


def test_tiles_are_in_proportion_and_fill_the_box() -> None:
    values = [19_647.18, 4_461.67, 3_845.24, 1_523.82, 853.49, 0.0, 539.9]
    tiles = treemap(values)
    assert sorted(tile.index for tile in tiles) == [0, 1, 2, 3, 4, 6]  # zero takes no room
    for tile in tiles:
        assert tile.width * tile.height == pytest.approx(values[tile.index] / sum(values) * 10_000)
        assert tile.left >= -1e-9 and tile.left + tile.width <= 100 + 1e-6
        assert tile.top >= -1e-9 and tile.top + tile.height <= 100 + 1e-6
    for a in tiles:
        for b in tiles:
            across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
            down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
            assert a is b or across <= 1e-6 or down <= 1e-6


def test_no_values_no_tiles() -> None:
    assert treemap([]) == []
    assert treemap([0, -3]) == []


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 98], (0, 25, 50, 75, 100)),
        ([5602.3], (0, 2000, 4000, 6000)),
        ([-4, 6], (-5, -2.5, 0, 2.5, 5, 7.5)),
        ([], (0, 0.25, 0.5, 0.75, 1)),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], ticks: tuple[float, ...]) -> None:
    assert axis(values).ticks == ticks


def test_an_axis_of_one_value_has_room() -> None:
    scale = axis([100.0, 100.0], from_zero=False)
    assert scale.low <= 100 < scale.high


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (D("10449400.00"), "1,044.94 万元", "¥10,449,400.00"),
        (D("0.00"), "0.00 万元", "¥0.00"),
        (D("-20000.00"), "-2.00 万元", "¥-20,000.00"),
        (D("1234.56"), "0.123456 万元", "¥1,234.56"),  # printed in 元: no digit is lost
        (None, "—", "—"),  # what is not printed is not zero
    ],
)
def test_money_as_people_write_it(yuan: Decimal | None, zh: str, en: str) -> None:
    assert (money(yuan, "zh"), money(yuan, "en")) == (zh, en)


def test_short_money_and_shares() -> None:
    assert short_money(D("32827300"), "zh") == "3,282.73 万元"
    assert short_money(D("2500000000"), "zh") == "25.00 亿元"
    assert short_money(D("32827300"), "en") == "¥32.83 million"
    assert amount(D("500"), "zh") == "0.05"
    assert plain(D("999.990000"), 2) == "999.99"
    assert percent(D("1"), D("3")) == "33.3%"
    assert percent(D("1"), D("0")) == "—"


def test_both_languages_say_everything() -> None:
    assert words("zh").keys() == words("en").keys()
    assert all(
        text.count("{") == words("en")[key].count("{")
        for key, text in words("zh").items()
        if key != "overview.new_compared"
    )
