"""Fetching in Dagster: the job on a real portal, the schedule, and the check of what is overdue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from pipelines.assets.build import Folders
from pipelines.assets.fetching import PUBLISHED, Publishers, disclosure_checks, fetched_reports, publishers_daily
from pipelines.assets.refresh import raw_folder
from pipelines.definitions import defs
from pipelines.sources.archive import open_archive
from pipelines.sources.registry import Source, load_registry
from tests.sources.pages import NAME, PDF, article, attachment, listing
from tests.sources.portal import Portal, Reply


@dg.asset(key=PUBLISHED)
def _published() -> None:
    """Stands for the warehouse asset: the check belongs to it."""


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


def test_a_fetch_tells_what_is_new(publishers: Publishers, folders: Folders) -> None:
    resources = {"folders": folders, "publishers": publishers}
    with dg.instance_for_test() as instance:
        result = dg.materialize([fetched_reports], resources=resources, instance=instance)
    metadata = result.asset_materializations_for_node("fetched_reports")[0].metadata
    assert metadata["new files"].value == [f"430200-株洲市/2024/{NAME}.pdf"]
    assert metadata["partitions"].value == ["2024|430200-株洲市"]


def test_what_the_warehouse_says_is_missing_fails_the_check_of_its_place(
    publishers: Publishers, folders: Folders
) -> None:
    """The check reads the mart; here one of two rows, as the build makes it (dbt's unit tests judge how)."""
    folders.warehouse_file.parent.mkdir()
    with duckdb.connect(folders.warehouse) as connection:
        connection.execute("""create table disclosure_timeliness as select '430200' as division_code,
            '株洲市' as place_name, null::varchar as agency_name, 'final_account' as kind, year as fiscal_year,
            make_date(year + 1, 10, 31) as due_on, state, 0 as n_reports, null::date as published_on,
            null::integer as days_late, state || year as message_zh, 'said ' || state || year as message_en,
            'registry' as expected_by from (values (2024, 'late'), (2025, 'missing')) t(year, state)""")
    [check] = disclosure_checks(publishers.load())
    with dg.instance_for_test() as instance:
        result = dg.materialize([_published, check], resources={"folders": folders}, instance=instance)
    [said] = result.get_asset_check_evaluations()
    assert said.check_name == "disclosed_in_time_430200" and said.severity is dg.AssetCheckSeverity.WARN
    assert not said.passed and said.description == "said missing2025"
    assert said.metadata["株洲市 2024 final_account"].value == "late2024"


def test_the_check_is_on_the_published_warehouse() -> None:
    assert PUBLISHED in defs.get_repository_def().asset_graph.get_all_asset_keys()


def test_the_schedule_asks_for_what_is_due(publishers: Publishers, folders: Folders) -> None:
    asked = publishers_daily(folders=folders, publishers=publishers)
    assert isinstance(asked, dg.RunRequest) and asked.tags["juesuan/sources"] == "test"
    with open_archive(Path(folders.raw)) as archive:
        archive.index.record("checked", source="test", complete=True)
    assert isinstance(publishers_daily(folders=folders, publishers=publishers), dg.SkipReason)


def test_the_sensor_waits_until_all_is_fetched(folders: Folders) -> None:
    with dg.DagsterInstance.ephemeral() as instance, open_archive(Path(folders.raw)):
        skipped = raw_folder(dg.build_sensor_context(instance=instance), folders=folders, publishers=Publishers())
    assert isinstance(skipped, dg.SkipReason) and "being fetched" in str(skipped.skip_message)


def test_without_enabled_sources_there_is_nothing_to_check() -> None:
    assert disclosure_checks(load_registry()) == []
