"""A result as a file: CSV that Excel opens, XLSX with codes as text, Parquet with every type kept."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.show import cell

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would calculate


def write(table: pa.Table, kind: str, sql: str) -> bytes:
    """The table as `kind` (a key of FORMATS); the query goes along in XLSX and Parquet."""
    return {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[kind](table, sql)


def _csv(table: pa.Table, sql: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    for batch in table.to_batches(max_chunksize=5_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([_safe(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _safe(value: object) -> str:
    """Texts of reports must not become formulas: such a text gets an apostrophe in front."""
    text = cell(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(",", "").replace(".", "", 1).isdecimal()


def _xlsx(table: pa.Table, sql: str) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    money, day = book.add_format({"num_format": "#,##0.00####"}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("result")
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, name, bold)
        width = max([len(name), *(_width(v) for v in table.column(column).slice(0, 200).to_pylist())])
        sheet.set_column(column, column, min(max(width + 2, 8), 60))
        for row, value in enumerate(table.column(column).to_pylist(), start=1):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(row, column, float(value), money if isinstance(value, Decimal) else None)
            elif isinstance(value, date | datetime):
                sheet.write_datetime(row, column, value, day)
            else:
                sheet.write_string(row, column, cell(value)[:32_767])
    sheet.freeze_panes(1, 0)
    if table.num_columns and table.num_rows:
        sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)
    notes = book.add_worksheet("query")
    notes.set_column(0, 0, 100)
    notes.write_string(0, 0, sql[:32_767], book.add_format({"text_wrap": True}))
    book.close()
    return out.getvalue()


def _width(value: object) -> int:
    """Columns that a value takes: a Chinese character takes two."""
    return sum(2 if ord(ch) > 0x2E80 else 1 for ch in cell(value)[:60])


def _parquet(table: pa.Table, sql: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"query": sql}), out, compression="zstd")
    return out.getvalue()
