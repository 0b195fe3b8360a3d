"""Which reports a publisher shows: its lists, page by page, and the articles in them. Downloads no file.

Lists are newest first. Where a list was once walked to its end with nothing left over, the walk stops at the first
page on which everything is known; otherwise it goes to the end again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urljoin, urlsplit

from pipelines.sources.client import Answer, Client
from pipelines.sources.errors import Refused, Unavailable
from pipelines.sources.index import Index
from pipelines.sources.names import report_title, year_in
from pipelines.sources.pages import Link, Page, date_in, read_page
from pipelines.sources.registry import ListPages, Source

GIVE_UP_AFTER = 3  # failures of a host one after another
# What a title says a report is; the first that matches. A guess for the listing: the report itself decides.
KINDS = (("performance", re.compile("绩效")), ("final_account", re.compile("决算")), ("budget", re.compile("预算")))
_DOCUMENT = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True)
class Found:
    """One file, or one page that is a report itself."""

    source: str
    url: str
    title: str
    page_url: str
    page_title: str
    published_on: date | None
    kind: str | None
    fiscal_year: int | None
    is_page: bool = False
    page: Answer | None = field(default=None, repr=False, compare=False)  # of a page: as it came
    digest: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Article:
    """One entry of a list and what it offers, in order."""

    url: str
    title: str
    found: tuple[Found, ...]
    is_list: bool = False  # it leads to further articles, and more may come


@dataclass(frozen=True, slots=True)
class Trouble:
    """An address that could not be had, and why. `temporary`: the next refresh may have more luck."""

    url: str
    message: str
    temporary: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier refreshes dealt with."""

    pages: Mapping[str, date] = field(
        default_factory=dict
    )  # article → when it was first dealt with; lists inside lists: always now
    lists: frozenset[str] = frozenset()  # lists that were walked to their end
    recheck_from: date | None = None  # articles dealt with before are not looked at again; None: all are

    def skips(self, url: str) -> bool:
        return self.recheck_from is not None and url in self.pages and self.pages[url] < self.recheck_from


@dataclass
class Discovery:
    """What one source shows."""

    articles: list[Article] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    lists: dict[str, bool] = field(default_factory=dict)  # list → walked without a temporary failure
    pages_read: int = 0

    @property
    def found(self) -> list[Found]:
        return [found for article in self.articles for found in article.found]


def known_from(index: Index, source: Source, *, full: bool = False, today: date | None = None) -> Known:
    """What the archive's index knows; `full`: look at everything again."""
    if full:
        return Known()
    since = (today or datetime.now(UTC).date()) - timedelta(days=source.recheck_days)
    pages = {
        url: date.max if event.get("list") else datetime.fromisoformat(event["at"]).date()
        for url, event in index.pages.items()
    }
    return Known(pages, frozenset(url for url, complete in index.listed.items() if complete), since)


def discover(source: Source, client: Client, known: Known | None = None) -> Discovery:
    """Walk the lists of `source`. A page that cannot be had is a trouble and does not stop the walk."""
    walk = _Walk(source, client, known or Known())
    for pages in source.lists:
        walk.walk_list(pages)
    return walk.discovery


class _Walk:
    def __init__(self, source: Source, client: Client, known: Known) -> None:
        self.source, self.client, self.known = source, client, known
        self.discovery = Discovery()
        self._seen: set[str] = set()
        self._failures = 0
        self._wanted = re.compile(source.links)
        self._unwanted = re.compile(source.exclude) if source.exclude else None
        self._attachment = re.compile(source.attachments, re.IGNORECASE)

    def walk_list(self, pages: ListPages) -> None:
        before = sum(trouble.temporary for trouble in self.discovery.troubles)
        for page in self._pages_of(pages):
            links = self._wanted_links(page)
            known_here = bool(links) and all(link.url in self.known.pages for link in links)
            for link in links:
                self._article(link, self.source.depth)
            if known_here and pages.url in self.known.lists:
                break
        after = sum(trouble.temporary for trouble in self.discovery.troubles)
        self.discovery.lists[pages.url] = before == after

    def _pages_of(self, pages: ListPages) -> Iterator[Page]:
        """The pages of one list. Ends where there is no next page, or one that repeats what was there."""
        url, shown, ahead = pages.url, set[str](), list[str]()
        for number in range(self.source.max_list_pages):
            answer = self._get(url, optional=number > 0)
            if answer is None:
                return
            page = self._read(answer)
            links = {link.url for link in page.links}
            if number and links <= shown:
                return
            shown |= links
            yield page
            if pages.next:
                url = urljoin(pages.url, pages.next.replace("{page}", str(pages.second + number)))
            else:
                ahead += [further for further in page.next_urls if further not in ahead]
                waiting = [further for further in ahead if further not in self._seen]
                if not waiting:
                    return
                url = waiting[0]
        self._trouble(url, f"{pages.url} has more than {self.source.max_list_pages} pages: raise max_list_pages", True)

    def _wanted_links(self, page: Page) -> list[Link]:
        return [
            link
            for link in page.links
            if self._wanted.search(link.text) and not (self._unwanted and self._unwanted.search(link.text))
        ]

    def _article(self, link: Link, depth: int) -> None:
        if link.url in self._seen or self.known.skips(link.url):
            return
        if len(self.discovery.articles) >= self.source.max_articles:
            self._trouble(link.url, f"more than {self.source.max_articles} articles: raise max_articles", True)
            return
        if self._is_attachment(link):
            self._seen.add(link.url)
            self._add(link.url, link.text, [self._found(link, link.url, "", date_in(link.near))])
            return
        answer = self._get(link.url)
        if answer is None:
            return
        if answer.content.lstrip()[:5].startswith(_DOCUMENT):  # a document at an address that does not look like one
            self._add(link.url, link.text, [self._found(link, link.url, "", date_in(link.near))])
            return
        self._read_article(link, answer, depth)

    def _read_article(self, link: Link, answer: Answer, depth: int) -> None:
        page = self._read(answer)
        title = max(link.text, page.title if self._wanted.search(page.title) else "", key=len)
        published_on = page.published_on or date_in(link.near)
        attached = [a for a in page.links if self._is_attachment(a) and a.url != link.url]
        found = [self._found(a, link.url, title, published_on) for a in attached]
        if page.carries_report:
            kind, year = _kind(title), _year(title, _kind(title), published_on)
            whole = Found(
                self.source.id, link.url, title, link.url, title, published_on, kind, year, True, answer, page.digest
            )
            found.append(whole)
        inner = self._wanted_links(page) if depth > 1 and not found else []
        if not found and not inner:
            self._trouble(
                link.url, f"{link.url[:200]}: {title[:60]}: nothing here that can be fetched; look at it", False
            )
        self._add(link.url, title, found, is_list=bool(inner))
        for further in inner:
            self._article(further, depth - 1)

    def _found(self, link: Link, page_url: str, page_title: str, published_on: date | None) -> Found:
        title = report_title(link.text, page_title, link.url)
        kind = _kind(title) or _kind(page_title)
        year = year_in(title) or year_in(page_title) or _year(title, kind, published_on)
        return Found(self.source.id, link.url, title, page_url, page_title, published_on, kind, year)

    def _add(self, url: str, title: str, found: list[Found], *, is_list: bool = False) -> None:
        self.discovery.articles.append(Article(url, title, tuple(found), is_list))

    def _is_attachment(self, link: Link) -> bool:
        parts = urlsplit(link.url)  # without the host: www.doc.gov.cn is none
        if self._unwanted and self._unwanted.search(link.text):
            return False
        return any(self._attachment.search(text) for text in (unquote(parts.path), unquote(parts.query), link.text))

    def _read(self, answer: Answer) -> Page:
        said = answer.headers.get("content-type", "")
        return read_page(answer.content, answer.url, content_type=said, charset=self.source.charset)

    def _get(self, url: str, *, optional: bool = False) -> Answer | None:
        """A page; None where it cannot be had. `optional`: that it is not there is the end of a list, no trouble."""
        self._seen.add(url)
        if self._failures >= GIVE_UP_AFTER:
            self._trouble(url, f"not asked: {GIVE_UP_AFTER} requests before it failed", True)
            return None
        try:
            answer = self.client.page(url)
        except Refused as error:
            if not (optional and error.reason == "not_there"):
                self._trouble(url, str(error), False)
            return None
        except Unavailable as error:
            self._failures += 1
            self._trouble(url, str(error), True)
            return None
        self._failures = 0
        self.discovery.pages_read += 1
        return answer

    def _trouble(self, url: str, message: str, temporary: bool) -> None:
        self.discovery.troubles.append(Trouble(url, message, temporary))


def _kind(title: str) -> str | None:
    return next((kind for kind, pattern in KINDS if pattern.search(title)), None)


def _year(title: str, kind: str | None, published_on: date | None) -> int | None:
    """The fiscal year of the title; else by the custom that budgets are published in their year, accounts after it."""
    if (year := year_in(title)) or published_on is None or kind is None:
        return year
    return published_on.year if kind == "budget" else published_on.year - 1
