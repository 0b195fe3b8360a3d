"""Reading one report: document → identity → forms → prose → the landing tables. A plain function, no process, no disk.

Never raises for what a file holds: whatever goes wrong is the report's status and reason, and the other reports go on.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.documents.members import local_file
from pipelines.documents.model import Document, Page, Paragraph
from pipelines.figures import Figure, FormRead, Reading, Reject
from pipelines.landing.alone import amounts_alone
from pipelines.landing.catalogue import Entry, there
from pipelines.landing.headings import read_heading
from pipelines.landing.identity import Identity, identify
from pipelines.landing.schema import ALTERATIONS, EVALUATIONS, FIGURES, FORMS, INDICATORS, REJECTS, REPORTS
from pipelines.landing.sidecar import SIDECAR_NAME
from pipelines.landing.store import extractor_version

log = logging.getLogger(__name__)

NO_AMOUNTS = "read, and no amounts were found in it; is it a blank template, or a contents page without its annex?"
NO_UNIT = f"no unit of money is printed, so amounts are not in yuan; write unit: 万元 (or 元) in {SIDECAR_NAME}"
MONEY_UNITS = ("元", "千元", "万元", "百万元", "亿元")


@dataclass(frozen=True, slots=True)
class LandedReport:
    """One report as read, before it is written: for landing, and for `juesuan inspect`."""

    entry: Entry
    document: Document
    identity: Identity
    reading: Reading
    unit: str | None
    status: str
    status_reason: str | None
    reading_reason: str | None  # status_reason without what other files of the same report may hold

    @property
    def tables(self) -> dict[str, pa.Table]:
        return tables_of(self)


def read_report(entry: Entry, *, max_bytes: int | None = None) -> LandedReport:
    """Read the file of `entry` and everything in it. Amounts are decimals; see schema.py for the columns.

    Raises StorageError where the file lies in a store that cannot be used; for nothing that a file holds.
    """
    from pipelines.documents.reader import read_document

    limit = {} if max_bytes is None else {"max_bytes": max_bytes}
    try:
        with local_file(there(entry)) as path:
            document = _at_home(read_document(path, file_name=entry.path.name, **limit), path, entry)
    except OSError as error:
        return not_read(entry, f"The file cannot be opened ({error}): check that it exists and may be read.")
    identity = identify(document, path_parts=entry.path_parts, sidecar=entry.sidecar)
    reading, troubles = Reading(), list[str]()
    if document.status != "not_read":
        reading, troubles = _read_all(document, identity, entry.sidecar.unit)
        reading = _joined([reading, Reading(rejects=(*_unread_pages(document), *amounts_alone(document)))])
    unit = entry.sidecar.unit or _main_unit(reading)
    status, reason, own = _status(document, identity, reading, unit, [*troubles, entry.sidecar_problem])
    return LandedReport(entry, document, identity, reading, unit, status, reason, own)


def _unread_pages(document: Document) -> Iterator[Reject]:
    for page in document.pages:
        if page.unread is not None:
            yield Reject("page", "page_not_readable", page.unread, "", page=page.number)


def _at_home(document: Document, path: Path, entry: Entry) -> Document:
    """What a library says of a member's passing copy, said of the member: the same text in every build."""
    if path == entry.path or document.status_reason is None:
        return document
    return replace(document, status_reason=document.status_reason.replace(str(path), entry.path.name))


def not_read(entry: Entry, reason: str) -> LandedReport:
    """The record of a file that could not be read at all (cut off, crashed): known by its names and sidecar only."""
    document = Document(entry.path.name, entry.sha256, "unknown", status="not_read", status_reason=reason)
    identity = identify(document, path_parts=entry.path_parts, sidecar=entry.sidecar)
    return LandedReport(entry, document, identity, Reading(), entry.sidecar.unit, "not_read", reason, reason)


def warm_up() -> None:
    """Load readers, forms, places and pyarrow's own imports now, so that the first report's time does not bear them."""
    import pipelines.documents.pdf
    import pipelines.documents.reader  # noqa: F401

    blank = Document("warm-up", "", "text", (Page((Paragraph("部门决算"),)),))
    identity = identify(blank)
    reading, _ = _read_all(blank, identity, None)
    tables_of(LandedReport(Entry(Path(), "warm-up", "", 0), blank, identity, reading, None, "read", None, None))


def _read_all(document: Document, identity: Identity, unit: str | None) -> tuple[Reading, list[str]]:
    """Forms, then sentences. A reader that breaks is a reject of the whole file and does not take the other with it."""
    parts, troubles = [], []
    for name in ("forms", "prose"):
        try:
            parts.append(_read_forms(document, identity, unit) if name == "forms" else _read_prose(document, identity))
        except Exception as error:  # one report must never stop the others; the reason goes with the report
            log.exception("%s: reading its %s broke", document.file_name, name)
            detail = f"reading the {name} broke: {type(error).__name__}: {error}"[:500]
            parts.append(Reading(rejects=(Reject("file", "reader_broke", detail, ""),)))
            troubles.append(f"{detail}; please report the file")
    return _joined(parts), troubles


def _read_forms(document: Document, identity: Identity, unit: str | None) -> Reading:
    from pipelines.forms.interpreter import read_forms

    # A budget's forms hold budgets whatever their titles say; everything else the titles decide.
    return read_forms(document, unit=unit, kind="budget" if identity.kind == "budget" else None)


def _read_prose(document: Document, identity: Identity) -> Reading:
    from pipelines.prose.sentences import read_prose

    return read_prose(document, fiscal_year=identity.fiscal_year)


def _joined(parts: Iterable[Reading]) -> Reading:
    parts = list(parts)
    return Reading(
        figures=tuple(f for part in parts for f in part.figures),
        rejects=tuple(r for part in parts for r in part.rejects),
        alterations=tuple(a for part in parts for a in part.alterations),
        forms=tuple(f for part in parts for f in part.forms),
        indicators=tuple(i for part in parts for i in part.indicators),
        evaluations=tuple(e for part in parts for e in part.evaluations),
    )


def _main_unit(reading: Reading) -> str | None:
    """The unit of money most forms are in; of the figures' own units if no form says one."""
    for units in (Counter(f.unit for f in reading.forms), Counter(f.unit for f in reading.figures)):
        money = [(count, unit) for unit, count in units.items() if unit in MONEY_UNITS]
        if money:
            return max(money)[1]
    return None


def _status(
    document: Document, identity: Identity, reading: Reading, unit: str | None, troubles: Iterable[str | None]
) -> tuple[str, str | None, str | None]:
    """read, or partly_read with every reason, or not_read with the reader's; and the reasons that stay whatever other
    files of the same report hold."""
    reasons = [document.status_reason, *troubles]
    if document.status == "not_read":
        said = _sentence(reasons) or "could not be read"
        return "not_read", said, said
    if reading.figures and unit is None and any(f.unit is None and f.amount_yuan is None for f in reading.figures):
        reasons.append(NO_UNIT)
    own = _sentence(reasons)
    every = _sentence([*reasons, *([] if reading.figures else [NO_AMOUNTS]), *identity.missing])
    return ("read" if every is None and document.status == "read" else "partly_read"), every, own


def _sentence(reasons: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason)) or None


def tables_of(report: LandedReport) -> dict[str, pa.Table]:
    """The landing tables of one report, in the columns and order of schema.py."""
    report_id = report.entry.report_id
    reading = report.reading
    return {
        "reports": pa.Table.from_pylist([_report_row(report)], schema=REPORTS),
        "figures": pa.Table.from_pylist(_figure_rows(report_id, reading.figures), schema=FIGURES),
        "rejects": _rows(report_id, reading.rejects, REJECTS),
        "alterations": _rows(report_id, reading.alterations, ALTERATIONS),
        "forms": pa.Table.from_pylist([_form_row(report_id, form) for form in reading.forms], schema=FORMS),
        "indicators": _rows(report_id, reading.indicators, INDICATORS),
        "evaluations": _rows(report_id, reading.evaluations, EVALUATIONS),
    }


def _report_row(report: LandedReport) -> dict[str, Any]:
    entry, identity = report.entry, report.identity
    return {
        "report_id": entry.report_id,
        "division_code": identity.division_code,
        "place_name": identity.place_name,
        "agency_name": identity.agency_name,
        "fiscal_year": identity.fiscal_year,
        "kind": identity.kind,
        "scope": identity.scope,
        "file_name": entry.path_parts[-1],
        "file_path": entry.file_path,
        "archive_path": entry.archive_path,
        "sha256": entry.sha256,
        "file_bytes": entry.file_bytes,
        "format": report.document.format,
        "pages": report.document.n_pages,
        "unit": report.unit,
        "status": report.status,
        "status_reason": report.status_reason,
        "reading_reason": report.reading_reason,
        "published_on": entry.sidecar.published_on,
        "fetched_at": _utc(entry.sidecar.fetched_at),
        "source_url": entry.sidecar.source_url,
        "page_url": entry.sidecar.page_url,
        "identity_source": json.dumps(identity.sources, ensure_ascii=False, sort_keys=True),
        "extractor_version": extractor_version(),
    }


def _utc(moment: datetime | None) -> datetime | None:
    """UTC without a zone, as it is kept; a moment without a zone is taken for UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment


def _form_row(report_id: str, form: FormRead) -> dict[str, Any]:
    heading = read_heading(form.heading)
    return asdict(form) | {
        "report_id": report_id,
        "heading_agency": heading.agency,
        "heading_division": heading.division_code,
        "heading_year": heading.fiscal_year,
    }


def figure_id(report_id: str, figure: Figure, ordinal: int) -> str:
    """16 hex digits over the report's bytes and the figure's place in it; `ordinal` tells apart what shares a place."""
    key = (report_id, figure.form, figure.table_no, figure.row_no, figure.lane, figure.measure, ordinal)
    return sha256(json.dumps(key).encode()).hexdigest()[:16]


def _figure_rows(report_id: str, figures: Iterable[Figure]) -> list[dict[str, Any]]:
    seen: Counter[tuple[object, ...]] = Counter()
    rows = []
    for figure in figures:
        place = (figure.form, figure.table_no, figure.row_no, figure.lane, figure.measure)
        row = asdict(figure) | {"figure_id": figure_id(report_id, figure, seen[place]), "report_id": report_id}
        seen[place] += 1
        rows.append(row)
    return rows


def _rows(report_id: str, records: Iterable[Any], schema: pa.Schema) -> pa.Table:
    rows: list[Mapping[str, Any]] = [asdict(record) | {"report_id": report_id} for record in records]
    return pa.Table.from_pylist(rows, schema=schema)
