"""Workbooks (.xlsx and .xls by calamine) → `Document`: one page a sheet, several forms on a sheet apart.

Numbers are written as their cells show them (`excel_formats.py`). Hidden sheets are not read.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from pipelines.documents.excel_formats import (
    SheetFormats,
    formats_of_workbook,
    formats_of_xls,
    is_scaled,
    plain_number,
    show_number,
)
from pipelines.documents.excel_sheet import Sheet, blocks_of_sheet
from pipelines.documents.model import Document, Page
from pipelines.documents.zip_members import UnsafePackage, check_package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# calamine unpacks a sheet as a full rectangle up to its last cell
MAX_AREA = 20_000_000
MAX_FILE = 200 << 20


def read_excel(path: Path, file_name: str, sha256: str) -> Document:
    """One workbook as a document with a page for each visible sheet (`label` is its name).

    `source_line` is the row number as Excel counts. Never raises for bad content: `not_read` with a reason for
    damaged, locked, oversized and empty workbooks; `partly_read` when a sheet could not be read.
    """

    def refused(reason: str) -> Document:
        return Document(file_name, sha256, "excel", status="not_read", status_reason=reason)

    try:
        if path.stat().st_size > MAX_FILE:
            return refused(f"a workbook of more than {MAX_FILE >> 20} MB is not read: look at what it holds")
        formats = _formats(path)
        reading = _Reading(formats or {})
        if formats is None:
            reading.warnings.append("the number formats could not be read: 0.5 may stand for a printed 50%")
        pages = tuple(reading.pages(path))
    except UnsafePackage as error:
        return refused(str(error))
    except calamine.PasswordError:
        return refused("the file is protected by a password: ask the publisher for an open one")
    except calamine.CalamineError as error:
        return refused(f"the workbook is damaged or of an unknown kind ({error}): fetch the report again")
    except OSError as error:
        return refused(f"the file could not be opened ({error.strerror or error}): check that it is there")
    if not any(page.blocks for page in pages):
        return refused("; ".join(reading.failed) or "the workbook holds no text: fetch the report again")
    return Document(
        file_name,
        sha256,
        "excel",
        pages=pages,
        n_pages=reading.n_sheets,
        status="partly_read" if reading.failed else "read",
        status_reason="; ".join(reading.failed) or None,
        warnings=tuple(reading.warnings),
    )


def _formats(path: Path) -> dict[str, SheetFormats] | None:
    """What a workbook says about its cells, after a look at whether it may be opened; None if that cannot be had."""
    with path.open("rb") as file:
        head = file.read(8)
        locked = head == OLE and ENCRYPTED in file.read(64 << 20)
    if locked:
        raise UnsafePackage("the file is protected by a password: ask the publisher for an open one")
    if head == OLE:
        return formats_of_xls(path)
    if not head.startswith(b"PK"):
        raise UnsafePackage("the file is no workbook (perhaps a web page or a text): look at what it really is")
    check_package(path)
    formats = formats_of_workbook(path)
    for sheet in formats.values():
        if sheet.extent[0] * sheet.extent[1] > MAX_AREA:
            sheet.damage = f"it reaches to row {sheet.extent[0]}, column {sheet.extent[1]}: clear it"
    return formats


class _Reading:
    """One pass over the sheets: what was passed over or failed is known when it ends."""

    def __init__(self, formats: dict[str, SheetFormats]) -> None:
        self.formats = formats
        self.warnings: list[str] = []
        self.failed: list[str] = []
        self.n_sheets = 0

    def pages(self, path: Path) -> Iterator[Page]:
        try:
            workbook = calamine.CalamineWorkbook.from_path(str(path))
            sheets = list(enumerate(workbook.sheets_metadata))
        except BaseException as error:
            raise _as_damage(error) from error
        self.n_sheets = len(sheets)
        for index, metadata in sheets:
            if metadata.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            if metadata.visible != calamine.SheetVisibleEnum.Visible:
                self.warnings.append(f"sheet {metadata.name} is hidden and was not read")
                continue
            damage = self.formats.get(metadata.name, SheetFormats()).damage
            if damage is None:
                try:
                    sheet = self._sheet(workbook.get_sheet_by_index(index), metadata.name)
                except BaseException as error:
                    damage = f"{_as_damage(error)}: look at it by hand"
            if damage is not None:
                self.failed.append(f"sheet {metadata.name} could not be read ({damage})")
                yield Page((), number=index + 1, label=metadata.name, unread=self.failed[-1])
                continue
            yield Page(tuple(blocks_of_sheet(sheet)), number=index + 1, label=metadata.name)

    def _sheet(self, source: calamine.CalamineSheet, name: str) -> Sheet:
        known = self.formats.get(name, SheetFormats())
        if known.hidden_rows:
            self.warnings.append(f"sheet {name}: {known.hidden_rows} hidden rows were read like the others")
        if any(is_scaled(code) for code in known.formats.values()):
            self.warnings.append(f"sheet {name}: some numbers are shown divided by thousands; their values were read")
        values = source.to_python(skip_empty_area=False)
        texts = [[_text(v, known.formats.get((r, c))) for c, v in enumerate(row)] for r, row in enumerate(values)]
        for (r, c), error in known.errors.items():
            if r < len(texts) and c < len(texts[r]):
                texts[r][c] = error
        merged = source.merged_cell_ranges
        return Sheet(texts, {} if merged is None else dict(merged), spans_known=merged is not None)


def _as_damage(error: BaseException) -> BaseException:
    """A panic of the Rust library is damage like any other error of it; the rest (Ctrl-C) is passed on."""
    if isinstance(error, Exception):
        return error
    if type(error).__name__ == "PanicException":
        return calamine.CalamineError("the reader gave up")
    raise error


def _text(value: Any, code: str | None) -> str:
    """A cell's value as it is shown."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return show_number(value, code) if code else plain_number(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
