"""Sets a report as .docx with real merged cells. Deterministic: fixed dates, fixed order in the package."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.typeset.blocks import Break, Contents, Text, blocks
from tests.typeset.forms import FormTable
from tests.typeset.grid import SetGrid, cells
from tests.typeset.layout import Layout
from tests.typeset.report import Report

ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
STAMP = datetime(2025, 1, 1)


def to_docx(report: Report, path: Path, layout: Layout) -> None:
    """Write the report as a Word file; page breaks and orientation as the layout says."""
    doc = docx.Document()
    style = doc.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    doc.core_properties.created = doc.core_properties.modified = STAMP
    doc.core_properties.author, doc.core_properties.title = "", report.agency
    for block in blocks(report, layout):
        match block:
            case Break():
                doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            case Text():
                add_text(doc, block)
            case Contents():
                centred(doc, "目  录", 18)
                for depth, title in block.titles:
                    doc.add_paragraph("    " * depth + title)
            case FormTable():
                add_form(doc, block)
            case SetGrid():
                add_table(doc, block, 9)
    buffer = BytesIO()
    doc.save(buffer)
    path.write_bytes(repack(buffer.getvalue()))


def add_text(doc: WordDocument, block: Text) -> None:
    if block.kind == "part":
        doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    if block.kind in ("part", "centred"):
        centred(doc, block.text, 22 if block.kind == "part" else 16)
        return
    paragraph = doc.add_paragraph()
    if block.kind != "line":
        paragraph.paragraph_format.first_line_indent = Pt(28)
    paragraph.add_run(block.text).bold = block.kind in ("section", "heading")


def centred(doc: WordDocument, text: str, size: float) -> None:
    paragraph = doc.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size)


def add_form(doc: WordDocument, block: FormTable) -> None:
    """A statutory form in a section of its own, landscape where the layout says so."""
    section = doc.add_section()
    wide, high = max(section.page_width, section.page_height), min(section.page_width, section.page_height)
    section.orientation = WD_ORIENT.LANDSCAPE if block.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (wide, high) if block.landscape else (high, wide)
    centred(doc, block.title, 16)
    if block.number:
        doc.add_paragraph(block.number).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line = doc.add_paragraph("\t".join(part for part in block.head if part))
    line.paragraph_format.space_after = Pt(0)
    add_table(doc, block.grid, block.font_size)
    for note in block.notes:
        doc.add_paragraph(note)


def add_table(doc: WordDocument, grid: SetGrid, size: float) -> None:
    """The grid as a Word table with horizontal and vertical merges."""
    table = doc.add_table(len(grid.rows), grid.n_cols)
    table.style = "Table Grid"
    positions = [list(row.cells) for row in table.rows]
    for cell in cells(grid.rows):
        target = positions[cell.row][cell.col]
        if cell.row_span > 1 or cell.col_span > 1:
            target = target.merge(positions[cell.row + cell.row_span - 1][cell.col + cell.col_span - 1])
        for extra in target.paragraphs[1:]:  # a merge leaves the emptied cells' paragraphs behind
            extra._p.getparent().remove(extra._p)
        lines = cell.text.split("\n")
        for i, text in enumerate(lines):
            paragraph = target.paragraphs[0] if i == 0 else target.add_paragraph()
            paragraph.alignment = ALIGN[grid.align(cell)]
            paragraph.add_run(text).font.size = Pt(size)
    doc.add_paragraph()


def repack(package: bytes) -> bytes:
    """The same zip with one fixed time on every member, so that equal reports are equal bytes."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return out.getvalue()
