"""Files that want to hurt: bombs, endless nesting, false sizes, loops. Each is small or cheaply made."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

MB = 1 << 20
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{}"/>'
    "</Relationships>"
)


def blanks(package: zipfile.ZipFile, name: str, size: int, begin: bytes = b"", end: bytes = b"") -> None:
    """A member of so many blanks, which take no room packed."""
    with package.open(name, "w") as member:
        member.write(begin)
        for _ in range(size // MB):
            member.write(b" " * MB)
        member.write(end)


def docx(path: Path, body: bytes) -> None:
    """A Word file with this word/document.xml."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", RELATIONS.format("word/document.xml"))
        package.writestr("word/document.xml", body)


def bomb_docx(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("_rels/.rels", RELATIONS.format("word/document.xml"))
        blanks(package, "word/document.xml", 400 * MB, f"<w:document {W}><w:body>".encode(), b"</w:body></w:document>")


def entities_docx(path: Path) -> None:
    """A billion laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    docx(
        path,
        f'<!DOCTYPE d [<!ENTITY l0 "哈">{levels}]><w:document {W}><w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p>'
        "</w:body></w:document>".encode(),
    )


def nested_docx(path: Path) -> None:
    """Tables in tables, two hundred deep: lxml itself refuses 256 elements."""
    opening, closing = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    docx(path, f"<w:document {W}><w:body>{opening * 60}{closing * 60}</w:body></w:document>".encode())


def wide_docx(path: Path) -> None:
    """Cells that say they span two thousand million columns, and rows before and after theirs."""
    cell = (
        '<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/><w:vMerge/></w:tcPr><w:p><w:r><w:t>1.00</w:t></w:r></w:p></w:tc>'
    )
    before = '<w:trPr><w:gridBefore w:val="2000000000"/></w:trPr>'
    rows = f"<w:tr>{before}{cell * 3}</w:tr>" * 3
    docx(path, f"<w:document {W}><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>".encode())


def nested_html(path: Path) -> None:
    path.write_text("<html><body>" + "<div><table><tr><td>" * 20_000 + "支出 1.00 万元", encoding="utf-8")


def wide_html(path: Path) -> None:
    """Spans beyond reason, in many cells."""
    cell = '<td colspan="999999999" rowspan="999999999">1.00</td>'
    path.write_text("<html><table>" + f"<tr>{cell * 20}</tr>" * 200 + "</table></html>", encoding="utf-8")


def open_tags_html(path: Path) -> None:
    path.write_text("<html><table>" + "<tr><td><b><i><p>支出" * 20_000, encoding="utf-8")


def far_cell_xlsx(path: Path) -> None:
    """Two cells, at opposite corners of the largest sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", RELATIONS.format("xl/workbook.xml"))
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format("worksheets/sheet1.xml").replace('/officeDocument"', '/worksheet"'),
        )
        package.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
            '<c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>',
        )


def bomb_xlsx(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        blanks(package, "xl/worksheets/sheet1.xml", 400 * MB)


def pdf(path: Path, objects: dict[int, bytes]) -> None:
    """A PDF of these objects (1 is the catalogue), with a proper table of offsets."""
    made = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, content in objects.items():
        offsets[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    last = max(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n" % last
    for number in range(1, last):
        made += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (last, start)
    path.write_bytes(bytes(made))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


TEXT = b"BT /F 10 Tf 72 700 Td (Total 3,282.73) Tj ET 72 600 200 40 re S 72 560 200 40 re S 272 560 90 80 re S"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pages_pdf(path: Path, count: int) -> None:
    """So many pages that share one content: small to store, long to read."""
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(count))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> >>"
    )
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
        3: stream(TEXT),
        4: FONT,
    }
    pdf(path, objects | {10 + n: page for n in range(count)})


def many_pages_pdf(path: Path) -> None:
    pages_pdf(path, 1_000)


def false_count_pdf(path: Path) -> None:
    """A page tree that says it has a thousand million pages and holds itself."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Count 1000000000 /Kids [2 0 R 2 0 R] >>"}
    pdf(path, objects)


def looped_pdf(path: Path) -> None:
    """A form that draws itself. (One that does so twice keeps pdfium itself busy for ever: the pool's time limit ends
    that, see tests/landing/test_pool.py.)"""
    drawn = b"/Resources << /XObject << /X 6 0 R >> >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R " + drawn + b" >>",
        5: stream(b"/X Do"),
        6: stream(b"0 0 10 10 re S /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + drawn),
    }
    pdf(path, objects)


def huge_page_pdf(path: Path) -> None:
    """A page of a thousand kilometres, with a hatching of fifty thousand rules."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 3000000000 3000000000] /Contents 5 0 R >>"
    rules = b"\n".join(b"0 %d m 900 %d l S %d 0 m %d 900 l S" % (n, n, n, n) for n in range(0, 25_000))
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", 3: page}
    pdf(path, {**objects, 5: stream(rules)})


def tabs_txt(path: Path) -> None:
    """Rows of a hundred thousand cells."""
    path.write_text("收入支出决算总表\n" + ("\t" * 100_000 + "1.00\n") * 20, encoding="utf-8")


def long_line_txt(path: Path) -> None:
    path.write_text("支出决算为1.00万元，完成" * 500_000, encoding="utf-8")


def digits_txt(path: Path) -> None:
    """Digits and marks without end: what regular expressions could stumble over."""
    path.write_text(
        "年初预算为" + "1," * 60_000 + "万元\n" + "（" * 60_000 + "\n" + "其中：" * 20_000, encoding="utf-8"
    )


FILES: dict[str, Callable[[Path], None]] = {
    name: made
    for name, made in list(globals().items())
    if name.endswith(("_docx", "_html", "_xlsx", "_pdf", "_txt")) and name != "pages_pdf"
}


def make(name: str, folder: Path) -> Path:
    """One of FILES, written into the folder."""
    stem, _, suffix = name.rpartition("_")
    path = folder / f"{stem}.{suffix}"
    FILES[name](path)
    return path
