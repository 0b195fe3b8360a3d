"""The jobs that bring new reports into the warehouse, the sensors that start them, and a nightly schedule.

`refresh` is all of it in one process. Where reading spreads out over machines it is two jobs: `land`, on the executor
of the deployment, and then `build`, one writer in one process.
"""

import hashlib
import json

import dagster as dg

from pipelines.assets.build import Folders
from pipelines.assets.deployment import DEPLOYMENT, landing_executor
from pipelines.assets.fetching import Publishers, fetched_reports
from pipelines.assets.partitions import UNFILED, YEARS, partition_of, places, places_of
from pipelines.assets.reports import archive, landed_reports
from pipelines.build import as_landed, inputs_digest, published_digest
from pipelines.landing.catalogue import Catalogue
from pipelines.landing.pool import not_landed
from pipelines.sources.archive import is_being_filled

SHOWN = 20  # changed partitions that a run's tag names
CHANGED, LANDED_BY = "juesuan/changed", "juesuan/landed-by"  # tags of a run
NOTHING = dg.MultiPartitionKey({"fiscal_year": UNFILED, "place": UNFILED})  # to rebuild where no report is to be read

_READING = dg.AssetSelection.assets(archive, landed_reports)
_ALL = dg.AssetSelection.all() - dg.AssetSelection.assets(fetched_reports)

refresh = dg.define_asset_job(
    "refresh",
    selection=_ALL,
    executor_def=dg.in_process_executor,  # the copy being built is held by one process
    description="Reads what is new or changed, builds the warehouse beside the published one, judges it, swaps it in.",
)
land = dg.define_asset_job(
    "land",
    selection=_READING,
    tags={"dagster/retry_strategy": "ALL_STEPS"},  # what has landed is not read again; the rest is cut into new parts
    executor_def=landing_executor(DEPLOYMENT),
    description="Reads what is new or changed, in parts, on as many machines as there are; `build` follows.",
)
build = dg.define_asset_job(
    "build",
    selection=_ALL - _READING,
    executor_def=dg.in_process_executor,
    description="Builds the warehouse from what has landed, judges it, swaps it in: `refresh` without reading.",
)

first_job = land if DEPLOYMENT.spreads else refresh


def changed(catalogue: Catalogue, folders: Folders) -> list[dg.MultiPartitionKey]:
    """The partitions with a report that has not landed as it is now."""
    return sorted({partition_of(entry) for entry in not_landed(catalogue.entries, folders.landing)}, key=str)


def is_current(catalogue: Catalogue, folders: Folders, publishers: Publishers) -> bool:
    """Is the published warehouse made of the files, marks and due days as they are now, by the code as it is now?"""
    landed = as_landed(catalogue, folders.landing)
    digest = inputs_digest(landed, catalogue.refused, publishers.told(folders))
    return len(landed) == len(catalogue.entries) and published_digest(folders.warehouse_file) == digest


def request(keys: list[dg.MultiPartitionKey], known_places: list[str], run_key: str | None = None) -> dg.RunRequest:
    """One run for all changed partitions: the smallest block of years × places that holds them.

    A run a partition would build the warehouse as often as there are partitions; inside the block, unchanged reports
    are not read again.
    """
    years = [key.keys_by_dimension["fiscal_year"] for key in keys]
    where = [key.keys_by_dimension["place"] for key in keys]
    first = {"fiscal_year": min(years, key=YEARS.index), "place": min(where, key=known_places.index)}
    last = {"fiscal_year": max(years, key=YEARS.index), "place": max(where, key=known_places.index)}
    named = [str(key) for key in keys if key != NOTHING or len(keys) > 1]
    return dg.RunRequest(
        run_key=run_key,
        job_name=first_job.name,
        tags={
            "dagster/asset_partition_range_start": str(dg.MultiPartitionKey(first)),
            "dagster/asset_partition_range_end": str(dg.MultiPartitionKey(last)),
            CHANGED: ", ".join(named[:SHOWN]) + (" …" if len(named) > SHOWN else "") or "no report",
        },
    )


@dg.sensor(jobs=[refresh, land], minimum_interval_seconds=60)
def raw_folder(
    context: dg.SensorEvaluationContext, folders: Folders, publishers: Publishers
) -> dg.SensorResult | dg.SkipReason:
    """Looks at the raw folder each minute; starts `refresh`, or `land`, where files are new, changed or gone."""
    if is_being_filled(folders.archive):
        return dg.SkipReason("reports are being fetched; they are built when all of them are there")
    catalogue = folders.catalogue()
    state = state_of(catalogue)
    if state == context.cursor:
        return dg.SkipReason(f"{len(catalogue.entries)} files in {folders.raw}, none changed since the last request")
    if not (keys := changed(catalogue, folders)) and is_current(catalogue, folders, publishers):
        context.update_cursor(state)
        return dg.SkipReason(f"{len(catalogue.entries)} files in {folders.raw}, and the warehouse is made of them")
    known = list(context.instance.get_dynamic_partitions("place"))
    new = [place for place in places_of(catalogue) if place not in known]
    return dg.SensorResult(
        run_requests=[request(keys or [NOTHING], known + new, run_key=state)],
        dynamic_partitions_requests=[places.build_add_request(new)] if new else [],
        cursor=state,
    )


def state_of(catalogue: Catalogue) -> str:
    """A short digest of every file's path, bytes and sidecar."""
    said = [(e.file_path, e.sha256, e.sidecar_digest, e.other_paths) for e in catalogue.entries]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[land],
    request_job=build,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=10,
)
def build_when_landed(context: dg.RunStatusSensorContext) -> dg.RunRequest:
    """After every `land` that succeeded, `build`."""
    run = context.dagster_run
    return dg.RunRequest(run_key=run.run_id, tags={LANDED_BY: run.run_id, CHANGED: run.tags.get(CHANGED, "")})


@dg.schedule(job=first_job, cron_schedule="0 2 * * *", execution_timezone="Asia/Shanghai")
def nightly(
    context: dg.ScheduleEvaluationContext, folders: Folders, publishers: Publishers
) -> dg.RunRequest | dg.SkipReason:
    """At two in the morning, a net under the sensor. Stopped until somebody starts it."""
    catalogue = folders.catalogue()
    if not (keys := changed(catalogue, folders)) and is_current(catalogue, folders, publishers):
        return dg.SkipReason("the warehouse is made of the files as they are")
    new = [place for place in places_of(catalogue) if place not in context.instance.get_dynamic_partitions("place")]
    context.instance.add_dynamic_partitions("place", new)
    known = list(context.instance.get_dynamic_partitions("place"))
    return request(keys or [NOTHING], known)
