"""File names and folders in the archive, made from titles that anybody may have written."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

MAX_NAME = 180  # bytes in UTF-8; the sidecar's `.yml`, `.v12` and a hash must still fit into 255
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d|199\d)\s*(?:年度?|财年|$|(?=[^\d.\-]))")
# Words that say nothing of a file by themselves: then the article's title is put before them.
_WEAK = re.compile(
    r"^(附件|附表|附|下载|点击下载|点击查看|查看|文件|正文|全文|原文|公开表?)?[\s\d一二三四五六七八九十()（）:：.、\-_]*$"
)
# Windows keeps these for devices; the archive may be copied there.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(title: str, ending: str) -> str:
    """A file name of `title` with `ending`: one path part, no control characters, not hidden, not too long."""
    text = unicodedata.normalize("NFC", title)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", text)).strip(" .~_$")
    if not text or _DEVICES.match(text):
        text = f"report {text}".strip()
    return _cut(text, MAX_NAME - len(ending.encode())) + ending


def report_title(text: str, page_title: str, url: str) -> str:
    """What to call an attachment: its link's text, with the article's title where the text alone says nothing."""
    text = _ENDING.sub("", text.strip())
    if _WEAK.match(text):
        shown = f"{page_title} {text}".strip() if page_title else _ENDING.sub("", name_in(url))
        return shown or "report"
    if page_title and not year_in(text) and year_in(page_title):
        return f"{page_title} {text}"
    return text


def name_in(url: str) -> str:
    """The last part of a URL's path, decoded; '' where there is none."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def year_in(title: str) -> int | None:
    """The fiscal year that a title names: 2024年度部门决算 → 2024. The first one, None if there is none."""
    found = _YEAR.search(unicodedata.normalize("NFKC", title))
    return int(found.group(1)) if found else None


def numbered(name: str, mark: str) -> str:
    """`name` with a mark before its ending: a.pdf, v2 → a.v2.pdf."""
    stem, ending = _split(name)
    return f"{stem}.{mark}{ending}"


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _split(name: str) -> tuple[str, str]:
    found = _ENDING.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of UTF-8; what was cut is told apart by a hash."""
    if len(text.encode()) <= size:
        return text
    kept = text.encode()[: size - 9].decode("utf-8", errors="ignore").rstrip(" .")
    return f"{kept}-{short_hash(text)}"
