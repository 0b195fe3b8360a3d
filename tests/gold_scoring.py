"""Score figures against the hand-checked gold files of `tests/gold/`: precision, recall, and the list of what differs.

Figures are dicts with the columns of `pipelines.figures.Figure` (form, lane, line_code, line_label, measure, unit,
value, printed, origin, page, source_line); nothing here reads a report or imports a reader. From a test or a notebook:

    score = score_forms(figures, load_gold(GOLD / "putuo_2024_forms.csv"))
    assert not score.differences, score.describe()
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

GOLD = Path(__file__).resolve().parent / "gold"

Row = Mapping[str, Any]
Key = tuple[str, str, int, str]
Pair = tuple[Row | None, Row | None]  # gold row, figure

# 一、 二十六、 (一) 1. 3、 : ordinals change between editions, so they never decide whether two lines are the same.
ORDINAL = re.compile(r"^(?:[一二三四五六七八九十百]+[、.]|\([一二三四五六七八九十百]+\)|\d+[、.](?!\d))")
# A sentence that runs over a page or paragraph break is addressed by its start, the gold by the number itself.
LINE_SLACK, PAGE_SLACK = 4, 1


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement. `expected` is the gold row (None for an extra figure), `found` the figure (None if missing)."""

    kind: Literal["missing", "extra", "wrong"]
    expected: Row | None
    found: Row | None

    def __str__(self) -> str:
        """One line: kind, form, line, measure, what the gold has and what was found, and where to look."""
        row: Row = self.expected if self.expected is not None else self.found or {}
        line = " ".join(str(row.get(k) or "") for k in ("line_code", "line_label", "subject")).strip()
        sides = [f"{side}={r.get('value')} {r.get('unit') or ''}".strip() for side, r in self._sides()]
        place = row.get("page_or_line") or row.get("line_no") or row.get("page") or row.get("source_line")
        measure = row.get("measure") or row.get("aspect")
        return f"{self.kind}: {row.get('form') or 'prose'} | {line} | {measure} | {', '.join(sides)} | at {place}"

    def _sides(self) -> list[tuple[str, Row]]:
        return [(n, r) for n, r in (("gold", self.expected), ("found", self.found)) if r is not None]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts for one form or one origin. `gold` is 0 for an origin, as a gold row does not know how it will be read."""

    gold: int = 0
    found: int = 0
    correct: int = 0
    to_the_letter: int = 0  # of the correct ones, those whose `printed` equals the gold cell, separators included
    label_differs: int = 0  # of the correct ones, those whose label is not printed the same (an ordinal, a bracket)

    @property
    def precision(self) -> float | None:
        """Correct figures among those found; None when nothing was found."""
        return self.correct / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Correct figures among those printed; None when the gold has none."""
        return self.correct / self.gold if self.gold else None


@dataclass(frozen=True, slots=True)
class Score:
    """The result: totals, totals by form and by origin, every difference."""

    total: Tally
    by_form: dict[str, Tally]
    by_origin: dict[str, Tally]
    differences: tuple[Difference, ...] = field(default=())

    def describe(self, limit: int = 40) -> str:
        """A table of the tallies and the first `limit` differences, for the message of a failing test."""
        lines = [f"{'':34}{'gold':>6}{'found':>7}{'right':>7}{'letter':>8}{'precision':>11}{'recall':>9}"]
        origins = {f"origin {name}": tally for name, tally in self.by_origin.items()}
        for name, t in {**self.by_form, **origins, "all": self.total}.items():
            counts = f"{t.gold:6}{t.found:7}{t.correct:7}{t.to_the_letter:8}"
            lines.append(f"{name:34}{counts}{_pct(t.precision):>11}{_pct(t.recall):>9}")
        lines += [str(d) for d in self.differences[:limit]]
        if len(self.differences) > limit:
            lines.append(f"… and {len(self.differences) - limit} more")
        return "\n".join(lines)


def load_gold(path: Path) -> list[dict[str, str]]:
    """The rows of a gold file as dicts of text, blank cells as ''."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: object) -> Decimal | None:
    """'3,086.53' → Decimal('3086.53'); None for what is no number."""
    try:
        return Decimal(unicodedata.normalize("NFKC", str(text)).replace(",", "").strip())
    except InvalidOperation:
        return None


def squeeze(label: object) -> str:
    """A label with brackets and digits in one form (NFKC) and no white space; its ordinal stays."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(label or "")))


def normalise_label(label: object) -> str:
    """`squeeze`, without the ordinal: what decides that two printed lines are the same line."""
    return ORDINAL.sub("", squeeze(label))


def key_of(row: Row) -> Key:
    """(form, line code or normalised label, lane, measure): the address of a figure inside its report."""
    code = re.sub(r"\s", "", str(row.get("line_code") or ""))
    return row["form"], code or normalise_label(row.get("line_label")), int(row.get("lane") or 1), row["measure"]


def score_forms(figures: Iterable[Row], gold: Sequence[Row]) -> Score:
    """Compare the figures of one report with the gold of its forms.

    Only figures of the gold's forms are judged, and every figure of those forms is: an invented one costs precision.
    Forms that the gold says nothing about (a report's performance forms) are left out. Lines with the same address
    (the three funds stand twice on the left of the appropriation summary) are paired by value, then by label.
    """
    forms = {g["form"] for g in gold}
    judged = [f for f in figures if f["form"] in forms and f.get("origin") != "prose"]
    return score_pairs(pair_groups(gold, judged, key_of))


def pair_prose(figures: Iterable[Row], gold: Sequence[Row], *, pages: bool = False) -> list[Pair]:
    """Pairs of gold sentence and figure of origin prose, by place, value and unit; either side None if it has no other.

    The gold's `line_no` is a source line, or a page if `pages`. A figure may stand up to LINE_SLACK lines (PAGE_SLACK
    pages) away, where a sentence runs over a break; the nearest is taken first, so that equal numbers of neighbouring
    sentences do not swap. Figures on lines without gold are left out: the gold does not cover the narrative parts.
    """
    at = "page" if pages else "source_line"
    free = [f for f in figures if f.get("origin") == "prose" and f.get(at) is not None]
    left, pairs = list(gold), list[Pair]()
    for gap in range((PAGE_SLACK if pages else LINE_SLACK) + 1):
        waiting: list[Row] = []
        for g in left:
            near = (f for f in free if abs(int(f[at]) - int(g["line_no"])) == gap and _same_number(g, f))
            hit = next(near, None)
            if hit is None:
                waiting.append(g)
            else:
                free = [f for f in free if f is not hit]
                pairs.append((g, hit))
        left = waiting
    covered = {int(g["line_no"]) for g in gold}
    return pairs + [(g, None) for g in left] + [(None, f) for f in free if int(f[at]) in covered]


def pair_prose_in_order(figures: Iterable[Row], gold: Sequence[Row]) -> list[Pair]:
    """Pairs of gold sentence and figure by the order of their numbers alone: the longest common sequence.

    For a report that has the gold's sentences at other places (set anew, or in another format).
    """
    given = [f for f in figures if f.get("origin") == "prose"]
    longest = [[0] * (len(given) + 1) for _ in range(len(gold) + 1)]
    for i in range(len(gold) - 1, -1, -1):
        for j in range(len(given) - 1, -1, -1):
            same = longest[i + 1][j + 1] + 1 if _same_number(gold[i], given[j]) else 0
            longest[i][j] = max(same, longest[i + 1][j], longest[i][j + 1])
    pairs, i, j = list[Pair](), 0, 0
    while i < len(gold) and j < len(given):
        if _same_number(gold[i], given[j]) and longest[i][j] == longest[i + 1][j + 1] + 1:
            pairs.append((gold[i], given[j]))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            pairs.append((gold[i], None))
            i += 1
        else:
            pairs.append((None, given[j]))
            j += 1
    pairs += [(g, None) for g in gold[i:]] + [(None, f) for f in given[j:]]
    return [pair for pair in pairs if None not in pair] + _pair_left(pairs)


def _pair_left(pairs: Iterable[Pair]) -> list[Pair]:
    """What the common order left out: a sentence that moved is the same number about the same aspect elsewhere."""
    free = [f for g, f in pairs if g is None and f is not None]
    found: list[Pair] = []
    for g in (g for g, f in pairs if g is not None and f is None):
        hit = next((f for f in free if _same_number(g, f) and g["aspect"] == f.get("aspect")), None)
        free = [f for f in free if f is not hit]
        found.append((g, hit))
    return found + [(None, f) for f in free]


def score_prose(figures: Iterable[Row], gold: Sequence[Row], *, pages: bool = False) -> Score:
    """Compare figures stated in sentences with the gold: was every number found, with its unit, where it stands?

    What a number is about (code, aspect, direction) is asked of the same pairs by `agreement`.
    """
    return score_pairs(pair_prose(figures, gold, pages=pages))


def agreement(pairs: Iterable[Pair], gold_column: str, figure_column: str) -> tuple[int, list[str]]:
    """How many pairs agree in a column of the gold that is not blank, and a line for each pair that does not."""
    asked = [(g, f) for g, f in pairs if g is not None and f is not None and g.get(gold_column)]
    differ = [
        f"{g['line_no']} {g.get('subject') or g.get('line_label')}: {g[gold_column]} ≠ {f.get(figure_column)}"
        for g, f in asked
        if g[gold_column] != f.get(figure_column)
    ]
    return len(asked) - len(differ), differ


def pair_groups(gold: Iterable[Row], figures: Iterable[Row], key: Callable[[Row], tuple[object, ...]]) -> list[Pair]:
    """Pairs of gold row and figure that have the same key; either side None if it has no other."""
    wanted, given = _grouped(gold, key), _grouped(figures, key)
    pairs: list[Pair] = []
    for address in dict.fromkeys([*wanted, *given]):
        pairs += _pair(wanted.get(address, []), given.get(address, []))
    return pairs


def _grouped(rows: Iterable[Row], key: Callable[[Row], tuple[object, ...]]) -> dict[tuple[object, ...], list[Row]]:
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _pair(wanted: Sequence[Row], given: Sequence[Row]) -> list[Pair]:
    """Pair rows of one address: same number and label first, then the number alone, the label alone, the order."""
    left, free = list(wanted), list(given)
    pairs: list[Pair] = []
    for same in (lambda g, f: _same_number(g, f) and _same_label(g, f), _same_number, _same_label, lambda g, f: True):
        waiting: list[Row] = []
        for g in left:
            hit = next((f for f in free if same(g, f)), None)
            if hit is None:
                waiting.append(g)
            else:
                free = [f for f in free if f is not hit]
                pairs.append((g, hit))
        left = waiting
    return pairs + [(g, None) for g in left] + [(None, f) for f in free]


def _same_number(gold: Row, figure: Row) -> bool:
    """The same value in the same unit. A gold row or a figure without a unit agrees with any."""
    units = {squeeze(r["unit"]) for r in (gold, figure) if r.get("unit")}
    return number(gold["value"]) == number(figure["value"]) and len(units) < 2


def _same_label(gold: Row, figure: Row) -> bool:
    return squeeze(gold.get("line_label")) == squeeze(figure.get("line_label"))


def score_pairs(pairs: Sequence[Pair]) -> Score:
    """The tallies of pairs of gold row and figure."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    differences: list[Difference] = []
    for g, f in pairs:
        form = (g or f or {}).get("form") or "prose"
        tallies = [counts["all", ""], counts["form", form]]
        if f is not None:
            tallies.append(counts["origin", f.get("origin") or "table"])
        facts = {"gold": g is not None, "found": f is not None}
        if g is not None and f is not None and _same_number(g, f):
            facts["correct"] = True
            facts["to_the_letter"] = str(f.get("printed", "")).strip().rstrip("%％ ") == g["value"]
            facts["label_differs"] = "line_label" in g and not _same_label(g, f)
        for tally in tallies:
            tally.update(k for k, true in facts.items() if true)
        if "correct" not in facts:
            differences.append(Difference("wrong" if g and f else "missing" if g else "extra", g, f))
    for (kind, _), tally in counts.items():
        if kind == "origin":
            tally["gold"] = 0
    made = {key: Tally(**tally) for key, tally in counts.items()}
    return Score(
        total=made.get(("all", ""), Tally()),
        by_form={name: t for (kind, name), t in made.items() if kind == "form"},
        by_origin={name: t for (kind, name), t in made.items() if kind == "origin"},
        differences=tuple(sorted(differences, key=lambda d: d.kind, reverse=True)),  # wrong, missing, extra
    )


def _pct(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"
