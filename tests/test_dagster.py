"""The job `refresh`, whole: a raw folder with one small report goes in, rows in the published warehouse come out."""

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.assets.build import BuildingCopy, Folders
from pipelines.assets.dbt import dbt_resource
from pipelines.assets.fetching import Publishers
from pipelines.assets.partitions import UNFILED, partition_of, places_of, year_by_place
from pipelines.assets.parts import PartFiles
from pipelines.assets.refresh import changed, raw_folder, request
from pipelines.assets.reports import Spread
from pipelines.definitions import defs
from tests.small_reports import write_small

# A text conversion in the shape of the real ones (tab-separated tables). 支出决算表: one 项, and its 款, 类 and 合计.
REPORT = """株洲市应急管理局2024年度部门决算

支出决算表
公开03表
部门：株洲市应急管理局\t金额单位：万元
项目\t\t本年支出合计\t基本支出\t项目支出\t上缴上级支出\t经营支出\t对附属单位补助支出
功能分类科目编码\t科目名称\t\t\t\t\t\t
栏次\t\t1\t2\t3\t4\t5\t6
合计\t\t754.14\t671.92\t82.22\t0.00\t0.00\t0.00
224\t灾害防治及应急管理支出\t754.14\t671.92\t82.22\t0.00\t0.00\t0.00
22401\t应急管理事务\t754.14\t671.92\t82.22\t0.00\t0.00\t0.00
2240101\t行政运行\t754.14\t671.92\t82.22\t0.00\t0.00\t0.00
"""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    raw = tmp_path / "raw" / "430200-株洲市" / "2024"
    raw.mkdir(parents=True)
    (raw / "report.txt").write_text(REPORT, encoding="utf-8")
    return Folders(raw=str(tmp_path / "raw"), warehouse=str(tmp_path / "w" / "juesuan.duckdb"))


def run_refresh(folders: Folders, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """What the sensor asks for, run in this process with the real dbt."""
    catalogue = folders.catalogue()
    instance.add_dynamic_partitions("place", places_of(catalogue))
    asked = request(changed(catalogue, folders), list(instance.get_dynamic_partitions("place")))
    job = defs.get_repository_def().get_job("refresh")
    resources = {"folders": folders, "spread": Spread(), "parts": PartFiles(folders=folders), "dbt": dbt_resource}
    return job.execute_in_process(
        instance=instance,
        tags=dict(asked.tags),
        resources=resources | {"building": BuildingCopy(folders=folders)},
    )


def query(folders: Folders, sql: str) -> list[tuple]:
    with duckdb.connect(folders.warehouse, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_refresh_publishes_the_figures_of_a_new_report(folders: Folders) -> None:
    with dg.instance_for_test() as instance:
        result = run_refresh(folders, instance)
        assert result.success
        materialised = instance.get_materialized_partitions(dg.AssetKey("landed_reports"))
        assert "2024|430200-株洲市" in materialised
        figures = instance.get_latest_materialization_event(dg.AssetKey("figures"))
        assert figures and figures.asset_materialization
        assert figures.asset_materialization.metadata["dagster/row_count"].value == 24
        checks = {e.check_name for e in result.get_asset_check_evaluations()}
        assert_published(folders)
        add_a_place(folders, instance)
    assert {"figures", "landing_figures", "reconciliation_within_form"} <= checks


def assert_published(folders: Folders) -> None:
    assert query(folders, "select place_name, fiscal_year, kind from dim_report") == [("株洲市", 2024, "final_account")]
    total = "select value from figures where form = 'expenditure' and measure = 'expenditure' and line_label = '合计'"
    assert [str(row[0]) for row in query(folders, total)] == ["754.140000"]
    assert query(folders, "select count(*) > 30 from quality.expectation_results") == [(True,)]
    assert not list(Path(folders.warehouse).parent.glob(".*building*")), "the copy is gone when the run ends"
    assert changed(folders.catalogue(), folders) == [], "nothing is waiting any more"


def add_a_place(folders: Folders, instance: dg.DagsterInstance) -> None:
    """A second refresh makes what is new, and tells of every asset."""
    write_small(Path(folders.raw) / "430203-芦淞区" / "2023", agency="株洲市芦淞区应急管理局", year=2023)
    result = run_refresh(folders, instance)
    assert result.success
    told = {
        event.materialization.asset_key.path[-1]: event.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    assert told["dim_report"]["dagster/row_count"].value == 2
    assert told["function_codes"]["kept"].value is True, "a code list is as it was"
    assert "kept" not in told["figures"]
    assert query(folders, "select distinct place_name from spending join dim_report using (report_id) order by 1") == [
        ("株洲市",),
        ("芦淞区",),
    ]


def test_everything_that_dagster_is_shown_loads() -> None:
    repository = defs.get_repository_def()
    repository.load_all_definitions()
    assert {"fetch", "refresh", "land", "build"} <= set(repository.job_names)
    assert {s.name for s in repository.sensor_defs} == {"raw_folder", "build_when_landed"}
    assert repository.get_schedule_def("nightly").job_name == "refresh"


def test_all_that_writes_the_warehouse_is_in_its_pool() -> None:
    nodes = defs.get_repository_def().get_job("build").nodes
    assert [node.name for node in nodes] and {node.definition.pool for node in nodes} == {"warehouse"}


def test_a_file_is_in_the_partition_of_its_folders(tmp_path: Path) -> None:
    (tmp_path / "430200-株洲市" / "2024").mkdir(parents=True)
    (tmp_path / "430200-株洲市" / "2024" / "a.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "b.txt").write_text("乙", encoding="utf-8")
    entries = Folders(raw=str(tmp_path), warehouse=str(tmp_path / "w.duckdb")).catalogue().entries
    assert [str(partition_of(entry)) for entry in entries] == ["2024|430200-株洲市", f"{UNFILED}|{UNFILED}"]


def test_one_request_covers_all_changed_partitions() -> None:
    keys = [dg.MultiPartitionKey({"fiscal_year": y, "place": p}) for y, p in [("2024", "b"), ("2022", "c")]]
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("place", ["a", "b", "c"])
        asked = request(keys, ["a", "b", "c"])
        block = year_by_place.get_partition_keys_in_range(
            dg.PartitionKeyRange(
                asked.tags["dagster/asset_partition_range_start"], asked.tags["dagster/asset_partition_range_end"]
            ),
            dynamic_partitions_store=instance,
        )
    assert {"2024|b", "2022|c"} <= {str(key) for key in block}


def test_the_sensor_asks_once_for_what_changed(folders: Folders) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, repository_def=defs.get_repository_def())
        found = raw_folder(context, folders=folders, publishers=Publishers())
        assert isinstance(found, dg.SensorResult) and found.run_requests
        assert found.run_requests[0].tags["dagster/asset_partition_range_end"].startswith("2024|")
        again = raw_folder(
            dg.build_sensor_context(instance=instance, cursor=found.cursor), folders=folders, publishers=Publishers()
        )
    assert isinstance(again, dg.SkipReason)


def test_models_do_not_build_without_a_copy_to_build_in(folders: Folders) -> None:
    with pytest.raises(dg.Failure, match="refresh"):
        _ = BuildingCopy(folders=folders).path
