"""Scores, due days and review marks as the pages show them; every number recounted by hand from the set reports."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboard.app import create_app
from dashboard.settings import Settings
from tests.dashboard.test_pages import copied

pytestmark = pytest.mark.slow


def text(page: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def row(page: str, *words: str) -> str:
    """The first row of a table that holds all words."""
    rows = [text(found) for found in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]
    return next(found for found in rows if all(word in found for word in words))


def test_the_overview_says_what_is_overdue_and_since_when(client: TestClient) -> None:
    page = text(client.get("/").text)
    late = page[page.index("到期未见") :]
    assert "株洲市应急管理局2025年度决算应于2026年10月31日前公开，库中没有，此后未检查过来源" in late
    assert "以 2026-10-31 为准" in late and "2026年度决算" not in late  # not due yet
    english = text(client.get("/?lang=en").text)
    assert "2025 final accounts were due by 31 October 2026 and are not in the archive" in english


def test_scores_stand_beside_their_counts(client: TestClient) -> None:
    """永州 2021 has no form of the nine, 株洲 2024 all; no day of publication is known of either."""
    page = client.get("/quality?tab=scores").text
    reports = page[page.index('id="scores"') :]
    yongzhou, zhuzhou = row(reports, "永州市应急管理局"), row(reports, "株洲市应急管理局", "2024")
    assert " 0.00 0/9 " in yongzhou and " 100.00 9/9 " in zhuzhou
    for found in (yongzhou, zhuzhou):
        hold, judged, score = re.search(r"([\d.]+) (\d+)/(\d+) —", found[found.index("/9") + 2 :]).group(2, 3, 1)  # type: ignore[union-attr]
        assert score == f"{int(hold) * 10000 // int(judged) / 100:.2f}" and int(hold) < int(judged)
    assert "—" in yongzhou  # timeliness is not known
    for said in ("100 × 成立的勾稽 ÷ 能核对的勾稽", "100 减去晚公开的天数", "无从知道"):
        assert said in page
    assert "100 × identities that hold" in client.get("/quality?tab=scores&lang=en").text


def test_a_place_shows_its_years(client: TestClient) -> None:
    """株洲 has 2023 and 2024; not chosen, only the newest is listed, with the way it went since the year before."""

    def places(url: str) -> str:
        page = client.get(url).text
        return page[page.index('id="places-scored"') : page.index('id="scores"')]

    newest = row(places("/quality?tab=scores"), "株洲市")
    found = re.search(r"株洲市 湖南省 2024 1 100\.00 ([\d.]+) ([↑↓])([\d.]+) — ", newest)
    assert found, newest
    chosen = places("/quality?tab=scores&place=430200")
    before = re.search(r" 2023 1 100\.00 ([\d.]+) — ", row(chosen, "株洲市", "2023"))
    assert before and row(chosen, "株洲市", "2024") == newest
    moved = Decimal(found[1]) - Decimal(before[1])
    assert (found[2], Decimal(found[3])) == ("↑" if moved > 0 else "↓", abs(moved))


def test_due_days_are_filtered_by_state(client: TestClient) -> None:
    page = client.get("/quality?tab=due").text
    assert row(page, "永州市应急管理局2022年度决算", "不明", "2023-10-31", "曾经公开")
    only = client.get("/quality?tab=due&state=not_due_yet").text
    assert row(only, "2026年度决算", "未到期") and "2025年度决算" not in only


def test_a_report_shows_its_scores_and_those_of_other_years(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get(f"/report/{ids['report']}").text
    scored = page[page.index('id="scored"') :]
    scored = scored[: scored.index("</section>")]
    assert row(scored, "2023", "100") and row(scored, "2024") and "应有 9 张表，有交代的 9 张" in scored
    assert "应于 2024-10-31 前公开，公开日期不详" in scored


def test_a_mark_is_shown_and_filtered_and_a_false_finding_is_no_error(
    warehouse: Path, tmp_path: Path, ids: dict[str, str], client: TestClient
) -> None:
    finding = ids["finding"]
    path = copied(
        warehouse,
        tmp_path,
        f"update findings set review = 'false' where finding_id = '{finding}'",
        f"""insert into finding_reviews by name select finding_key, finding_id, report_id, 'false' as verdict,
            '<b>读错</b>' as note, '王某' as reviewer, date '2026-11-22' as reviewed_on, 'in_force' as state,
            2 as earlier_marks, 7 as file_line from findings where finding_id = '{finding}'""",
    )
    with TestClient(create_app(Settings(warehouse=path)), base_url="http://localhost") as marked:
        page = text(marked.get(f"/finding/{finding}").text)
        assert "误报 &lt;b&gt;读错&lt;/b&gt; 复核人 王某 复核日期 2026-11-22" in page and "之前另有 2 次标记" in page
        listed = marked.get("/quality?review=false").text
        assert listed.count('href="/finding/') == 1 and "误报" in row(listed, "999.99")
        assert f"/finding/{finding}" not in marked.get("/quality?review=none").text
        assert "尚无复核记录" in text(client.get(f"/finding/{finding}").text)

        def errors(of: TestClient) -> int:
            return int(re.search(r"其中错误 ([\d,]+) 处", of.get("/").text).group(1))  # type: ignore[union-attr]

        assert errors(marked) == errors(client) - 1
