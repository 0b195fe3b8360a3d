"""Fetching: what the publishers have new comes into the archive; a check a place tells what is overdue.

The sensor `raw_folder` then asks for a build of the partitions that were touched, and no others.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from pipelines.assets.build import Folders
from pipelines.disclosure import Disclosure, disclosure
from pipelines.sources.errors import SourceError
from pipelines.sources.refresh import Refreshed, due_sources, today
from pipelines.sources.refresh import refresh as look_at
from pipelines.sources.registry import SOURCES, Registry, load_registry
from pipelines.told import Told, listen

PUBLISHED = dg.AssetKey("warehouse")


class Publishers(dg.ConfigurableResource):
    """The registry of publishers."""

    registry: str = str(SOURCES)

    def load(self) -> Registry:
        return load_registry(Path(self.registry))

    def told(self, folders: Folders) -> Told:
        """What a build is told beside the reports: what is due and was looked for, and reviewers' marks."""
        return listen(folders.archive, registry=Path(self.registry))


class FetchConfig(dg.Config):
    """Which sources to look at, by id; none: all that are enabled. `full`: every article again, also old ones."""

    sources: list[str] = Field(default_factory=list)
    full: bool = False


@dg.asset(group_name="archive", kinds={"file"}, pool="archive")
def fetched_reports(
    context: dg.AssetExecutionContext, config: FetchConfig, folders: Folders, publishers: Publishers
) -> dg.MaterializeResult:
    """Looks at the publishers and adds new reports, and new versions of known ones, to `data/raw`."""
    registry = publishers.load()
    chosen = [registry.get(name) for name in config.sources] or list(registry.enabled)
    done = look_at(chosen, folders.archive, full=config.full, on_source=lambda s: context.log.info(f"{s.id} …"))
    for result in done.results:
        for trouble in result.troubles:
            context.log.warning(f"{result.source.id}: {trouble.message}")
    return dg.MaterializeResult(metadata=_metadata(done))


def _metadata(done: Refreshed) -> dict[str, Any]:
    problems = {f.found.url: f.message for f in done.fetched if f.message}
    return {
        **done.counts,
        "sources": len(done.results),
        "looked at in full": sum(result.complete for result in done.results),
        "new files": dg.MetadataValue.json(done.new_paths),
        "partitions": dg.MetadataValue.json([f"{year}|{place}" for place, year in done.touched]),
        "not archived as reports": dg.MetadataValue.json(problems),
    }


fetch = dg.define_asset_job(
    "fetch",
    selection=dg.AssetSelection.assets(fetched_reports),
    executor_def=dg.in_process_executor,
    description="Asks the publishers for new reports.",
)


@dg.schedule(job=fetch, cron_schedule="0 1 * * *", execution_timezone="Asia/Shanghai")
def publishers_daily(folders: Folders, publishers: Publishers) -> dg.RunRequest | dg.SkipReason:
    """At one in the morning: the sources due today, which is daily in their season and weekly otherwise.

    The usual season is February and March (budgets) and August to October (final accounts); `season` in sources.yml.
    """
    due = [source.id for source in due_sources(publishers.load(), folders.archive, today())]
    if not due:
        return dg.SkipReason("no enabled source is due today")
    return dg.RunRequest(
        run_config=dg.RunConfig(ops={"fetched_reports": FetchConfig(sources=due)}),
        tags={"juesuan/sources": ", ".join(due)},
    )


def disclosure_checks(registry: Registry | None = None) -> list[dg.AssetChecksDefinition]:
    """One check for each place with an enabled source: are its reports there that were due?"""
    try:
        registry = registry or load_registry()
    except SourceError:  # told by `fetched_reports`; a typing error in a list of addresses must not close the factory
        return []
    codes = sorted({source.division_code for source in registry.enabled})
    if not codes:
        return []
    specs = [dg.AssetCheckSpec(f"disclosed_in_time_{code}", asset=PUBLISHED) for code in codes]

    @dg.multi_asset_check(specs=specs, name="disclosed_in_time")
    def disclosed_in_time(folders: Folders) -> Iterator[dg.AssetCheckResult]:
        """2025 final accounts were due by 31 October and are not there: that is said here, place by place.

        What is said is in the mart `disclosure_timeliness` of the warehouse that was just published.
        """
        rows = disclosure(folders.warehouse_file)
        for code in codes:
            yield _check(code, [row for row in rows if row.division_code == code])

    return [disclosed_in_time]


def _check(code: str, rows: list[Disclosure]) -> dg.AssetCheckResult:
    missing = [row for row in rows if row.state == "missing"]
    return dg.AssetCheckResult(
        asset_key=PUBLISHED,
        check_name=f"disclosed_in_time_{code}",
        passed=not missing,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(row.message_en for row in missing or rows),
        metadata={f"{row.agency_name or row.place_name} {row.fiscal_year} {row.kind}": row.message_zh for row in rows},
    )
