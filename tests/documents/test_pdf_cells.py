"""The cells that rules close: the same as pdfplumber finds, for any drawing of rules."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from pdfplumber.table import edges_to_intersections, intersections_to_cells, merge_edges

from pipelines.documents.pdf_rules import Edge
from pipelines.documents.ruled import MIN_EDGE, closed_cells, crossings_of, find_shapes, joined

edges = st.builds(
    lambda horizontal, at, start, length: Edge(horizontal, 20.0 * at, 20.0 * start, 20.0 * (start + length)),
    st.booleans(),
    st.integers(0, 6),
    st.integers(0, 5),
    st.integers(1, 6),
)


# Rules that drift by a point or two, as programs draw them: snapped to one line, or just not.
drifting = st.builds(
    lambda edge, along, at: Edge(edge.horizontal, edge.at + at, edge.start + along, edge.end + along),
    edges,
    st.sampled_from([-2.5, -0.75, 0.0, 0.5, 4.25]),
    st.sampled_from([-3.5, -1.25, 0.0, 1.5]),
)


def as_plumber(edge: Edge) -> dict[str, object]:
    along, across = ("x0", "x1"), ("top", "bottom")
    if not edge.horizontal:
        along, across = across, along
    ends = {along[0]: edge.start, along[1]: edge.end, across[0]: edge.at, across[1]: edge.at}
    size = {"width": ends["x1"] - ends["x0"], "height": ends["bottom"] - ends["top"], "doctop": ends["top"]}
    return {"orientation": "h" if edge.horizontal else "v", "object_type": "line", **ends, **size}


@settings(max_examples=150, deadline=None)
@given(st.lists(edges | drifting, max_size=40))
def test_rules_are_joined_as_pdfplumber_joins_them(drawn):
    theirs = [as_edge(edge) for edge in merge_edges([as_plumber(edge) for edge in drawn], 3, 3, 3, 3)]
    assert extents(joined(drawn)) == extents(edge for edge in theirs if edge.end - edge.start >= MIN_EDGE)


def as_edge(edge: dict[str, object]) -> Edge:
    if edge["orientation"] == "h":
        return Edge(True, edge["top"], edge["x0"], edge["x1"])
    return Edge(False, edge["x0"], edge["top"], edge["bottom"])


def extents(rules: Iterable[Edge]) -> list[tuple[bool, float, float, float]]:
    """Rules by rounded place; pdfplumber leaves two apart whose mean positions differ in their last binary digit."""
    found: list[tuple[bool, float, float, float]] = []
    for horizontal, at, start, end in sorted((h, round(a, 3), round(s, 3), round(e, 3)) for h, a, s, e in rules):
        if found and found[-1][:2] == (horizontal, at) and start <= found[-1][3] + 3:
            found[-1] = (*found[-1][:3], max(end, found[-1][3]))
        else:
            found.append((horizontal, at, start, end))
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(edges | drifting, min_size=4, max_size=40))
def test_closed_cells_equal_pdfplumbers(drawn):
    rules = joined(drawn)
    theirs = edges_to_intersections([as_plumber(edge) for edge in rules], 3, 3)
    ours = crossings_of(rules)
    assert {p: (len(c["v"]), len(c["h"])) for p, c in ours.items()} == {
        p: (len(c["v"]), len(c["h"])) for p, c in theirs.items()
    }
    assert closed_cells(ours) == intersections_to_cells(theirs)


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
