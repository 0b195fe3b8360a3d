"""What has been read so far of one performance form, and the small steps that its blocks share."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.documents.model import Cell
from pipelines.figures import Evaluation
from pipelines.forms.emit import At, Output, emit_line, reject_cell
from pipelines.forms.header import Column
from pipelines.forms.lines import Line, Value
from pipelines.forms.matrix import Row
from pipelines.forms.numbers import read_number

TEXT_COLUMNS = frozenset(
    {"deviation", "level1", "level2", "level3", "target", "adjusted_target", "actual", "explanation"}
)


UNKNOWN = "unknown:"  # a column whose name is not known, by its position


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row is what: `at[key]` is a column number; `names` are the header words as printed."""

    block: str
    at: dict[str, int]
    names: dict[str, str]

    def known(self) -> list[str]:
        """The columns that mean something to us."""
        return [key for key in self.at if not key.startswith(UNKNOWN)]

    def numeric(self) -> list[str]:
        """The columns that hold numbers, from left to right."""
        return sorted((key for key in self.at if key not in TEXT_COLUMNS), key=lambda key: self.at[key])


@dataclass(slots=True)
class State:
    """What has been read so far of one form."""

    evaluation: Evaluation
    columns: Columns | None = None
    level1: str | None = None
    level2: str | None = None
    goals_follow: bool = False
    rows: int = 0


def printed_cells(row: Row) -> list[tuple[int, Cell]]:
    return [(c, cell) for c, cell in enumerate(row.cells) if cell is not None and cell.text.strip()]


def emit_columns(out: Output, at: At, columns: Columns, label: str, placed: dict[str, Cell]) -> None:
    values = []
    for key, cell in placed.items():
        measure = None if key.startswith(UNKNOWN) else key
        column = Column(columns.at[key], "value", 1, (columns.names[key],), measure)
        values.append(Value(column, measure, cell))
    emit_line(out, at, Line(1, None, label, tuple(values)))


def reject_numbers(out: Output, at: At, cells: list[tuple[int, Cell]]) -> None:
    for _, cell in cells:
        if read_number(cell.text) is not None:
            reject_cell(out, at, "no_measure", "A number outside the tables that this form is known to hold.", cell)
