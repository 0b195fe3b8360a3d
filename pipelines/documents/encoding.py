"""Which character encoding a published text or web page is in, and how sure we are.

Order: byte order mark; UTF-8 (strict); what the file declares (web pages); GB18030 (strict; it contains GBK and
GB2312); Big5 when the GB18030 reading is not plausible Chinese; then the one of these that leaves few broken bytes;
charset-normalizer last. Nothing here is raised for bad content: `choose_encoding` returns None for what is not text.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from charset_normalizer import from_bytes

CHUNK = 1 << 20
# Longer files are judged by their beginning; the rest is decoded with replacement marks, which are counted.
JUDGED_BYTES = 256 << 20
# More broken characters than this share: not that encoding.
TOLERATED_BROKEN = 0.005
# A GB18030 reading of real Chinese text is nearly all GB2312 characters; Big5 read as GB18030 is mostly rare ones.
PLAUSIBLE_COMMON = 0.7

# UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Encoding:
    """`name` for `open(encoding=…)`; `broken` says that some bytes do not fit it and will be replaced by �."""

    name: str
    broken: bool = False
    guessed: bool = False  # only charset-normalizer had an opinion


def choose_encoding(source: Path | bytes, declared: str | None = None) -> Encoding | None:
    """The encoding of a file or of bytes, or None if this is no text (NULs all over, no encoding fits).

    `declared` is what the file says of itself (`<meta charset>`); it is believed only if the bytes fit it.
    """
    head = next(_chunks(source), b"")
    for mark, name in MARKS:
        if head.startswith(mark):
            return Encoding(name, broken=_broken(source, name) > 0)
    if head.count(0) > len(head) // 1000:
        return None
    for name in filter(None, ("utf-8", _known(declared), "gb18030")):
        if _fits(source, name) and _plausible(head, name):
            return Encoding(name)
    if _fits(source, "big5hkscs") and _plausible(head, "big5hkscs"):
        return Encoding("big5hkscs")
    shares = sorted((_broken(source, name), name) for name in ("utf-8", "gb18030"))
    if shares[0][0] <= TOLERATED_BROKEN:
        return Encoding(shares[0][1], broken=True)
    best = from_bytes(head).best()
    return Encoding(best.encoding, broken=not _fits(source, best.encoding), guessed=True) if best else None


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    with source.open("rb") if isinstance(source, Path) else BytesIO(source) as file:
        read = 0
        while read < JUDGED_BYTES and (chunk := file.read(CHUNK)):
            read += len(chunk)
            yield chunk


def _fits(source: Path | bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    size = 0
    try:
        for chunk in _chunks(source):
            size += len(chunk)
            decoder.decode(chunk)
        decoder.decode(b"", final=size < JUDGED_BYTES)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def _broken(source: Path | bytes, name: str) -> float:
    """The share of characters that would have to be replaced."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    total = broken = 0
    for chunk in [*_chunks(source), None]:
        text = decoder.decode(chunk) if chunk is not None else decoder.decode(b"", final=True)
        total += len(text)
        broken += text.count("\ufffd")
    return broken / max(total, 1)


def _known(declared: str | None) -> str | None:
    """The codec of a declared name; GB2312 and GBK pages are read as GB18030, which contains both."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
    except LookupError:
        return None
    return "gb18030" if name in ("gb2312", "gbk", "hz") else name


def _plausible(head: bytes, name: str) -> bool:
    """UTF-8 proves itself; a double-byte reading must be made of everyday characters."""
    if name == "utf-8":
        return True
    sample = [c for c in head[: 64 << 10].decode(name, "ignore") if ord(c) > 0x7F]
    if not sample:
        return True
    everyday = "big5" if name.startswith("big5") else "gb2312"
    common = sum(1 for c in sample if c.isspace() or _encodable(c, everyday))
    return common / len(sample) >= PLAUSIBLE_COMMON


def _encodable(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
