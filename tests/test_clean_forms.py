"""Made-up statutory forms that agree are not flagged; a number changed in one of them is found and named."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb

from benchmarks.clean_forms import add_report
from benchmarks.mutation import alarms, judge, make_warehouse, mutate, outcomes
from tests.dbt_landing import Landing


def test_what_agrees_is_not_flagged_and_a_changed_number_is_named(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    changed = make_warehouse(file, clean=8, mutations=2)  # a cell of GK04 each: several identities hold it
    judge(file)
    assert [severity for severity, _ in alarms(file) if severity != "note"] == []
    assert [mutation.form for mutation in changed] == ["appropriation_summary"] * 2
    assert [(o.identities > 1, o.found, o.named) for o in outcomes(file, changed)] == [(True, True, True)] * 2
    # the reports are clean although their rounded parts do not add up to their rounded totals
    with duckdb.connect(str(file), read_only=True) as connection:
        query = "select count(*) filter (outcome = 'rounding'), count(*) from reconciliation where report_id[1] = 'c'"
        rounded, judged = connection.execute(query).fetchall()[0]
    assert rounded > 50 and judged > 1_000


def test_one_number_is_changed() -> None:
    def printed(change: bool) -> list[tuple[str, str]]:
        landing = Landing()
        add_report(landing, "r", 1, agency_name="甲局")
        if change:
            mutate(Random(1), landing, "r", 5)
        return [(figure["figure_id"], figure["printed"].replace(",", "")) for figure in landing.tables["figures"]]

    assert len(set(printed(False)) - set(printed(True))) == 1
