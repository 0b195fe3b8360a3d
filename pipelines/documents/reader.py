"""The front door: any file in, a `Document` out. What is wrong with a file is never raised: it becomes a status."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from pipelines.documents.model import Document, Format, Grid, Paragraph
from pipelines.documents.sniff import Kind, kind_of

log = logging.getLogger(__name__)

MAX_BYTES = 500_000_000
PAGE_OF_A_REPORT = 600  # characters: a web page with less text than this and no table is a notice, not a report
# One reader a format; imported only when a file needs it.
_READERS: dict[Format, tuple[str, str]] = {
    "pdf": ("pipelines.documents.pdf", "read_pdf"),
    "word": ("pipelines.documents.word", "read_word"),
    "html": ("pipelines.documents.html", "read_html"),
    "excel": ("pipelines.documents.excel", "read_excel"),
    "text": ("pipelines.documents.text", "read_text"),
    "image": ("pipelines.documents.scan", "read_image"),
}
_OWN_SUFFIXES: dict[Format, frozenset[str]] = {
    "pdf": frozenset({".pdf"}),
    "word": frozenset({".docx", ".docm", ".dotx", ".doc", ".wps", ".rtf", ".odt"}),
    "excel": frozenset({".xlsx", ".xlsm", ".xls", ".et"}),
    "html": frozenset({".html", ".htm", ".mht", ".mhtml", ".shtml", ".xhtml", ".jsp", ".aspx", ".php"}),
    "text": frozenset({".txt", ".text", ".md", ".csv", ".tsv", ""}),
}


def sha256_of(path: Path) -> str:
    """The content hash that a report's version is known by, in hexadecimal; read in pieces. Raises OSError."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_document(path: Path, *, file_name: str | None = None, max_bytes: int = MAX_BYTES) -> Document:
    """Reads one file of any kind, by its content and not its name.

    Never raises for a bad file: `status` is `not_read` and `status_reason` a sentence that says what is wrong and what
    to do. `file_name` is what messages call the file (default: its own name). A file over
    `max_bytes` is hashed, not read.
    """
    path = Path(path)
    name = file_name or path.name
    try:
        size = path.stat().st_size
        sha256 = sha256_of(path)
        if size == 0:
            return _not_read(name, sha256, "unknown", "The file is empty (0 bytes): fetch it again from the publisher.")
        if size > max_bytes:
            return _not_read(name, sha256, "unknown", _too_large(size, max_bytes))
        kind = kind_of(path)
    except OSError as error:
        reason = f"The file cannot be opened ({error.strerror or error}): check that it exists and may be read."
        return _not_read(name, "", "unknown", reason)
    if kind.reason is not None:
        return _not_read(name, sha256, kind.format, kind.reason)
    return _checked_name(_read(path, name, sha256, kind), name)


def _read(path: Path, name: str, sha256: str, kind: Kind) -> Document:
    module, function = _READERS[kind.format]
    try:
        reader: Callable[[Path, str, str], Document] = getattr(import_module(module), function)
        return reader(path, name, sha256)
    except Exception as error:  # a bad report never stops the other reports
        log.warning("%s could not be read", name, exc_info=True)
        reason = (
            f"The file looks like {kind.format} but could not be read ({type(error).__name__}: {error}): open it in "
            "its own program and save it again, or fetch it again."
        )
        return _not_read(name, sha256, kind.format, reason)


def _checked_name(document: Document, name: str) -> Document:
    """Says so when the name promises another format; a short web page under such a name is an error page."""
    suffix = Path(name).suffix.lower()
    promised = next((fmt for fmt, suffixes in _OWN_SUFFIXES.items() if suffix in suffixes), None)
    if promised is None or promised == document.format or document.status == "not_read":
        return document
    if document.format in ("html", "text") and promised not in ("html", "text") and _is_notice(document):
        what = "a web page" if document.format == "html" else "a text"
        shown = _first_words(document)
        reason = f"The file is named {suffix} but is {what} that says “{shown}”: fetch the report again."
        return replace(document, pages=(), status="not_read", status_reason=reason)
    warning = f"{name}: named {suffix}, but its content is {document.format}; it was read as that."
    return replace(document, warnings=(*document.warnings, warning))


def _is_notice(document: Document) -> bool:
    blocks = [block for page in document.pages for block in page.blocks]
    if any(isinstance(block, Grid) and block.n_rows > 3 for block in blocks):
        return False
    return sum(len(block.text) for block in blocks if isinstance(block, Paragraph)) < PAGE_OF_A_REPORT


def _first_words(document: Document) -> str:
    text = " ".join(b.text for page in document.pages for b in page.blocks if isinstance(b, Paragraph))
    return " ".join(text.split())[:60] or "nothing"


def _too_large(size: int, max_bytes: int) -> str:
    return (
        f"The file has {size / 1e6:,.0f} MB, over the limit of {max_bytes / 1e6:,.0f} MB: no report is so large; look "
        "at it, and split or reduce it if it is one."
    )


def _not_read(name: str, sha256: str, fmt: Format, reason: str) -> Document:
    return Document(name, sha256, fmt, status="not_read", status_reason=reason)
