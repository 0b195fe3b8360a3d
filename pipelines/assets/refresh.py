"""The job `refresh`, the sensor that starts it when files in the raw folder change, and a nightly schedule."""

import hashlib
import json
from pathlib import Path

import dagster as dg

from pipelines.assets.build import Folders
from pipelines.assets.fetching import fetched_reports
from pipelines.assets.partitions import UNFILED, YEARS, partition_of, places, places_of, year_by_place
from pipelines.landing.catalogue import Catalogue
from pipelines.landing.store import find_landed
from pipelines.sources.archive import is_being_filled

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(fetched_reports),
    partitions_def=year_by_place,
    executor_def=dg.in_process_executor,  # the copy being built is held by one process
    description="Reads what is new or changed, builds the warehouse beside the published one, judges it, swaps it in.",
)

SHOWN = 20  # changed partitions that a run's tag names
NOTHING = dg.MultiPartitionKey({"fiscal_year": UNFILED, "place": UNFILED})  # to rebuild where no report is to be read


def changed(catalogue: Catalogue, folders: Folders) -> list[dg.MultiPartitionKey]:
    """The partitions with a report that has not landed as it is now."""
    waiting = [entry for entry in catalogue.entries if find_landed(folders.landing, entry) is None]
    return sorted({partition_of(entry) for entry in waiting}, key=str)


def request(keys: list[dg.MultiPartitionKey], known_places: list[str], run_key: str | None = None) -> dg.RunRequest:
    """One run for all changed partitions: the smallest block of years × places that holds them.

    A run a partition would build the warehouse as often as there are partitions; inside the block, unchanged reports
    are not read again.
    """
    years = [key.keys_by_dimension["fiscal_year"] for key in keys]
    where = [key.keys_by_dimension["place"] for key in keys]
    first = {"fiscal_year": min(years, key=YEARS.index), "place": min(where, key=known_places.index)}
    last = {"fiscal_year": max(years, key=YEARS.index), "place": max(where, key=known_places.index)}
    return dg.RunRequest(
        run_key=run_key,
        tags={
            "dagster/asset_partition_range_start": str(dg.MultiPartitionKey(first)),
            "dagster/asset_partition_range_end": str(dg.MultiPartitionKey(last)),
            "juesuan/changed": ", ".join(str(key) for key in keys[:SHOWN]) + (" …" if len(keys) > SHOWN else ""),
        },
    )


@dg.sensor(job=refresh, minimum_interval_seconds=60)
def raw_folder(context: dg.SensorEvaluationContext, folders: Folders) -> dg.SensorResult | dg.SkipReason:
    """Looks at the raw folder each minute; requests `refresh` where files are new, changed or gone."""
    if is_being_filled(Path(folders.raw)):
        return dg.SkipReason("reports are being fetched; they are built when all of them are there")
    catalogue = folders.catalogue()
    state = state_of(catalogue)
    if state == context.cursor:
        return dg.SkipReason(f"{len(catalogue.entries)} files in {folders.raw}, none changed since the last request")
    known = list(context.instance.get_dynamic_partitions("place"))
    new = [place for place in places_of(catalogue) if place not in known]
    return dg.SensorResult(
        run_requests=[request(changed(catalogue, folders) or [NOTHING], known + new, run_key=state)],
        dynamic_partitions_requests=[places.build_add_request(new)] if new else [],
        cursor=state,
    )


def state_of(catalogue: Catalogue) -> str:
    """A short digest of every file's path, bytes and sidecar."""
    said = [(e.file_path, e.sha256, e.sidecar_digest, e.other_paths) for e in catalogue.entries]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


@dg.schedule(job=refresh, cron_schedule="0 2 * * *", execution_timezone="Asia/Shanghai")
def nightly(context: dg.ScheduleEvaluationContext, folders: Folders) -> dg.RunRequest | dg.SkipReason:
    """At two in the morning, a net under the sensor. Stopped until somebody starts it."""
    catalogue = folders.catalogue()
    new = [place for place in places_of(catalogue) if place not in context.instance.get_dynamic_partitions("place")]
    context.instance.add_dynamic_partitions("place", new)
    known = list(context.instance.get_dynamic_partitions("place"))
    return request(changed(catalogue, folders) or [NOTHING], known)
