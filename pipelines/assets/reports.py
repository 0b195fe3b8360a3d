"""From files to landed reports: the archive as it is filed, and what was read from it, by fiscal year × place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.assets.build import BuildingCopy, Folders
from pipelines.assets.fetching import fetched_reports
from pipelines.assets.partitions import partition_of, places, places_of, year_by_place
from pipelines.build import inputs_digest, land, load
from pipelines.landing.schema import TABLES
from pipelines.landing.store import Landed

RULE_TABLES = ("rules", "rule_terms")
BUILD_TABLES = ("files", "build")


@dg.asset(deps=[fetched_reports], group_name="archive", kinds={"file"})
def archive(context: dg.AssetExecutionContext, folders: Folders) -> dg.MaterializeResult:
    """The report files as published, in `data/raw`: what is there, by content hash. Adds new places' partitions."""
    catalogue = folders.catalogue()
    context.instance.add_dynamic_partitions(places.name or "place", places_of(catalogue))
    return dg.MaterializeResult(
        metadata={
            "files": len(catalogue.entries),
            "copies": sum(len(entry.other_paths) for entry in catalogue.entries),
            "refused": len(catalogue.refused),
            "bytes": sum(entry.file_bytes for entry in catalogue.entries),
            "not taken up": dg.MetadataValue.json({r.file_path: r.reason for r in catalogue.refused}),
        }
    )


@dg.asset(
    deps=[archive],
    partitions_def=year_by_place,
    group_name="archive",
    kinds={"parquet"},
)
def landed_reports(context: dg.AssetExecutionContext, folders: Folders) -> dg.MaterializeResult:
    """Reads the reports of the partitions: figures, rejects and alterations as Parquet, one folder a report.

    A report that is landed already, by the same reader, is not read again.
    """
    catalogue = folders.catalogue()
    filed = {entry.report_id: str(partition_of(entry)) for entry in catalogue.entries}
    wanted = {str(key) for key in context.partition_keys}
    run = land(catalogue, folders.landing, only=lambda entry: filed[entry.report_id] in wanted)
    by_partition: dict[str, list[Landed]] = {}
    for item in run.landed:
        by_partition.setdefault(filed[item.entry.report_id], []).append(item)
    for key in sorted(wanted & set(by_partition)):
        context.add_asset_metadata(_counts(by_partition[key]), partition_key=key)
    return dg.MaterializeResult(metadata={"partitions": len(wanted), "read in this run": run.read})


def _counts(landed: Sequence[Landed]) -> dict[str, Any]:
    """What one partition holds, as metadata: reports, rows by table, what could not be read in full and why."""
    return {
        "reports": len(landed),
        **{table: sum(item.counts[table] for item in landed) for table in TABLES if table != "reports"},
        "status": dg.MetadataValue.json(dict(Counter(item.status for item in landed))),
        "not read in full": dg.MetadataValue.json(
            {i.entry.file_path: i.status_reason for i in landed if i.status != "read"}
        ),
    }


@dg.multi_asset(
    specs=[dg.AssetSpec(["landing", name], deps=[landed_reports]) for name in (*TABLES, *BUILD_TABLES)]
    + [dg.AssetSpec(["rules", name]) for name in RULE_TABLES],
    group_name="landing",
    pool="warehouse",
)
def landing(
    context: dg.AssetExecutionContext, folders: Folders, building: BuildingCopy
) -> Iterator[dg.MaterializeResult]:
    """A new DuckDB file beside the published one, filled with all that has landed; the gate sets bad reports aside."""
    catalogue = folders.catalogue()
    run = land(catalogue, folders.landing, only=lambda entry: False)  # as landed; nothing is read here
    digest = inputs_digest(run.landed, catalogue.refused)
    set_aside = load(building.start(), run.landed, refused=catalogue.refused, digest=digest)
    for report in set_aside:
        context.log.warning(f"{report.report_id} set aside: {'; '.join(report.reasons)}")
    for name in TABLES:
        rows = sum(item.counts[name] for item in run.landed)
        yield dg.MaterializeResult(
            asset_key=["landing", name], metadata={"dagster/row_count": rows, "reports set aside": len(set_aside)}
        )
    for key in [["landing", name] for name in BUILD_TABLES] + [["rules", name] for name in RULE_TABLES]:
        yield dg.MaterializeResult(asset_key=key)
