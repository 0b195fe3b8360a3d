"""A report to be set: who published it, the figures of its forms, its text. Read from YAML and CSV beside this file.

`reports/<name>.yml` holds place, agency, year, layout and the body; `figures/<name>/<form>.csv` the figures, one
line per printed row, every cell as printed. The columns of the statutory forms are ids of seeds/measures.csv, so that
a test knows what a reader must find without asking the reader; performance forms are grids (see grid.py).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.typeset.grid import Row, SetGrid, read_grid

HERE = Path(__file__).parent
LINE_COLUMNS = ("code", "name", "label", "line", "left_label", "left_line", "right_label", "right_line")
# Performance forms are kept as grids; every other CSV is a statutory form with named columns.
GRID_FORMS = ("performance_base_data", "overall_performance", "project_performance")


@dataclass(frozen=True, slots=True)
class FormFigures:
    """The rows of one statutory form: `columns` names them (line columns, then measures), cells are as printed."""

    form: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def cell(self, row: Row, column: str) -> str:
        return row[self.columns.index(column)] if column in self.columns else ""


@dataclass(frozen=True, slots=True)
class Report:
    """`body` is the text in reading order, one block a line: see blocks.py for the marks."""

    name: str
    place: str
    agency: str
    year: int
    body: str
    forms: dict[str, FormFigures] = field(default_factory=dict)
    grids: dict[str, SetGrid] = field(default_factory=dict)

    def printed(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Every number of the statutory forms: (form, code, label, measure, printed); blanks and dashes are none."""
        for form in self.forms.values():
            for row in form.rows:
                cell = dict(zip(form.columns, row, strict=True))
                for column, text in cell.items():
                    if column in LINE_COLUMNS or not any(ch.isdigit() for ch in text):
                        continue
                    side = "left_label" if column == "revenue" else "right_label"
                    label = cell.get("name") or cell.get("label") or cell.get(side) or ""
                    yield form.form, cell.get("code", ""), label, column, text


def load(name: str) -> tuple[Report, str]:
    """The report `reports/<name>.yml` with its figures, and the name of the layout it was published in."""
    meta = yaml.safe_load((HERE / "reports" / f"{name}.yml").read_text(encoding="utf-8"))
    forms: dict[str, FormFigures] = {}
    grids: dict[str, SetGrid] = {}
    for path in sorted((HERE / "figures" / name).glob("*.csv")):
        if path.stem.startswith(GRID_FORMS):
            grids[path.stem] = SetGrid(read_grid(path))
        else:
            forms[path.stem] = read_form(path)
    report = Report(name, meta["place"], meta["agency"], meta["year"], meta["body"], forms, grids)
    return report, meta["layout"]


def read_form(path: Path) -> FormFigures:
    """The figures of one statutory form from CSV."""
    with path.open(encoding="utf-8", newline="") as f:
        columns, *rows = csv.reader(f)
    return FormFigures(path.stem, tuple(columns), tuple(tuple(row) for row in rows))
