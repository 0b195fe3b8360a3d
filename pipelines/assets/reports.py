"""From files to landed reports: the archive as it is filed, and what was read from it, by fiscal year × place.

`landed_reports` is three steps, so that reading can spread out: `waiting` cuts what is to be read into parts,
`read_part` reads one, `landed` tells what is there. With one process there is one part; the pool of readers takes it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.assets.build import BuildingCopy, Folders, told
from pipelines.assets.fetching import Publishers, fetched_reports
from pipelines.assets.partitions import partition_of, places, places_of, year_by_place
from pipelines.assets.parts import Parts, agreed, forget_parts
from pipelines.build import as_landed, begin, inputs_digest
from pipelines.landing.pool import land_all, not_landed
from pipelines.landing.schema import TABLES
from pipelines.landing.store import Landed, sweep
from pipelines.landing.worker import entry_from_json, entry_to_json
from pipelines.told import EMPTY

RULE_TABLES = ("rules", "rule_terms")
BUILD_TABLES = ("files", "build", *EMPTY)
SHOWN = 100  # files that metadata names
# A part that failed (the disk was full, a shared folder was away) is tried again; a report never fails a part.
AGAIN = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)


class Spread(dg.ConfigurableResource):
    """How reports that wait are cut into parts, and how many a step reads at once; 0: one part, one reader a core."""

    reports_per_part: int = 0
    processes: int = 0

    def parts(self, waiting: Sequence[dict[str, Any]]) -> Parts:
        """Dealt out by size, so that parts take about as long as each other."""
        count = -(-len(waiting) // self.reports_per_part) if self.reports_per_part else min(1, len(waiting))
        by_size = sorted(waiting, key=lambda entry: (-entry["file_bytes"], entry["file_path"]))
        return [by_size[first::count] for first in range(count)]


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


@dg.op(ins={"archive": dg.In(dg.Nothing)}, out=dg.DynamicOut(list, io_manager_key="parts"))
def waiting(context: dg.AssetExecutionContext, folders: Folders, spread: Spread) -> Iterator[dg.DynamicOutput]:
    """The reports of the partitions that are not landed by this reader yet, in parts."""
    sweep(folders.landing)
    catalogue = folders.catalogue()
    wanted = {str(key) for key in context.partition_keys}
    of_partitions = [entry for entry in catalogue.entries if str(partition_of(entry)) in wanted]
    entries = not_landed(of_partitions, folders.landing)
    parts = agreed(folders, context.run_id, spread.parts([entry_to_json(entry) for entry in entries]))
    context.log.info(
        f"{len(of_partitions)} reports in {len(wanted)} partitions: {len(entries)} to read, in {len(parts)} parts"
    )
    for number, part in enumerate(parts, 1):
        yield dg.DynamicOutput(part, mapping_key=f"{number:05d}")


@dg.op(out=dg.Out(list, io_manager_key="parts"), retry_policy=AGAIN)
def read_part(context: dg.AssetExecutionContext, folders: Folders, spread: Spread, part: list) -> list:
    """Reads the reports of one part; figures, rejects and alterations land as Parquet, one folder a report.

    What has landed in the meantime (this part was begun by a worker that was lost) is not read again.
    """
    entries = [entry_from_json(entry) for entry in part]

    def on_progress(file_path: str, was_read: bool) -> None:
        context.log.info(f"{'read' if was_read else 'landed before'}: {file_path}")

    with told():
        run = land_all(
            entries,
            folders.landing,
            workers=spread.processes,
            on_progress=lambda entry, was_read: on_progress(entry.file_path, was_read),
        )
    for item in run.landed:
        if item.status != "read":
            context.log.warning(f"{item.status}: {item.entry.file_path}: {item.status_reason}")
    return [item.entry.file_path for item in run.landed]


@dg.op(out=dg.Out(dg.Nothing))
def landed(context: dg.AssetExecutionContext, folders: Folders, read: list[list]) -> None:
    """What the partitions hold now, as metadata of each. Fails where a report of the parts has not landed."""
    wanted = {str(key) for key in context.partition_keys}
    by_partition: dict[str, list[Landed]] = {}
    catalogue = folders.catalogue()
    there = as_landed(catalogue, folders.landing, fetch=False)
    for item in there:
        by_partition.setdefault(str(partition_of(item.entry)), []).append(item)
    files = sorted(entry["file_path"] for part in agreed(folders, context.run_id, []) for entry in part)
    gone = {entry.file_path for entry in catalogue.entries} - {item.entry.file_path for item in there}
    if lost := sorted(gone & set(files)):
        raise dg.Failure(f"{len(lost)} reports of this run have not landed, first {lost[0]}; launch `land` again")
    for key in sorted(wanted & set(by_partition)):
        context.add_asset_metadata(_counts(by_partition[key]), partition_key=key)
    context.add_asset_metadata(
        {
            "partitions": len(wanted),
            "read in this run": len(files),
            "files read": dg.MetadataValue.json(files[:SHOWN] + ["…"] * (len(files) > SHOWN)),
        }
    )
    forget_parts(folders, context.run_id)


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


@dg.graph_asset(
    ins={"archive": dg.AssetIn("archive", dagster_type=dg.Nothing)},
    partitions_def=year_by_place,
    group_name="archive",
    kinds={"parquet"},
)
def landed_reports(archive: Any) -> Any:
    """What was read from the reports: figures, rejects and alterations as Parquet, one folder a report.

    A report that is landed already, by the same reader, is not read again.
    """
    return landed(waiting(archive).map(read_part).collect())


@dg.multi_asset(
    specs=[dg.AssetSpec(["landing", name], deps=[landed_reports]) for name in (*TABLES, *BUILD_TABLES)]
    + [dg.AssetSpec(["rules", name]) for name in RULE_TABLES],
    group_name="landing",
    pool="warehouse",
)
def landing(
    context: dg.AssetExecutionContext, folders: Folders, building: BuildingCopy, publishers: Publishers
) -> Iterator[dg.MaterializeResult]:
    """A new file beside the published one, begun with what has landed. Where the published one was made by the same
    models it is its copy, and only the bodies of which something has changed are made again."""
    with told():
        copy = building.start(on_wait=lambda who: context.log.info(f"waiting: the warehouse is being built by {who}"))
        catalogue = folders.catalogue()
        reports = as_landed(catalogue, folders.landing)
        beside = publishers.told(folders)
        digest = inputs_digest(reports, catalogue.refused, beside)
        published = folders.warehouse_file
        building.begun(begin(copy, reports, refused=catalogue.refused, told=beside, digest=digest, published=published))
    for trouble in beside.troubles:
        context.log.warning(trouble)
    missing = len(catalogue.entries) - len(reports)
    context.log.info(f"{len(reports)} landed reports" + (f"; {missing} files are not landed yet" if missing else ""))
    for name in TABLES:
        rows = sum(item.counts[name] for item in reports)
        yield dg.MaterializeResult(asset_key=["landing", name], metadata={"dagster/row_count": rows})
    for key in [["landing", name] for name in BUILD_TABLES] + [["rules", name] for name in RULE_TABLES]:
        yield dg.MaterializeResult(asset_key=key)
