"""The main job in steps: scan → land → load and transform → check → publish. The command line and Dagster call these.

Each step is a plain function; `build` runs them under the build lock. Until `publish` nothing that people have open is
touched, and a build that fails leaves no half-built file behind.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from pipelines import making
from pipelines.landing import catalogue as catalogues
from pipelines.landing.catalogue import Catalogue, Entry, Refused
from pipelines.landing.exchange import MANIFEST, shared_file
from pipelines.landing.pool import MEMORY_MB, TIMEOUT_S, LandingError, LandingRun, land_all
from pipelines.landing.store import Landed, Verified, find_all, sweep
from pipelines.making import Making, build_fact, digest_of, transform_digest
from pipelines.paths import EXPECTATIONS, RAW, REVIEWS, WAREHOUSE
from pipelines.sources.registry import SOURCES
from pipelines.storage import StorageError, Where
from pipelines.told import Told, listen
from pipelines.warehouse.checksums import read_checksums
from pipelines.warehouse.publish import KEEP, WarehouseError, build_lock, half_built, publish
from pipelines.warehouse.transform import Dbt, starting_dbt

if TYPE_CHECKING:
    from pipelines.quality.results import SuiteResults

# DuckDB names a database by its file, and a name that is a schema's as well makes `landing.figures` ambiguous.
NOT_NAMES = (
    "main",
    "landing",
    "staging",
    "intermediate",
    "reference",
    "rules",
    "quality",
    "published",
    "temp",
    "system",
)


class BuildError(WarehouseError):
    """The build cannot go on; the message is one line that says what to do. The published warehouse is as it was."""


class Reporter(Protocol):
    """Who wants to know how a build goes on."""

    def stage(self, name: str) -> None: ...

    def report_done(self, done: int, total: int, file_path: str, was_read: bool) -> None: ...

    def note(self, text: str) -> None: ...


class Silent:
    """A reporter that says nothing."""

    def stage(self, name: str) -> None:
        return None

    def report_done(self, done: int, total: int, file_path: str, was_read: bool) -> None:
        return None

    def note(self, text: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """How a build ended. Counts are those of the published warehouse."""

    warehouse: Path
    up_to_date: bool  # nothing had changed: no report was read and nothing was rebuilt
    read: int  # reports read in this build
    kept: int  # reports whose landed folder was still good
    reports: dict[str, int] = field(default_factory=dict)  # by status
    figures: int = 0
    rejects: int = 0
    findings: dict[str, int] = field(default_factory=dict)  # by severity, those that do not hold
    troubles: tuple[tuple[str, str, str], ...] = ()  # (file, status or 'refused', reason)
    docs: Path | None = None
    seconds: float = 0.0
    checksums: dict[str, tuple[int, str]] = field(default_factory=dict)  # 'main.spending' → rows, 24 hex digits

    @property
    def flawless(self) -> bool:
        """Every file was read in full (what --strict asks)."""
        return not self.troubles


def landing_beside(warehouse: Path) -> Path:
    """Where reports land unless told otherwise: juesuan.duckdb → juesuan.landing, in the same folder."""
    return warehouse.with_name(f"{warehouse.stem}.landing")


def docs_beside(warehouse: Path) -> Path:
    """Where the Data Docs go: with the suites for the usual warehouse, beside any other."""
    usual = warehouse.resolve() == WAREHOUSE.resolve()
    return EXPECTATIONS / "uncommitted" / "data_docs" if usual else warehouse.with_name(f"{warehouse.stem}.data_docs")


def scan(raw: Where, *, landing: Where | None = None, rehash: bool = False) -> Catalogue:
    """The catalogue of `raw`. Raises BuildError when there is no such folder, or a store cannot be used."""
    try:
        if landing is None:
            return catalogues.scan(raw)
        with shared_file(landing, "hashes.json") as memory:
            if rehash:
                memory.unlink(missing_ok=True)
            return catalogues.scan(raw, memory=memory)
    except (catalogues.RawFolderError, StorageError) as error:
        raise BuildError(str(error)) from error


def land(
    catalogue: Catalogue,
    landing: Where,
    *,
    workers: int = 0,
    force: bool = False,
    only: Callable[[Entry], bool] | None = None,
    timeout_s: int = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
    reporter: Reporter | None = None,
) -> LandingRun:
    """Read what is new or changed. With `only`, other reports are taken as they have landed, or left out if not yet."""
    entries = [entry for entry in catalogue.entries if only is None or only(entry)]
    done = 0

    def on_progress(entry: Entry, was_read: bool) -> None:
        nonlocal done
        done += 1
        if reporter:
            reporter.report_done(done, len(entries), entry.file_path, was_read)

    run = land_all(
        entries,
        landing,
        workers=workers,
        force=force,
        timeout_s=timeout_s,
        memory_mb=memory_mb,
        on_progress=on_progress,
    )
    if only is None:
        return run
    landed = as_landed(catalogue, landing)
    return LandingRun(landed, run.read, len(landed) - run.read)


def as_landed(catalogue: Catalogue, landing: Where, *, fetch: bool = True) -> tuple[Landed, ...]:
    """The reports of the catalogue that have landed, in its order. Nothing is read; one not landed is left out.

    Without `fetch` only what their manifests say is to be had, where landing is a URL. Raises BuildError when that
    cannot be used.
    """
    verified = Verified.load(landing)
    try:
        found = find_all(landing, catalogue.entries, verified, fetch=fetch)
    except StorageError as error:
        raise BuildError(str(error)) from error
    with contextlib.suppress(OSError):  # only what is remembered for the next time
        verified.save()
    return tuple(found[entry.report_id] for entry in catalogue.entries if entry.report_id in found)


def begin(
    building: Path,
    landed: Sequence[Landed],
    *,
    refused: Sequence[Refused] = (),
    told: Told | None = None,
    digest: str = "",
    published: Path | None = None,
    afresh: bool = False,
) -> Making:
    """Fill `building` with what dbt starts from. Raises BuildError when the landed batch cannot be taken."""
    from pipelines.quality.gate import GateError

    try:
        return making.begin(
            building, landed, refused=refused, told=told, digest=digest, published=published, afresh=afresh
        )
    except GateError as error:
        raise BuildError(f"the landed batch cannot be taken: {error}") from error


def finish(begun: Making, dbt: Dbt, say: Callable[[str], None] = lambda text: None) -> None:
    """Let dbt make everything in the file that `begin` has begun. Raises BuildError, WarehouseError."""
    from pipelines.quality.gate import GateError

    try:
        begun.finish(dbt, say)
    except GateError as error:
        raise BuildError(f"the landed batch cannot be taken: {error}") from error


def judge(building: Path, *, docs: Path | None = None, history: Path | None = None) -> SuiteResults:
    """What the suites say of the built file. `history` is the published file: its earlier results are carried over.

    Raises BuildError for a copy without a single figure, which does not take the place of one that has some.
    """
    from pipelines.quality.run import run_suites

    if history and _count_figures(building) == 0 and _count_figures(history):
        raise BuildError("not published, no figure came from any report; see the reasons with `juesuan inspect FILE`")
    return run_suites(building, docs=docs, history=history if history and history.is_file() else None)


def check(building: Path, *, docs: Path | None = None, history: Path | None = None) -> SuiteResults:
    """`judge`, and raise BuildError when what the file holds must not be published."""
    results = judge(building, docs=docs, history=history)
    if failures := results.blocking_failures:
        said = "; ".join(f"{f.suite}.{f.expectation}: {f.error or f.observed or f.reason}"[:200] for f in failures[:3])
        raise BuildError(f"not published, {len(failures)} structural checks failed: {said}")
    return results


def build(
    raw: Where = RAW,
    warehouse: Path = WAREHOUSE,
    *,
    landing: Where | None = None,
    workers: int = 0,
    force: bool = False,
    only: Callable[[Entry], bool] | None = None,
    timeout_s: int = TIMEOUT_S,
    memory_mb: int = MEMORY_MB,
    keep: int = KEEP,
    registry: Path = SOURCES,
    reviews: Path = REVIEWS,
    as_of: date | None = None,
    reporter: Reporter | None = None,
) -> BuildSummary:
    """Build `warehouse` from the reports in `raw`, and publish it. Bad reports never stop it: see `troubles`.

    `as_of` is the day for which it says what is overdue: the last due day that has passed, when not given.
    Raises BuildError in one line when nothing can be published (no raw folder, disk full, a broken model, …).
    """
    say, started = reporter or Silent(), time.monotonic()
    landing = landing or landing_beside(warehouse)
    if warehouse.name.split(".")[0].lower() in NOT_NAMES:
        raise BuildError(f"{warehouse}: a schema in it has this name; call the file otherwise, say juesuan.duckdb")
    try:
        with build_lock(warehouse, on_wait=lambda who: say.note(f"waiting: {warehouse} is being built by {who}")):
            sweep(landing)
            say.stage("scan")
            catalogue = scan(raw, landing=landing, rehash=force)
            if not catalogue.entries:
                raise BuildError(f"there is no report in {raw}; put PDF, Word, Excel, web or text files there")
            say.stage("land")
            run = land(
                catalogue,
                landing,
                workers=workers,
                force=force,
                only=only,
                timeout_s=timeout_s,
                memory_mb=memory_mb,
                reporter=reporter,
            )
            told = listen(raw, registry=registry, reviews=reviews, as_of=as_of)
            for trouble in told.troubles:
                say.note(trouble)
            digest = inputs_digest(run.landed, catalogue.refused, told)
            current = not force and published_digest(warehouse) == digest
            docs = docs_beside(warehouse)
            if not current:
                _make_and_publish(warehouse, run, catalogue, told, digest, docs, keep, say, force)
            return _summary(warehouse, run, current, docs, time.monotonic() - started)
    except (WarehouseError, LandingError, StorageError, OSError, duckdb.Error) as error:
        raise BuildError(" ".join(str(error).split())) from error
    except ValueError as error:  # RuleError, SuiteError: a file of expectations/ cannot be read
        if type(error).__module__.startswith("pipelines.quality"):
            raise BuildError(" ".join(str(error).split())) from error
        raise


def _make_and_publish(
    warehouse: Path,
    run: LandingRun,
    catalogue: Catalogue,
    told: Told,
    digest: str,
    docs: Path,
    keep: int,
    say: Reporter,
    forced: bool,
) -> None:
    with half_built(warehouse) as building:
        say.stage("transform")
        with starting_dbt(building) as dbt:  # it imports and parses while the file is filled
            begun = begin(
                building,
                run.landed,
                refused=catalogue.refused,
                told=told,
                digest=digest,
                published=None if forced else warehouse,
            )
            finish(begun, dbt, say.note)
        say.stage("check")
        check(building, docs=docs, history=warehouse)
        say.stage("publish")
        publish(building, warehouse, keep=keep)


def inputs_digest(landed: Sequence[Landed], refused: Sequence[Refused] = (), told: Told | None = None) -> str:
    """Over everything that decides the warehouse: the landed folders, what is told beside them, the dbt project, the
    rules and the suites."""
    manifests = [[item.folder.name, digest_of(item.folder / MANIFEST)] for item in landed]
    said = [manifests, [[r.file_path, r.reason] for r in refused], (told or Told()).digest, transform_digest()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def published_digest(warehouse: Path) -> str | None:
    """What the published file was made of, or None when there is none or it cannot be asked."""
    return build_fact(warehouse, "inputs_digest")


def _count_figures(warehouse: Path) -> int | None:
    """Figures in a warehouse file, None when there is no such file or it cannot be asked."""
    if not warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            row = connection.execute("select count(*) from landing.figures").fetchone()
    except duckdb.Error:
        return None
    return int(row[0]) if row else None


def _summary(warehouse: Path, run: LandingRun, current: bool, docs: Path, seconds: float) -> BuildSummary:
    """Counted in the published file itself, so that a report which the gate set aside is told as such."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        return BuildSummary(
            warehouse,
            up_to_date=current,
            read=run.read,
            kept=run.kept,
            reports=dict(ask("select status, count(*) from landing.reports group by all order by all")),
            figures=ask("select count(*) from landing.figures")[0][0],
            rejects=ask("select count(*) from landing.rejects")[0][0],
            findings=dict(ask(_FINDINGS)),
            troubles=tuple(ask(_TROUBLES)),
            docs=index if (index := docs / "index.html").is_file() else None,
            seconds=seconds,
            checksums=read_checksums(warehouse),
        )


_FINDINGS = "select severity, count(*) from findings where outcome = 'inconsistent' group by all order by all"
_TROUBLES = """
select file_path, status, coalesce(status_reason, '') from landing.reports where status <> 'read'
union all select file_path, role, reason from landing.files where role = 'refused' order by all
"""
