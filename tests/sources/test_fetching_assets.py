"""Fetching in Dagster: the job on a real portal, the schedule, and the check of what is overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.assets.build import Folders
from pipelines.assets.fetching import Publishers, disclosure_checks, fetched_reports, publishers_daily
from pipelines.assets.refresh import raw_folder
from pipelines.disclosure import disclosure
from pipelines.sources.archive import open_archive
from pipelines.sources.refresh import today
from pipelines.sources.registry import Source, load_registry
from tests.sources.pages import NAME, PDF, article, attachment, listing
from tests.sources.portal import Portal, Reply


@pytest.fixture
def publishers(portal: Portal, make_source: Callable[..., Source], tmp_path: Path) -> Publishers:
    portal.pages["/bmjs/index.html"] = Reply(listing(("/t1.html", f"{NAME}公开", "2025-09-28")))
    portal.pages["/t1.html"] = Reply(article(f"{NAME}公开", attachment("/a.pdf", f"{NAME}.pdf")))
    portal.pages["/a.pdf"] = Reply(PDF)
    deadline = {"years_after": 1, "month": 1, "day": 1, "basis": "a test: due since New Year"}
    data = {"sources": [make_source().model_dump(mode="json")], "deadlines": {"final_account": deadline}}
    path = tmp_path / "sources.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return Publishers(registry=str(path))


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "raw").mkdir()
    return Folders(raw=str(tmp_path / "raw"), warehouse=str(tmp_path / "w" / "juesuan.duckdb"))


def test_a_fetch_tells_what_is_new_and_what_is_overdue(publishers: Publishers, folders: Folders) -> None:
    checks = disclosure_checks(publishers.load())
    resources = {"folders": folders, "publishers": publishers}
    with dg.instance_for_test() as instance:
        result = dg.materialize([fetched_reports, *checks], resources=resources, instance=instance)
    metadata = result.asset_materializations_for_node("fetched_reports")[0].metadata
    assert metadata["new files"].value == [f"430200-株洲市/2024/{NAME}.pdf"]
    assert metadata["partitions"].value == ["2024|430200-株洲市"]
    [check] = result.get_asset_check_evaluations()
    assert check.check_name == "disclosed_in_time_430200" and check.severity is dg.AssetCheckSeverity.WARN
    overdue = today().year - 1
    rows = {row.fiscal_year: row for row in disclosure(publishers.load(), Path(folders.raw), Path(folders.warehouse))}
    if today() > date(overdue + 1, 1, 1):
        assert rows[overdue].outcome == "missing" and not check.passed
        assert f"{overdue} final accounts were due by 1 January" in str(check.description)
    if 2024 in rows:
        assert rows[2024].outcome == "late", "archived and not built yet: it counts"


def test_the_schedule_asks_for_what_is_due(publishers: Publishers, folders: Folders) -> None:
    asked = publishers_daily(folders=folders, publishers=publishers)
    assert isinstance(asked, dg.RunRequest) and asked.tags["juesuan/sources"] == "test"
    with open_archive(Path(folders.raw)) as archive:
        archive.index.record("checked", source="test", complete=True)
    assert isinstance(publishers_daily(folders=folders, publishers=publishers), dg.SkipReason)


def test_the_sensor_waits_until_all_is_fetched(folders: Folders) -> None:
    with dg.DagsterInstance.ephemeral() as instance, open_archive(Path(folders.raw)):
        skipped = raw_folder(dg.build_sensor_context(instance=instance), folders=folders)
    assert isinstance(skipped, dg.SkipReason) and "being fetched" in str(skipped.skip_message)


def test_without_enabled_sources_there_is_nothing_to_check() -> None:
    assert disclosure_checks(load_registry()) == []


def test_nobody_looked_since_then_is_said(publishers: Publishers, folders: Folders) -> None:
    rows = disclosure(publishers.load(), Path(folders.raw), Path(folders.warehouse), today() + timedelta(days=1))
    assert {row.outcome for row in rows} <= {"not_looked", "not_due"}
