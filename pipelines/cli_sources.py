"""`juesuan refresh`, `juesuan sources`, `juesuan verify`: publishers, what they show, the archive it goes into."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_output import Ticker, print_table
from pipelines.paths import RAW, WAREHOUSE
from pipelines.sources.registry import SOURCES
from pipelines.storage import Where, at
from pipelines.warehouse.publish import WarehouseError

if TYPE_CHECKING:
    from pipelines.sources.fetch import Fetched
    from pipelines.sources.refresh import Refreshed

RawOption = Annotated[str, typer.Option(help="The archive: the folder of reports, or its URL (s3://bucket/prefix).")]
LandingOption = Annotated[str | None, typer.Option(help="Where reports land, or its URL [beside the warehouse].")]
SourcesOption = Annotated[Path, typer.Option("--sources", help="The registry of publishers.")]
WarehouseOption = Annotated[Path, typer.Option("--warehouse", "-w", help="The DuckDB file.")]
SAID = {"new": "new", "version": "new version", "set_aside": "set aside", "refused": "refused", "failed": "failed"}

sources_app = typer.Typer(no_args_is_help=True, help="The publishers: list them, try one.")


def add_commands(app: typer.Typer) -> None:
    """Hang `refresh`, `sources` and `verify` on the command line."""
    app.command("refresh")(refresh_command)
    app.command("verify")(verify_command)
    app.add_typer(sources_app, name="sources")


@sources_app.command("list")
def list_command(raw: RawOption = str(RAW), sources: SourcesOption = SOURCES) -> None:
    """Every publisher of the registry, and when it was last looked at in full."""
    from pipelines.sources.archive import Archive
    from pipelines.sources.registry import load_registry

    with _errors():
        registry, looked = load_registry(sources), Archive(at(raw)).index.checked
    print_table(
        ("id", "place", "publisher", "lists", "enabled", "last looked at", "note"),
        [
            (s.id, s.folder, s.agency or s.portal or "", len(s.lists), s.enabled, looked.get(s.id, "never"), s.note)
            for s in registry.sources
        ],
    )


@sources_app.command("check")
def check_command(
    name: Annotated[str, typer.Argument(help="The id of a source, enabled or not.")],
    pages: Annotated[int, typer.Option(min=1, help="Pages of each list to look at.")] = 2,
    raw: RawOption = str(RAW),
    sources: SourcesOption = SOURCES,
) -> None:
    """Try one publisher: what a refresh would fetch. Reads pages and downloads no file; exit 1 if there was trouble."""
    from pipelines.sources.archive import Archive
    from pipelines.sources.client import Client
    from pipelines.sources.discover import discover
    from pipelines.sources.errors import SourceError
    from pipelines.sources.registry import load_registry

    with _errors():
        source = load_registry(sources).get(name)
        if not source.lists:
            raise SourceError(f"{name} has no list pages yet; add them under `lists` in {sources}")
        index = Archive(at(raw)).index
        with Client(source) as client:
            found = discover(source.model_copy(update={"max_list_pages": pages}), client)
    print_table(
        ("would", "kind", "year", "published", "title", "address"),
        [
            (
                "ask if changed" if f.url in index.urls else "archive this page" if f.is_page else "fetch",
                f.kind,
                f.fiscal_year,
                f.published_on,
                f.title,
                f.url,
            )
            for f in found.found
        ],
    )
    troubles = [trouble for trouble in found.troubles if "raise max_list_pages" not in trouble.message]
    print(f"\n{found.pages_read} pages read, {len(found.articles)} articles, {len(found.found)} files; nothing fetched")
    for trouble in troubles:
        print(f"  {trouble.message}", file=sys.stderr)
    if troubles or not found.articles:
        if not found.articles:
            print(f"  no link matched `links`: {source.links}", file=sys.stderr)
        raise typer.Exit(1)


@sources_app.command("due")
def due_command(warehouse: WarehouseOption = WAREHOUSE) -> None:
    """What was due when, and whether it is there: each enabled source, the last three fiscal years and the next.

    As the last build says (the mart disclosure_timeliness, which holds every body that has published before, too).
    """
    from pipelines.disclosure import disclosure

    rows = disclosure(warehouse)
    print_table(
        ("place", "agency", "kind", "year", "due", "state", "days late", "reports", "published"),
        [
            (
                *(r.place_name, r.agency_name, r.kind, str(r.fiscal_year), r.due_on, r.state, r.days_late),
                *(r.n_reports, r.published_on),
            )
            for r in rows
        ],
    )
    if not rows:
        _say(f"{warehouse} knows of no source; enable one in the registry, then `juesuan build`")


def refresh_command(
    names: Annotated[list[str] | None, typer.Argument(help="Only these sources [all that are enabled].")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only those due today: daily in season, else weekly.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Look at every article again, also old ones.")] = False,
    no_build: Annotated[bool, typer.Option("--no-build", help="Fetch only.")] = False,
    raw: RawOption = str(RAW),
    landing: LandingOption = None,
    warehouse: WarehouseOption = WAREHOUSE,
    sources: SourcesOption = SOURCES,
) -> None:
    """Fetch what the publishers have new, then build. Exit 1 when some source could not be looked at in full."""
    from pipelines.sources.refresh import due_sources, refresh, today
    from pipelines.sources.registry import load_registry

    with _errors():
        registry = load_registry(sources)
        chosen = [registry.get(name) for name in names] if names else list(registry.enabled)
        if due:
            on_day = {source.id for source in due_sources(registry, at(raw), today())}
            chosen = [source for source in chosen if source.id in on_day]
        if not chosen:
            _say("no source to look at now; `juesuan sources list` tells why")
        done = refresh(
            chosen, at(raw), full=full, on_source=lambda source: _say(f"{source.id} …"), on_fetched=_print_fetched
        )
    _print_refreshed(done)
    if not no_build:
        _build(raw, warehouse, landing)
    if not all(result.complete for result in done.results):
        raise typer.Exit(1)


def verify_command(
    raw: RawOption = str(RAW),
    warehouse: Annotated[
        Path | None, typer.Option("--warehouse", "-w", help="Also against what this file was built from.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Guard files that were put there by hand, too.")] = False,
    forget: Annotated[str | None, typer.Option(help="Take this path off the record: removed on purpose.")] = None,
    why: Annotated[str, typer.Option(help="The reason, kept with --forget.")] = "removed on purpose",
) -> None:
    """Hash the archive again: is every report there, and as it was? Exit 1 when one is lost or changed."""
    from pipelines.sources import verify

    with _errors():
        archive = at(raw)
        if forget and not verify.forget(archive, forget, why):
            raise WarehouseError(f"{forget} is not on record in {archive}")
        new = verify.record(archive) if record else []
        usual = isinstance(archive, Path) and archive.resolve() == RAW.resolve() and WAREHOUSE.is_file()
        of = warehouse or (WAREHOUSE if usual else None)
        found = verify.verify(archive, catalogue=_catalogue(of) if of else None, hash_of=_hash_of)
    for path in found.lost:
        print(f"lost: {path}")
    for path in found.changed:
        print(f"changed: {path}")
    for line in found.unreadable_lines:
        print(f"index line {line} cannot be read; what it recorded is not known")
    for old, now_at in found.moved:
        print(f"moved: {old} → {now_at}")
    guarded = f", {len(new)} put on record now" if new else ""
    print(f"{found.whole} whole, {len(found.lost)} lost, {len(found.changed)} changed{guarded}")
    if found.unrecorded:
        print(f"{len(found.unrecorded)} files are on no record; `juesuan verify --record` guards them from now on")
    if not found.good:
        raise typer.Exit(1)


def _catalogue(warehouse: Path) -> dict[str, str]:
    """Path → SHA-256 of the reports that a published warehouse was built from."""
    from pipelines.warehouse.query import open_readonly

    with open_readonly(warehouse) as opened:
        rows = opened.query("select file_path, sha256 from landing.reports").to_pylist()
    return {row["file_path"]: row["sha256"] for row in rows}


def _hash_of(raw: Where, path: str) -> str | None:
    """SHA-256 of a file or of a member of a zip; None when it is not there, empty when it cannot be unpacked."""
    from pipelines.documents.members import local_file, split_address
    from pipelines.documents.reader import sha256_of
    from pipelines.landing.catalogue import located
    from pipelines.sources.verify import hash_of_file

    if split_address(path) is None:
        return hash_of_file(raw, path)
    try:
        with local_file(located(raw, path)) as file:
            return sha256_of(file)
    except (FileNotFoundError, IsADirectoryError):
        return None
    except OSError:
        return ""


def _build(raw: str, warehouse: Path, landing: str | None) -> None:
    from pipelines.build import build

    ticker = Ticker()
    try:
        summary = build(at(raw), warehouse, landing=at(landing) if landing else None, reporter=ticker)
    finally:
        ticker.close()
    state = "up to date" if summary.up_to_date else f"built in {summary.seconds:.1f} s, {summary.read} reports read"
    print(f"{summary.warehouse}: {state}")


def _print_fetched(fetched: Fetched) -> None:
    if fetched.status in SAID:
        what = fetched.path if fetched.status in ("new", "version") else fetched.message
        _say(f"  {SAID[fetched.status]}: {what}")


def _print_refreshed(done: Refreshed) -> None:
    for result in done.results:
        for trouble in result.troubles:
            _say(f"  {result.source.id}: {trouble.message}")
    counts = ", ".join(f"{count} {SAID.get(status, status)}" for status, count in sorted(done.counts.items()))
    if done.results:
        print(f"{len(done.results)} source{'s'[: len(done.results) > 1]}: {counts or 'nothing found'}")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


@contextmanager
def _errors() -> Iterator[None]:
    """The sources' errors as the kind that the command line prints in one line."""
    from pipelines.sources.errors import SourceError

    try:
        yield
    except SourceError as error:
        raise WarehouseError(str(error)) from error
