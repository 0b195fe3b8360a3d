"""From a line to figures: the last step, where every cell becomes a figure, a reject or, rightly, nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipelines.documents.model import Cell
from pipelines.figures import Alteration, Evaluation, Figure, FormRead, Indicator, Reading, Reject
from pipelines.forms.definition import FormDefinition
from pipelines.forms.lines import Line, Value
from pipelines.forms.matrix import Row
from pipelines.forms.numbers import is_nothing, read_number
from pipelines.reference.measures import measure_kinds
from pipelines.reference.units import in_yuan

LONGEST_PRINTED = 2_000
NAMED_LINES = ("function", "economic", "summary")  # forms whose amounts mean nothing without the name of their line


@dataclass(slots=True)
class Output:
    """What reading one document has given so far."""

    figures: list[Figure] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    alterations: list[Alteration] = field(default_factory=list)
    forms: list[FormRead] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)

    def reading(self) -> Reading:
        """The outcome, closed."""
        return Reading(
            tuple(self.figures),
            tuple(self.rejects),
            tuple(self.alterations),
            tuple(self.forms),
            tuple(self.indicators),
            tuple(self.evaluations),
        )


@dataclass(frozen=True, slots=True)
class At:
    """Where in the joined form a row stands."""

    definition: FormDefinition
    table_no: int
    row_no: int
    unit: str | None
    row: Row


def emit_line(out: Output, at: At, line: Line) -> None:
    """Every value of the line as a figure or a reject; the note of a moved label as an alteration."""
    if line.note:
        note_alteration(out, at, line.note_kind, line.note, line.label, line.lane)
    for value in line.values:
        _emit_value(out, at, line, value)


def _emit_value(out: Output, at: At, line: Line, value: Value) -> None:
    number = read_number(value.cell.text if value.number is None else value.number)
    header = value.column.label
    if number is None:
        if not is_nothing(value.cell.text):
            detail = f"Expected an amount under “{header}” in line “{line.code or line.label}”."
            reject_cell(out, at, "not_a_number", detail, value.cell)
        return
    if value.measure is None:
        alike = value.column.role == "ambiguous"
        detail = f"The number stands under “{header}”, which " + (
            "two columns of this form say alike." if alike else "is no known header of this form."
        )
        reject_cell(out, at, "ambiguous_header" if alike else "no_measure", detail, value.cell)
        return
    if at.definition.line_key in NAMED_LINES and not (line.code or line.label):
        detail = f"The number stands under “{header}” in a row that names no line."
        reject_cell(out, at, "no_line", detail, value.cell)
        return
    if number.joined:
        note_alteration(
            out,
            at,
            "joined_number",
            f"Digits on two lines of one cell joined to {number.value}.",
            value.cell.text,
            line.lane,
        )
    unit = _unit(at, line, value.measure, percent=number.percent)
    cell, box = value.cell, value.cell.box
    out.figures.append(
        Figure(
            form=at.definition.form,
            table_no=at.table_no,
            row_no=at.row_no,
            lane=line.lane,
            line_code=line.code,
            line_label=line.label,
            measure=value.measure,
            measure_label=header,
            printed=cell.text,
            decimals=number.decimals,
            unit=unit,
            value=number.value,
            amount_yuan=in_yuan(number.value, unit),
            origin="ocr" if cell.confidence is not None else "table",
            confidence=cell.confidence,
            page=cell.page or at.row.page,
            x0=box.x0 if box else None,
            top=box.top if box else None,
            x1=box.x1 if box else None,
            bottom=box.bottom if box else None,
            source_line=cell.source_line,
        )
    )


# Units of what is not money; a count takes its unit from the line's label, else from here.
_UNIT_OF_KIND = {"percent": "%", "score": "分", "count": "人", "area": "㎡"}


def _unit(at: At, line: Line, measure: str, *, percent: bool) -> str | None:
    """The printed unit: a % sign, what the measure is, what the label says (辆), else the unit of the form."""
    if percent:
        return "%"
    kind = measure_kinds().get(measure, "money")
    if kind in _UNIT_OF_KIND:
        return _UNIT_OF_KIND[kind]
    if kind == "money":  # 公务用车购置 in the upright edition of 三公 is an amount, no number of vehicles
        return at.unit
    return at.definition.unit_of_line(line.label) or at.unit


def reject_cell(
    out: Output, at: At, reason: str, detail: str, cell: Cell | None, *, printed: str | None = None
) -> None:
    """A cell, or with `printed` a whole row beginning at that cell, that did not become a figure."""
    box = cell.box if cell else None
    out.rejects.append(
        Reject(
            kind="cell" if printed is None else "row",
            reason=reason,
            detail=detail,
            printed=(printed if printed is not None else cell.text if cell else "")[:LONGEST_PRINTED],
            form=at.definition.form,
            table_no=at.table_no,
            row_no=at.row_no,
            page=(cell.page if cell else None) or at.row.page,
            x0=box.x0 if box else None,
            top=box.top if box else None,
            x1=box.x1 if box else None,
            bottom=box.bottom if box else None,
            source_line=cell.source_line if cell else None,
        )
    )


def note_alteration(out: Output, at: At, kind: str, detail: str, printed: str, lane: int | None) -> None:
    """Something read otherwise than printed, with its reason."""
    first = at.row.first
    out.alterations.append(
        Alteration(
            kind=kind,
            detail=detail,
            printed=printed[:LONGEST_PRINTED],
            form=at.definition.form,
            table_no=at.table_no,
            row_no=at.row_no,
            lane=lane,
            page=at.row.page,
            source_line=first.source_line if first else None,
        )
    )


def relabel(out: Output, at: At, label: str) -> None:
    """Give the figures of a row its whole label, once the rest of it was found on the next page."""
    for index in range(len(out.figures) - 1, -1, -1):
        figure = out.figures[index]
        if (figure.table_no, figure.row_no) != (at.table_no, at.row_no):
            break
        out.figures[index] = replace(figure, line_label=label)
