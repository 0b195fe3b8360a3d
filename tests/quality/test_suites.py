"""The suites, the gate and the Data Docs on small warehouses whose right answers are plain from the rows."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.landing.schema import TABLES
from pipelines.quality.gate import GateError, gate_landing
from pipelines.quality.run import run_suites
from pipelines.quality.suites import EXPECTATIONS, SuiteError, load_suites

GOOD_ID, BAD_ID = "a" * 16, "b" * 16


def report(report_id: str, **other: Any) -> dict[str, Any]:
    return {
        "report_id": report_id, "sha256": report_id * 4, "division_code": "430200", "place_name": "株洲市",
        "agency_name": "株洲市应急管理局", "fiscal_year": 2024, "kind": "final_account", "scope": "department",
        "file_name": "a.txt", "status": "read", "unit": "万元",
    } | other  # fmt: skip


def figure(figure_id: str, report_id: str, **other: Any) -> dict[str, Any]:
    return {
        "figure_id": figure_id, "report_id": report_id, "form": "expenditure", "table_no": 1, "row_no": 1, "lane": 1,
        "line_code": "2240101", "line_label": "行政运行", "measure": "expenditure", "measure_label": "本年支出合计",
        "printed": "671.92", "decimals": 2, "unit": "万元", "value": Decimal("671.92"),
        "amount_yuan": Decimal("6719200.00"), "origin": "table", "page": 8,
    } | other  # fmt: skip


def landed(file: Path, **rows: list[dict[str, Any]]) -> Path:
    """A DuckDB file with the landing tables and these rows."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema landing")
        for name, schema in TABLES.items():
            table = pa.Table.from_pylist(rows.get(name, []), schema=schema)
            connection.register("incoming", table)
            connection.execute(f"create table landing.{name} as select * from incoming")
            connection.unregister("incoming")
    return file


def query(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_suite_in_the_repository_loads_and_says_why() -> None:
    suites = {suite.name: suite for suite in load_suites()}
    assert {"landing_figures", "landing_reports", "figures", "dim_report", "findings", "types"} <= set(suites)
    for suite in suites.values():
        assert suite.expectations, suite.name
        assert all(len(e.reason) > 20 for e in suite.expectations), suite.name


def test_only_errors_in_our_own_tables_block() -> None:
    blocking = [(s.kind, e.severity) for s in load_suites() for e in s.expectations if s.blocking(e)]
    assert blocking
    assert {severity for _, severity in blocking} == {"error"}
    assert "reconciliation" not in {kind for kind, _ in blocking}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("suite: x\ntitle: x\nkind: structure\ntable: main.x\n", "add expectations at the top"),
        ("suite: x\ntitle: x\nkind: good\ntable: main.x\nexpectations: []\n", "not 'good'"),
        (
            "suite: x\ntitle: x\nkind: structure\ntable: main.x\nexpectations:\n  - {rule: r, no_rows: select 1,"
            " severity: error, reason: because}\n",
            "{batch}",
        ),
        (
            "suite: x\ntitle: x\nkind: structure\ntable: main.x\nexpectations:\n  - {expect: column_values_to_be_in_set"
            ", column: a, values_of: nowhere.form, severity: error, reason: because}\n",
            "nowhere.csv",
        ),
    ],
)
def test_a_suite_that_cannot_be_understood_is_refused_with_advice(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "mine.yml").write_text(written, encoding="utf-8")
    with pytest.raises(SuiteError, match=re.escape(said)) as refused:
        load_suites(tmp_path)
    assert "mine.yml" in str(refused.value)


def test_a_sound_batch_passes_the_gate(tmp_path: Path) -> None:
    file = landed(tmp_path / "w.duckdb", reports=[report(GOOD_ID)], figures=[figure("f1", GOOD_ID)])
    assert gate_landing(file) == ()
    assert query(file, "select count(*) from landing.figures") == [(1,)]


def test_a_figure_that_fails_becomes_a_reject_and_the_rest_goes_on(tmp_path: Path) -> None:
    slip = figure("f2", BAD_ID, amount_yuan=Decimal("671.92"))  # 元 taken for 万元
    unknown = figure("f3", BAD_ID, form="no_such_form", row_no=2)
    good = figure("f4", BAD_ID, row_no=3)
    file = landed(
        tmp_path / "w.duckdb",
        reports=[report(GOOD_ID), report(BAD_ID)],
        figures=[figure("f1", GOOD_ID), slip, unknown, good],
    )
    (quarantined,) = gate_landing(file)
    assert quarantined.report_id == BAD_ID and not quarantined.whole
    assert [reason.rsplit(": ", 1)[0] for reason in quarantined.reasons] == [
        "column_values_to_be_in_set:form",
        "conversion_agrees_with_the_unit",
    ]
    assert query(file, "select figure_id from landing.figures order by 1") == [("f1",), ("f4",)]
    assert query(file, "select status from landing.reports order by report_id") == [("read",), ("partly_read",)]
    rejects = query(file, "select report_id, reason, printed, page, row_no from landing.rejects order by row_no")
    assert rejects == [(BAD_ID, "set_aside_by_gate", "671.92", 8, 1), (BAD_ID, "set_aside_by_gate", "671.92", 8, 2)]
    rows = query(file, "select report_id, row_json->>'figure_id' from quality.quarantine order by 2")
    assert rows == [(BAD_ID, "f2"), (BAD_ID, "f3")]
    assert gate_landing(file) == (), "what is left passes"


def test_a_report_that_fails_is_set_aside_whole(tmp_path: Path) -> None:
    file = landed(
        tmp_path / "w.duckdb",
        reports=[report(GOOD_ID), report(BAD_ID, kind="gossip")],
        figures=[figure("f1", GOOD_ID), figure("f2", BAD_ID)],
    )
    (quarantined,) = gate_landing(file)
    assert (quarantined.report_id, quarantined.whole) == (BAD_ID, True)
    assert query(file, "select figure_id from landing.figures") == [("f1",)]
    assert query(file, "select report_id from landing.reports where status = 'not_read'") == [(BAD_ID,)]


def test_when_every_report_fails_the_batch_is_refused(tmp_path: Path) -> None:
    file = landed(tmp_path / "w.duckdb", reports=[report(GOOD_ID, scope="x"), report(BAD_ID, scope="x")])
    with pytest.raises(GateError, match="all 2 reports"):
        gate_landing(file)


def test_a_failure_of_no_report_stops_the_batch(tmp_path: Path) -> None:
    file = landed(tmp_path / "w.duckdb", reports=[report(GOOD_ID)], figures=[figure("f1", GOOD_ID)])
    with duckdb.connect(str(file)) as connection:
        connection.execute("alter table landing.figures drop column bottom")
    with pytest.raises(GateError, match="landing_figures, table_columns_to_match_set"):
        gate_landing(file)


def test_results_are_kept_in_the_file_and_over_rebuilds(tmp_path: Path) -> None:
    rows = {"reports": [report(GOOD_ID)], "figures": [figure("f1", GOOD_ID)]}
    published, rebuilt = landed(tmp_path / "old.duckdb", **rows), landed(tmp_path / "new.duckdb", **rows)
    first = run_suites(published, docs=None, kinds=("landing",))
    second = run_suites(rebuilt, docs=None, kinds=("landing",), history=published)
    kept = query(rebuilt, "select run_id, count(*) from quality.expectation_results group by 1 order by min(run_at)")
    assert kept == [(first.run_id, len(first.results)), (second.run_id, len(second.results))]
    assert second.publishable


def test_a_missing_table_is_a_failure_by_name_and_never_an_exception(tmp_path: Path) -> None:
    run = run_suites(landed(tmp_path / "w.duckdb"), docs=None, kinds=("structure",))
    missing = run.of_suite("figures")
    assert missing and all(not r.success and "main.figures" in (r.error or "") for r in missing)
    assert not run.publishable


def test_data_docs_ask_nothing_of_the_network(tmp_path: Path) -> None:
    file = landed(tmp_path / "w.duckdb", reports=[report(GOOD_ID)], figures=[figure("f1", GOOD_ID)])
    run = run_suites(file, docs=tmp_path / "docs", kinds=("landing",))
    assert run.docs == tmp_path / "docs" / "index.html"
    pages = sorted((tmp_path / "docs").rglob("*.html"))
    assert len(pages) > len({r.suite for r in run.results})
    fetched = re.compile(r"""<(?:script|img|link)[^>]*(?:src|href)=["']?(?:https?:)?//""")
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not fetched.search(text), page
        assert "offline.css" in text and "offline.js" in text


def test_gx_keeps_nothing_in_the_repository(tmp_path: Path) -> None:
    before = {p for p in EXPECTATIONS.rglob("*") if "uncommitted" not in p.parts}
    run_suites(landed(tmp_path / "w.duckdb"), docs=None, kinds=("landing",))
    assert {p for p in EXPECTATIONS.rglob("*") if "uncommitted" not in p.parts} == before
