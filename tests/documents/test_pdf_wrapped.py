"""Names that wrap in a row too low for them, as spreadsheets print them: over the rows above and below."""

from __future__ import annotations

from pathlib import Path

from pdf_sketch import Sketch

from pipelines.documents.model import Grid
from pipelines.documents.reader import read_document

CODES = ["20805", "2080505", "2080506", "20899"]
NAMES = [
    ["行政事业单位养老"],
    ["机关事业单位基本", "养老保险"],
    ["机关事业单位职业", "年金缴费"],
    ["其他支出"],
]
XS, TOP, HEIGHT, LEADING = (60, 120, 205, 260), 100, 15, 12


def rows(path: Path) -> list[list[str]]:
    (grid,) = (b for b in read_document(path).pages[0].blocks if isinstance(b, Grid))
    return [[c.text for c in grid.cells if c.row == r] for r in range(grid.n_rows)]


def draw(path: Path, first_base: dict[int, float]) -> Path:
    """The table without its names, then the names cell by cell; `first_base`: of a name's first line, from its row."""
    made = Sketch(path)
    made.table(XS, [TOP + HEIGHT * n for n in range(5)], [[code, "", "1.00"] for code in CODES])
    for number, lines in enumerate(NAMES):
        for line, text in enumerate(lines):
            made.text(123, TOP + HEIGHT * number + first_base[len(lines)] + LEADING * line, text)
    return made.save()


def test_a_name_of_two_lines_is_one_cell(tmp_path: Path) -> None:
    path = draw(tmp_path / "r.pdf", {1: 11.5, 2: 5.5})
    assert rows(path) == [[code, "\n".join(name), "1.00"] for code, name in zip(CODES, NAMES, strict=True)]


def test_names_of_one_line_drawn_column_by_column_stay_in_their_cells(tmp_path: Path) -> None:
    made = Sketch(tmp_path / "r.pdf")
    made.table(XS, [TOP + HEIGHT * n for n in range(5)], [[code, "", "1.00"] for code in CODES])
    for number in range(4):
        made.text(123, TOP + HEIGHT * number + 11.5, "机关事业单位职业")
    assert [row[1] for row in rows(made.save())] == ["机关事业单位职业"] * 4
