"""Asking one publisher politely: robots.txt, pace, retries, redirects inside its hosts, limits of size and time.

Every request, also one for robots.txt and one after a redirect, goes through `_answers`, which is the only place that
talks to the network.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from protego import Protego
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipelines.sources.addresses import check_url
from pipelines.sources.errors import Busy, Refused, Unavailable
from pipelines.sources.politeness import Pacer, retry_after
from pipelines.sources.registry import Source
from pipelines.sources.transport import GuardedTransport

MAX_REDIRECTS = 8  # some portals set a cookie on the way and send one back to the same address
ROBOTS_BYTES = 512 << 10  # RFC 9309, 2.5: at least 500 kB must be read
BUSY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE_STATUSES = frozenset({404, 410})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_ROBOTS = ("not_there", "denied", "foreign_host")  # RFC 9309, 2.3.1.3: then there are no rules
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came. `status` is 200, or 304 where the page is as it was."""

    url: str  # after redirects
    status: int
    headers: Mapping[str, str]
    content: bytes


class Client:
    """Requests to one source. A context manager; not for several threads."""

    def __init__(self, source: Source, *, pacer: Pacer | None = None) -> None:
        self.source = source
        self._pacer = pacer or Pacer()
        self._robots: dict[str, Protego] = {}
        self._no_robots: dict[str, Unavailable] = {}
        self._http = httpx.Client(
            transport=GuardedTransport(allow_private=source.allow_private),
            headers={"User-Agent": source.user_agent, "Accept-Encoding": "identity", "Accept-Language": "zh-CN,zh"},
            timeout=source.timeout_s,
            trust_env=False,  # no proxy and no passwords from the environment
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def page(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """A page, whole, with retries. Raises Refused or Unavailable."""
        limit = int(self.source.max_page_mb * 2**20)
        return self.retrying(lambda: self._read(url, headers or {}, limit))

    def retrying(self, try_once: Callable[[], T]) -> T:
        """What `try_once` gives; after Busy it is called again, later and later. Raises Unavailable in the end."""
        tries = Retrying(
            retry=retry_if_exception_type(Busy),
            stop=stop_after_attempt(self.source.attempts),
            wait=self._pause,
            sleep=self._pacer.sleep,
            reraise=True,
        )
        try:
            return tries(try_once)
        except Busy as error:
            raise Unavailable(f"{error}; tried {self.source.attempts} times") from error

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_s if isinstance(error, Busy) else None
        if asked is not None:
            return asked
        return wait_random_exponential(multiplier=self.source.backoff_s, max=60)(state)

    @contextmanager
    def answers(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """One answer whose body is still to be read; redirects are followed, each address checked as the first was.

        Gives answers of 200, 206, 304 and 416. Raises Refused, Unavailable, or Busy for one more try.
        """
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url)
            with self._answers(url, headers) as response:
                if response.status_code not in REDIRECTS or "location" not in response.headers:
                    self._judge(response, url)
                    yield response
                    return
                url = str(response.url.join(response.headers["location"]).copy_with(fragment=None))
        raise Refused("redirects", f"{url[:200]}: redirected more than {MAX_REDIRECTS} times, in a circle or nearly so")

    def _check(self, url: str) -> None:
        check_url(url, self.source.allowed_hosts)
        if not self._rules(url).can_fetch(url, self.source.user_agent):
            raise Refused("robots", f"{url[:200]}: the publisher's robots.txt asks not to fetch it")

    @contextmanager
    def _answers(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """One request at the host's pace. Transport errors, also while the body is read, become Busy."""
        host = urlsplit(url).netloc.lower()
        self._pacer.wait(host, self._interval(url))
        try:
            with self._http.stream("GET", url, headers=dict(headers), follow_redirects=False) as response:
                yield response
        except httpx.InvalidURL as error:
            raise Refused("bad_address", f"{url[:200]} is no address: {error}") from error
        except httpx.TransportError as error:
            what = "no answer in time" if isinstance(error, httpx.TimeoutException) else "the connection failed"
            raise Busy(f"{url[:200]}: {what} ({type(error).__name__}: {error})") from error

    def _judge(self, response: httpx.Response, url: str) -> None:
        status = response.status_code
        if status in BUSY_STATUSES:
            raise self._busy(response, url)
        if status in GONE_STATUSES:
            raise Refused("not_there", f"{url[:200]}: the publisher has no such page (HTTP {status})")
        if status in (200, 206, 304, 416):
            return
        raise Refused("denied", f"{url[:200]}: the publisher answers HTTP {status}; look at it in a browser")

    def _busy(self, response: httpx.Response, url: str) -> Exception:
        status, wait_s = response.status_code, retry_after(response.headers.get("retry-after"))
        if wait_s is None:
            return Busy(f"{url[:200]}: HTTP {status}")
        if wait_s > self.source.max_wait_s:
            return Unavailable(f"{url[:200]}: HTTP {status}, come back in {wait_s:.0f} s; the next refresh does")
        self._pacer.hold(urlsplit(url).netloc.lower(), wait_s)
        return Busy(f"{url[:200]}: HTTP {status}", wait_s)

    def _read(self, url: str, headers: Mapping[str, str], limit: int) -> Answer:
        with self.answers(url, headers) as response:
            content = b"".join(limited(response, limit, self.source.max_file_minutes * 60))
            return Answer(str(response.url), response.status_code, response.headers, content)

    def _interval(self, url: str) -> float:
        """Seconds between requests: the source's, or the host's Crawl-delay where that is longer."""
        rules = self._robots.get(_origin(url))
        asked = rules.crawl_delay(self.source.user_agent) if rules else None
        if asked is not None and asked > self.source.max_wait_s:
            raise Unavailable(f"{_origin(url)} asks for {asked:.0f} s between requests: too slow to be read by itself")
        return max(self.source.seconds_between_requests, asked or 0.0)

    def _rules(self, url: str) -> Protego:
        """The host's robots.txt, read once. RFC 9309: none there allows all, one that cannot be had forbids all."""
        origin = _origin(url)
        if origin in self._no_robots:
            raise self._no_robots[origin]
        if origin not in self._robots:
            try:
                text = self.retrying(lambda: self._robots_text(f"{origin}/robots.txt"))
            except Refused as error:
                if error.reason not in NO_ROBOTS:
                    raise
                text = ""
            except Unavailable as error:
                said = f"{origin}/robots.txt cannot be had, so nothing there is fetched: {error}"
                self._no_robots[origin] = Unavailable(said)
                raise self._no_robots[origin] from error
            self._robots[origin] = Protego.parse(text)
        return self._robots[origin]

    def _robots_text(self, url: str) -> str:
        for _ in range(6):  # RFC 9309, 2.3.1.2: at least five redirects
            check_url(url, self.source.allowed_hosts)
            with self._answers(url, {}) as response:
                if response.status_code in REDIRECTS and "location" in response.headers:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                self._judge(response, url)
                return b"".join(limited(response, ROBOTS_BYTES, 60, cut=True)).decode("utf-8", errors="replace")
        return ""


def limited(response: httpx.Response, limit: int, seconds: float, *, cut: bool = False) -> Iterator[bytes]:
    """The body in pieces. Beyond `limit` bytes: Refused, or the end with `cut`. Slower than `seconds` in all: Busy."""
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit and not cut:
        raise Refused("too_large", f"{response.url}: {int(announced) >> 20} MB, and the limit is {limit >> 20} MB")
    ends, size = time.monotonic() + seconds, 0
    for piece in response.iter_bytes(64 << 10):
        size += len(piece)
        if size > limit:
            if cut:
                return
            raise Refused("too_large", f"{response.url}: more than the limit of {limit >> 20} MB")
        if time.monotonic() > ends:
            raise Busy(f"{response.url}: not whole after {seconds:.0f} s")
        yield piece


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
