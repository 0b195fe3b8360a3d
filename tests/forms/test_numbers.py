"""What a cell prints, as a number or as nothing; never a guess."""

from decimal import Decimal

import pytest

from pipelines.forms.numbers import is_nothing, read_number


@pytest.mark.parametrize(
    ("printed", "value", "decimals"),
    [
        ("3,282.73", "3282.73", 2),
        ("5296.11", "5296.11", 2),
        ("0.00", "0.00", 2),
        ("１，０４４.９４", "1044.94", 2),
        ("3\n0.\n50", "30.50", 2),
        ("-\n45323.0\n9", "-45323.09", 2),
        ("-13.52", "-13.52", 2),
        ("－13.52", "-13.52", 2),
        ("(13.52)", "-13.52", 2),
        ("17", "17", 0),
        ("3,282.\n73", "3282.73", 2),  # a narrow column broke the digits
        ("1,055,\n112.40", "1055112.40", 2),
        ("99.13%", "99.13", 2),
        ("1，234．56", "1234.56", 2),
        ("36.10①", "36.10", 2),  # a footnote mark is no digit
        ("36.10¹", "36.10", 2),
        ("36.10*", "36.10", 2),
        ("36.10[1]", "36.10", 2),
        ("36.10（注2）", "36.10", 2),
        ("￥1,234.00", "1234.00", 2),
    ],
)
def test_one_number(printed: str, value: str, decimals: int) -> None:
    number = read_number(printed)
    assert number is not None
    assert (number.value, number.decimals) == (Decimal(value), decimals)


@pytest.mark.parametrize(
    "printed",
    [
        "8.77 9.10",
        "12 34",
        "12\n34",
        "12\n3.5\n0",
        "3 0. 50",
        "1,04.94",
        "1.203.06",
        "201 06 01",
        "≥60人",
        "5296.11万元",
        "2024年",
        "1,2345.00",
        "12(2)",
    ],
)
def test_what_is_not_exactly_one_number_is_not_read(printed: str) -> None:
    assert read_number(printed) is None


@pytest.mark.parametrize("printed", ["", "  ", "\u3000", "—", "——", "－", "--", "/", "无"])
def test_nothing_on_purpose(printed: str) -> None:
    assert is_nothing(printed)
    assert read_number(printed) is None


def test_a_printed_zero_is_not_nothing() -> None:
    assert not is_nothing("0.00")
