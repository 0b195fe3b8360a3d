"""The same figures out of grids that were torn: phantom columns, broken words, cuts, marks and remarks."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.conservation import unaccounted
from tests.round_trip.generate import LAYOUTS, Key, expected, make_report, plain
from tests.round_trip.tear import TEARS, Tear, torn_document
from tests.typeset.layout import layout


def found(reading: Reading) -> Counter[Key]:
    """As `expected` has it; the value as two decimals, or whole where it is printed so."""
    return Counter(
        (f.form, f.line_code or "", plain(f.line_label or ""), f.measure, str(f.value)) for f in reading.figures
    )


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(
    seed=st.integers(0, 10_000),
    layout_name=st.sampled_from(LAYOUTS),
    tears=st.lists(st.sampled_from(TEARS), max_size=3, unique=True),
)
def test_torn_forms_read_the_same(seed: int, layout_name: str, tears: list[Tear]) -> None:
    report = make_report(seed, layout_name)
    document = torn_document(report, layout(layout_name), tears, Random(seed))
    reading = read_forms(document)
    wanted, got = expected(report), found(reading)
    assert got - wanted == Counter()
    assert wanted - got == Counter()
    assert not reading.rejects
    assert unaccounted(document, reading) == []
