"""XLSX: one workbook, first 说明 (what it is, what to mind, the reports), then 字典, then one sheet a mart.

Codes, ids and everything printed are text cells, so that Excel neither drops a digit nor runs a formula. Excel's
numbers have 15 significant digits: a longer decimal is written as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.exports.notes import load_notes
from pipelines.exports.source import Source, Table

NAME = "juesuan.xlsx"
NOTES_SHEET, DICTIONARY_SHEET = "说明", "字典"
SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576; what is more goes on on the next one
LONGEST_TEXT = 32_767
DIGITS = 15
NARROWEST, WIDEST, SAMPLE = 8, 48, 500
MONEY, NUMBER, INTEGER = "#,##0.00", "#,##0.00####", "0"
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the same bytes whenever it is written


def write(source: Source, folder: Path) -> None:
    """`juesuan.xlsx` with every mart."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(folder / NAME), options) as book:
        book.set_properties({"title": "决算 juesuan", "comments": load_notes().about.zh, "created": EPOCH})
        sheets = Sheets(book)
        sheets.notes(source)
        sheets.dictionary(source)
        for table in source.tables:
            sheets.mart(source, table)


class Sheets:
    """The sheets of one workbook and their formats."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.text = book.add_format({"num_format": "@"})
        self.wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.numbers = {name: book.add_format({"num_format": name}) for name in (MONEY, NUMBER, INTEGER)}

    def notes(self, source: Source) -> None:
        """说明: what it is, licence note, what to mind, the tables with their warnings, the reports."""
        sheet, said, facts = self.book.add_worksheet(NOTES_SHEET), load_notes(), source.provenance
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 34)
        sheet.set_column(2, 2, 12)
        sheet.set_column(3, 4, 70)
        row = _rows(sheet, 0, [["决算 juesuan"]], self.title)
        row = _rows(sheet, row, [[said.about.zh], [said.about.en], []], None)
        build = [
            ["版本 version", facts["version"]],
            ["读取程序 extractor", facts["extractor_version"]],
            ["构建 build", facts["inputs_digest"]],
            ["构建时间 built at (UTC)", facts["built_at"]],
            [],
        ]
        row = _rows(sheet, row, build, self.text)
        row = _rows(sheet, row, [["许可 licence"]], self.head)
        row = _rows(sheet, row, [[said.licence.zh], [said.licence.en], []], None)
        row = _rows(sheet, row, [["使用须知 what to mind"]], self.head)
        row = _rows(sheet, row, [*([text] for note in said.general for text in (note.zh, note.en)), []], None)
        row = _rows(sheet, row, [["工作表 sheet", "table", "rows", "注意", "mind"]], self.head)
        for table in source.tables:
            sheet.write_url(row, 0, f"internal:'{sheet_name(table)}'!A1", string=sheet_name(table))
            sheet.write_string(row, 1, table.name)
            sheet.write_number(row, 2, table.rows)
            _rows(sheet, row, [[table.note.warning.zh, table.note.warning.en]], self.wrapped, column=3)
            row += 1
        self._reports(sheet, row + 1, facts["reports"])

    def _reports(self, sheet: Worksheet, row: int, reports: list[dict[str, Any]]) -> None:
        head = ["机构 agency", "文件 file", "年度 year", "SHA-256", "类别、状态、版本 kind, status, version"]
        row = _rows(sheet, row, [["报告 reports"], head], self.head)
        for report in reports:
            state = f"{report['kind']}, {report['status']}, v{report['version']}"
            if report["superseded_by"]:
                state += f" → {report['superseded_by']}"
            cells = [report["agency_name"], report["file_name"], report["fiscal_year"], report["sha256"], state]
            row = _rows(sheet, row, [cells], self.text)

    def dictionary(self, source: Source) -> None:
        """字典: every column of every sheet."""
        sheet = self.book.add_worksheet(DICTIONARY_SHEET)
        for at, width in enumerate((26, 34, 30, 16, 48, 60)):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 0)
        row = _rows(sheet, 0, [["工作表 sheet", "table", "column", "type", "说明", "description"]], self.head)
        for table in source.tables:
            for column in table.columns:
                cells = [sheet_name(table), table.name, column.name, column.type, column.said.zh, column.said.en]
                row = _rows(sheet, row, [cells], self.text)

    def mart(self, source: Source, table: Table) -> None:
        """The rows of one mart: bold frozen header, filter, widths by content, a format by type."""
        sheet, formats, written = None, list[Format](), 0
        for part in source.rows_of(table):
            formats = formats or [self._format(field) for field in part.schema]
            for values in _tuples(part):
                if sheet is None or (written and written % SHEET_ROWS == 0):
                    sheet = self._sheet(table, written // SHEET_ROWS + 1, part, formats)
                written += 1
                row = (written - 1) % SHEET_ROWS + 1
                for column, value in enumerate(values):
                    self._cell(sheet, row, column, value, formats[column])
            if sheet is None:
                sheet = self._sheet(table, 1, part, formats)  # no rows: the columns are to be seen all the same

    def _sheet(self, table: Table, number: int, part: pa.Table, formats: list[Format]) -> Worksheet:
        """A new sheet with its header; widths by the first rows that go onto it."""
        sheet = self.book.add_worksheet(sheet_name(table, number))
        for column, width in enumerate(_widths(part)):
            sheet.set_column(column, column, width, formats[column])
        sheet.freeze_panes(1, 0)
        rows = min(SHEET_ROWS, table.rows - (number - 1) * SHEET_ROWS)
        sheet.autofilter(0, 0, max(rows, 1), part.num_columns - 1)
        _rows(sheet, 0, [part.column_names], self.head)
        return sheet

    def _format(self, field: pa.Field) -> Format:
        if pa.types.is_decimal(field.type):
            return self.numbers[MONEY if field.name.endswith("_yuan") else NUMBER]
        if pa.types.is_integer(field.type):
            return self.numbers[INTEGER]
        return self.numbers[NUMBER] if pa.types.is_floating(field.type) else self.text

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Any, form: Format) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > DIGITS:
            sheet.write_string(row, column, f"{value:f}", self.text)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, column, value, form)
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            sheet.write_string(row, column, text[:LONGEST_TEXT], self.text)


def sheet_name(table: Table, number: int = 1) -> str:
    """The Chinese title; Excel allows 31 characters and none of []:*?/\\."""
    title = "".join(c for c in table.note.title.zh if c not in "[]:*?/\\'")
    return title[:31] if number == 1 else f"{title[:25]} ({number})"


def _rows(sheet: Worksheet, row: int, lines: list[list[Any]], form: Format | None, column: int = 0) -> int:
    """Write lines of text from `row` on; → the row after them."""
    for line in lines:
        for at, value in enumerate(line, start=column):
            sheet.write_string(row, at, "" if value is None else str(value), form)
        row += 1
    return row


def _tuples(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in rows.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _widths(rows: pa.Table) -> list[int]:
    """Characters a column needs, a Chinese one counting double, by its header and first rows."""
    sample = rows.slice(0, SAMPLE).to_pydict()
    return [
        min(max([NARROWEST, _width(name) + 3, *(_width(_shown(value)) + 2 for value in values)]), WIDEST)
        for name, values in sample.items()
    ]


def _shown(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else "" if value is None else str(value)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
