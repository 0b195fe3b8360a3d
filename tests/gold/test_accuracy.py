"""What `make accuracy` prints, held to its aims: no wrong number, none invented, and a reason for what is missing."""

from __future__ import annotations

import pytest

from benchmarks.accuracy_reports import SOURCES, Source, score_source
from tests.gold_performance import score_indicators, score_performance
from tests.gold_scoring import GOLD, load_gold

IDS = [f"{'committed' if source.committed else 'published'} {source.gold}" for source in SOURCES]


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_no_number_is_wrong_and_hardly_one_missing(source: Source) -> None:
    if source.path is None:
        pytest.skip(f"no {source.title} in {source.folder}")
    scored = score_source(source, source.path)
    assert scored.parts
    for part in scored.parts:
        kinds = [difference.kind for difference in part.score.differences]
        assert set(kinds) <= {"missing"}, part.score.describe()
        assert part.part != "forms" or not kinds, part.score.describe()
        recall = part.score.total.recall
        assert recall is not None and recall >= (0.98 if part.part == "prose" else 0.89), part.score.describe()
        if part.part == "performance":  # two slipped numbers of 株洲's base data, nine weights of 高平 without a header
            silent = [d for d in part.score.differences if "no reject" in scored.reason_of(d)]
            assert not silent, silent


def test_performance_scorer_finds_what_was_spoilt() -> None:
    gold = load_gold(GOLD / "gaoping_2024_performance.csv")
    projects = list(dict.fromkeys(g["project"] for g in gold))
    evaluations = [{"form": "project_performance", "table_no": n, "name": name} for n, name in enumerate(projects, 1)]
    figures = [{**g, "table_no": projects.index(g["project"]) + 1, "printed": g["value"]} for g in gold]
    assert not score_performance(figures, evaluations, gold).differences
    figures[3]["value"] = "1"
    figures[10]["table_no"] = 3  # read from another project's form
    score = score_performance(figures[:-1], evaluations, gold)
    assert sorted(d.kind for d in score.differences) == ["extra", "missing", "missing", "wrong"]

    words = load_gold(GOLD / "gaoping_2024_indicators.csv")
    rows = [{**w, "table_no": projects.index(w["project"]) + 1} for w in words]
    assert score_indicators(rows, evaluations, words)[2] == []
    rows[0]["target"], rows[0]["actual"] = rows[0]["actual"], rows[0]["target"]
    equal, cells, lines = score_indicators(rows, evaluations, words)
    assert (cells - equal, len(lines)) == (2, 2)
