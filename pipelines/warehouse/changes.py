"""What a new file has to make anew, beside the last published one: the reports of which something has changed, and all
others of the same bodies.

Reports are not independent: files of one article are one report, a file that does not say whose it is takes the name
from its neighbours, a new version stands before the old, last year's account is compared with this year's. All of that
is among files that share a bundle or a body. Such files are a group; a group is made as a whole or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import duckdb

# A file's own words and where it lay, as int_bundles and int_reports put files together. What these find beyond it is
# seen when they are made (`links`).
_FILES = """
    select report_id, division_code, agency_name, fiscal_year, archive_path, page_url,
        regexp_replace(file_path, '/[^/]*$', '') as folder
    from {source}
"""
_LINKS = """
    select file_id, 'report ' || logical_report from intermediate.int_bundles
    union all select file_id, 'body ' || agency_id from intermediate.int_reports where agency_id is not null
"""
_A_YEAR = re.compile(r"/(20[0-9]{2}年?度?|unfiled)$")
_SCOPE = re.compile(r"\((本级|机关|本部|汇总|部门|单位|含下属单位)\)|(本级|机关本级)$")
_BLANKS = re.compile(r"[\s\u00a0\u3000\u200b\ufeff\"''“”‘’*#]")


@dataclass(frozen=True, slots=True)
class Filed:
    """What says which files belong together; as landed."""

    report_id: str
    division_code: str | None
    agency_name: str | None
    fiscal_year: int | None
    archive_path: str | None
    page_url: str | None
    folder: str | None

    @property
    def marked(self) -> tuple[str, Iterable[tuple[str, ...]]]:
        """Two files with a mark in common are of one group."""
        return self.report_id, self._marks()

    def _marks(self) -> Iterable[tuple[str, ...]]:
        folder = self.folder or ""
        if self.archive_path or (folder.count("/") > 1 and not _A_YEAR.search(folder)):
            yield "folder", folder
        if self.archive_path:
            yield "zip", self.archive_path
        if self.page_url:
            yield "page", self.page_url
        if self.agency_name:
            plain = _BLANKS.sub("", unicodedata.normalize("NFKC", self.agency_name))
            yield "body", self.division_code or "", _SCOPE.sub("", plain)


def filed(connection: duckdb.DuckDBPyConnection, source: str = "landing.reports") -> list[Filed]:
    """The files of `landing.reports`, or of another relation with its columns."""
    return [Filed(*row) for row in connection.execute(_FILES.format(source=source)).fetchall()]


def links(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    """(file, mark) as the made models have put files together."""
    return [(file_id, [mark]) for file_id, mark in connection.execute(_LINKS).fetchall()]


def groups(files: Iterable[tuple[str, Iterable[Hashable]]]) -> list[list[str]]:
    """Files with their marks → their ids in groups, each in order, the groups by their first id. An id may be given
    twice (as it was and as it is): what either says holds."""
    above: dict[Hashable, Hashable] = {}

    def top(of: Hashable) -> Hashable:
        while (over := above.setdefault(of, of)) != of:
            above[of] = above[over]
            of = over
        return of

    ids = {}
    for file_id, marks in files:
        ids[file_id] = ("file", file_id)
        for mark in marks:
            above[top(("mark", mark))] = top(ids[file_id])
    found: dict[Hashable, list[str]] = {}
    for file_id, node in ids.items():
        found.setdefault(top(node), []).append(file_id)
    return sorted(sorted(group) for group in found.values())


def parts(among: Sequence[Sequence[str]], most: int) -> list[list[str]]:
    """Groups one after the other into parts of at most `most` files (more where one group has more)."""
    made: list[list[str]] = []
    for group in among:
        if made and len(made[-1]) + len(group) <= most:
            made[-1] += group
        else:
            made.append(list(group))
    return made
