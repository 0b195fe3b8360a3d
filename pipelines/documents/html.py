"""Web pages (.html, .mht) → `Document`: visible text as paragraphs, data tables as grids with their merged cells.

Tables that only lay out the page are looked through. Nothing is fetched, no script is run, no entity is resolved.
"""

from __future__ import annotations

import email
import re
from pathlib import Path

import lxml.html
from lxml import etree

from pipelines.documents.encoding import Encoding, choose_encoding
from pipelines.documents.html_blocks import read_page
from pipelines.documents.model import Block, Document, Grid, Page, Paragraph

MAX_BYTES = 60 << 20
# Below this many visible characters and without a table a page says nothing.
FEW_CHARACTERS = 20
# An error message may come in the site's frame; reports are longer.
ERROR_PAGE_CHARACTERS = 1500

_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_ERROR_WORDS = re.compile(
    r"(?:^|\b|错误)\s*(?:40[0-9]|410|50[0-4])\s*(?:$|[-—:：|]|错误|页面|error|not found|forbidden|bad|internal|service)"
    r"|not found|access denied|forbidden|bad gateway|service (?:temporarily )?unavailable"
    r"|(?:页面|网页|文件|资源|内容)(?:找不到|不存在|未找到|已删除|无法访问|走丢)|(?:找不到|没有找到|无法找到|无法显示)[^。]{0,12}(?:页面|网页|文件)"
    r"|访问(?:被拒绝|受限|过于频繁|出错)|禁止访问|请开启\s*javascript|安全验证|人机验证",
    re.IGNORECASE,
)


def _page_of_archive(content: bytes) -> tuple[bytes, str | None]:
    """The page in a web archive (.mht, as Word and browsers save one; often named .doc), with its stated encoding."""
    if content[:4096].lstrip()[:1] == b"<" or not re.search(rb"^mime-version:", content[:4096], re.I | re.M):
        return content, None
    for part in email.message_from_bytes(content.lstrip()).walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            return (page, part.get_content_charset()) if isinstance(page, bytes) else (b"", None)
    return b"", None


def read_html(path: Path, file_name: str, sha256: str) -> Document:
    """One web page as a document of a single page without a number; `source_line` is the line of the source.

    Never raises for bad content: `not_read` for error pages, pages without visible text, files that are no text, and
    files above 60 MB.
    """

    def refused(reason: str) -> Document:
        return Document(file_name, sha256, "html", status="not_read", status_reason=reason)

    try:
        if path.stat().st_size > MAX_BYTES:
            return refused(f"a web page of more than {MAX_BYTES >> 20} MB is not read: look at what it really is")
        content = path.read_bytes()
    except OSError as error:
        return refused(f"the file could not be opened ({error.strerror or error}): check that it is there")
    content, charset = _page_of_archive(content)
    declared = _META_CHARSET.search(content[:8192])
    encoding = choose_encoding(content, charset or (declared.group(1).decode("ascii") if declared else None))
    if encoding is None:
        return refused("the file is no web page and no text: look at what it really is")
    text = content.decode(encoding.name, errors="replace")
    root = _parsed(text)
    if root is None:
        return refused("the web page is empty: fetch the report again")
    title, blocks, warnings = read_page(root)
    if reason := _why_not_a_report(title, blocks):
        return refused(reason)
    if title and not _repeats(title, blocks):
        blocks.insert(0, Paragraph(title))
    return Document(
        file_name,
        sha256,
        "html",
        pages=(Page(tuple(blocks)),),
        warnings=(*_encoding_warnings(encoding, text), *warnings),
    )


def _parsed(text: str) -> etree._Element | None:
    """The tree of a page; deep nesting (unclosed tags of old editors) is allowed only where it is needed."""
    for huge in (False, True):
        parser = lxml.html.HTMLParser(
            encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=huge
        )
        try:
            root = lxml.html.document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            return None
        if not any("depth" in entry.message.lower() for entry in parser.error_log):
            break
    return root


def _why_not_a_report(title: str, blocks: list[Block]) -> str | None:
    """A sentence if the page is an error page or says nothing, else None."""
    if any(isinstance(b, Grid) for b in blocks):
        return None
    text = "\n".join(b.text for b in blocks if isinstance(b, Paragraph))
    characters = len("".join(text.split()))
    for said in (title, text):
        if characters < ERROR_PAGE_CHARACTERS and (found := _ERROR_WORDS.search(said)):
            line = next(x for x in said.split("\n") if found.group().split("\n")[0] in x)
            return f"an HTML error page ({line.strip()[:60]}): fetch the report again"
    if characters < FEW_CHARACTERS:
        return "an HTML error page or one that a script fills in (no visible text): fetch the report itself"
    return None


def _repeats(title: str, blocks: list[Block]) -> bool:
    """Whether the first lines of the page are its title."""
    first = [b.text for b in blocks[:3] if isinstance(b, Paragraph)]
    return title in first


def _encoding_warnings(encoding: Encoding, text: str) -> tuple[str, ...]:
    replaced = text.count("\ufffd")
    told = [f"the encoding was guessed as {encoding.name}"] if encoding.guessed else []
    if replaced:
        told.append(f"{replaced} characters do not fit the encoding {encoding.name} and were replaced by \ufffd")
    return tuple(told)
