"""What arrived, by its first bytes. A small check of the fetcher's own: names and Content-Type headers lie.

It decides what is archived as a report and what is set aside; reading is the readers' business.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

HEAD = 65_536
_MARKS = (
    (b"%PDF-", ".pdf"),
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENDINGS = (".doc", ".xls", ".wps", ".et")
_ZIP_ENDINGS = (("word/", ".docx"), ("xl/", ".xlsx"), ("OFD.xml", ".ofd"), ("content.xml", ".odt"))
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|script|title|div)\b", re.IGNORECASE)
MAX_MEMBERS = 2000


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip archive, as listed; `name` is cleaned for reading, not for writing to."""

    name: str
    size: int


def ending_of(path: Path, named: str) -> str | None:
    """The ending that fits the bytes of `path`; `named` is what the publisher called it. None: of no known kind."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    for mark, ending in _MARKS:
        if head.startswith(mark):
            return ending
    suffix = Path(named).suffix.lower()
    if head.startswith(b"PK"):
        return _zip_ending(path)
    if head.startswith(_OLE):
        return suffix if suffix in _OLE_ENDINGS else _ole_ending(path)
    if _HTML.search(head.replace(b"\x00", b"")[:4096]):
        return ".html"
    return ".txt" if suffix == ".txt" and b"\x00" not in head else None


def _zip_ending(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    return next((ending for mark, ending in _ZIP_ENDINGS if any(n.startswith(mark) for n in names)), ".zip")


def _ole_ending(path: Path) -> str:
    data = path.read_bytes()
    return ".xls" if "Workbook".encode("utf-16-le") in data else ".doc"


def members_of(path: Path) -> tuple[Member, ...]:
    """The files in a zip archive, from its directory alone: nothing is unpacked. At most MAX_MEMBERS are listed."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ()
    return tuple(Member(_member_name(info), info.file_size) for info in files[:MAX_MEMBERS])


def _member_name(info: zipfile.ZipInfo) -> str:
    """Programs on Chinese Windows write names in GBK without saying so; zipfile then takes them for code page 437."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[:300]
