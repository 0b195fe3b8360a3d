"""The indicator rows of a performance form (一级, 二级, 三级指标 with weight and score) and its total."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.documents.model import Cell
from pipelines.figures import Indicator
from pipelines.forms.emit import At, Output, emit_line, note_alteration, reject_cell, relabel
from pipelines.forms.header import Column
from pipelines.forms.labels import bare, printed_label
from pipelines.forms.lines import Line, Value
from pipelines.forms.matrix import Row
from pipelines.forms.numbers import is_nothing, read_number
from pipelines.forms.performance_state import (
    Columns,
    State,
    emit_columns,
    is_number,
    points_of,
    printed_cells,
    reject_numbers,
)
from pipelines.forms.performance_words import pattern

SHIFTS = (0, 1, -1, 2, -2)


def read_total(out: Output, at: At, state: State, cells: list[tuple[int, Cell]]) -> None:
    """总分 | 100 | 98.24: weight and score, or the score alone; the grade may stand behind it."""
    assert state.columns is not None
    numbers = [cell for _, cell in cells if is_number(cell.text)]
    for _, cell in cells[1:]:
        if pattern("grade").fullmatch(bare(cell.text)):
            state.evaluation = replace(state.evaluation, grade=bare(cell.text))
    label = printed_label(cells[0][1].text)
    names = {"weight": "分值", "score": "得分", **state.columns.names}
    columns = Columns("indicator_columns", {"weight": 0, "score": 1, **state.columns.at}, names)
    if len(numbers) == 2:
        emit_columns(out, at, columns, label, {"weight": numbers[0], "score": numbers[1]})
    elif len(numbers) == 1:
        position = next(c for c, cell in cells if cell is numbers[0])
        is_weight = points_of(numbers[0].text) in {"100", "100.0", "100.00"} and position == columns.at["weight"]
        emit_columns(out, at, columns, label, {"weight" if is_weight else "score": numbers[0]})
    elif numbers:
        reject_numbers(out, at, cells)


def read_indicator(out: Output, at: At, state: State, row: Row, *, spans_known: bool) -> None:
    assert state.columns is not None
    shift = 0 if spans_known else _best_shift(state.columns, row)
    if shift is None:
        numbers = [cell for _, cell in printed_cells(row) if read_number(cell.text) is not None]
        if numbers:
            detail = "The row's scores do not stand under 分值 and 得分, nor moved by one or two cells."
            reject_cell(out, at, "row_does_not_fit", detail, row.first, printed="\t".join(row.texts()))
        return
    found = {key: _cell_at(row, c + shift, spans_known=spans_known) for key, c in state.columns.at.items()}
    if (first := found.get("level1")) is not None and first is found.get("level3"):
        reject_numbers(out, at, printed_cells(row))
        return  # 其他需要说明的事项 | 无: one heading over all levels is no indicator
    if (merged := found.get("weight")) is not None and merged is found.get("score") and merged.text.strip():
        reject_numbers(out, at, [(merged.col, merged)])
        return  # a remark over the whole width (项目实施和预算执行情况及分析), no indicator
    words = {key: printed_label(cell.text) if cell and cell.text.strip() else None for key, cell in found.items()}
    heading = found.get("level1")
    if words.get("level1") and any(cell is heading for cell in row.cells):  # not its cover in the rows below
        state.level1, state.level2 = words["level1"], None
        _emit_heading_weight(out, at, found["level1"])
    words["target"] = _whole_target(words)
    if not any(words.get(key) for key in ("level3", "target", "actual", "weight", "score")):
        state.level2 = words.get("level2") or state.level2
        return
    said = [key for key in (*_WORDS[1:], "weight", "score") if words.get(key)]
    if said == ["level3"] and pattern("placeholder").fullmatch(bare(words["level3"] or "")):
        state.level2 = words.get("level2") or state.level2
        return
    if _is_rest_of_row(out, at, row, words):
        state.level2 = _join_previous(out, at, row, words)
        return
    state.level2 = words.get("level2") or state.level2
    first = row.first
    out.indicators.append(
        Indicator(
            form=at.definition.form,
            table_no=at.table_no,
            row_no=at.row_no,
            level1=state.level1,
            level2=state.level2,
            level3=words.get("level3"),
            target=words.get("target"),
            adjusted_target=words.get("adjusted_target"),
            actual=words.get("actual"),
            deviation=words.get("deviation"),
            page=row.page,
            source_line=first.source_line if first else None,
        )
    )
    placed = {key: cell for key in ("weight", "score") if (cell := found.get(key)) and cell.text.strip()}
    emit_columns(out, at, state.columns, words.get("level3") or state.level2 or "", placed)
    kept = [cell for key, cell in found.items() if cell is not None and key != "explanation"]
    reject_numbers(out, at, [(c, cell) for c, cell in printed_cells(row) if not any(cell is k for k in kept)])


def _whole_target(words: dict[str, str | None]) -> str | None:
    """≥ | 95 | % in three cells are one target, ≥95%; a nature in words (正向指标) is none of it."""
    target, nature, unit = words.get("target"), words.get("nature") or "", words.get("measure_unit") or ""
    if target is None or not is_number(target):
        return target
    sign = nature if pattern("comparator").fullmatch(bare(nature)) else ""
    return f"{sign}{target}{'' if is_nothing(unit) else unit}"


_WORDS = ("level2", "level3", "target", "adjusted_target", "actual", "deviation")


def _is_rest_of_row(out: Output, at: At, row: Row, words: dict[str, str | None]) -> bool:
    """A row of words alone on top of a page, under an indicator whose words fill the same cells: it was cut there."""
    before = out.indicators[-1] if out.indicators else None
    if before is None or (before.table_no, before.row_no) != (at.table_no, at.row_no - 1) or row.page is None:
        return False
    said = [key for key in _WORDS if words.get(key)]
    own = {bare(cell.text) for _, cell in printed_cells(row)} == {bare(words[key] or "") for key in said}
    alone = own and not any(words.get(key) for key in ("weight", "score"))
    # where the row above has no score either, a row of level, target and result is an indicator (转移支付)
    scored = any((f.table_no, f.row_no) == (before.table_no, before.row_no) for f in out.figures[-3:])
    if not scored and words.get("level3") and (words.get("target") or words.get("actual")):
        return False
    return before.page == row.page - 1 and alone and all(getattr(before, key) for key in said)


def _join_previous(out: Output, at: At, row: Row, words: dict[str, str | None]) -> str | None:
    """The indicator above gets the rest of its words; its second level, which the rows below share."""
    before = out.indicators[-1]
    said = {key: f"{getattr(before, key)}{words[key]}" for key in _WORDS if words.get(key)}
    why = f"The rest of a row that a page break cut: it belongs to “{before.level3 or before.level2}”."
    note_alteration(out, at, "joined_row", why, "\t".join(row.texts()), 1)
    out.indicators[-1] = replace(before, **said)  # type: ignore[arg-type]
    if "level3" in said:
        relabel(out, replace(at, row_no=before.row_no), said["level3"])
    return out.indicators[-1].level2


def _cell_at(row: Row, c: int, *, spans_known: bool) -> Cell | None:
    cells = row.cover if spans_known else row.cells
    return cells[c] if 0 <= c < len(cells) else None


def _best_shift(columns: Columns, row: Row) -> int | None:
    """By how many cells the row stands beside its header: the smallest move that puts most scores in place."""
    best: tuple[int, int] | None = None
    for order, shift in enumerate(SHIFTS):
        cells = {key: _cell_at(row, c + shift, spans_known=False) for key, c in columns.at.items()}
        texts = {key: bare(cell.text) if cell else "" for key, cell in cells.items()}
        scores = [texts.get(key, "") for key in ("weight", "score")]
        if read_number(texts.get("deviation", "")) is not None or read_number(texts.get("level3", "")) is not None:
            continue
        count = sum(is_number(text) for text in scores)
        words = sum(bool(text) and not is_nothing(text) and not is_number(text) for text in scores)
        rank = count * 10 - words * 5 - order
        if best is None or rank > best[0]:
            best = (rank, shift)
    has_numbers = any(read_number(cell.text) is not None for _, cell in printed_cells(row))
    if best is None or (has_numbers and best[0] < 5):
        return None
    return best[1]


def _emit_heading_weight(out: Output, at: At, cell: Cell | None) -> None:
    """产出指标(50分): the weight that the heading gives its indicators."""
    if cell is None or (match := pattern("heading_weight").search(bare(cell.text))) is None:
        return
    label = re.sub(r"\(.*", "", bare(cell.text))
    column = Column(cell.col, "value", 1, (label,), "heading_weight")
    emit_line(out, at, Line(1, None, label, (Value(column, "heading_weight", replace(cell, text=match["number"])),)))
