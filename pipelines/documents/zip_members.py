"""Reading members of a .docx or .xlsx without being blown up by one: sizes are checked before and while unpacking."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from lxml import etree

MAX_UNPACKED = 300 << 20  # bytes, all members together
MAX_RATIO = 200  # unpacked : packed; ordinary office files stay below 60
RATIO_MATTERS_FROM = 20 << 20  # small members of blanks compress very well and do no harm


class UnsafePackage(Exception):
    """The package must not be unpacked; the message is a sentence for the catalogue."""


def check_package(path: Path) -> None:
    """Raise UnsafePackage for a file that is no zip archive, is encrypted, or would unpack to something enormous."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise UnsafePackage(f"the file is damaged ({error}): fetch the report again") from error
    if any(m.flag_bits & 1 for m in members):
        raise UnsafePackage("the file is protected by a password: ask the publisher for an open one")
    unpacked = sum(m.file_size for m in members)
    packed = max(sum(m.compress_size for m in members), 1)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_RATIO):
        raise UnsafePackage(f"the file would unpack to {unpacked >> 20} MB and was not opened: look at it by hand")


def read_xml(package: zipfile.ZipFile, name: str) -> etree._Element:
    """The root of an XML member, without entities and network. Raises UnsafePackage when it cannot be had."""
    try:
        with package.open(name) as member:
            content = member.read(MAX_UNPACKED + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise UnsafePackage(f"the part {name} of the file is missing or damaged: fetch the report again") from error
    if len(content) > MAX_UNPACKED:
        raise UnsafePackage(f"the part {name} of the file is larger than it says and was not read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafePackage(f"the part {name} of the file is no proper XML: fetch the report again") from error
