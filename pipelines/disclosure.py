"""Is everything there that should be? The registry's deadlines against what is published and what was just archived."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePosixPath

from pipelines.sources.archive import Archive
from pipelines.sources.refresh import last_looked, today
from pipelines.sources.registry import Registry
from pipelines.sources.timeliness import Published, Timeliness, timeliness
from pipelines.storage import Where
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import open_readonly

REPORTS = """
select division_code, kind, fiscal_year, published_on, agency_name, coalesce(archive_path, file_path) as file_path
from landing.reports
"""


def disclosure(registry: Registry, raw: Where, warehouse: Path, on: date | None = None) -> list[Timeliness]:
    """One row a source, kind and fiscal year, as of `on` (today). Reports that are not built yet count as well."""
    built = _built(warehouse)
    waiting = [report for path, report in _archived(registry, raw).items() if path not in built]
    reports = [*(report for report in built.values() if report is not None), *waiting]
    return timeliness(registry.sources, registry.deadlines, reports, last_looked(raw), on or today())


def _built(warehouse: Path) -> dict[str, Published | None]:
    """Path → report of the published warehouse, None for one of unknown place or year; empty without a warehouse."""
    try:
        with open_readonly(warehouse) as opened:
            rows = opened.query(REPORTS).to_pylist()
    except WarehouseError:
        return {}
    return {
        row["file_path"]: Published(
            row["division_code"], row["kind"], row["fiscal_year"], row["published_on"], row["agency_name"]
        )
        if row["division_code"] and row["kind"] and row["fiscal_year"]
        else None
        for row in rows
    }


def _archived(registry: Registry, raw: Where) -> dict[str, Published]:
    """Path → fetched report, as far as its title tells: kind and year are guesses until it is read."""
    agencies = {source.id: source.agency for source in registry.sources}
    found = {}
    for path, event in Archive(raw).index.files.items():
        folder, year = (*PurePosixPath(path).parts, "", "")[:2]
        if event["event"] == "archived" and event.get("kind") and year.isdigit():
            day = date.fromisoformat(event["published_on"]) if event.get("published_on") else None
            found[path] = Published(folder[:6], event["kind"], int(year), day, agencies.get(event["source"]))
    return found
