"""Politeness and safety of single requests, against a server that is slow, busy, broken or hostile."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.sources.addresses import addresses_of, check_url, is_public
from pipelines.sources.archive import open_archive
from pipelines.sources.client import Client
from pipelines.sources.discover import Found
from pipelines.sources.errors import Refused, Unavailable
from pipelines.sources.fetch import Fetched, fetch
from pipelines.sources.politeness import Pacer, retry_after
from pipelines.sources.registry import Source
from tests.sources.pages import PDF
from tests.sources.portal import Portal, Reply, running_portal

Make = Callable[..., Source]
LONG = PDF + b"%" + b"x" * 300_000


def get(source: Source, url: str, raw: Path) -> Fetched:
    found = Found(source.id, url, "某市某局2024年度部门决算", url, "", None, "final_account", 2024)
    with open_archive(raw) as archive, Client(source) as client:
        return fetch(found, archive, client)


def test_a_cut_download_goes_on_where_it_stopped(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = [Reply(LONG, cut=200_000), Reply(LONG)]
    fetched = get(make_source(), f"{portal.url}/a.pdf", tmp_path)
    assert fetched.status == "new"
    assert (tmp_path / str(fetched.path)).read_bytes() == LONG
    asked = portal.asked_of("/a.pdf")
    assert len(asked) == 2 and asked[1]["range"].startswith("bytes=") and asked[1]["range"] != "bytes=0-"


def test_a_cut_download_goes_on_at_the_next_refresh(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = Reply(LONG, cut=200_000)
    assert get(make_source(attempts=1), f"{portal.url}/a.pdf", tmp_path).status == "failed"
    portal.pages["/a.pdf"] = Reply(LONG)
    fetched = get(make_source(), f"{portal.url}/a.pdf", tmp_path)
    assert (tmp_path / str(fetched.path)).read_bytes() == LONG and "range" in portal.asked_of("/a.pdf")[-1]


def test_a_file_that_changed_meanwhile_is_fetched_from_the_beginning(
    portal: Portal, make_source: Make, tmp_path: Path
) -> None:
    changed = PDF + b"%" + b"y" * 250_000
    portal.pages["/a.pdf"] = [Reply(LONG, cut=200_000), Reply(changed)]
    fetched = get(make_source(), f"{portal.url}/a.pdf", tmp_path)
    assert (tmp_path / str(fetched.path)).read_bytes() == changed


def test_without_a_validator_nothing_is_pieced_together(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = [Reply(LONG, cut=200_000, validators=False), Reply(LONG, validators=False)]
    fetched = get(make_source(), f"{portal.url}/a.pdf", tmp_path)
    assert (tmp_path / str(fetched.path)).read_bytes() == LONG
    assert "range" not in portal.asked_of("/a.pdf")[1]


def test_a_slow_server_is_tried_again(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = [Reply(PDF, drip=1.0), Reply(PDF)]
    assert get(make_source(timeout_s=0.3), f"{portal.url}/a.pdf", tmp_path).status == "new"
    assert len(portal.asked_of("/a.pdf")) == 2


def test_busy_servers_are_waited_for(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = [Reply(status=500), Reply(status=429, headers={"Retry-After": "1"}), Reply(PDF)]
    before = time.monotonic()
    assert get(make_source(), f"{portal.url}/a.pdf", tmp_path).status == "new"
    assert 1.0 <= time.monotonic() - before < 3.0
    assert len(portal.asked_of("/a.pdf")) == 3


def test_a_server_that_wants_to_be_left_alone_is(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = Reply(status=429, headers={"Retry-After": "86400"})
    fetched = get(make_source(), f"{portal.url}/a.pdf", tmp_path)
    assert fetched.status == "failed" and "come back in 86400 s" in str(fetched.message)
    assert len(portal.asked_of("/a.pdf")) == 1


def test_retry_after_may_be_a_date() -> None:
    from datetime import UTC, datetime

    at = datetime(2025, 9, 28, 2, 0, 0, tzinfo=UTC)
    assert retry_after("Sun, 28 Sep 2025 02:00:30 GMT", now=at) == 30
    assert retry_after("Sun, 28 Sep 2025 01:00:00 GMT", now=at) == 0
    assert retry_after("7") == 7
    assert retry_after("soon") is None and retry_after(None) is None


def test_robots_txt_is_obeyed_and_read_once(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    rules = b"User-agent: *\nDisallow: /secret/\nAllow: /\n"
    portal.pages |= {"/robots.txt": Reply(rules), "/secret/a.pdf": Reply(PDF), "/b.pdf": Reply(PDF)}
    source = make_source()
    with Client(source) as client:
        with pytest.raises(Refused, match=r"robots\.txt"):
            client.page(f"{portal.url}/secret/a.pdf")
        client.page(f"{portal.url}/b.pdf")
    assert portal.paths() == ["/robots.txt", "/b.pdf"]


def test_a_redirect_does_not_lead_around_robots_txt(portal: Portal, make_source: Make) -> None:
    portal.pages |= {
        "/robots.txt": Reply(b"User-agent: juesuan\nDisallow: /secret/\n"),
        "/a": Reply(status=302, headers={"Location": "/secret/a.pdf"}),
        "/secret/a.pdf": Reply(PDF),
    }
    with Client(make_source()) as client, pytest.raises(Refused, match=r"robots\.txt"):
        client.page(f"{portal.url}/a")
    assert "/secret/a.pdf" not in portal.paths()


def test_a_robots_txt_that_cannot_be_had_forbids_all(portal: Portal, make_source: Make) -> None:
    portal.pages |= {"/robots.txt": Reply(status=503), "/a.pdf": Reply(PDF), "/b.pdf": Reply(PDF)}
    with Client(make_source()) as client:
        for path in ("/a.pdf", "/b.pdf"):
            with pytest.raises(Unavailable, match="nothing there is fetched"):
                client.page(portal.url + path)
    assert portal.paths() == ["/robots.txt"] * 3, "three tries, and not again for the second file"


def test_requests_keep_their_distance(portal: Portal, make_source: Make) -> None:
    portal.pages |= {"/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 0.3\n"), "/a": Reply(b"a"), "/b": Reply(b"b")}
    with Client(make_source(seconds_between_requests=0.1)) as client:
        client.page(f"{portal.url}/a")
        client.page(f"{portal.url}/b")
        client.page(f"{portal.url}/a")
    gaps = [later - earlier for earlier, later in zip(portal.times, portal.times[1:], strict=False)]
    assert gaps[0] >= 0.09, "the source's own pace before robots.txt is known"
    assert min(gaps[1:]) >= 0.29, "then the host's Crawl-delay"


def test_sources_on_one_host_share_its_pace() -> None:
    slept: list[float] = []
    pacer = Pacer(clock=lambda: 100.0 + sum(slept), sleep=slept.append)
    pacer.wait("www.a.gov.cn", 2)
    pacer.wait("www.b.gov.cn", 2)
    pacer.wait("www.a.gov.cn", 2)
    assert slept == [2.0]


def test_a_circle_of_redirects_ends(portal: Portal, make_source: Make) -> None:
    portal.pages |= {
        "/a": Reply(status=302, headers={"Location": "/b"}),
        "/b": Reply(status=301, headers={"Location": "/a"}),
    }
    with Client(make_source()) as client, pytest.raises(Refused) as told:
        client.page(f"{portal.url}/a")
    assert told.value.reason == "redirects" and len(portal.paths()) < 12


def test_a_redirect_to_a_foreign_host_is_not_followed(portal: Portal, make_source: Make) -> None:
    with running_portal() as foreign:
        foreign.pages["/a.pdf"] = Reply(PDF)
        portal.pages["/a.pdf"] = Reply(status=302, headers={"Location": f"{foreign.url}/a.pdf"})
        with Client(make_source()) as client, pytest.raises(Refused) as told:
            client.page(f"{portal.url}/a.pdf")
        assert told.value.reason == "foreign_host" and foreign.asked == []
        allowed = make_source(hosts=(f"127.0.0.1:{foreign.port}",))
        with Client(allowed) as client:
            assert client.page(f"{portal.url}/a.pdf").content == PDF


def test_private_addresses_are_not_asked(portal: Portal, make_source: Make) -> None:
    with Client(make_source(allow_private=False)) as client, pytest.raises(Refused) as told:
        client.page(f"{portal.url}/a")
    assert told.value.reason == "private_address" and portal.asked == []


def test_a_name_that_changes_its_address_gains_nothing(
    portal: Portal, make_source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public at the first look-up, loopback at the second. Each connection is judged by its own."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    host = "rebind.example"
    connected: list[str] = []

    def looked_up(name: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    source = make_source(allow_private=False, lists=[{"url": f"http://{host}:{portal.port}/"}], attempts=2)
    with Client(source) as client, pytest.raises(Refused) as told:
        client.page(f"http://{host}:{portal.port}/a")
    assert told.value.reason == "private_address"
    assert connected == ["93.184.215.14"], "the judged address itself, not the name, and never loopback"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_cloud_credentials_are_out_of_reach_even_of_an_internal_source() -> None:
    with pytest.raises(Refused):
        addresses_of("169.254.169.254", 80, allow_private=True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.a.gov.cn/x", None),
        ("http://file.www.a.gov.cn/x", None),
        ("http://files.b.cn:8080/x", None),
        ("http://files.b.cn/x", "foreign_host"),
        ("http://www.a.gov.cn:8080/x", "foreign_host"),
        ("http://www.a.gov.cn.evil.com/x", "foreign_host"),
        ("http://evilwww.a.gov.cn/x", "foreign_host"),
        ("http://www.a.gov.cn@evil.com/x", "bad_address"),
        ("ftp://www.a.gov.cn/x", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("http://[::1/x", "bad_address"),
    ],
)
def test_hosts(url: str, reason: str | None) -> None:
    allowed = ("www.a.gov.cn", "files.b.cn:8080")
    if reason is None:
        check_url(url, allowed)
        return
    with pytest.raises(Refused) as told:
        check_url(url, allowed)
    assert told.value.reason == reason


def test_sizes_are_limited_announced_or_not(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/a.pdf"] = Reply(LONG)
    fetched = get(make_source(max_file_mb=0.1), f"{portal.url}/a.pdf", tmp_path)
    assert (fetched.status, fetched.reason) == ("refused", "too_large")
    packed = __import__("gzip").compress(b"0" * 5_000_000)
    portal.pages["/bomb"] = Reply(packed, headers={"Content-Encoding": "gzip"})
    with Client(make_source(max_page_mb=1)) as client, pytest.raises(Refused) as told:
        client.page(f"{portal.url}/bomb")
    assert told.value.reason == "too_large"


def test_what_is_not_there_is_told_once(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    for _ in range(2):
        fetched = get(make_source(), f"{portal.url}/gone.pdf", tmp_path)
        assert (fetched.status, fetched.reason) == ("refused", "not_there")
    assert (tmp_path / ".archive" / "index.jsonl").read_text("utf-8").count('"refused"') == 1
    portal.pages["/empty.pdf"] = Reply(b"")
    assert get(make_source(), f"{portal.url}/empty.pdf", tmp_path).reason == "empty"
