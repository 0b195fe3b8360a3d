"""What a file is, by its first bytes and its insides. Names lie: error pages are called .pdf, web pages .xls."""

from __future__ import annotations

import mmap
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipelines.documents import ocr
from pipelines.documents.model import Format

BROKEN = 200  # one byte in so many may be damaged, or a zero, in what is still a text
HEAD = 65_536  # bytes looked at; a PDF may begin with a kilobyte of something else

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
)
# What some publishers put up instead of a report that can be read, and what to do about each.
_FOREIGN = (
    (b"Rar!", "The file is a RAR archive: unpack it and put the reports themselves here."),
    (b"7z\xbc\xaf", "The file is a 7z archive: unpack it and put the reports themselves here."),
    (b"\x1f\x8b", "The file is gzip-compressed: unpack it and put the report itself here."),
    (b"%!PS", "The file is PostScript: convert it to PDF."),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|table|div|title|meta|script|p)\b", re.IGNORECASE)
_MHTML = re.compile(rb"\s*([A-Za-z-]+:.*\r?\n([ \t].*\r?\n)*)*?mime-version:", re.IGNORECASE)  # mail headers
_OPENING = re.compile(rb"^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kind:
    """A file's format, and the reason if files of this kind cannot be read."""

    format: Format
    reason: str | None = None


def kind_of(path: Path) -> Kind:
    """The kind of a file that is not empty. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if b"%PDF-" in head[:1024]:
        return Kind("pdf")
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    for mark, name in _IMAGES:
        if head.startswith(mark):
            needed = f"The file is a picture ({name}): {ocr.INSTALL} to read it."
            return Kind("image", None if ocr.available() else needed)
    if head.startswith(b"{\\rtf"):
        return Kind("word")
    for mark, reason in _FOREIGN:
        if head.startswith(mark):
            return Kind("unknown", reason)
    return _text_kind(head)


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            locked = any(entry.flag_bits & 1 for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return Kind("unknown", "The file begins like a Word or Excel file (zip) but is damaged: fetch it again.")
    if locked:
        return Kind("unknown", "The zip archive is encrypted: save a copy without a password.")
    if any(name.startswith("word/") for name in names):
        return Kind("word")
    if any(name.startswith("xl/") for name in names):
        return Kind("excel")
    if "OFD.xml" in names:
        return Kind("unknown", "The file is OFD: open it in WPS or an OFD reader and print it to PDF.")
    if "content.xml" in names and _mimetype(path).endswith(b"opendocument.text"):
        return Kind("word")
    if "content.xml" in names:
        return Kind("unknown", "The file is OpenDocument: open it in an office program and save it as .xlsx.")
    return Kind("unknown", "The file is a zip archive: unpack it and put the reports themselves here.")


def _mimetype(path: Path) -> bytes:
    """What an OpenDocument package says it is, in its first member."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as member:
            return member.read(200).strip()
    except (KeyError, OSError, zipfile.BadZipFile):
        return b""


def _ole_kind(path: Path) -> Kind:
    """Word and Excel of before 2007, or a newer one behind a password: told apart by the names of their streams."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        streams = {name for name in _STREAMS if data.find(name.encode("utf-16-le")) >= 0}
    if "EncryptedPackage" in streams:
        return Kind("unknown", "The Word or Excel file is encrypted: save a copy without a password.")
    if "WordDocument" in streams:
        return Kind("word")
    if streams & {"Workbook", "Book"}:
        return Kind("excel")
    return Kind("unknown", "The file is an old Office container without a known document in it: look at it.")


_STREAMS = ("EncryptedPackage", "WordDocument", "Workbook", "Book")


def _text_kind(head: bytes) -> Kind:
    if b"Excel.Sheet" in head[:1024] and head.lstrip(b"\xef\xbb\xbf\r\n ").startswith(b"<?xml"):
        return Kind("unknown", "The file is an XML spreadsheet of Excel 2003: open it and save it as .xlsx.")
    if _MHTML.match(head[:4096]) and re.search(rb"content-type:\s*text/html", head, re.IGNORECASE):
        return Kind("html")
    opening = _OPENING.match(head)
    if _HTML.match(head[opening.end() if opening else 0 :]) or re.search(rb"<html\b", head[:4096], re.IGNORECASE):
        return Kind("html")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = head.decode("utf-16", errors="replace")
        return Kind("html") if re.search(r"<html\b", wide[:4096], re.IGNORECASE) else Kind("text")
    if not head.strip(b"\x00"):
        return Kind("unknown", "The file holds only zero bytes: the download did not finish; fetch it again.")
    if _is_text(head):
        return Kind("text")
    return Kind("unknown", "The file is of no kind that can be read (PDF, Word, Excel, web page or text): look at it.")


def _is_text(head: bytes) -> bool:
    """Whether bytes read as UTF-8 or GB18030 without control characters; a byte in two hundred may be broken."""
    few = len(head) // BROKEN
    if head.count(0) > few or sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b" for byte in head) > 2 * few:
        return False
    broken = (head.decode(encoding, errors="replace").count("\ufffd") for encoding in ("utf-8", "gb18030"))
    return min(broken) <= few + 1  # a character may be cut at the end
