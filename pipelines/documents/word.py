"""Word files (.docx; .doc, .rtf and .odt through LibreOffice when it is installed) → `Document`.

The XML of the main part is read directly: python-docx leaves out what stands in content controls (contents pages,
forms filled in by others), in text boxes and in insertions under revision, and cannot open files in the strict
variant. Headers, footers, notes, deleted and hidden text are not read. Word's automatic numbers are not in the file.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from pathlib import Path

from pipelines.documents.model import Document, Page
from pipelines.documents.word_xml import read_body
from pipelines.documents.zip_members import UnsafePackage, check_package, read_xml

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CONVERT_SECONDS = 120
_FILTERS = ((OLE, ".doc", "MS Word 97"), (b"{\\rtf", ".rtf", "Rich Text Format"), (b"PK", ".odt", "writer8"))


def read_word(path: Path, file_name: str, sha256: str) -> Document:
    """One Word file as a document of a single page without a number.

    `source_line` is the 1-based number of the block in the body (a table counts once, its cells share its number).
    Never raises for bad content: `not_read` with a reason for damaged, locked, oversized and empty files, and for
    .doc files where LibreOffice is missing or fails.
    """

    def refused(reason: str) -> Document:
        return Document(file_name, sha256, "word", status="not_read", status_reason=reason)

    try:
        with path.open("rb") as file:
            head = file.read(8)
        if head.startswith(b"PK") and not _is_opendocument(path):
            return _read_docx(path, file_name, sha256)
        if head == OLE or head.startswith((b"PK", b"{\\rtf")):
            with tempfile.TemporaryDirectory(prefix="juesuan-word-") as folder:
                return _read_docx(_converted(path, Path(folder)), file_name, sha256)
    except UnsafePackage as error:
        return refused(str(error))
    except OSError as error:
        return refused(f"the file could not be opened ({error.strerror or error}): check that it is there")
    return refused("the file is not a Word file: look at what it really is")


def _read_docx(path: Path, file_name: str, sha256: str) -> Document:
    check_package(path)
    with zipfile.ZipFile(path) as package:
        body = read_body(read_xml(package, _main_part(package)))
    if not body.blocks:
        raise UnsafePackage("the file holds no text (perhaps only pictures): fetch another version")
    return Document(file_name, sha256, "word", pages=(Page(tuple(body.blocks)),), warnings=tuple(body.warnings()))


def _main_part(package: zipfile.ZipFile) -> str:
    """The part that the package names as its document; `word/document.xml` in nearly every file."""
    if "_rels/.rels" in package.namelist():
        for relation in read_xml(package, "_rels/.rels"):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _converted(path: Path, folder: Path) -> Path:
    """The .docx that LibreOffice makes of an older Word file. Raises UnsafePackage with what to do."""
    if _is_encrypted(path):
        raise UnsafePackage("the file is protected by a password: ask the publisher for an open one")
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        raise UnsafePackage("old Word files, RTF and OpenDocument need LibreOffice: install it, or save it as .docx")
    with path.open("rb") as file:
        head = file.read(8)
    # the filter is stated: else LibreOffice guesses, and reads a broken file as text
    ending, reads = next((e, f) for mark, e, f in _FILTERS if head.startswith(mark))
    source = folder / f"report{ending}"
    shutil.copyfile(path, source)
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",  # its own profile: several may run side by side
        "--headless",
        "--norestore",
        f"--infilter={reads}",
        "--convert-to",
        "docx",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    # A session of its own: on a timeout the office's child process must end as well.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(timeout=CONVERT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise UnsafePackage(f"LibreOffice did not convert the file in {CONVERT_SECONDS} s: save it as .docx") from None
    target = folder / "out" / "report.docx"
    if not target.exists():
        raise UnsafePackage("LibreOffice could not convert the file: open it by hand and save it as .docx")
    return target


def _is_opendocument(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    if "content.xml" not in names or any(name.startswith("word/") for name in names):
        return False
    check_package(path)
    return True


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return ENCRYPTED in file.read(64 << 20)
