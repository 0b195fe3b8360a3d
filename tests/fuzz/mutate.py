"""Damaged files, the same for the same seed: bytes flipped, cut, doubled, swapped; and parts inside office packages."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from copy import deepcopy
from random import Random

from lxml import etree

BOUNDARY = (
    b"\x00",
    b"\xff",
    b"0",
    b"-1",
    b"99999999999",
    b"1e309",
    b"<",
    b">",
    b"]]>",
    b"&",
    b"\r\n" * 50,
    b"\t" * 300,
)
VALUES = (
    "",
    "0",
    "-1",
    "1",
    "3",
    "70000",
    "2147483648",
    "1e9",
    "A1:XFD1048576",
    "ZZZ9",
    "restart",
    "\u3000",
    "1,2.3.4",
    "万元",
)
SPANNED = ("td", "th", "table")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def damaged(content: bytes, random: Random) -> bytes:
    """One to six small disasters, at random places."""
    for _ in range(random.randint(1, 6)):
        content = random.choice((flipped, cut, doubled, swapped, replaced, dropped, numbered))(content, random)
    return content


def flipped(content: bytes, random: Random) -> bytes:
    made = bytearray(content)
    for _ in range(random.choice((1, 5, 60)) if made else 0):
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)
    return bytes(made)


def cut(content: bytes, random: Random) -> bytes:
    """Truncated: rarely short, so that something is left to read."""
    return content[: int(len(content) * random.choice((0.01, 0.3, 0.7, 0.95, 0.999)))]


def _chunk(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.choice((1, 16, 300, 5000)))


def doubled(content: bytes, random: Random) -> bytes:
    start, end = _chunk(content, random)
    return content[:end] + content[start:end] * random.choice((1, 3, 100)) + content[end:]


def dropped(content: bytes, random: Random) -> bytes:
    start, end = _chunk(content, random)
    return content[:start] + content[end:]


def swapped(content: bytes, random: Random) -> bytes:
    a, b = sorted((_chunk(content, random), _chunk(content, random)))
    if a[1] > b[0]:
        return content
    return content[: a[0]] + content[b[0] : b[1]] + content[a[1] : b[0]] + content[a[0] : a[1]] + content[b[1] :]


def replaced(content: bytes, random: Random) -> bytes:
    start, end = _chunk(content, random)
    return content[:start] + random.choice(BOUNDARY) + content[end:]


def numbered(content: bytes, random: Random) -> bytes:
    """Another number in place of one: lengths, offsets, counts, spans, sizes."""
    numbers = list(re.finditer(rb"\d+", content[:2_000_000]))
    if not numbers:
        return content
    hit = random.choice(numbers)
    other = random.choice((b"0", b"1", b"-7", b"65536", b"2147483648", b"1" + hit.group(), hit.group()[::-1]))
    return content[: hit.start()] + other + content[hit.end() :]


def damaged_package(content: bytes, random: Random) -> bytes:
    """A .docx or .xlsx whose package is whole and whose parts are not."""
    source = zipfile.ZipFile(io.BytesIO(content))
    names = source.namelist()
    victims = set(random.sample(names, k=min(len(names), random.randint(1, 2))))
    victims |= {n for n in names if random.random() < 0.7 and re.search(r"document\.xml$|sheet\d+\.xml$", n)}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in names:
            if name in victims and random.random() < 0.05:
                continue
            content = source.read(name)
            if name in victims:
                content = reshaped(content, random) if random.random() < 0.8 else damaged(content, random)
            target.writestr(name, content)
    return made.getvalue()


def reshaped(content: bytes, random: Random) -> bytes:
    """XML or HTML that is well formed and makes no sense: elements moved, doubled, nested, their values exchanged."""
    parser = etree.XMLParser(recover=True) if content.lstrip().startswith(b"<?xml") else etree.HTMLParser()
    root = etree.fromstring(content, parser)
    if root is None:
        return content
    for _ in range(random.choice((1, 3, 10, 40))):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        element, other = random.choice(elements), random.choice(elements)
        action = random.randrange(6)
        if action == 0 and element is not root:
            element.getparent().remove(element)
        elif action == 1 and element is not root:
            element.addnext(deepcopy(element))
        elif action == 2 and len(element) < 40:
            other.append(deepcopy(element))
        elif action == 3 and element.attrib:
            element.set(random.choice(list(element.attrib)), random.choice(VALUES))
        elif action == 4:
            element.text = random.choice(VALUES)
        elif element.tag in SPANNED:
            element.set(random.choice(("rowspan", "colspan")), random.choice(VALUES))
    return etree.tostring(root, encoding="utf-8")


def damaged_streams(content: bytes, random: Random) -> bytes:
    """A PDF whose drawing is damaged inside its compressed streams; offsets are left wrong, and pdfium repairs them."""

    def again(match: re.Match[bytes]) -> bytes:
        try:
            plain = zlib.decompress(match[1])
        except zlib.error:
            return match[0]
        if random.random() > 0.3:
            return match[0]
        return b"stream\n" + zlib.compress(damaged(plain, random)) + b"\nendstream"

    return STREAM.sub(again, content)
