"""Making a warehouse file: whole, or the last published one with the bodies made anew of which something has changed.

What a report says depends on that report, on others of its body, and on code lists, rules and models. So a file that
was made with the same lists, rules and models is copied, the reports of every body with something new are taken out,
made in a file of their own (a part), and put in. Without such a file everything is made, in parts of bounded size, so
that memory does not grow with the number of reports. Either way the rows are the same: see `published.checksums`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from pipelines.landing.catalogue import Refused
from pipelines.landing.exchange import MANIFEST
from pipelines.landing.schema import TABLES
from pipelines.landing.store import Landed, extractor_version
from pipelines.paths import EXPECTATIONS, REVIEWS, ROOT
from pipelines.told import Told
from pipelines.warehouse.changes import Filed, filed, groups, links, parts
from pipelines.warehouse.load import load_landing, load_tables, note_folders
from pipelines.warehouse.parts import begin_part, forget_unprinted, judged_by_others, opened, put_in, tagged, take_out
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.transform import DBT_PROJECT, Dbt

if TYPE_CHECKING:
    from pipelines.quality.gate import Quarantined

# What decides the warehouse beside the landed reports.
TRANSFORM_ENDINGS = (".sql", ".yml", ".yaml", ".csv", ".py")
PER_PART = 2_000  # reports in one part: about 2 GB of memory
WORTH_IT = 0.5  # of the reports; with more to make anew, all are
PASSES = 5


@dataclass
class Making:
    """A file that is being made. `finish` makes it; before that `landing` and `rules` hold what dbt starts from."""

    file: Path
    folders: Mapping[str, Path]  # report_id → its landed folder
    digests: Mapping[Path, str]
    told: Told
    published: Path | None
    members: list[list[str]]  # groups of reports, see `changes`
    waiting: list[list[str]]  # parts still to be made
    afresh: bool
    set_aside: list[Quarantined] = field(default_factory=list)
    made: int = 0

    def finish(self, dbt: Dbt, say: Callable[[str], None] = lambda text: None) -> None:
        """Make everything that waits. Raises WarehouseError when a model or a test fails."""
        if self.afresh and not self.waiting:
            dbt.build(self.file)
            return
        if self.afresh:
            dbt.build(self.file, "--exclude", "tag:whole")
        else:
            new = sum(report_id in self.folders for part in self.waiting for report_id in part)
            say(f"{new:,} of {len(self.folders):,} reports are made anew, the others are as published")
        for _ in range(PASSES):
            for number, part in enumerate(self.waiting, 1):
                if len(self.waiting) > 1:
                    say(f"part {number} of {len(self.waiting)}: {len(part):,} reports")
                self._make_part(part, dbt)
            with opened(self.file) as connection:
                again = self._torn(connection) | self._judged_by_others(connection)
                if not again:
                    forget_unprinted(connection)
                    break
                take_out(connection, again, spared=self._spared())
                self.waiting = parts(self._groups_of(again), PER_PART)
        else:
            raise WarehouseError(f"{self.file}: parts still differ after {PASSES} passes; build with --force")
        # tests of both kinds of models are of the whole file
        dbt.build(self.file, "--select", "tag:whole source:*", "--indirect-selection", "buildable")

    def _make_part(self, reports: Sequence[str], dbt: Dbt) -> None:
        with _beside(self.file) as part:
            folders = [self.folders[report_id] for report_id in reports if report_id in self.folders]
            if not folders:
                return
            load_landing(part, folders, TABLES, digests=self.digests, published=self.published)
            told = (*self.told.tables, "files", "build")
            reference = tagged(DBT_PROJECT, "reference")
            begin_part(part, self.file, models=reference, told=told, without=reports)
            self.set_aside += _gate(part, alone=False)
            tests = ("--indirect-selection", "buildable")
            dbt.build(part, "--select", "source:*+", "--exclude", "tag:whole+ tag:reference", *tests)
            put_in(part, self.file, spared={*self._spared(), *told, "folders"})
            self.made += len(folders)

    def _spared(self) -> set[str]:
        """Tables that no part has rows of its own for."""
        return tagged(DBT_PROJECT, "reference") | tagged(DBT_PROJECT, "whole") | {*self.told.tables, "files", "build"}

    def _judged_by_others(self, connection: duckdb.DuckDBPyConnection) -> set[str]:
        """The files whose reports were made while the bodies that they are compared with were not all there."""
        reports = judged_by_others(connection)
        rows = connection.execute(
            """select file_id from intermediate.int_parts where list_contains($1, report_id)
               union select report_id from landing.reports where list_contains($1, report_id)""",
            [reports],
        ).fetchall()
        return {report_id for group in self._groups_of({file_id for (file_id,) in rows}) for report_id in group}

    def _torn(self, connection: duckdb.DuckDBPyConnection) -> set[str]:
        """The files of groups that turn out to be one: made apart, they did not know of each other."""
        known = [(file_id, [str(number)]) for number, group in enumerate(self.members) for file_id in group]
        number_of = {file_id: number for file_id, (number,) in known}
        self.members = groups([*known, *links(connection)])
        return {file_id for group in self.members if len({number_of.get(i) for i in group}) > 1 for file_id in group}

    def _groups_of(self, files: Collection[str]) -> list[list[str]]:
        return [group for group in self.members if any(file_id in files for file_id in group)]


def begin(
    file: Path,
    landed: Sequence[Landed],
    *,
    refused: Sequence[Refused] = (),
    told: Told | None = None,
    digest: str = "",
    published: Path | None = None,
    afresh: bool = False,
) -> Making:
    """Begin the file `file` with what has landed. Raises GateError when the landed batch as a whole cannot be taken.

    `published` is the last file; with `afresh` only what has landed is taken from it, and nothing that was made.
    """
    told = told or Told()
    digests = {item.folder: digest_of(item.folder / MANIFEST) for item in landed}
    making = Making(
        file=file,
        folders={item.folder.name.partition("-")[0]: item.folder for item in landed},
        digests=digests,
        told=told,
        published=published if published and published.is_file() else None,
        members=[],
        waiting=[],
        afresh=True,
    )
    beside = {"files": _files_table(landed, refused), "build": _build_table(digest), **told.tables}
    if not afresh and making.published and _begin_with_published(making, beside):
        return making
    file.unlink(missing_ok=True)
    _begin_afresh(making, beside)
    return making


def _begin_with_published(making: Making, beside: Mapping[str, pa.Table]) -> bool:
    """Copy the published file, and take out what is to be made anew. → False where it is better to begin afresh."""
    assert making.published
    if _made_by(making.published) != transform_digest():
        return False
    shutil.copyfile(making.published, making.file)
    with opened(making.file) as connection:
        changed = _changed_files(connection, making) | _told_otherwise(connection, making.told)
        files = filed(connection)
        if fresh := [making.folders[i] for i in changed if i in making.folders]:
            paths = ", ".join("'" + str(folder / "reports.parquet").replace("'", "''") + "'" for folder in fresh)
            files += filed(connection, f"read_parquet([{paths}])")
        making.members = groups(file.marked for file in files)
        gone = {file_id for group in making._groups_of(changed) for file_id in group}
        # who is an outlier now is told with the number of its like, which is about to change
        years = {file.fiscal_year for file in files if file.report_id in gone and file.fiscal_year}
        outliers = _outliers_of(connection, years)
        gone |= {file_id for group in making._groups_of(outliers) for file_id in group}
        if len(gone) > WORTH_IT * len(making.folders):
            return False
        take_out(connection, gone, spared=making._spared())
        note_folders(connection, {folder.name: making.digests[folder] for folder in making.folders.values()})
        connection.execute("drop table if exists quality.expectation_results")  # told again, with its history
    load_tables(making.file, "landing", beside)
    making.members = [[i for i in group if i in making.folders] for group in making.members]
    making.waiting = parts(making._groups_of(gone), PER_PART)
    making.afresh = False
    return True


def _begin_afresh(making: Making, beside: Mapping[str, pa.Table]) -> None:
    """A new file with what dbt starts from: everything, or the first of several parts."""
    first: Collection[str] = making.folders
    if len(making.folders) > PER_PART:
        with duckdb.connect() as connection:
            found = _filed_in(connection, list(making.folders.values()))
            making.members = groups(file.marked for file in found)
        first, *making.waiting = parts(making.members, PER_PART)
    folders = [making.folders[report_id] for report_id in first]
    load_landing(making.file, folders, TABLES, digests=making.digests, published=making.published)
    with duckdb.connect(str(making.file)) as connection:
        note_folders(connection, {folder.name: making.digests[folder] for folder in making.folders.values()})
    load_tables(making.file, "landing", beside)
    load_tables(making.file, "rules", _rule_tables())
    making.set_aside += _gate(making.file, alone=True)


def _filed_in(connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], at_once: int = 500) -> Iterator[Filed]:
    for start in range(0, len(folders), at_once):
        paths = (str(folder / "reports.parquet").replace("'", "''") for folder in folders[start : start + at_once])
        yield from filed(connection, f"read_parquet([{', '.join(repr(path) for path in paths)}])")


def _gate(file: Path, *, alone: bool) -> tuple[Quarantined, ...]:
    from pipelines.quality.gate import gate_landing

    return gate_landing(file, alone=alone)


def _changed_files(connection: duckdb.DuckDBPyConnection, making: Making) -> set[str]:
    """The reports that are new, gone, or landed anew since the file was published."""
    was = dict(connection.execute("select folder, digest from landing.folders").fetchall())
    now = {folder.name: making.digests[folder] for folder in making.folders.values()}
    return {name.partition("-")[0] for name in was.keys() | now.keys() if was.get(name) != now.get(name)}


def _told_otherwise(connection: duckdb.DuckDBPyConnection, told: Told) -> set[str]:
    """The files with a finding whose mark has changed, or of a year that has another due day."""
    connection.register("marks", told.tables["reviews"])
    connection.register("due", told.tables["due_days"])
    try:
        rows = connection.execute(
            """with marks_now as (
                   select finding_key, arg_max(verdict, position) as verdict from marks group by all
               ),
               marks_then as (
                   select finding_key, arg_max(verdict, position) as verdict from landing.reviews group by all
               ),
               reports as (
                   select report_id from intermediate.int_finding_keys where finding_key in (
                       select finding_key from marks_now full join marks_then using (finding_key)
                       where marks_now.verdict is distinct from marks_then.verdict
                   )
                   union
                   select report_id from intermediate.int_reports join (
                       select kind, fiscal_year from (from due select kind, fiscal_year, due_on) as now
                       full join (from landing.due_days select kind, fiscal_year, due_on) as before
                           using (kind, fiscal_year)
                       where now.due_on is distinct from before.due_on
                   ) using (kind, fiscal_year)
               )
               select report_id from reports
               union select file_id from intermediate.int_parts where report_id in (from reports)"""
        ).fetchall()
    finally:
        connection.unregister("marks")
        connection.unregister("due")
    return {report_id for (report_id,) in rows}


def _outliers_of(connection: duckdb.DuckDBPyConnection, years: Collection[int]) -> set[str]:
    """The files of reports of these fiscal years that are outliers."""
    rows = connection.execute(
        """select file_id from (
               select report_id from intermediate.int_outliers join intermediate.int_reports using (report_id)
               where list_contains(?, fiscal_year)
           ) join (
               select file_id, report_id from intermediate.int_parts
               union select file_id, file_id from intermediate.int_bundles
           ) using (report_id)""",
        [sorted(years)],
    ).fetchall()
    return {file_id for (file_id,) in rows}


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A path beside the file that is being made, of the same stem, as dbt's models name the database by it."""
    part = file.with_name(f"{file.name}-part")
    try:
        part.unlink(missing_ok=True)
        yield part
    finally:
        for leftover in part.parent.glob(f"{part.name}*"):
            leftover.unlink(missing_ok=True)


def _made_by(published: Path) -> str | None:
    """The digest of the models, rules and suites that the published file was made by."""
    return build_fact(published, "transform_digest")


def build_fact(warehouse: Path, name: str) -> str | None:
    """What `landing.build` says of a published file; None when there is none, or it cannot be asked."""
    if not warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            row = connection.execute("select value from landing.build where name = ?", [name]).fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


@cache
def transform_digest() -> str:
    """Over the code and data that make the marts and judge them; reviewers' marks are no part of it, they are told."""
    folders = [DBT_PROJECT, EXPECTATIONS, ROOT / "pipelines" / "warehouse", ROOT / "pipelines" / "quality"]
    skipped = {"target", "logs", "uncommitted", "__pycache__", "dbt_packages"}
    files = sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in TRANSFORM_ENDINGS and path.is_file() and not skipped & set(path.relative_to(folder).parts)
        if path != REVIEWS
    )
    digest = hashlib.sha256()
    for path in [*files, Path(__file__)]:
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{digest_of(path)}\n".encode())
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _build_table(digest: str) -> pa.Table:
    rows = {"inputs_digest": digest, "extractor_version": extractor_version(), "transform_digest": transform_digest()}
    return pa.table({"name": list(rows), "value": list(rows.values())})


def _files_table(landed: Sequence[Landed], refused: Sequence[Refused]) -> pa.Table:
    """Every file of the raw folder: the reports, the zips they came in, further copies, and what was refused."""
    rows: list[tuple[str, str | None, str, str | None]] = []
    for item in landed:
        rows.append((item.entry.file_path, item.entry.report_id, "report", item.status_reason))
        rows += [(path, item.entry.report_id, "copy", None) for path in item.entry.other_paths]
    rows += [(path, None, "archive", None) for path in {i.entry.archive_path for i in landed} if path]
    rows += [(item.file_path, None, "refused", item.reason) for item in refused]
    names = ("file_path", "report_id", "role", "reason")
    schema = pa.schema([(name, pa.string()) for name in names])
    named = [dict(zip(names, row, strict=True)) for row in sorted(rows, key=lambda row: (row[2], row[0]))]
    return pa.Table.from_pylist(named, schema=schema)


def _rule_tables() -> dict[str, pa.Table]:
    from pipelines.quality.rules import load_rules, rule_tables

    rules, rule_terms = rule_tables(load_rules(EXPECTATIONS / "rules"))
    return {"rules": rules, "rule_terms": rule_terms}
