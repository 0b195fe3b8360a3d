"""One row of a form as lines: in every lane a code, a label and the cells that stand under measures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipelines.documents.model import Cell
from pipelines.forms.alignment import Cells
from pipelines.forms.definition import FormDefinition
from pipelines.forms.header import Column, Header
from pipelines.forms.labels import ORDINAL_LINE, bare, printed_label, without_ordinal
from pipelines.forms.matrix import CODE
from pipelines.forms.numbers import read_number

_CODE_PART = re.compile(r"\d{2,10}")
_CODE_GAPS = re.compile(r"[\s.–—-]")  # 208 05 01, 208.05.01, 208-05-01
_CODE_AND_NAME = re.compile(r"^[\[(]?(\d{10}|\d{3}(?:[ .-]?\d{2}){0,3})[\])]?[-—_、. ]*([\u4e00-\u9fff].*)$", re.DOTALL)
_OF_WHICH = re.compile(r"^其中[:,，]?")
_LANE_TOTAL = re.compile(r".*(合计|总计)$")


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that stands under a measure; `measure` is None where the header did not say which.

    `number` is the number in it where the cell prints more or less than that: 10 of （10分）, 98 of a rate of 0.98.
    """

    column: Column
    measure: str | None
    cell: Cell
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One lane of one row. `moved_label` is the label as printed elsewhere when it had to be moved here."""

    lane: int
    code: str | None
    label: str
    values: tuple[Value, ...]
    note: str | None = None
    note_kind: str = "moved_label"


@dataclass(slots=True)
class Memory:
    """What rows above say for those below, by lane: the code cells last printed, the heading they stand under."""

    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    section: dict[int, str] = field(default_factory=dict)


def read_lines(definition: FormDefinition, header: Header, cells: Cells, memory: Memory | None = None) -> list[Line]:
    """The lines of a row, lane by lane. A row without any label or number gives none."""
    if is_lane_total(definition, header, cells):
        return _total_lines(header, cells)
    memory = memory or Memory()
    lines = [_read_lane(definition, header, cells, lane, memory) for lane in header.lanes]
    if definition.moved_labels:
        lines = _labels_moved_back(definition, lines)
    return [line for line in lines if line.label or line.code or line.values]


def _read_lane(definition: FormDefinition, header: Header, cells: Cells, lane: int, memory: Memory) -> Line:
    code_parts: list[str] = []
    label_parts: list[str] = []
    values: list[Value] = []
    for column in header.columns:
        cell = cells[column.index] if column.index < len(cells) else None
        if column.lane != lane:
            continue
        printed = cell is not None and bool(cell.text.strip())
        if column.role == "code":
            text = cell.text if cell is not None and printed else ""
            code_parts.append(_CODE_GAPS.sub("", bare(text)) if _looks_like_code(text) else "")
            if printed and not code_parts[-1]:
                label_parts.append(_label_in_code_column(text))
        elif not printed or cell is None:
            continue
        elif column.role == "label":
            label_parts.append(printed_label(cell.text))
        elif column.role != "row_index":
            values.append(Value(column, column.measure, cell))
    code_parts, note = _with_codes_above(code_parts, lane, memory)
    code, label = join_code([part for part in code_parts if part]), "".join(label_parts)
    if code is None and definition.line_key in ("function", "economic") and (both := _CODE_AND_NAME.match(label)):
        code, label = _CODE_GAPS.sub("", both[1]), both[2].strip()
    if definition.row_items:
        if ORDINAL_LINE.match(label):
            memory.section[lane] = bare(label)
        values = [_with_row_item(definition, value, label, memory.section.get(lane, "")) for value in values]
    return Line(lane, code, label, tuple(values), note, "code_from_above" if note else "moved_label")


def _with_codes_above(parts: list[str], lane: int, memory: Memory) -> tuple[list[str], str | None]:
    """类 and 款 printed once for the rows below: | 05 | 01 under 208 | 05 | is 2080501; listed as an alteration."""
    first = next((index for index, part in enumerate(parts) if part), None)
    above = memory.codes.get(lane, ())
    note = None
    if first and len(parts[first]) == 2 and len(above) == len(parts) and all(above[:first]):
        note = f"code cells {' '.join(above[:first])} are printed in a row above only"
        parts = [*above[:first], *parts[first:]]
    if any(parts):
        memory.codes[lane] = tuple(parts)
    return parts, note


def _looks_like_code(text: str) -> bool:
    return _CODE_PART.fullmatch(_CODE_GAPS.sub("", bare(text))) is not None


def _label_in_code_column(text: str) -> str:
    """类, 款 and 项 beside a total are left-overs of the header; anything else in a code column is a label."""
    return "" if bare(text) in {"类", "款", "项"} else printed_label(text)


def join_code(parts: list[str]) -> str | None:
    """208 | 05 | 01 → 2080501; 208 | 20805 | 2080501 → 2080501; 2080501 → 2080501."""
    if not parts:
        return None
    last = parts[-1]
    if len(parts) == 1 or (len(last) > 3 and last.startswith(parts[0])):
        return last
    return "".join(parts)


def _with_row_item(definition: FormDefinition, value: Value, label: str, section: str) -> Value:
    """In the upright edition the item is in the row: 公务接待费 under 预算数. Other rows of it are plain statistics.

    A third edition has the items across and the stages down: 预算数, 决算数 as labels (柞水 2020).
    """
    facets = definition.facets
    if facets is None or value.column.role != "value":
        return value
    path, plain = [bare(name) for name in value.column.path], _item_name(label)
    if value.measure is not None:
        if facets.names_stage(path) or facets.stage_of([plain]) == facets.default_stage:
            return value
        item, stage = facets.item_of(path), facets.stage_of([plain])
        return replace(value, measure=f"{item}_{stage}" if item and stage else None)
    item = facets.item_of([plain]) if facets.in_section(section) else None
    stage = facets.stage_of(path)
    statistic = "statistic" if stage in (None, "final") else f"statistic_{stage}"
    return replace(value, measure=f"{item}_{stage}" if item and stage else statistic)


def _item_name(label: str) -> str:
    """The bare label without 其中: (九华山 2019: 其中:公务用车运行维护费) and without its ordinal."""
    return without_ordinal(_OF_WHICH.sub("", bare(label)))


def is_lane_total(definition: FormDefinition, header: Header, cells: Cells) -> bool:
    """Whether this is the last row of the economic form, whose totals stand some cells right of their labels."""
    if definition.line_key != "economic" or len(header.lanes) == 1:
        return False
    codes = {column.index for column in header.of_role("code")}
    if any(cell is not None and index in codes and CODE.fullmatch(bare(cell.text)) for index, cell in enumerate(cells)):
        return False
    return any(cell is not None and _LANE_TOTAL.fullmatch(bare(cell.text)) for cell in cells)


def _total_lines(header: Header, cells: Cells) -> list[Line]:
    """人员经费合计 | … | 1,114.75 | 公用经费合计 | … | 193.98: the number that follows a label is its value."""
    lines: list[Line] = []
    for column in header.columns:
        cell = cells[column.index] if column.index < len(cells) else None
        if cell is None or not cell.text.strip():
            continue
        if read_number(cell.text) is None and _LANE_TOTAL.fullmatch(bare(cell.text)):
            lines.append(Line(column.lane, None, printed_label(cell.text), ()))
        elif lines:
            own = header.of_role("value", lines[-1].lane)
            measure = own[0].measure if own and not lines[-1].values else None
            at = own[0] if own else column
            lines[-1] = replace(lines[-1], values=(*lines[-1].values, Value(at, measure, cell)))
        else:
            lines.append(Line(column.lane, None, "", (Value(column, None, cell),)))
    return lines


def _labels_moved_back(definition: FormDefinition, lines: list[Line]) -> list[Line]:
    """The left label is blank and stands on the right, with the right one lost (株洲 2024, 财政拨款收入支出决算表)."""
    if len(lines) != 2 or lines[0].label or not lines[0].values or bare(lines[1].label) not in definition.moved_labels:
        return lines
    left, right = lines
    supplied = definition.moved_labels[bare(right.label)]
    same = supplied is not None and bare(supplied) == bare(right.label)
    return [
        replace(left, label=right.label, note=f"label {right.label} printed on the right, lane 1 has none"),
        right
        if same
        else replace(right, label=supplied or "", note=f"label supplied for lane 2, where {right.label} is printed"),
    ]
