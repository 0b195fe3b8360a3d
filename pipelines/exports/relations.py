"""The picture of how the marts hang together, as SVG: a box a table, a line from each column to the table it refers to.

Drawn here rather than by a diagram tool, as the figures of the questions are: it opens in any browser with no network,
text stays text, and the same models give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pipelines.exports.charts import COLOURS, FONT

BOX, BETWEEN, HEAD, ROW, GAP, EDGE, LOOP = 352, 120, 36, 16, 14, 12, 40  # pixels
LINES = [colour for colour in COLOURS if colour != "#F0E442"]  # yellow is too pale for a line on white


@dataclass(frozen=True, slots=True)
class Table:
    """A box: the name, its title, and (column, table that it refers to) in the order of the contract."""

    name: str
    title: str
    references: tuple[tuple[str, str], ...]

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.references) + (6 if self.references else 0)


def picture(tables: Sequence[Table]) -> str:
    """Tables stand to the left of what they refer to; one without any reference, to it or from it, is left out."""
    known = {table.name: table for table in tables}
    referred = {to for table in tables for _, to in table.references}
    drawn = [table for table in tables if table.references or table.name in referred]
    columns: dict[int, list[Table]] = {}
    for table in drawn:
        columns.setdefault(_depth(known, table.name), []).append(table)
    heights = {depth: sum(t.height + GAP for t in column) - GAP for depth, column in columns.items()}
    tallest, last = max(heights.values()), max(columns)
    place: dict[str, tuple[int, int]] = {}
    for depth, column in columns.items():
        y = EDGE + (tallest - heights[depth]) // 2
        for table in column:
            place[table.name] = (EDGE + (last - depth) * (BOX + BETWEEN), y)
            y += table.height + GAP
    targets = [table.name for table in drawn if table.name in referred]
    colour = {name: LINES[i % len(LINES)] for i, name in enumerate(targets)}
    lines = "".join(_lines(table, place, colour) for table in drawn)
    boxes = "".join(_box(table, *place[table.name], colour.get(table.name, "#999999")) for table in drawn)
    width = 2 * EDGE + last * (BOX + BETWEEN) + BOX + LOOP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tallest + 2 * EDGE}" role="img">'
        f'<title>各表的关系 · How the tables hang together</title><rect width="100%" height="100%" fill="#fff"/>'
        # attributes, not a style sheet: the dashboard's pages allow none inside a file
        f'<g font-family="{FONT}" font-size="12" fill="#444">{lines}{boxes}</g></svg>\n'
    )


def _depth(known: dict[str, Table], name: str, above: tuple[str, ...] = ()) -> int:
    """How many steps of references lie to the right of a table; one that refers to itself only, none."""
    others = [to for _, to in known[name].references if to in known and to not in (name, *above)]
    return 1 + max(_depth(known, to, (*above, name)) for to in others) if others else 0


def _lines(table: Table, place: dict[str, tuple[int, int]], colour: dict[str, str]) -> str:
    x, y = place[table.name]
    drawn = []
    for i, (column, to) in enumerate(table.references):
        from_x, from_y = x + BOX, y + HEAD + ROW * i + ROW // 2
        if to == table.name:  # dim_report.superseded_by: a loop at its own right side
            up = y + HEAD // 2 - from_y
            path = f"M{from_x} {from_y}c{LOOP} 0 {LOOP} {up} 0 {up}"
        else:
            to_x, to_y = place[to][0], place[to][1] + HEAD // 2
            bend = BETWEEN * 2 // 3
            path = f"M{from_x} {from_y}C{from_x + bend} {from_y} {to_x - bend} {to_y} {to_x} {to_y}"
        said = escape(f"{table.name}.{column} → {to}")
        drawn.append(
            f'<path d="{path}" fill="none" stroke="{colour[to]}" stroke-width="1.6"><title>{said}</title></path>'
        )
    return "".join(drawn)


def _box(table: Table, x: int, y: int, colour: str) -> str:
    rows = "".join(
        f'<text x="{x + BOX - 10}" y="{y + HEAD + ROW * i + 12}" text-anchor="end">{escape(column)}</text>'
        for i, (column, _) in enumerate(table.references)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{table.height}" rx="4" fill="#fff" stroke="{colour}"'
        f' stroke-width="1.6"/>'
        f'<text x="{x + 10}" y="{y + 15}" font-size="13" font-weight="bold" fill="#222">{escape(table.name)}</text>'
        f'<text x="{x + 10}" y="{y + 30}">{escape(table.title)}</text>{rows}'
    )
