"""Fetching one found report into the archive: conditional, resumed after a cut, judged by what arrived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from pipelines.sources.archive import Archive, Provenance
from pipelines.sources.client import Client, limited
from pipelines.sources.discover import Found
from pipelines.sources.errors import Busy, Reason, Refused, Unavailable
from pipelines.sources.kinds import ending_of
from pipelines.sources.names import name_in
from pipelines.sources.pages import read_page
from pipelines.sources.registry import Source

PAGES = (".html", ".htm", ".shtml")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of a found report. `reason` and `message` where it did not become a report of the archive."""

    found: Found
    status: Literal["new", "version", "same", "unchanged", "set_aside", "refused", "failed"]
    path: str | None = None  # in the archive
    reason: Reason | None = None
    message: str | None = None


def fetch(found: Found, archive: Archive, client: Client) -> Fetched:
    """Fetch `found` and archive it. Refusals and failures are told in the result, not raised; OSError is."""
    try:
        part = archive.part(found.url)
        if found.page is not None:
            part.write_bytes(found.page.content)
            headers: Mapping[str, str] | None = found.page.headers
        else:
            asked = _conditions(found.url, archive)
            headers = client.retrying(lambda: _download(found.url, part, asked, client))
        if headers is None:
            return Fetched(found, "unchanged", archive.index.urls[found.url]["path"])
        return _take(found, part, headers, archive, client.source)
    except Refused as error:
        _remember_refusal(found, error, archive)
        return Fetched(found, "refused", reason=error.reason, message=str(error))
    except Unavailable as error:
        return Fetched(found, "failed", message=str(error))


def _conditions(url: str, archive: Archive) -> dict[str, str]:
    """If-None-Match and If-Modified-Since as the last answer allows, provided that its file is still there."""
    known = archive.index.urls.get(url)
    if known is None or not archive.folder.exists(known["path"]):
        return {}
    http = known.get("http", {})
    pairs = (("If-None-Match", http.get("etag")), ("If-Modified-Since", http.get("last-modified")))
    return {name: value for name, value in pairs if value}


def _download(url: str, part: Path, conditions: Mapping[str, str], client: Client) -> Mapping[str, str] | None:
    """One try: the answer's headers once `part` is whole, None when nothing changed. What came so far is kept."""
    have, validator = _resumable(part)
    headers = {"Range": f"bytes={have}-", "If-Range": validator} if have and validator else dict(conditions)
    limit = int(client.source.max_file_mb * 2**20)
    with client.answers(url, headers) as response:
        if response.status_code == 304:
            return None
        going_on = have > 0 and response.status_code == 206 and _range_start(response) == have
        if response.status_code in (206, 416) and not going_on:
            _drop(part)
            raise Busy(f"{url[:200]}: the rest of the file could not be had; from the beginning again")
        if not going_on:
            have = 0
            _begin(part, response)
        with part.open("ab") as file:
            for piece in limited(response, limit - have, client.source.max_file_minutes * 60):
                file.write(piece)
        said = dict(response.headers)
    _notes(part).unlink(missing_ok=True)
    return said


def _notes(part: Path) -> Path:
    return part.with_suffix(".json")


def _begin(part: Path, response: httpx.Response) -> None:
    """A new, empty part; beside it the mark by which the server knows the file, so that a cut download can go on."""
    part.unlink(missing_ok=True)
    part.touch()
    etag, changed = response.headers.get("etag", ""), response.headers.get("last-modified")
    validator = etag if etag and not etag.startswith("W/") else changed
    if validator and response.headers.get("content-encoding", "identity") == "identity":
        _notes(part).write_text(json.dumps({"validator": validator}), "utf-8")
    else:
        _notes(part).unlink(missing_ok=True)


def _resumable(part: Path) -> tuple[int, str | None]:
    try:
        return part.stat().st_size, str(json.loads(_notes(part).read_text("utf-8"))["validator"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, None


def _range_start(response: httpx.Response) -> int | None:
    said = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return int(said) if said.isdigit() else None


def _drop(part: Path) -> None:
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)


def _take(found: Found, part: Path, headers: Mapping[str, str], archive: Archive, source: Source) -> Fetched:
    """Judge what arrived: a report goes into the archive, anything else aside."""
    origin = _origin(found, headers, source)
    if part.stat().st_size == 0:
        _drop(part)
        raise Refused("empty", f"{found.url[:200]}: the publisher sent an empty file")
    ending = ending_of(part, found.title if found.is_page else name_in(found.url) or found.title)
    if problem := _problem(found, part, ending, headers, source):
        kept = archive.set_aside(part, origin, ending or ".bin", "wrong_kind", problem)
        return Fetched(found, "set_aside", kept.path, "wrong_kind", problem)
    assert ending is not None
    kept = archive.keep(part, ending, origin)
    return Fetched(found, kept.status, kept.path)


def _problem(found: Found, part: Path, ending: str | None, headers: Mapping[str, str], source: Source) -> str | None:
    """Why what arrived is no report, or None. A page that stands where a document was promised may hold the table."""
    if ending is None:
        return f"{found.url[:200]}: of no kind that a report has (PDF, Word, Excel, web page, archive)"
    if ending != ".html" or found.is_page:
        return None
    page = read_page(part.read_bytes(), found.url, content_type=headers.get("content-type", ""), charset=source.charset)
    if page.carries_report:
        return None
    return f"{found.url[:200]}: a web page ({page.title[:60] or 'without title'}) came instead of the file"


def _origin(found: Found, headers: Mapping[str, str], source: Source) -> Provenance:
    return Provenance(
        source.id,
        source.folder,
        found.url,
        found.page_url,
        found.title,
        found.page_title,
        found.published_on,
        found.fiscal_year,
        found.kind,
        headers,
        found.digest,
    )


def _remember_refusal(found: Found, error: Refused, archive: Archive) -> None:
    """Once for each reason: a refusal that repeats itself every day is no news."""
    old = archive.index.refused.get(found.url)
    if old is None or old["reason"] != error.reason:
        archive.index.record(
            "refused",
            source=found.source,
            url=found.url,
            page_url=found.page_url,
            title=found.title,
            reason=error.reason,
            message=str(error),
        )
