"""Score performance forms (JX0–JX2) against `tests/gold/*_performance.csv` (numbers) and `*_indicators.csv` (words)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tests.gold_scoring import Row, Score, normalise_label, pair_groups, score_pairs, squeeze

INDICATOR_CELLS = ("level1", "level2", "level3", "target", "adjusted_target", "actual", "deviation")


def score_performance(
    figures: Iterable[Row], evaluations: Iterable[Row], gold: Sequence[Row], *, labels: bool = True
) -> Score:
    """Compare the figures of performance forms with the gold of the forms and projects that it covers.

    `evaluations` (columns of `pipelines.figures.Evaluation`) say which project a form is about; a project whose form
    was not found, or has another name, costs all its numbers. Without `labels` the numbers of a project and measure are
    compared whatever their lines are called.
    """
    projects = _projects(evaluations)
    judged = [_with_project(f, projects) for f in figures if f.get("origin") != "prose"]
    covered = {_project_of(g) for g in gold}
    key = _performance_key if labels else lambda row: (*_project_of(row), row["measure"])
    return score_pairs(pair_groups(gold, [f for f in judged if _project_of(f) in covered], key))


def score_indicators(
    indicators: Iterable[Row], evaluations: Iterable[Row], gold: Sequence[Row]
) -> tuple[int, int, list[str]]:
    """Words of the indicator rows: cells equal, cells of the gold, and a line for each cell that is not.

    Blank cells count too: a target that stands in the column beside it is two cells wrong. Brackets and white space
    are compared in one form.
    """
    projects = _projects(evaluations)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in indicators:
        groups[_project_of(_with_project(row, projects))].append(row)
    equal, lines = 0, list[str]()
    for g in gold:
        rows = groups[_project_of(g)]
        alike = [(sum(squeeze(r.get(c)) == squeeze(g[c]) for c in INDICATOR_CELLS), -i) for i, r in enumerate(rows)]
        count, place = max(alike, default=(0, 0))
        best = rows[-place] if count > 2 else {}
        differ = [c for c in INDICATOR_CELLS if squeeze(best.get(c)) != squeeze(g[c])]
        equal += len(INDICATOR_CELLS) - len(differ)
        lines += [f"at {g['page_or_line']}: {c}: gold={g[c] or '(blank)'}, found={best.get(c)}" for c in differ]
    return equal, len(gold) * len(INDICATOR_CELLS), lines


def _projects(evaluations: Iterable[Row]) -> dict[tuple[str, int], str]:
    return {(e["form"], int(e["table_no"])): str(e.get("name") or "") for e in evaluations}


def _with_project(row: Row, projects: Mapping[tuple[str, int], str]) -> Row:
    return {**row, "project": projects.get((row["form"], int(row.get("table_no") or 0)), "")}


def _project_of(row: Row) -> tuple[str, str]:
    """Only project forms go by a name: a report has one overall form and one of base data."""
    return row["form"], squeeze(row.get("project")) if row["form"] == "project_performance" else ""


def _performance_key(row: Row) -> tuple[str, ...]:
    return (*_project_of(row), normalise_label(row.get("line_label")).rstrip(":"), row["measure"])
