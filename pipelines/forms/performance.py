"""The performance forms (整体支出 and 项目支出绩效自评表): fund lines, indicators, total, and the words around them.

One grid holds several small tables one under the other. Each begins at a header row that names its columns; a row is
read by the position of its cells where the format knows spans, and otherwise only when it can be read in one way.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.documents.model import Cell
from pipelines.figures import Evaluation
from pipelines.forms.emit import At, Output, emit_line, reject_cell
from pipelines.forms.header import Column
from pipelines.forms.labels import bare, printed_label
from pipelines.forms.lines import Line, Value
from pipelines.forms.matrix import Row, is_blank
from pipelines.forms.numbers import read_number
from pipelines.forms.performance_header import sees_header
from pipelines.forms.performance_indicators import read_indicator, read_total
from pipelines.forms.performance_state import (
    Columns,
    State,
    emit_columns,
    is_number,
    printed_cells,
    reject_numbers,
)
from pipelines.forms.performance_words import column_of, pattern


def read_performance(out: Output, at: At, rows: list[Row], *, spans_known: bool) -> int:
    """Read one performance form into figures, indicators and one evaluation; returns how many rows held something."""
    first = rows[0].first if rows else None
    line = first.source_line if first else None
    state = State(
        Evaluation(
            at.definition.form, at.table_no, None, None, None, None, None, None, page=at.row.page, source_line=line
        )
    )
    previous: Row | None = None
    for row in rows:
        if is_blank(row):
            continue
        state.rows += 1
        here = replace(at, row_no=state.rows, row=row)
        if not sees_header(state, row, previous):
            _read_row(out, here, state, row, spans_known=spans_known)
        previous = row
    out.evaluations.append(state.evaluation)
    return state.rows


def _read_row(out: Output, at: At, state: State, row: Row, *, spans_known: bool) -> None:
    cells = printed_cells(row)
    texts = [bare(cell.text) for _, cell in cells]
    if _reads_stated_total(out, at, state, cells, texts):
        return
    if (
        _reads_names(state, cells, texts)
        or _reads_goals(state, cells, texts, spans_known=spans_known)
        or _reads_grade(state, texts)
    ):
        return
    if any(pattern("breakdown_start").fullmatch(text) for text in texts) or _is_breakdown(texts):
        _read_breakdown(out, at, cells)
        return
    if _reads_pairs(out, at, state, cells, texts):
        return
    if state.columns is None:
        reject_numbers(out, at, cells)
    elif state.columns.block == "fund_columns":
        _read_fund_line(out, at, state.columns, cells, row, spans_known=spans_known)
    elif pattern("total").fullmatch(texts[0]):
        read_total(out, at, state, cells)
    else:
        read_indicator(out, at, state, row, spans_known=spans_known)


def _reads_stated_total(out: Output, at: At, state: State, cells: list[tuple[int, Cell]], texts: list[str]) -> bool:
    """总分：98.5分 in one cell, or 自评总分 | 98.50 beside the project's name; whether nothing else is in the row."""
    in_table = state.columns is not None and state.columns.block == "indicator_columns"
    columns = Columns("indicator_columns", {"score": 0}, {"score": "得分"})
    for (_, cell), text in zip(cells, texts, strict=True):
        if match := pattern("total_in_words").fullmatch(text):
            emit_columns(out, at, columns, match["label"], {"score": replace(cell, text=match["number"])})
            return len(texts) == 1
    for i, text in enumerate(texts[:-1]):
        beside = i > 0 or not in_table
        if beside and pattern("stated_total").fullmatch(text) and is_number(texts[i + 1]):
            emit_columns(out, at, columns, printed_label(cells[i][1].text), {"score": cells[i + 1][1]})
            return len(texts) == 2
    return False


def _reads_names(state: State, cells: list[tuple[int, Cell]], texts: list[str]) -> bool:
    """项目名称 | …, 主管部门 | … | 实施单位 | …: pairs of a name and what stands behind it."""
    hit = False
    for key, field in (("name", "name"), ("department", "department"), ("unit", "unit")):
        for i, text in enumerate(texts[:-1]):
            if pattern(key).fullmatch(text):
                hit = True
                if getattr(state.evaluation, field) is None:
                    value = printed_label(cells[i + 1][1].text)
                    state.evaluation = _named(state.evaluation, field, value)
    return hit


def _named(evaluation: Evaluation, field: str, value: str) -> Evaluation:
    match field:
        case "name":
            return replace(evaluation, name=value)
        case "department":
            return replace(evaluation, department=value)
    return replace(evaluation, unit=value)


def _reads_goals(state: State, cells: list[tuple[int, Cell]], texts: list[str], *, spans_known: bool) -> bool:
    headings = [c for (c, _), text in zip(cells, texts, strict=True) if pattern("goals").fullmatch(text)]
    if len(headings) > (state.columns is None):
        state.goals_from = headings[1] if len(headings) > 2 else headings[0]
        state.goals_follow = not any(len(text) > 20 for text in texts)
        if state.goals_follow or state.columns is None or state.columns.block != "fund_columns":
            return state.goals_follow
    elif not state.goals_follow:
        return False
    state.goals_follow = False
    words = [printed_label(cell.text) for _, cell in cells if not pattern("goals").fullmatch(bare(cell.text))]
    if spans_known and len(words) > 2:  # the rest of a heading that a page break cut is no goal: 年度总 ↵ 体目标
        words = [printed_label(cell.text) for c, cell in cells if c >= state.goals_from]
    if words and state.evaluation.goal is None:
        achieved = words[-1] if len(words) > 1 else None  # 重庆: as set, as adjusted, as achieved
        state.evaluation = replace(state.evaluation, goal=words[0], achieved=achieved)
    return True


def _reads_grade(state: State, texts: list[str]) -> bool:
    """The grade alone in a row of its own, below the total (高平 2024)."""
    if len(texts) == 1 and pattern("grade").fullmatch(texts[0]) and state.columns is not None:
        state.evaluation = replace(state.evaluation, grade=state.evaluation.grade or texts[0])
        return True
    return False


def _reads_pairs(out: Output, at: At, state: State, cells: list[tuple[int, Cell]], texts: list[str]) -> bool:
    """预算数 | 100 | 执行数 | 95, names beside amounts, and 其中：财政拨款 | 90 | 其中：财政拨款 | 85 below."""
    if state.columns is not None:
        return False
    pairs = [(i, cells[i + 1]) for i in range(len(texts) - 1) if not is_number(texts[i]) and is_number(texts[i + 1])]
    named = {cell[0]: key for i, cell in pairs if (key := column_of("fund_columns", texts[i])) is not None}
    if "executed" in named.values() and len(named) > 1:
        state.pairs = named
        label = texts[0] if pairs[0][0] > 0 else ""
    elif pairs and len({texts[i] for i, _ in pairs}) == 1 and all(c in state.pairs for _, (c, _) in pairs):
        named, label = state.pairs, printed_label(cells[pairs[0][0]][1].text)
    else:
        return False
    placed = {named[c]: cell for c, cell in cells if c in named and is_number(cell.text)}
    columns = Columns("fund_columns", {key: c for c, key in named.items()}, dict.fromkeys(named.values(), ""))
    for i, (c, _) in pairs:
        if c in named:
            columns.names[named[c]] = printed_label(cells[i][1].text)
    emit_columns(out, at, columns, label, placed)
    reject_numbers(out, at, [(c, cell) for c, cell in cells if c not in named])
    return True


def _is_breakdown(texts: list[str]) -> bool:
    matches = [pattern("breakdown").fullmatch(text) for text in texts]
    return bool(texts) and all(match is not None for match in matches)


def _read_breakdown(out: Output, at: At, cells: list[tuple[int, Cell]]) -> None:
    """其中：一般公共预算：4249.35 — label and amount in one cell; one lane a side."""
    for lane, (c, cell) in enumerate(cells, start=1):
        match = pattern("breakdown").fullmatch(bare(cell.text))
        if match is None or not match["number"] or read_number(match["number"]) is None:
            continue
        column = Column(c, "value", lane, (printed_label(match["label"]),), "fund_breakdown")
        value = Value(column, "fund_breakdown", replace(cell, text=match["number"]))
        emit_line(out, at, Line(lane, None, match["label"], (value,)))


def _read_fund_line(
    out: Output, at: At, columns: Columns, cells: list[tuple[int, Cell]], row: Row, *, spans_known: bool
) -> None:
    numbers = [(c, cell) for c, cell in cells if is_number(cell.text)]
    if not numbers:
        return
    before = [cell for c, cell in cells if c < numbers[0][0] and not is_number(cell.text)]
    label = printed_label(before[-1].text) if before else ""
    keys = columns.numeric()
    placed = _by_position(columns, numbers, keys) if spans_known else _in_order(columns, numbers, keys)
    if placed is None:
        detail = f"{len(numbers)} numbers do not fit the {len(keys)} columns of the fund table in one way only."
        reject_cell(out, at, "row_does_not_fit", detail, row.first, printed="\t".join(row.texts()))
        return
    if spans_known:  # words where a number should be are said, not dropped
        spots = {columns.at[key]: key for key in keys}
        words = {spots[c]: cell for c, cell in cells if c in spots and c > numbers[0][0] and not is_number(cell.text)}
        placed = {**placed, **words}
    emit_columns(out, at, columns, label, placed)


def _by_position(columns: Columns, numbers: list[tuple[int, Cell]], keys: list[str]) -> dict[str, Cell] | None:
    under = [columns.key_at(c) for c, _ in numbers]
    placed = {key: cell for key, (_, cell) in zip(under, numbers, strict=True) if key in keys}
    if len(placed) < len(numbers):  # a number under no header, or two under one
        return None
    return placed if _percents_in_place(placed) else None


def _in_order(columns: Columns, numbers: list[tuple[int, Cell]], keys: list[str]) -> dict[str, Cell] | None:
    """As many numbers as columns stand in their order, whatever blanks were lost between; fewer only by position."""
    if len(numbers) == len(keys):
        placed = {key: cell for key, (_, cell) in zip(keys, numbers, strict=True)}
        return placed if _percents_in_place(placed) else None
    return _by_position(columns, numbers, keys)


def _percents_in_place(placed: dict[str, Cell]) -> bool:
    return all(
        (number := read_number(cell.text)) is None or not number.percent or key.endswith("_rate")
        for key, cell in placed.items()
    )
