"""Word files, made with python-docx and by hand where python-docx has no way to write the shape."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest

from pipelines.documents.model import Document, Grid, Paragraph
from pipelines.documents.word import OLE, read_word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def read(path: Path) -> Document:
    return read_word(path, path.name, "0" * 64)


def hand_written(path: Path, body: str, namespace: str = W) -> Document:
    xml = f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", xml)
    return read(path)


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_paragraphs_and_tables_in_order_with_merged_cells(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("收入决算表")
    table = document.add_table(rows=4, cols=4)
    lines = ["科目||本年收入|", "代码|名称|合计|财政", "208|社保|1.00|", "合计||1.00|"]
    for r, line in enumerate(lines):
        for c, text in enumerate(line.split("|")):
            table.cell(r, c).text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(2, 3).merge(table.cell(3, 3))
    document.add_paragraph("注：\n本表反映收入。")
    document.save(str(tmp_path / "a.docx"))

    read_back = read(tmp_path / "a.docx")
    title, grid, note = read_back.pages[0].blocks
    assert read_back.status == "read"
    assert isinstance(title, Paragraph) and (title.text, title.source_line) == ("收入决算表", 1)
    assert isinstance(note, Paragraph) and note.text == "注：\n本表反映收入。"
    assert isinstance(grid, Grid) and (grid.n_rows, grid.n_cols, grid.spans_known) == (4, 4, True)
    assert [(c.row, c.col, c.row_span, c.col_span, c.text) for c in grid.cells][:4] == [
        (0, 0, 1, 2, "科目"), (0, 2, 1, 2, "本年收入"), (1, 0, 1, 1, "代码"), (1, 1, 1, 1, "名称"),
    ]  # fmt: skip
    assert [(c.row, c.row_span) for c in grid.cells if c.col == 3] == [(1, 1), (2, 2)]


def test_a_row_that_begins_to_the_right_and_an_old_horizontal_merge(tmp_path: Path) -> None:
    begin, go_on = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    rows = (
        f"<w:tr>{tc('人员经费', begin)}{tc('', go_on)}{tc('公用')}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{tc('1')}{tc('2')}</w:tr>"
    )
    grid = hand_written(tmp_path / "a.docx", f"<w:tbl>{rows}</w:tbl>").pages[0].blocks[0]
    assert isinstance(grid, Grid)
    assert [(c.row, c.col, c.col_span, c.text) for c in grid.cells] == [
        (0, 0, 2, "人员经费"), (0, 2, 1, "公用"), (1, 1, 1, "1"), (1, 2, 1, "2"),
    ]  # fmt: skip


def test_nested_table_is_flattened_into_its_cell_and_given_by_itself(tmp_path: Path) -> None:
    inner = f"<w:tbl><w:tr>{tc('年初')}{tc('100')}</w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr>{tc('资金')}<w:tc>{inner}{p('')}</w:tc></w:tr></w:tbl>"
    first, second = hand_written(tmp_path / "a.docx", outer).pages[0].blocks
    assert isinstance(first, Grid) and [c.text for c in first.cells] == ["资金", "年初\n100"]
    assert isinstance(second, Grid) and [c.text for c in second.cells] == ["年初", "100"]


def test_a_table_of_one_cell_is_a_frame(tmp_path: Path) -> None:
    body = f"<w:tbl><w:tr><w:tc>{p('封面')}<w:tbl><w:tr>{tc('a')}{tc('b')}</w:tr></w:tbl></w:tc></w:tr></w:tbl>"
    kinds = [type(b).__name__ for b in hand_written(tmp_path / "a.docx", body).pages[0].blocks]
    assert kinds == ["Paragraph", "Grid"]


def test_content_controls_insertions_and_text_boxes_are_read_deletions_are_not(tmp_path: Path) -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>"
        "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>"
        "<w:r><w:t>支出</w:t></w:r><w:del><w:r><w:delText>9.99</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>1.00</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
        f"<w:r><w:pict><w:txbxContent>{p('公开01表')}</w:txbxContent></w:pict></w:r></w:p>"
    )
    document = hand_written(tmp_path / "a.docx", body, STRICT)
    assert [b.text for b in document.pages[0].blocks if isinstance(b, Paragraph)] == ["目录", "支出1.00", "公开01表"]
    assert [b.source_line for b in document.pages[0].blocks] == [1, 2, 2]
    assert document.warnings == ("1 × deletion under revision not read", "1 × hidden text not read")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html></html>", b"{\\rtf1 broken"])
def test_what_is_no_word_file_is_not_read_with_a_reason(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "a.docx").write_bytes(content)
    document = read(tmp_path / "a.docx")
    assert document.status == "not_read" and document.status_reason
    assert document.format == "word"


def test_an_old_file_without_libreoffice_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "a.doc").write_bytes(OLE + bytes(2000))
    assert "LibreOffice" in (read(tmp_path / "a.doc").status_reason or "")


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert "password" in (read(tmp_path / "a.docx").status_reason or "")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    document = hand_written(tmp_path / "a.docx", p("0" * (40 << 20)))
    assert document.status == "not_read"
    assert "unpack" in (document.status_reason or "")


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    xml = f"{doctype}<w:document xmlns:w='{W}'><w:body>{p('甲&x;乙')}</w:body></w:document>"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        package.writestr("word/document.xml", xml)
    assert [b.text for b in read(tmp_path / "a.docx").pages[0].blocks if isinstance(b, Paragraph)] in (["甲乙"], ["甲"])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_old_file_is_converted(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("收入决算表")
    document.save(str(tmp_path / "a.docx"))
    command = ["soffice", "--headless", "--convert-to", "doc", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, timeout=120)
    assert [b.text for b in read(tmp_path / "a.doc").pages[0].blocks if isinstance(b, Paragraph)] == ["收入决算表"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_old_word_file_reads_as_its_new_one_does(tmp_path: Path) -> None:
    (report,) = (Path(__file__).parents[2] / "data" / "raw").glob("430203-*/2023/*.docx")
    new = tmp_path / "report.docx"
    shutil.copyfile(report, new)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    subprocess.run([*command, "doc", "--outdir", str(tmp_path), str(new)], check=True, capture_output=True, timeout=120)
    old = tmp_path / "report.doc"
    tables = [
        [cell.text for page in read_word(path, path.name, "").pages for block in page.blocks if isinstance(block, Grid)
         for cell in block.cells]
        for path in (new, old)
    ]  # fmt: skip
    assert tables[0] == tables[1]
    assert "241.75" in tables[1]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_rtf_is_read_through_libreoffice(tmp_path: Path) -> None:
    r"""\uN? is a character by its number: 收入 and 合计."""
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1\\ansi\\uc1 \\u25910?\\u20837?\\par \\u21512?\\u35745? 12.50\\par}")
    document = read(tmp_path / "a.rtf")
    assert [block.text for block in document.pages[0].blocks if isinstance(block, Paragraph)] == ["收入", "合计 12.50"]
