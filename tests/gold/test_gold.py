"""The gold files are themselves checked: closed vocabulary, and totals that are the sum of their parts.

A slip of the hand in a gold file would be a wrong number that every later test calls right. Differences within the
rounding of the printed cells are the publishers' habit; the forms of these three reports hold no larger one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.gold_scoring import GOLD, agreement, load_gold, number, pair_prose, score_forms, score_prose

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
FORMS = sorted(GOLD.glob("*_forms.csv"))
PROSE = sorted(GOLD.glob("*_prose.csv"))
PERFORMANCE = sorted(GOLD.glob("*_performance.csv"))
# Read from the reports, so that a gold file cannot shrink unseen.
COUNTS = {"putuo_2024_forms": 308, "gaoping_2024_forms": 299, "zhuzhou_2024_forms": 781}
COUNTS |= {"gaoping_2024_performance": 89, "yongzhou_2021_performance": 44, "zhuzhou_2024_performance": 150}


def ids(seed: str, column: str) -> set[str]:
    with (SEEDS / seed).open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file)}


def values(rows: Iterable[dict[str, str]]) -> dict[str, Decimal]:
    return {r["line_code"] or r["line_label"]: number(r["value"]) or Decimal(0) for r in rows}


def agree(stated: Decimal, parts: list[Decimal]) -> bool:
    """Interval arithmetic on two printed decimals: each cell stands for ±0.005."""
    return abs(stated - sum(parts)) <= Decimal("0.005") * (len(parts) + 1)


@pytest.mark.parametrize("path", [*FORMS, *PERFORMANCE], ids=lambda p: p.stem)
def test_vocabulary_and_size(path: Path) -> None:
    rows = load_gold(path)
    assert len(rows) == COUNTS[path.stem]
    assert {r["form"] for r in rows} <= ids("forms.csv", "form")
    assert {r["measure"] for r in rows} <= ids("measures.csv", "measure")
    assert all(number(r["value"]) is not None and (r["unit"] or r["measure"].endswith("_rate")) for r in rows)


@pytest.mark.parametrize("path", PERFORMANCE, ids=lambda p: p.stem)
def test_scores_add_up_to_the_printed_total(path: Path) -> None:
    """The printed total is the score (or weight) of the funds' total line and of every indicator."""
    rows = [r for r in load_gold(path) if not r["note"].startswith("DOUBLED")]
    for form, project in {(r["form"], r["project"]) for r in rows if r["line_label"] == "总分"}:
        own = [r for r in rows if (r["form"], r["project"]) == (form, project)]
        funds = {r["page_or_line"]: r["line_label"] for r in own if r["measure"] == "executed"}
        whole = next(at for at, label in funds.items() if "总额" in label)
        for measure in ("weight", "score"):
            line = [r for r in own if r["measure"] == measure and (r["page_or_line"] not in funds)]
            total = [number(r["value"]) for r in line if r["line_label"] == "总分"]
            parts = [number(r["value"]) for r in line if r["line_label"] != "总分"]
            parts += [number(r["value"]) for r in own if r["measure"] == measure and r["page_or_line"] == whole]
            assert not total or total == [sum(filter(None, parts))], (project, measure)


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem)
def test_items_sections_and_classes_add_up(path: Path) -> None:
    rows = load_gold(path)
    checked = 0
    for form in ("revenue", "expenditure", "general_budget_expenditure", "state_capital"):
        for measure in {r["measure"] for r in rows if r["form"] == form}:
            line = values(r for r in rows if (r["form"], r["measure"]) == (form, measure))
            for code, stated in line.items():
                parts = [v for c, v in line.items() if c.isdigit() and _child_of(c, code)]
                assert not parts or agree(stated, parts), (form, measure, code, stated, parts)
                checked += bool(parts)
    assert checked > 40


def _child_of(code: str, parent: str) -> bool:
    return len(code) == 3 if parent == "合计" else len(code) == len(parent) + 2 and code.startswith(parent)


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem)
def test_basic_expenditure_adds_up(path: Path) -> None:
    rows = load_gold(path)
    line = values(r for r in rows if r["form"] == "general_budget_basic_expenditure")
    for code in (c for c in line if len(c) == 3 and c.isdigit()):
        parts = [v for c, v in line.items() if len(c) == 5 and c.startswith(code)]
        assert not parts or agree(line[code], parts), code
    staff = [line["301"], line["303"]]
    running = [v for c, v in line.items() if len(c) == 3 and c.isdigit() and c not in ("301", "303")]
    assert agree(line["人员经费合计"], staff)
    assert agree(line["公用经费合计"], running)
    form5 = values(r for r in rows if (r["form"], r["measure"]) == ("general_budget_expenditure", "basic_expenditure"))
    assert agree(form5["合计"], [line["人员经费合计"], line["公用经费合计"]])


@pytest.mark.parametrize("path", PROSE, ids=lambda p: p.stem)
def test_sentences_are_numbers_with_a_quote(path: Path) -> None:
    for row in load_gold(path):
        assert number(row["value"]) is not None, row
        assert row["value"] in row["sentence"], row
        assert row["direction"] in ("", "increase", "decrease", "flat"), row


def test_scorer_finds_what_was_spoilt() -> None:
    gold = load_gold(GOLD / "zhuzhou_2024_forms.csv")
    figures = [{**g, "origin": "table", "printed": g["value"], "value": number(g["value"])} for g in gold]
    perfect = score_forms(figures, gold)
    assert not perfect.differences
    assert perfect.total.precision == perfect.total.recall == 1.0
    assert perfect.total.to_the_letter == len(gold)

    spoilt = [dict(f) for f in figures[1:]]  # one dropped
    spoilt[10]["value"] = Decimal("1")  # one wrong
    spoilt[20]["unit"] = "元"  # one in the wrong unit
    spoilt[30]["line_label"] = str(spoilt[30]["line_label"]).split("、")[-1]  # an ordinal lost: the same line still
    spoilt.append({**figures[40], "line_label": "不存在的支出"})  # one invented
    score = score_forms(spoilt, gold)
    assert sorted(d.kind for d in score.differences) == ["extra", "missing", "wrong", "wrong"]
    assert score.total.correct == len(gold) - 3
    assert "missing: revenue_expenditure_summary" in score.describe()


def test_prose_scorer_pairs_by_place_and_number() -> None:
    gold = load_gold(GOLD / "zhuzhou_2024_prose.csv")
    figures = [{**g, "origin": "prose", "source_line": int(g["line_no"]), "printed": g["value"]} for g in gold]
    assert not score_prose(figures, gold).differences
    same, differ = agreement(pair_prose(figures, gold), "line_code", "line_code")
    assert same > 40
    assert not differ
    assert [d.kind for d in score_prose(figures[1:], gold).differences] == ["missing"]
