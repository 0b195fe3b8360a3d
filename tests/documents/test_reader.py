"""The front door: files that lie about their type, broken files, and how each is told to a person."""

from __future__ import annotations

import hashlib
import quopri
import zipfile
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pdf_sketch import Sketch

from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.reader import read_document, sha256_of


def refused(document: Document, *words: str) -> None:
    """The document was not read and its reason is one sentence or two for a person, with these words in it."""
    assert document.status == "not_read"
    assert document.pages == ()
    assert document.status_reason is not None and document.status_reason.endswith(".")
    for word in words:
        assert word in document.status_reason, document.status_reason


@pytest.fixture
def report(tmp_path: Path) -> Path:
    page = Sketch(tmp_path / "report.pdf")
    page.text(80, 100, "支出决算表")
    page.table((80, 200, 300), (120, 140, 160), [["项目", "金额"], ["合计", "2.00"]])
    return page.save()


@pytest.fixture(autouse=True)
def _without_recognition(monkeypatch):
    """These files are told about as they are without the `ocr` extra; test_scan.py reads pictures."""
    monkeypatch.setattr("pipelines.documents.ocr.available", lambda: False)


def picture_page(page: Sketch) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    drawn = BytesIO()
    Image.new("L", (60, 80), 128).save(drawn, "PNG")
    page.canvas.drawImage(ImageReader(BytesIO(drawn.getvalue())), 0, 0, 595, 842)
    page.canvas.showPage()


def test_a_report_is_read_and_known_by_its_hash(report):
    document = read_document(report, file_name="2024/决算.pdf")
    assert (document.file_name, document.format) == ("2024/决算.pdf", "pdf")
    assert (document.status, document.n_pages) == ("read", 1)
    assert document.sha256 == hashlib.sha256(report.read_bytes()).hexdigest() == sha256_of(report)


def test_an_empty_file(tmp_path):
    path = tmp_path / "report.pdf"
    path.touch()
    refused(read_document(path), "empty")


def test_a_file_that_is_not_there(tmp_path):
    refused(read_document(tmp_path / "gone.pdf"), "cannot be opened")


def test_a_folder(tmp_path):
    refused(read_document(tmp_path), "cannot be opened")


def test_a_file_of_two_gigabytes_is_refused_by_its_size(tmp_path):
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        file.truncate(60_000_000)  # sparse; the limit is lowered instead of writing two gigabytes
    refused(read_document(path, max_bytes=50_000_000), "60 MB", "limit of 50 MB")


def test_an_encrypted_pdf(tmp_path):
    page = Sketch(tmp_path / "locked.pdf", encrypt="secret")
    page.text(80, 100, "支出决算表")
    refused(read_document(page.save()), "encrypted", "password")


def test_a_truncated_pdf_is_refused_or_what_is_left_is_read(report, tmp_path):
    content = report.read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(content[:200])
    refused(read_document(path), "damaged", "fetch it again")
    path.write_bytes(content[: len(content) * 2 // 3])
    assert read_document(path).status == "not_read"


def test_a_pdf_that_lost_its_end_is_read_with_a_warning(shared, tmp_path):
    """pdfium rebuilds 普陀 2024 from 95 % of its bytes without a word; the reader says that its end is missing."""
    (original,) = (shared / "reports").glob("上海市普陀区*.pdf")
    content = original.read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(content[: len(content) * 95 // 100])
    document = read_document(path)
    assert document.status == "partly_read" and document.n_pages == 30
    assert document.status_reason is not None and "the end of the PDF is missing" in document.status_reason


def test_bytes_that_only_begin_like_a_pdf(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    refused(read_document(path), "damaged")


def test_a_pdf_without_pages(tmp_path):
    path = tmp_path / "none.pdf"
    empty = pdfium.PdfDocument.new()
    empty.save(path)
    refused(read_document(path), "no pages", "fetch it again")


def test_an_image_only_pdf_asks_for_recognition(tmp_path):
    page = Sketch(tmp_path / "scan.pdf")
    picture_page(page)
    picture_page(page)
    page.canvas.save()
    document = read_document(page.path)
    assert document.status == "not_read" and document.n_pages == 2
    assert document.status_reason is not None
    assert "image-only" in document.status_reason and "[ocr]" in document.status_reason
    assert [p.blocks for p in document.pages] == [(), ()]  # the pages are there, for the scan reader


def test_a_report_with_one_scanned_page_is_partly_read(tmp_path):
    page = Sketch(tmp_path / "mixed.pdf")
    page.text(80, 100, "支出决算表")
    page.canvas.showPage()
    picture_page(page)
    page.canvas.save()
    document = read_document(page.path)
    assert document.status == "partly_read"
    assert document.status_reason is not None and "page 2" in document.status_reason
    assert any("page 2" in warning for warning in document.warnings)


def test_a_stamp_on_a_scan_is_no_text(tmp_path):
    page = Sketch(tmp_path / "stamped.pdf")
    for number in (1, 2):
        page.text(500, 20, f"高平档案 {number}")
        picture_page(page)
    page.canvas.save()
    document = read_document(page.path)
    assert document.status == "not_read"
    assert document.status_reason is not None and "image-only" in document.status_reason


def test_a_blank_page_is_no_scan(tmp_path):
    page = Sketch(tmp_path / "blank.pdf")
    page.text(80, 100, "支出决算表")
    page.canvas.showPage()
    document = read_document(page.save())
    assert (document.status, document.n_pages, document.warnings) == ("read", 2, ())


def test_a_page_that_fails_is_a_warning_and_the_others_go_on(tmp_path, monkeypatch):
    page = Sketch(tmp_path / "three.pdf")
    for number in range(3):
        page.text(80, 100, f"第{number}页的正文")
        page.canvas.showPage()
    page.canvas.save()
    from pipelines.documents import pdf

    real = pdf.page_marks
    calls = iter(range(3))

    def failing(opened):
        if next(calls) == 1:
            raise pdfium.PdfiumError("Failed to load page.")
        return real(opened)

    monkeypatch.setattr(pdf, "page_marks", failing)
    document = read_document(page.path)
    assert [bool(p.blocks) for p in document.pages] == [True, False, True]
    assert document.status == "partly_read"
    assert any("page 2" in warning and "Failed to load page" in warning for warning in document.warnings)


def test_an_error_page_named_pdf(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_text("<!DOCTYPE html><html><title>404</title><body><h1>页面不存在</h1></body></html>", "utf-8")
    document = read_document(path)
    assert (document.format, document.status, document.pages) == ("html", "not_read", ())
    assert document.status_reason is not None and "error page" in document.status_reason


def test_a_notice_of_the_site_named_pdf(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_text("<html><body><p>信息公开栏目正在升级，敬请谅解，给您带来不便。</p></body></html>", "utf-8")
    refused(read_document(path), ".pdf", "web page", "正在升级")


def test_a_text_is_read_whatever_its_name(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_text("2024年度部门决算\n" + "本年收入合计100.00万元。\n" * 80, "utf-8")
    document = read_document(path)
    assert (document.format, document.status) == ("text", "read")
    assert any("named .pdf" in warning for warning in document.warnings)
    assert any(isinstance(b, Paragraph) for page in document.pages for b in page.blocks)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, ("picture", "[ocr]")),
        (b"\xff\xd8\xff\xe0" + b"0" * 100, ("picture", "JPEG")),
        (b"PK\x03\x04 but then nothing of a zip", ("damaged",)),
        (b"7z\xbc\xaf" + b"0" * 100, ("7z", "unpack")),
        (b"Rar!\x1a\x07\x00", ("RAR",)),
        (b"\x00" * 5000, ("zero bytes",)),
        (bytes(range(256)) * 50, ("no kind that can be read",)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), ("encrypted", "password")),
    ],
)
def test_foreign_files_say_what_they_are(tmp_path, content, words):
    path = tmp_path / "report.docx"
    path.write_bytes(content)
    refused(read_document(path), *words)


def test_an_old_word_file_goes_to_the_word_reader(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 2)
    document = read_document(path)  # nothing but the mark of one, so nothing can be read
    assert (document.format, document.status) == ("word", "not_read") and document.status_reason


def test_a_web_archive_named_doc_is_read_as_the_page_in_it(tmp_path):
    """Word saves 单个文件网页 as .mht; publishers rename it .doc. The page is in GB2312, quoted-printable."""
    amounts = {"教育": "1.00", "医疗": "2.50", "农业": "3.00", "合计": "6.50"}
    rows = "".join(f"<tr><td>{name}</td><td>{amount}</td></tr>" for name, amount in amounts.items())
    page = f"<html><body><p>支出决算表</p><table>{rows}</table><p>{'说明。' * 20}</p></body></html>".encode("gb2312")
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=cut\r\n\r\n--cut\r\n"
    part = b'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    path = tmp_path / "report.doc"
    path.write_bytes(head + part + quopri.encodestring(page) + b"\r\n--cut--\r\n")
    document = read_document(path)
    assert (document.format, document.status) == ("html", "read")
    [grid] = [block for block in document.pages[0].blocks if isinstance(block, Grid)]
    assert [cell.text for cell in grid.cells] == [text for pair in amounts.items() for text in pair]


@pytest.mark.parametrize(("member", "words"), [("OFD.xml", ("OFD", "PDF")), ("report.pdf", ("zip archive", "unpack"))])
def test_archives_that_are_no_documents(tmp_path, member, words):
    path = tmp_path / "report.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    refused(read_document(path), *words)


def test_page_numbers_at_the_foot_are_not_text(tmp_path):
    page = Sketch(tmp_path / "numbered.pdf")
    for number, printed in enumerate(("— 12 —", "第13页", "14", "共 15 万元")):
        page.text(80, 100, f"正文{number}")
        page.text(285, 810, printed)
        page.canvas.showPage()
    page.canvas.save()
    shown = [[b.text for b in p.blocks if not isinstance(b, Grid)] for p in read_document(page.path).pages]
    assert shown == [["正文0"], ["正文1"], ["正文2"], ["正文3", "共 15 万元"]]
