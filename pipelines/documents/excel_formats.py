"""Number formats of a workbook: what a cell shows, where calamine only tells its value.

The printed precision of a figure decides how exactly totals are checked, and `0.9999` is printed `99.99%`: so
`show_number` writes a number as the cell's format does. Rules: ECMA-376 part 1, 18.8.31 (number formats).
Formats stand in the parts of an .xlsx, and in an .xls where xlrd finds them.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import xlrd
from lxml import etree

from pipelines.documents.zip_members import read_xml

# The built-in formats that print numbers otherwise than as they are (18.8.30); dates come from calamine as dates.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '#,##0;-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '#,##0.00;-#,##0.00;"-"',
}  # fmt: skip

_TOKEN = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]|[0#?][0#?,]*(?:\.[0#?,]*)?|\.[0#?,]+|.', re.DOTALL)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')


@dataclass
class SheetFormats:
    """By 0-based (row, column): the format of number cells that have one, and the error that a cell shows."""

    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    extent: tuple[int, int] = (0, 0)  # rows and columns up to the last cell
    hidden_rows: int = 0
    damage: str | None = None  # why the sheet cannot be read; the others can


def plain_number(value: float) -> str:
    """A number as Excel's General format has it: 15 significant digits, no exponent, no `.0`."""
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_number(value: float, code: str | None) -> str:
    """A number as its cell shows it; as General where the format is none, or not one for plain numbers."""
    if code is None or code.lower() in ("general", "@", ""):
        return plain_number(value)
    sections = _SECTION.split(code)
    negative = value < 0
    if value == 0 and len(sections) >= 3:
        section = sections[2]
    elif negative and len(sections) >= 2:
        section, negative = sections[1], False
    else:
        section = sections[0]
    shown = _by_section(abs(Decimal(f"{value:.15g}")), section)
    if shown is None:
        return plain_number(value)
    return f"-{shown}" if negative and re.search(r"[1-9]", shown) else shown


def is_scaled(code: str | None) -> bool:
    """Whether a format divides what it shows by a thousand or more (a comma after the last digit)."""
    return bool(code) and any(re.search(r"[0#?],+(?:\.|$)", t) for t in _TOKEN.findall(_SECTION.split(code or "")[0]))


def _by_section(value: Decimal, section: str) -> str | None:
    """One section's print of a number without sign; None if it is no format for plain numbers."""
    tokens = _TOKEN.findall(section)
    numbers = [t for t in tokens if t[0] in "0#?."]
    if len(numbers) > 1 or is_scaled(section) or any(t in "yYmMdDhHsSeEgG@" for t in tokens):
        return None
    parts = []
    for token in tokens:
        if token in numbers:
            parts.append(_digits(value * 100 if "%" in tokens else value, token))
        elif token[0] == '"':
            parts.append(token[1:-1])
        elif token[0] in "\\!" and len(token) == 2:
            parts.append(token[1])
        elif token[0] not in "_*[":
            parts.append(token)
    return "".join(parts).strip()


def _digits(value: Decimal, pattern: str) -> str:
    whole, _, fraction = pattern.replace("?", "#").partition(".")
    text = format(value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP), "f")
    integer, _, decimals = text.partition(".")
    while len(decimals) > fraction.count("0") and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole and integer:
        integer = f"{int(integer):,}"
    return f"{integer}.{decimals}" if decimals else integer


# --- where the formats stand in an .xlsx ------------------------------------------------------------------------------


def formats_of_workbook(path: Path) -> dict[str, SheetFormats]:
    """Formats, errors and extents of the sheets of an .xlsx, by sheet name; a damaged sheet says so.

    Raises UnsafePackage when what the sheets share is damaged.
    """
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        main = _targets(package, "_rels/.rels", "").get("/officeDocument", ["xl/workbook.xml"])[0]
        folder, _, file = main.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels"
        if main not in names or relations not in names:
            return {}  # .xlsb, .ods: calamine reads them, their formats are not looked up
        parts = {str(r.get("Id")): _absolute(str(r.get("Target")), folder) for r in read_xml(package, relations)}
        styles = [p for p in parts.values() if p.endswith("styles.xml") and p in names]
        codes = _style_codes(read_xml(package, styles[0])) if styles else []
        sheets = {}
        for sheet in read_xml(package, main).iter("{*}sheet"):
            part = next((parts.get(str(v)) for k, v in sheet.attrib.items() if str(k).endswith("}id")), None)
            if part in names:
                sheets[str(sheet.get("name"))] = _sheet_formats(package, str(part), codes)
        return sheets


def _targets(package: zipfile.ZipFile, relations: str, folder: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for relation in read_xml(package, relations):
        kind = "/" + str(relation.get("Type", "")).rpartition("/")[2]
        found.setdefault(kind, []).append(_absolute(str(relation.get("Target", "")), folder))
    return found


def _absolute(target: str, folder: str) -> str:
    return target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"


def _style_codes(styles: etree._Element) -> list[str | None]:
    """The format code of every cell style; None is General."""
    own = {int(f.get("numFmtId", "0")): str(f.get("formatCode", "")) for f in styles.iter("{*}numFmt")}
    cells = styles.find("{*}cellXfs")
    ids = [int(x.get("numFmtId", "0")) for x in cells] if cells is not None else []
    return [own.get(i, BUILT_IN.get(i)) for i in ids]


def _sheet_formats(package: zipfile.ZipFile, part: str, codes: list[str | None]) -> SheetFormats:
    sheet = SheetFormats()
    rows = columns = 0
    try:
        with package.open(part) as member:
            for _, element in etree.iterparse(member, tag=("{*}c", "{*}row"), resolve_entities=False, no_network=True):
                if str(element.tag).endswith("}row"):
                    sheet.hidden_rows += element.get("hidden") in ("1", "true")
                    element.clear()
                    continue
                where = _REFERENCE.match(str(element.get("r", "")))
                if where is None:
                    continue
                position = (int(where.group(2)) - 1, _column(where.group(1)))
                rows, columns = max(rows, position[0] + 1), max(columns, position[1] + 1)
                style = int(element.get("s") or 0)
                if element.get("t") == "e":
                    sheet.errors[position] = element.findtext("{*}v") or "#N/A"
                elif element.get("t") in (None, "n") and style < len(codes) and (code := codes[style]) is not None:
                    sheet.formats[position] = code
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError):
        return SheetFormats(damage=f"the part {part} of the file is damaged: fetch the report again")
    sheet.extent = (rows, columns)
    return sheet


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


# --- where the formats stand in an .xls -------------------------------------------------------------------------------


def formats_of_xls(path: Path) -> dict[str, SheetFormats] | None:
    """The same for an .xls, by sheet name; None when its formats cannot be had, though its values may be."""
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:  # xlrd tells of oddities on the way
            book = xlrd.open_workbook(str(path), formatting_info=True, logfile=nowhere)
            return {sheet.name: _xls_formats(book, sheet) for sheet in book.sheets()}
    except Exception:  # whatever it stumbles on, calamine may still read the values
        return None


def _xls_formats(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> SheetFormats:
    made = SheetFormats(extent=(sheet.nrows, sheet.ncols))
    made.hidden_rows = sum(bool(info.hidden) for info in sheet.rowinfo_map.values())
    for r in range(sheet.nrows):
        for c in range(sheet.row_len(r)):
            cell = sheet.cell(r, c)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                made.errors[(r, c)] = xlrd.error_text_from_code.get(cell.value, "#N/A")
            elif cell.ctype == xlrd.XL_CELL_NUMBER:
                key = book.xf_list[cell.xf_index].format_key
                code = BUILT_IN.get(key) or book.format_map[key].format_str
                if code and code.lower() != "general":
                    made.formats[(r, c)] = code
    return made
