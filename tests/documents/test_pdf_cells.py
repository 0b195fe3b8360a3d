"""The cells that rules close: the same as pdfplumber finds, for any drawing of rules."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pdfplumber.table import edges_to_intersections, intersections_to_cells

from pipelines.documents.pdf_rules import Edge
from pipelines.documents.ruled import _as_plumber, closed_cells, find_shapes, joined

edges = st.builds(
    lambda horizontal, at, start, length: Edge(horizontal, 20.0 * at, 20.0 * start, 20.0 * (start + length)),
    st.booleans(),
    st.integers(0, 6),
    st.integers(0, 5),
    st.integers(1, 6),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(edges, min_size=4, max_size=40))
def test_closed_cells_equal_pdfplumbers(drawn):
    crossings = edges_to_intersections([_as_plumber(edge) for edge in joined(drawn)], 3, 3)
    assert closed_cells(crossings) == intersections_to_cells(crossings)


@settings(max_examples=150, deadline=None)
@given(st.lists(edges, min_size=4, max_size=40))
def test_slots_cover_a_shape_once(drawn):
    """Whatever is drawn, every place of a grid belongs to one slot: no text can fall between cells or into two."""
    for shape in find_shapes(joined(drawn)):
        covered = [
            (row, col)
            for slot in shape.slots
            for row in range(slot.row, slot.row + slot.row_span)
            for col in range(slot.col, slot.col + slot.col_span)
        ]
        assert sorted(covered) == [(row, col) for row in range(shape.n_rows) for col in range(shape.n_cols)]
