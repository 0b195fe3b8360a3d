"""One refresh: look at sources, fetch what is new, say what changed. The build that follows is not this room's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from pipelines.sources.archive import Archive, open_archive
from pipelines.sources.client import Client
from pipelines.sources.discover import GIVE_UP_AFTER, Discovery, Trouble, discover, known_from
from pipelines.sources.fetch import Fetched, fetch
from pipelines.sources.index import Index
from pipelines.sources.politeness import Pacer
from pipelines.sources.registry import Registry, Source
from pipelines.storage import Where

ZONE = ZoneInfo("Asia/Shanghai")
OUT_OF_SEASON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SourceResult:
    """How one source was looked at."""

    source: Source
    fetched: tuple[Fetched, ...]
    troubles: tuple[Trouble, ...]
    pages_read: int

    @property
    def complete(self) -> bool:
        """Nothing failed that the next refresh could still have."""
        temporary = any(trouble.temporary for trouble in self.troubles)
        return not temporary and all(fetched.status != "failed" for fetched in self.fetched)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh brought."""

    results: tuple[SourceResult, ...] = field(default_factory=tuple)

    @property
    def fetched(self) -> list[Fetched]:
        return [fetched for result in self.results for fetched in result.fetched]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(fetched.status for fetched in self.fetched))

    @property
    def new_paths(self) -> list[str]:
        """Files that came into the archive, new reports and new versions."""
        return sorted(f.path for f in self.fetched if f.path and f.status in ("new", "version"))

    @property
    def touched(self) -> list[tuple[str, str]]:
        """(place folder, year folder) with new files: the partitions to build."""
        folders = {PurePosixPath(path).parts[:2] for path in self.new_paths}
        return sorted((parts[0], parts[1]) for parts in folders)


def refresh(
    sources: Sequence[Source],
    raw: Where,
    *,
    full: bool = False,
    pacer: Pacer | None = None,
    on_fetched: Callable[[Fetched], None] | None = None,
    on_source: Callable[[Source], None] | None = None,
) -> Refreshed:
    """Look at `sources` and add what is new to the archive `raw`. Raises SourceError when another refresh runs.

    `full`: look at every article again, also those dealt with long ago.
    """
    pacer = pacer or Pacer()
    results = []
    with open_archive(raw) as archive:
        for source in sources:
            if on_source:
                on_source(source)
            with Client(source, pacer=pacer) as client:
                results.append(_refresh_one(source, archive, client, full, on_fetched))
    return Refreshed(tuple(results))


def _refresh_one(
    source: Source, archive: Archive, client: Client, full: bool, on_fetched: Callable[[Fetched], None] | None
) -> SourceResult:
    discovery = discover(source, client, known_from(archive.index, source, full=full, today=today()))
    fetched: list[Fetched] = []
    for article in discovery.articles:
        if _gives_up(fetched):
            message = f"not fetched: {GIVE_UP_AFTER} files before it failed"
            discovery.troubles.append(Trouble(article.url, message, temporary=True))
            continue
        results = []
        for found in article.found:
            results.append(fetch(found, archive, client))
            if on_fetched:
                on_fetched(results[-1])
        fetched += results
        if all(result.status != "failed" for result in results) and article.url not in archive.index.pages:
            archive.index.record(
                "page",
                source=source.id,
                url=article.url,
                title=article.title,
                files=len(results),
                list=article.is_list or None,
            )
    result = SourceResult(source, tuple(fetched), tuple(discovery.troubles), discovery.pages_read)
    _remember(result, discovery, archive.index)
    return result


def _gives_up(fetched: Sequence[Fetched]) -> bool:
    last = fetched[-GIVE_UP_AFTER:]
    return len(last) == GIVE_UP_AFTER and all(item.status == "failed" for item in last)


def _remember(result: SourceResult, discovery: Discovery, index: Index) -> None:
    for url, walked in discovery.lists.items():
        complete = walked and result.complete
        if index.listed.get(url) != complete:
            index.record("listed", source=result.source.id, url=url, complete=complete)
    counts = Counter(item.status for item in result.fetched)
    index.record(
        "checked",
        source=result.source.id,
        complete=result.complete,
        pages=result.pages_read,
        articles=len(discovery.articles),
        troubles=len(result.troubles),
        **{str(status): count for status, count in counts.items()},
    )


def is_due(source: Source, index: Index, day: date) -> bool:
    """Whether a source is to be looked at on `day`: daily in its season, weekly otherwise, sooner after a failure."""
    last = index.checked.get(source.id)
    if last is None:
        return True
    since = day - datetime.fromisoformat(last).astimezone(ZONE).date()
    return since >= (timedelta(days=1) if day.month in source.season else OUT_OF_SEASON)


def due_sources(registry: Registry, raw: Where, day: date) -> list[Source]:
    """The enabled sources to be looked at on `day`."""
    index = Archive(raw).index
    return [source for source in registry.enabled if is_due(source, index, day)]


def last_looked(raw: Where) -> dict[str, date]:
    """Source id → the day (of the publishers) of its last complete look."""
    checked = Archive(raw).index.checked
    return {source: datetime.fromisoformat(at).astimezone(ZONE).date() for source, at in checked.items()}


def today() -> date:
    """The date where the publishers are."""
    return datetime.now(ZONE).date()
