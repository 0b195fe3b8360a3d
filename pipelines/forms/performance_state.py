"""What has been read so far of one performance form, and the small steps that its blocks share."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.documents.model import Cell
from pipelines.figures import Evaluation
from pipelines.forms.emit import At, Output, emit_line, note_alteration, reject_cell
from pipelines.forms.header import Column
from pipelines.forms.labels import bare
from pipelines.forms.lines import Line, Value
from pipelines.forms.matrix import Row
from pipelines.forms.numbers import Printed, read_number
from pipelines.forms.performance_words import pattern

TEXT_COLUMNS = frozenset(
    {
        "deviation",
        "level1",
        "level2",
        "level3",
        "nature",
        "target",
        "measure_unit",
        "adjusted_target",
        "actual",
        "explanation",
    }
)
POINTS = frozenset({"weight", "score"})


UNKNOWN = "unknown:"  # a column whose name is not known, by its position


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row is what: `at[key]` is a column number; `names` are the header words as printed.

    `until[key]` is the column behind the header cell, where it covers more than one.
    """

    block: str
    at: dict[str, int]
    names: dict[str, str]
    until: dict[str, int] = field(default_factory=dict)

    def known(self) -> list[str]:
        """The columns that mean something to us."""
        return [key for key in self.at if not key.startswith(UNKNOWN)]

    def key_at(self, c: int) -> str | None:
        """The column whose header begins here, else the one whose header covers this place."""
        begins = {column: key for key, column in self.at.items()}
        if c in begins:
            return begins[c]
        return next((key for key, column in self.at.items() if column < c < self.until.get(key, column)), None)

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
    goals_from: int = 0  # the column in which the first goal stands
    pairs: dict[int, str] = field(default_factory=dict)  # 预算数 | 100 | 执行数 | 95: where each amount stood
    rows: int = 0


def printed_cells(row: Row) -> list[tuple[int, Cell]]:
    return [(c, cell) for c, cell in enumerate(row.cells) if cell is not None and cell.text.strip()]


def points_of(text: str) -> str | None:
    """The points that a cell prints, with or without 分 and brackets: （10分） → 10. Brackets are no minus here."""
    match = pattern("points").fullmatch(bare(text))
    return match["number"] if match else None


def is_number(text: str) -> bool:
    """Whether the cell prints an amount, a rate or points."""
    return read_number(text) is not None or points_of(text) is not None


def emit_columns(out: Output, at: At, columns: Columns, label: str, placed: dict[str, Cell]) -> None:
    share = _rate_of_share(placed)
    if share is not None:
        why = f"The rate is printed as a share: it is {share} %, as executed and budget give."
        note_alteration(out, at, "share_as_percent", why, placed["execution_rate"].text, 1)
    values = []
    for key, cell in placed.items():
        measure = None if key.startswith(UNKNOWN) else key
        column = Column(columns.at[key], "value", 1, (columns.names[key],), measure)
        number = points_of(cell.text) if key in POINTS else share if key == "execution_rate" else None
        values.append(Value(column, measure, cell, number))
    emit_line(out, at, Line(1, None, label, tuple(values)))


def _rate_of_share(placed: dict[str, Cell]) -> str | None:
    """98 for a rate printed 0.98, when executed ÷ budget is 0.98 to its last digit and not 0.98 %; else None."""
    base = "adjusted_budget" if "adjusted_budget" in placed else "initial_budget"
    rate, executed, budget = (
        read_number(placed[key].text) if key in placed else None for key in ("execution_rate", "executed", base)
    )
    return None if rate is None or executed is None or budget is None else percent_of_share(rate, executed, budget)


def percent_of_share(rate: Printed, part: Printed, whole: Printed) -> str | None:
    """The share as a percentage, if it is one: no % sign, at most 1.1, and part ÷ whole to the printed precision."""
    if rate.percent or not 0 < rate.value <= Decimal("1.1") or whole.value <= 0:
        return None
    share = part.value / whole.value
    if abs(share - rate.value) > Decimal(1).scaleb(-max(rate.decimals, 2)) or abs(share * 100 - rate.value) < 1:
        return None
    return f"{rate.value * 100:.{max(rate.decimals - 2, 0)}f}"


def reject_numbers(out: Output, at: At, cells: list[tuple[int, Cell]]) -> None:
    for _, cell in cells:
        if is_number(cell.text):
            reject_cell(out, at, "no_measure", "A number outside the tables that this form is known to hold.", cell)
