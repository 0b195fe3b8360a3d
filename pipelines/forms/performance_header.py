"""The header rows of a performance form: which columns a block of rows has, and where another form begins."""

from __future__ import annotations

from pipelines.documents.model import Cell
from pipelines.forms.labels import bare, printed_label
from pipelines.forms.matrix import Row
from pipelines.forms.numbers import read_number
from pipelines.forms.performance_state import UNKNOWN, Columns, State, is_number, printed_cells
from pipelines.forms.performance_words import column_of, pattern

# What a row must name to be the header of a block; 重庆 names its indicators without their levels.
HEADERS = (
    ("fund_columns", {"executed"}),
    ("indicator_columns", {"level1", "level3"}),
    ("indicator_columns", {"level3", "target", "actual"}),
)


def first_rows_of_forms(rows: list[Row]) -> list[int]:
    """Where another form begins in these rows: 项目名称 with another name, below the indicators of one before."""
    found, name, indicators = [], None, False
    for i, row in enumerate(rows):
        texts = [bare(text) for text in row.texts()]
        if len(texts) > 1 and pattern("name").fullmatch(texts[0]) and not is_number(texts[1]):
            if indicators and name not in (None, texts[1]):
                found.append(i)
                indicators = False
            name = texts[1]
        elif _named_columns("indicator_columns", row).at.keys() & {"level1", "level3"}:
            indicators = True
    return found


def sees_header(state: State, row: Row, previous: Row | None) -> bool:
    """A header row opens a block; the second row of one (目标申报数 | 预算编制数) adds to it."""
    for block, needed in HEADERS:
        found = _named_columns(block, row)
        if block == "indicator_columns" and needed <= found.at.keys() and previous is not None:
            found = _with_row_above(found, _named_columns(block, previous))
        if needed <= found.at.keys() and (block == "indicator_columns" or not _has_numbers(row)):
            again = state.columns is not None and state.columns.names == found.names  # on top of the next page
            state.columns, state.goals_follow = found, False
            if not again:
                state.level1, state.level2 = None, None
            return True
    if state.columns is not None and state.columns.block == "fund_columns" and previous is not None:
        more = _named_columns("fund_columns", row)
        if more.known() and not _has_numbers(row):
            state.columns = _with_second_row(state.columns, more)
            return True
    return False


def _has_numbers(row: Row) -> bool:
    return any(read_number(cell.text) is not None for _, cell in printed_cells(row))


def _named_columns(block: str, row: Row) -> Columns:
    """The columns that a header row names.

    An unknown name between known ones is a column too: its number has a place, and no other may take it (高平 2024
    prints 资金来源(率)余 for 资金结(转)余 once). Where every level has a 权重 of its own (广东), an indicator's is
    the one behind its third level.
    """
    at: dict[str, int] = {}
    names: dict[str, str] = {}
    unknown: dict[str, int] = {}
    until: dict[str, int] = {}
    covered = printed_cells(row) if block == "fund_columns" else _covered_cells(row)
    for c, cell in covered:
        key = column_of(block, bare(cell.text))
        later = key in ("weight", "score") and block == "indicator_columns" and c > at.get("level3", c)
        if key is not None and (key not in at or (later and at[key] < at["level3"])):
            at[key], names[key], until[key] = c, printed_label(cell.text), c + cell.col_span
        elif key is None and at:
            unknown[f"{UNKNOWN}{c}"] = c
            names[f"{UNKNOWN}{c}"] = printed_label(cell.text)
    last = max(at.values(), default=0)
    between = {key: c for key, c in unknown.items() if c < last} if block == "fund_columns" else {}
    return Columns(block, {**at, **between}, {key: names[key] for key in (*at, *between)}, until)


def _covered_cells(row: Row) -> list[tuple[int, Cell]]:
    """The cells over a row, those that begin above it too: 得分 stands over both rows of a header (云南)."""
    cells = [(c, cell) for c, cell in enumerate(row.cover) if cell is not None and cell.text.strip()]
    return [(c, cell) for i, (c, cell) in enumerate(cells) if i == 0 or cell is not cells[i - 1][1]]


def _with_row_above(levels: Columns, above: Columns) -> Columns:
    """实际完成值 | 分值 | 得分 over 一级 | 二级 | 三级指标 | 指标性质 | 指标值: one header of two rows (云南)."""
    taken = {*levels.at.values(), *range(max(levels.at.values()))}
    more = {key: c for key, c in above.at.items() if key not in levels.at and c not in taken}
    return Columns(levels.block, {**levels.at, **more}, {**levels.names, **{key: above.names[key] for key in more}})


def _with_second_row(first: Columns, second: Columns) -> Columns:
    """年初预算数 over 目标申报数 | 预算编制数: the second row's columns take the place of the one they stand under."""
    at, names = dict(first.at), dict(first.names)
    head = names.get("initial_budget", "")
    for key, c in second.at.items():
        at[key] = c
        names[key] = f"{head} › {second.names[key]}" if head and head != second.names[key] else second.names[key]
    return Columns(first.block, at, names)
