"""A refresh against a real server: what is found, fetched, archived, and not asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipelines.landing.catalogue import scan
from pipelines.landing.sidecar import Sidecar
from pipelines.sources.archive import Archive, open_archive
from pipelines.sources.client import Client
from pipelines.sources.discover import discover
from pipelines.sources.errors import SourceError
from pipelines.sources.refresh import Refreshed, is_due, refresh
from pipelines.sources.registry import Source
from tests.sources.pages import NAME, PDF, article, attachment, listing, table, zipped
from tests.sources.portal import Portal, Reply

Make = Callable[..., Source]


def html(body: bytes) -> Reply:
    return Reply(body, headers={"Content-Type": "text/html"})


def one_report(portal: Portal, body: bytes = PDF, *, file: str = "/files/a.pdf", text: str = f"{NAME}.pdf") -> None:
    """A portal with one list page, one article, one attachment."""
    portal.pages["/bmjs/index.html"] = html(listing(("/bmjs/t1.html", f"{NAME}公开", "2025-09-28")))
    portal.pages["/bmjs/t1.html"] = html(article(f"{NAME}公开", attachment(file, text)))
    portal.pages[file] = Reply(body)


def statuses(done: Refreshed) -> list[tuple[str, str]]:
    return [(fetched.found.url.rpartition("/")[2], fetched.status) for fetched in done.fetched]


def test_a_report_arrives_with_its_origin(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    done = refresh([make_source()], tmp_path)
    assert done.new_paths == [f"430200-株洲市/2024/{NAME}.pdf"]
    assert done.touched == [("430200-株洲市", "2024")]
    assert (tmp_path / done.new_paths[0]).read_bytes() == PDF
    [entry] = scan(tmp_path).entries
    assert entry.sidecar_problem is None
    sidecar = Sidecar.model_validate(yaml.safe_load((tmp_path / f"{done.new_paths[0]}.yml").read_text("utf-8")))
    assert sidecar.source_url == f"{portal.url}/files/a.pdf"
    assert sidecar.page_url == f"{portal.url}/bmjs/t1.html"
    assert sidecar.page_title == f"{NAME}公开"
    assert sidecar.published_on == date(2025, 9, 28)
    assert sidecar.fetched_at is not None and sidecar.http["last-modified"] == "Sun, 28 Sep 2025 02:00:00 GMT"
    assert sidecar.agency is None, "what the report is, it says itself"
    assert "juesuan" in portal.asked[-1][1]["user-agent"]
    assert portal.paths()[0] == "/robots.txt"


def test_an_unchanged_file_is_not_sent_again(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    refresh([make_source()], tmp_path)
    before = (tmp_path / ".archive" / "index.jsonl").read_text("utf-8").count('"archived"')
    done = refresh([make_source()], tmp_path)
    assert statuses(done) == [("a.pdf", "unchanged")]
    assert "if-none-match" in portal.asked_of("/files/a.pdf")[1]
    assert (tmp_path / ".archive" / "index.jsonl").read_text("utf-8").count('"archived"') == before == 1


def test_new_bytes_at_a_known_address_are_a_new_version(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    refresh([make_source()], tmp_path)
    for body in (PDF + b"%corrected\n", PDF + b"%corrected again\n"):
        one_report(portal, body)
        assert statuses(refresh([make_source()], tmp_path)) == [("a.pdf", "version")]
    folder = tmp_path / "430200-株洲市" / "2024"
    names = [f"{NAME}.pdf", f"{NAME}.v2.pdf", f"{NAME}.v3.pdf"]
    assert sorted(path.name for path in folder.glob("*.pdf")) == names
    assert (folder / names[0]).read_bytes() == PDF, "the old version stays as it was"


def test_the_same_report_in_a_new_article_is_a_new_version(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    refresh([make_source()], tmp_path)
    one_report(portal, PDF + b"%2", file="/files/b.pdf")
    assert statuses(refresh([make_source()], tmp_path)) == [("b.pdf", "version")]


def test_the_same_bytes_elsewhere_are_the_same_report(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    refresh([make_source()], tmp_path)
    one_report(portal, file="/copy/c.pdf")
    done = refresh([make_source()], tmp_path)
    assert statuses(done) == [("c.pdf", "same")] and done.new_paths == []
    index = Archive(tmp_path).index
    assert index.urls[f"{portal.url}/copy/c.pdf"]["path"] == f"430200-株洲市/2024/{NAME}.pdf"


def test_a_file_that_a_person_put_there_is_not_fetched_twice(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    (tmp_path / "mine.pdf").write_bytes(PDF)
    one_report(portal)
    done = refresh([make_source()], tmp_path)
    assert [(f.status, f.path) for f in done.fetched] == [("same", "mine.pdf")]


def test_a_lost_file_comes_back_to_its_place(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    [path] = refresh([make_source()], tmp_path).new_paths
    (tmp_path / path).unlink()
    assert refresh([make_source()], tmp_path).new_paths == [path]
    assert (tmp_path / path).read_bytes() == PDF


def test_lists_go_on_by_pattern_link_or_script(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    for number in range(1, 7):
        title = f"某市{number}局2024年度部门决算"
        portal.pages[f"/t{number}.html"] = html(article(title, attachment(f"/f{number}.pdf", "附件")))
        portal.pages[f"/f{number}.pdf"] = Reply(PDF + b"%%%d" % number)

    def page(number: int, more: str = "") -> Reply:
        return html(listing((f"/t{number}.html", f"某市{number}局2024年度部门决算", "2025-09-01"), more=more))

    portal.pages |= {"/a/list.html": page(1), "/a/list_2.html": page(2), "/a/list_3.html": [page(2)]}
    portal.pages |= {"/b/": page(3, '<a href="/b/?p=2">下一页 ></a>'), "/b/?p=2": page(4)}
    portal.pages |= {
        "/c/index.html": page(5, '<script>createPageHTML(2, 0, "index", "html");</script>'),
        "/c/index_1.html": page(6),
    }
    lists = [
        {"url": f"{portal.url}/a/list.html", "next": "list_{page}.html"},
        {"url": f"{portal.url}/b/"},
        {"url": f"{portal.url}/c/index.html"},
    ]
    done = refresh([make_source(lists=lists)], tmp_path)
    assert sorted(statuses(done)) == [(f"f{number}.pdf", "new") for number in range(1, 7)]
    assert done.results[0].complete and not done.results[0].troubles
    names = sorted(path.rpartition("/")[2] for path in done.new_paths)
    assert names[0] == "某市1局2024年度部门决算 附件.pdf", "附件 alone says nothing"


def test_a_walk_stops_where_all_is_known(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        title = f"某市{number}局2024年度部门决算"
        portal.pages[f"/t{number}.html"] = html(article(title, attachment(f"/f{number}.pdf", "附件")))
        portal.pages[f"/f{number}.pdf"] = Reply(PDF + b"%%%d" % number)
        portal.pages["/l.html" if number == 1 else f"/l_{number}.html"] = html(
            listing((f"/t{number}.html", title, "2025-09-01"))
        )
    source = make_source(lists=[{"url": f"{portal.url}/l.html", "next": "l_{page}.html"}])
    portal.pages["/f3.pdf"] = Reply(b"", 503)
    assert ("f3.pdf", "failed") in statuses(refresh([source], tmp_path))
    portal.asked.clear()
    portal.pages["/f3.pdf"] = Reply(PDF + b"%3")
    done = refresh([source], tmp_path)
    assert "/l_3.html" in portal.paths(), "something was left over, so it goes to the end again"
    assert ("f3.pdf", "new") in statuses(done)
    portal.asked.clear()
    refresh([source], tmp_path)
    assert portal.paths().count("/l.html") == 1 and "/l_2.html" not in portal.paths()
    portal.asked.clear()
    refresh([source], tmp_path, full=True)
    assert "/l_3.html" in portal.paths()


def test_lists_inside_lists_and_files_straight_in_a_list(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/bmjs/index.html"] = html(
        listing(
            ("/bmjs/2024/", "2024年度部门决算公开专栏", "2025-09-20"),
            ("/direct.pdf", "某市水利局2024年度部门决算", "2025-09-21"),
            ("/other.html", "关于部门决算公开的政策解读", "2025-09-21"),
        )
    )
    portal.pages["/bmjs/2024/"] = html(
        listing(("t9.html", "某市财政局2024年度部门决算", "2025-09-20"), charset="utf-8")
    )
    portal.pages["/bmjs/2024/t9.html"] = html(article("某市财政局2024年度部门决算", attachment("t9.pdf", "附件1.pdf")))
    portal.pages |= {"/bmjs/2024/t9.pdf": Reply(PDF + b"%9"), "/direct.pdf": Reply(PDF)}
    done = refresh([make_source()], tmp_path)
    assert sorted(statuses(done)) == [("direct.pdf", "new"), ("t9.pdf", "new")]
    assert "/other.html" not in portal.paths()
    assert "430200-株洲市/2024/某市财政局2024年度部门决算 附件1.pdf" in done.new_paths


def test_a_page_with_tables_is_archived_itself(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    title = f"{NAME}公开"
    portal.pages["/bmjs/t1.html"] = html(article(title, table("754.14")))
    done = refresh([make_source()], tmp_path)
    assert done.new_paths == [f"430200-株洲市/2024/{title}.html"]
    portal.pages["/bmjs/t1.html"] = html(article(title, table("754.14")).replace(b"12345", b"12346"))
    assert statuses(refresh([make_source()], tmp_path)) == [("t1.html", "unchanged")], "only the counter moved"
    portal.pages["/bmjs/t1.html"] = html(article(title, table("794.02")))
    assert statuses(refresh([make_source()], tmp_path)) == [("t1.html", "version")]


def test_a_web_page_instead_of_a_pdf_is_set_aside(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal, article("系统提示", "<p>您访问的文件不存在</p>"))
    done = refresh([make_source()], tmp_path)
    [fetched] = done.fetched
    assert (fetched.status, fetched.reason) == ("set_aside", "wrong_kind")
    assert fetched.message and "web page (系统提示)" in fetched.message
    assert (tmp_path / str(fetched.path)).is_file() and str(fetched.path).startswith(".archive/set-aside/")
    assert scan(tmp_path).entries == ()
    refresh([make_source()], tmp_path)
    assert (tmp_path / ".archive" / "index.jsonl").read_text("utf-8").count('"set_aside"') == 2  # event, and counted
    one_report(portal)
    assert statuses(refresh([make_source()], tmp_path)) == [("a.pdf", "new")], "put right by the publisher"


def test_a_zip_is_archived_as_it_is_with_its_list(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    body = zipped({"决算表.xls".encode("gb18030"): b"x" * 10, b"../../etc/passwd.pdf": b"y"})
    one_report(portal, body, file="/files/a.zip", text="全部附件.zip")
    done = refresh([make_source()], tmp_path)
    assert statuses(done) == [("a.zip", "new")]
    assert (tmp_path / done.new_paths[0]).read_bytes() == body
    assert Archive(tmp_path).index.files[done.new_paths[0]]["members"] == [["决算表.xls", 10], ["etc/passwd.pdf", 1]]


@pytest.mark.parametrize(
    "text",
    ["../../../../outside", "/etc/passwd", "..\\..\\outside", "a\x00b\n2024年度部门决算", "长" * 400, "con", ".hidden"],
)
def test_no_title_leads_out_of_the_archive(text: str, portal: Portal, make_source: Make, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    one_report(portal, text=text)
    portal.pages["/bmjs/t1.html"] = html(article("公开", attachment("/files/a.pdf", text.replace("\x00", "&#0;"))))
    [path] = refresh([make_source()], raw).new_paths
    assert (raw / path).resolve().is_relative_to(raw.resolve())
    assert len((raw / f"{path}.yml").name.encode()) <= 255
    assert [entry.name for entry in tmp_path.iterdir()] == ["raw"]
    assert scan(raw).entries[0].file_path == path


def test_two_reports_of_one_name_are_both_kept(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    portal.pages["/bmjs/index.html"] = html(
        listing(("/t1.html", "2024年度部门决算", "2025-09-01"), ("/t2.html", "2024年度部门决算", "2025-09-02"))
    )
    for number in (1, 2):
        portal.pages[f"/t{number}.html"] = html(article("2024年度部门决算", attachment(f"/{number}.pdf", "附件")))
        portal.pages[f"/{number}.pdf"] = Reply(PDF + b"%%%d" % number)
    done = refresh([make_source()], tmp_path)
    assert statuses(done) == [("1.pdf", "new"), ("2.pdf", "new")], "whose they are is not known from the title"
    assert len(done.new_paths) == 2


def test_discovery_alone_downloads_nothing(portal: Portal, make_source: Make) -> None:
    one_report(portal)
    source = make_source()
    with Client(source) as client:
        [found] = discover(source, client).found
    assert (found.title, found.kind, found.fiscal_year, found.published_on) == (
        NAME, "final_account", 2024, date(2025, 9, 28),
    )  # fmt: skip
    assert "/files/a.pdf" not in portal.paths()


def test_an_article_with_nothing_in_it_is_told(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    portal.pages["/bmjs/t1.html"] = html(article(NAME, "<p>请在阅读器中查看</p>"))
    [trouble] = refresh([make_source()], tmp_path).results[0].troubles
    assert "nothing here that can be fetched" in trouble.message and not trouble.temporary


def test_two_refreshes_at_once_are_one_too_many(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    with open_archive(tmp_path), pytest.raises(SourceError, match="another refresh"):
        refresh([make_source()], tmp_path)


def test_a_crash_between_file_and_index_is_made_good(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    [path] = refresh([make_source()], tmp_path).new_paths
    index = tmp_path / ".archive" / "index.jsonl"
    lines = index.read_text("utf-8").splitlines()
    index.write_text(lines[0][: len(lines[0]) // 2], "utf-8")  # the line of the file was cut off
    done = refresh([make_source()], tmp_path)
    assert [(f.status, f.path) for f in done.fetched] == [("same", path)]
    assert json.loads(index.read_text("utf-8").splitlines()[1])["event"] == "same"


def test_daily_in_season_and_weekly_otherwise(portal: Portal, make_source: Make, tmp_path: Path) -> None:
    one_report(portal)
    source = make_source()
    archive = Archive(tmp_path)
    assert is_due(source, archive.index, date(2026, 5, 1)), "never looked at"
    archive.index.checked["test"] = "2026-08-31T17:00:00+00:00"  # 1 September in China
    assert not is_due(source, archive.index, date(2026, 9, 1))
    assert is_due(source, archive.index, date(2026, 9, 2))
    archive.index.checked["test"] = "2026-05-01T02:00:00+00:00"
    assert [day for day in range(2, 10) if is_due(source, archive.index, date(2026, 5, day))] == [8, 9]
