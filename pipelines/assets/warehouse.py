"""The end of a build: the suites judge the copy, and a copy that holds is published."""

from collections import Counter
from collections.abc import Mapping

import dagster as dg

from pipelines.assets.build import BuildingCopy, Folders, told
from pipelines.assets.dbt import models
from pipelines.build import judge
from pipelines.quality.results import ExpectationResult
from pipelines.quality.suites import load_suites
from pipelines.warehouse.checksums import read_checksums
from pipelines.warehouse.publish import publish

Checksums = Mapping[str, tuple[int, str]]  # table → rows and checksum
_SUITES = load_suites()


@dg.asset(
    key=["quality", "expectation_results"],
    deps=[models],
    check_specs=[
        dg.AssetCheckSpec(
            suite.name,
            asset=["quality", "expectation_results"],
            description=f"{suite.title} ({suite.table}, {len(suite.expectations)} expectations)",
            blocking=True,  # only a check of severity ERROR blocks, and only our own errors get it
        )
        for suite in _SUITES
    ],
    group_name="quality",
    pool="warehouse",
)
def quality(folders: Folders, building: BuildingCopy) -> dg.MaterializeResult:
    """Great Expectations over the built copy: each suite an asset check; Data Docs; results kept in the warehouse."""
    with told():
        run = judge(building.path, docs=folders.docs, history=folders.warehouse_file)
    return dg.MaterializeResult(
        metadata={
            "expectations": len(run.results),
            "failed": dg.MetadataValue.json(dict(Counter(r.severity for r in run.failed))),
            "data docs": dg.MetadataValue.path(str(run.docs)),
        },
        check_results=[_check(suite.name, run.of_suite(suite.name)) for suite in _SUITES],
    )


def _check(suite: str, results: tuple[ExpectationResult, ...]) -> dg.AssetCheckResult:
    failed = [result for result in results if not result.success]
    blocks = any(result.blocking for result in failed)
    return dg.AssetCheckResult(
        check_name=suite,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        description=f"{len(failed)} of {len(results)} failed" if failed else f"all {len(results)} hold",
        metadata={
            f"{r.severity}: {r.expectation}": r.error or f"{r.unexpected_count} rows. {r.reason}" for r in failed
        },
    )


@dg.asset(deps=[quality, models], group_name="published", kinds={"duckdb"}, pool="warehouse")
def warehouse(folders: Folders, building: BuildingCopy) -> dg.MaterializeResult:
    """The published DuckDB file: the judged copy, swapped in atomically. Readers keep what they have open."""
    before = read_checksums(folders.warehouse_file)
    with told():
        publish(building.path, folders.warehouse_file)
    now = read_checksums(folders.warehouse_file)
    return dg.MaterializeResult(
        metadata={
            "file": dg.MetadataValue.path(str(folders.warehouse_file)),
            "bytes": folders.warehouse_file.stat().st_size,
            "tables": len(now),
            "changed": dg.MetadataValue.json(_changes(before, now)),
        }
    )


def _changes(before: Checksums, now: Checksums) -> dict[str, str]:
    """The tables that hold something else than in the last warehouse: how many rows, and how many it was."""
    return {
        name: f"{now[name][0]} rows" + (f", were {before[name][0]}" if name in before else ", new")
        for name in now
        if now[name] != before.get(name)
    }
