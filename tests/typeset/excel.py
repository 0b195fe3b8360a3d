"""Sets a report's forms as .xlsx, a sheet a form, with real merged cells. Written by hand: nothing else is installed.

Numbers are numeric cells with the number format that shows them as printed (0.00, #,##0.00, 0), as an export from the
account system has them; everything else is an inline string.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from tests.typeset.blocks import blocks
from tests.typeset.forms import FormTable
from tests.typeset.grid import SetGrid, cells
from tests.typeset.layout import Layout
from tests.typeset.report import Report

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMATS = ("General", "0.00", "#,##0.00", "0")  # index in cellXfs


def to_xlsx(report: Report, path: Path, layout: Layout, numeric: bool = True) -> None:
    """Write every statutory form of the report as a sheet; prose has no place in a workbook and is left out."""
    tables = [block for block in blocks(report, layout) if isinstance(block, FormTable)]
    names = [f"{form.number or 'Sheet'} {form.title}"[:31] for form in tables]
    if len(set(names)) < len(names):
        names = [f"{i}{name}"[:31] for i, name in enumerate(names, 1)]
    rels = "".join(
        f'<Relationship Id="rId{i}" Type="{REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(tables) + 1)
    )
    rels += f'<Relationship Id="rId0" Type="{REL}/styles" Target="styles.xml"/>'
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(names, 1))
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{main}.worksheet+xml"/>'
        for i in range(1, len(tables) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{main}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {NS} xmlns:r="{REL}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{rels}</Relationships>',
        "xl/styles.xml": styles(),
    }
    for i, form in enumerate(tables, 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = sheet(form, numeric)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), HEAD + text)


def sheet(form: FormTable, numeric: bool) -> str:
    """One form: title, number, head line, table, notes, each in its rows."""
    n = form.grid.n_cols
    agency, year, unit = form.head
    head = [agency, *[""] * (n - 1)]
    head[n // 2], head[-1] = year, unit
    above = [[form.title], ["", *[""] * (n - 2), form.number], head]
    lines, merges = list(above), [f"A1:{column(n - 1)}1"]
    lines += [["" if text in ("<", "^") else text for text in row] for row in form.grid.rows]
    merges += spans(form.grid, len(above))
    lines += [[note] for note in form.notes]
    rows = "".join(
        f'<row r="{r}">{"".join(cell(r, c, text, numeric) for c, text in enumerate(line) if text)}</row>'
        for r, line in enumerate(lines, 1)
    )
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    merged = f'<mergeCells count="{len(merges)}">{merged}</mergeCells>'
    return f"<worksheet {NS}><sheetData>{rows}</sheetData>{merged}</worksheet>"


def spans(grid: SetGrid, offset: int) -> list[str]:
    """References of the merged areas, `offset` rows down."""
    return [
        f"{column(c.col)}{c.row + 1 + offset}:{column(c.col + c.col_span - 1)}{c.row + c.row_span + offset}"
        for c in cells(grid.rows)
        if c.row_span > 1 or c.col_span > 1
    ]


def cell(row: int, col: int, text: str, numeric: bool) -> str:
    """One cell: a number with its format where the text is one with decimals, else the text."""
    ref = f"{column(col)}{row}"
    if numeric and re.fullmatch(r"-?[\d,]+\.\d\d", text):
        style = FORMATS.index("#,##0.00" if "," in text else "0.00")
        return f'<c r="{ref}" s="{style}"><v>{text.replace(",", "")}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def column(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def styles() -> str:
    """The least stylesheet that Excel accepts, with the formats of FORMATS in order (ids 0, 2, 4, 1 are built in)."""
    xfs = "".join(
        f'<xf numFmtId="{i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' for i in (0, 2, 4, 1)
    )
    return (
        f'<styleSheet {NS}><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="4">{xfs}</cellXfs></styleSheet>'
    )
