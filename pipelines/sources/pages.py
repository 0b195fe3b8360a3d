"""Web pages of portals as discovery needs them: title, date, links, what they carry themselves, the next list page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urldefrag, urljoin

from lxml import etree, html

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_DATE = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_URL_DATE = re.compile(r"[/t_](20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_NEXT = re.compile(r"^(下一?页|后一?页|下页|next|>|»|›)[\s>»›]*$", re.IGNORECASE)
# createPageHTML(12, 0, "index", "html"): a script of TRS portals that writes the numbers of the pages
_SCRIPTED = re.compile(
    r"createPageHTML\s*\(\s*[\"']?(\d+)[\"']?\s*,\s*\d+\s*,\s*[\"']([\w/-]+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
_NUMBER = re.compile(r"^[\s ]*-?[\d,]+(\.\d+)?\s*%?$")
# Lines that change from one visit to the next
_COUNTERS = re.compile(r"浏览|阅读|点击|访问|人次|今天是|现在是|当前时间|星期")
ARTICLE_NUMBERS = 10  # cells with a number that make a page a report itself …
ARTICLE_WORDS = 800  # … or so many characters of prose that speaks of 万元
_DATED = re.compile(r"发布|日期|时间")
MAX_LINKS = 5000
MAX_DATED = 50


@dataclass(frozen=True, slots=True)
class Link:
    """A link as shown: `text` is its title or its words, `near` the words around it (a list prints dates there)."""

    url: str
    text: str
    near: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page, read once."""

    url: str
    title: str
    published_on: date | None
    links: tuple[Link, ...]
    next_urls: tuple[str, ...]  # further pages of a list, in order, as far as this page tells
    carries_report: bool  # a data table, or long prose with amounts
    digest: str  # of its tables and paragraphs, without visit counters: what changes when the report changes


def read_page(content: bytes, url: str, *, content_type: str = "", charset: str | None = None) -> Page:
    """Read a page of any encoding. Never raises on bad HTML: an empty or broken page has no links."""
    text = decode(content, content_type, charset)
    root = _tree(text)
    if root is None:
        return Page(url, "", None, (), (), False, "")
    base = _base(root, url)
    links = tuple(_links(root, base))
    title = _title(root)
    return Page(
        url,
        title,
        _published_on(root, url),
        links,
        tuple(dict.fromkeys([*_next_links(root, base), *_scripted(text, url)])),
        _carries_report(root),
        _digest(root),
    )


def decode(content: bytes, content_type: str = "", charset: str | None = None) -> str:
    """Text of a page. What header, page and registry say is tried in turn, then UTF-8, then GB18030.

    Pages that say gb2312 hold characters beyond it, so all its kin are read as GB18030.
    """
    said = _HEADER_CHARSET.search(content_type)
    meta = _META_CHARSET.search(content[:4096])
    names = [said and said.group(1), meta and meta.group(1).decode("ascii"), charset, "utf-8-sig", "gb18030"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        names.insert(0, "utf-16")
    for name in names:
        if name:
            try:
                return content.decode("gb18030" if name.lower() in ("gb2312", "gbk", "cp936") else name)
            except (UnicodeDecodeError, LookupError):
                continue
    return content.decode("gb18030", errors="replace")


def date_in(text: str) -> date | None:
    """The first date printed in `text`: 2025-09-28, 2025年9月28日."""
    for year, month, day in _DATE.findall(unicodedata.normalize("NFKC", text)):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _tree(text: str) -> etree._Element | None:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    etree.strip_elements(root, "style", with_tail=False)
    return root


def _base(root: etree._Element, url: str) -> str:
    found = [element.get("href") for element in root.iter("base")]
    return urljoin(url, found[0].strip()) if found and found[0] else url


def _links(root: etree._Element, base: str) -> Iterator[Link]:
    """Links and embedded documents, in order, each address once with its longest text."""
    best: dict[str, Link] = {}
    for element in root.iter("a", "iframe", "embed", "object"):
        where = element.get("href") or element.get("src") or element.get("data")
        url = _absolute(base, where)
        if url is None:
            continue
        text = max((element.get("title") or "", _words(element)), key=len)
        old = best.get(url)
        if old is None or len(text) > len(old.text):
            best[url] = Link(url, text, _near(element))
        if len(best) >= MAX_LINKS:
            break
    yield from best.values()


def _absolute(base: str, where: str | None) -> str | None:
    if not where:
        return None
    try:
        url = urldefrag(urljoin(base, where.strip())).url
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def _words(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(str(part) for part in element.itertext())).strip()


def _near(element: etree._Element) -> str:
    """The words of the list item or table row around a link."""
    around = next(element.iterancestors("li", "tr", "dd", "p"), element.getparent())
    return _words(around)[:300] if around is not None else ""


def _meta(root: etree._Element, name: str) -> str:
    """One of the meta elements that government sites must have (政府网站发展指引): ArticleTitle, PubDate."""
    for element in root.iter("meta"):
        if (element.get("name") or "").lower() == name.lower():
            return re.sub(r"\s+", " ", element.get("content") or "").strip()
    return ""


def _title(root: etree._Element) -> str:
    headings = [_words(element) for element in root.iter("h1")]
    titles = [_words(element) for element in root.iter("title")]
    return next((text for text in (_meta(root, "ArticleTitle"), *headings, *titles) if text), "")[:300]


def _published_on(root: etree._Element, url: str) -> date | None:
    """The meta element's date; else one printed near 发布时间 or 日期; else one in the address (t20250928_)."""
    if found := date_in(_meta(root, "PubDate")):
        return found
    for element in islice(_dated(root), MAX_DATED):
        parent = element.getparent()
        if found := date_in(_words(element)[:200]) or date_in(_words(parent)[:200] if parent is not None else ""):
            return found
    in_url = _URL_DATE.search(url)
    return date_in("-".join(in_url.groups())) if in_url else None


def _dated(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter("span", "p", "td", "div", "li", "em", "i", "b", "font"):
        if element.text and _DATED.search(element.text):
            yield element


def _next_links(root: etree._Element, base: str) -> Iterator[str]:
    for element in root.iter("a"):
        if _NEXT.match(_words(element)) and (url := _absolute(base, element.get("href"))):
            yield url


def _scripted(text: str, url: str) -> Iterator[str]:
    if found := _SCRIPTED.search(text):
        count, name, ending = int(found[1]), found[2], found[3]
        yield from (urljoin(url, f"{name}_{number}.{ending}") for number in range(1, min(count, 1000)))


def _carries_report(root: etree._Element) -> bool:
    numbers = sum(bool(_NUMBER.match(_words(cell))) for cell in root.iter("td"))
    if numbers >= ARTICLE_NUMBERS:
        return True
    prose = "".join(_words(element) for element in root.iter("p"))
    return len(prose) >= ARTICLE_WORDS and "万元" in prose


def _digest(root: etree._Element) -> str:
    parts = [_words(element) for element in root.iter("td", "th", "p", "h1")]
    said = "\n".join(part for part in parts if part and not (len(part) < 80 and _COUNTERS.search(part)))
    return hashlib.sha256(said.encode()).hexdigest()
