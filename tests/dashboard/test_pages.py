"""Every page over a real warehouse, as the server answers it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from dashboard.app import create_app
from dashboard.settings import Settings
from dashboard.store import Store
from tests.dashboard.conftest import HOSTILE

pytestmark = pytest.mark.slow

PAGES = [
    "/",
    "/?province=湖南省&q=株洲",
    "/spending",
    "/spending?year=all&code=224",
    "/spending?year=all&code=22401&agency=株洲",
    "/spending?year=2024&code=2240101&sort=-amount",
    "/spending?fund=general_public_budget&year=all",
    "/spending?place=999999",
    "/compare",
    "/compare?type=emergency&code=208&show=share&year=2023",
    "/performance",
    "/performance?q=安全&year=2024",
    "/performance/{evaluation}",
    "/quality",
    "/quality?rule=children_sum&severity=error&year=2023",
    "/quality?tab=scores",
    "/quality?tab=scores&place=430200&year=2024&sort=-completeness",
    "/quality?tab=due",
    "/quality?tab=due&state=unknown&place=430200&sort=late",
    "/quality?review=none",
    "/quality?tab=checks&outcome=rounding",
    "/quality?tab=rejects",
    "/quality?tab=doubts",
    "/quality?tab=runs",
    "/finding/{finding}",
    "/figure/{wrong}",
    "/figure/{wrong}?whole=1",
    "/figure/{sentence}",
    "/reports",
    "/reports?q=株洲&kind=final_account&old=1&sort=-year",
    "/report/{report}",
    "/report/{report}?mark={wrong}",
    "/report/{report}?form=prose&p=20",
    "/report/{docx}?mark={sentence}",
    "/sql",
]

OURS_IN_ONE_LANGUAGE = ("/static", "/data-docs", "/dbt-docs", "/sql/download", "/sql/tables.svg")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages(
    client: TestClient, ids: dict[str, str], path: str, language: str
) -> None:
    path = path.format(**ids)
    answer = client.get(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer.status_code == 200, answer.text
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in answer.text
    assert "<h1>" in answer.text
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
    assert addresses and all(a.startswith(("/", "#")) for a in addresses), "only our own addresses"
    inner = [a for a in addresses if a.startswith("/") and not a.startswith(OURS_IN_ONE_LANGUAGE)]
    if language == "en":  # the language goes along with every link but the switch and the forms' targets
        assert sum("lang=en" not in a for a in inner) <= 1 + answer.text.count("<form")


def test_a_number_leads_to_its_cell(client: TestClient) -> None:
    """行政运行 1,044.94 万元: the first leaf of the Zhuzhou report of 2024."""
    page = client.get("/spending?year=2024&code=2240101").text
    found = re.search(r'href="(/figure/[0-9a-f]+)"[^>]*>1,044\.94</a>', page)
    assert found
    evidence = client.get(found[1]).text
    assert "1,044.94" in evidence and "行政运行" in evidence and "2240101" in evidence
    picture = client.get(f"{found[1]}/page.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_a_finding_writes_its_arithmetic_out(client: TestClient, ids: dict[str, str]) -> None:
    page = re.sub(r"<[^>]+>", " ", client.get(f"/finding/{ids['finding']}").text)
    page = re.sub(r"\s+", " ", page)
    assert "999.99 − 142.94 = 857.05" in page
    assert "±0.03" in page  # half a cent of 万元 for each of six printed numbers
    assert client.get(f"/finding/{ids['finding']}/page.png").content.startswith(b"\x89PNG")


def test_one_wrong_cell_is_one_case(client: TestClient, ids: dict[str, str]) -> None:
    """999.99 breaks its row, the sum of its 项 and the sum of its 类: each finding names the cell and the others."""
    page = client.get(f"/finding/{ids['finding']}").text
    explained = page[page.index("最可能有误的数") :]
    assert f'href="/figure/{ids["wrong"]}"' in explained[: explained.index("</dd>")]
    assert "同一差错引起的其他" in explained
    case = re.search(r'href="(/quality\?[^"]*case=[0-9a-f]+)"', client.get("/quality?rule=expenditure_row_sum").text)
    assert case
    listed = client.get(case[1].replace("rule=expenditure_row_sum&amp;", "")).text
    assert listed.count('href="/finding/') >= 3


def test_a_page_without_boxes_shows_the_text(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get(f"/figure/{ids['sentence']}").text
    assert "【" in page and "】" in page


def test_what_has_no_data_is_missing_not_zero(client: TestClient) -> None:
    page = client.get("/compare?type=emergency").text
    row = page[page.rindex("永州市应急管理局") :]
    row = row[: row.index("</tr>")]
    assert row.count("无报告") == 2  # 2023 and 2024
    assert ">0.00<" not in row


def test_a_class_counts_the_reports_that_print_it(client: TestClient) -> None:
    """216 商业服务业等支出 is in both reports of Zhuzhou and not in Yongzhou's: the tile says what the table says."""
    assert "来自 3 份报告" in client.get("/spending?year=all").text
    assert "来自 2 份报告" in client.get("/spending?year=all&code=216").text


def test_findings_of_a_report_come_worst_first(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get(f"/report/{ids['report']}").text
    worst = [["错误", "警告", "提示"].index(found) for found in re.findall(r">(错误|警告|提示)<", page)]
    assert 0 in worst and 1 in worst and 2 in worst
    assert worst == sorted(worst)


def test_headers_keep_everything_on_this_machine(client: TestClient) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "http" not in policy and "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    for name in ("app.css", "app.js"):
        text = client.get(f"/static/{name}").text
        assert "http://" not in text and "https://" not in text and "@import" not in text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", ""])
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501"])
def test_our_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/reports", headers={"host": host}).status_code == 200


def test_nothing_can_be_posted(client: TestClient) -> None:
    assert client.post("/sql", data={"q": "select 1"}).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/report/none",
        "/figure/none",
        "/finding/none",
        "/performance/none",
        "/static/../app.py",
        "/report/x/1.png",
    ],
)
def test_what_is_not_there_is_said_so(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "state",
    ["page=-1", "page=999999", "page=x", "sort=nonsense", "year=١٢", "code=22'", "place=%00", "show=%27", "lang=xx"],
)
def test_strange_states_do_no_harm(client: TestClient, state: str) -> None:
    for path in ("/", "/spending", "/compare", "/performance", "/quality", "/reports"):
        assert client.get(f"{path}?{state}").status_code == 200


def copied(warehouse: Path, folder: Path, *statements: str) -> Path:
    """A copy of the warehouse with some statements run on it."""
    path = folder / "juesuan.duckdb"
    shutil.copyfile(warehouse, path)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_texts_of_reports_are_never_markup(warehouse: Path, tmp_path: Path, settings: Settings) -> None:
    hostile = HOSTILE.replace("'", "''")
    path = copied(
        warehouse,
        tmp_path,
        f"update dim_report set agency_name = '{hostile}', file_name = '{hostile}', status_reason = '{hostile}'",
        f"update spending set agency = '{hostile}', item = '{hostile}', section = '{hostile}', class = '{hostile}'",
        f"update dim_agency set name = '{hostile}'",
        f"update findings set message_zh = '{hostile}'",
        f"update rejects set printed = '{hostile}'",
    )
    with TestClient(create_app(Settings(warehouse=path)), base_url="http://localhost") as client:
        for page in (
            "/",
            "/spending",
            "/spending?year=all&code=224",
            "/compare",
            "/quality",
            "/quality?tab=rejects",
            "/reports",
        ):
            text = client.get(page).text
            assert "<script>alert" not in text, page
        query = client.get("/sql", params={"q": "select distinct agency from spending"}).text
        assert "<script>alert" not in query and "&lt;script&gt;" in query


def test_older_warehouses_without_the_later_marts(warehouse: Path, tmp_path: Path) -> None:
    drops = [
        f"drop table if exists {name}"
        for name in (
            "fct_project_performance", "fct_performance_indicator", "fct_overall_performance", "finding_cases",
            "quality.expectation_results", "landing.reports", "reference.reject_reasons", "report_scores",
            "place_scores",
        )
    ]  # fmt: skip
    path = copied(warehouse, tmp_path, "drop schema if exists staging cascade", *drops)
    with TestClient(create_app(Settings(warehouse=path)), base_url="http://localhost") as client:
        for page in (
            "/",
            "/performance",
            "/quality",
            "/quality?tab=scores",
            "/quality?tab=rejects",
            "/quality?tab=runs",
            "/reports",
        ):
            assert client.get(page).status_code == 200, page
        assert "fct_project_performance" in client.get("/performance").text


def test_no_warehouse_is_said_so_and_seen_when_it_comes(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "later.duckdb"
    with TestClient(create_app(Settings(warehouse=path)), base_url="http://localhost") as client:
        answer = client.get("/")
        assert answer.status_code == 503 and "juesuan build" in answer.text
        shutil.copyfile(warehouse, path)
        assert client.get("/").status_code == 200


def test_a_swapped_file_is_seen_at_the_next_request(tmp_path: Path) -> None:
    path = tmp_path / "juesuan.duckdb"
    for said in (1, 2, 3):
        beside = tmp_path / "beside.duckdb"
        with duckdb.connect(str(beside)) as connection:
            connection.execute(f"create table t as select {said} as n")
        beside.replace(path)
        if said == 1:
            store = Store(path)
        assert store.rows("select n from t where n > ?", [0]) == [{"n": said}]
    store.close()


def test_a_picture_cannot_leave_the_folder_of_reports(warehouse: Path, tmp_path: Path, ids: dict[str, str]) -> None:
    outside = tmp_path / "outside.pdf"
    shutil.copyfile(warehouse.parent / "raw" / "430200-株洲市/2024/株洲市应急管理局2024年度部门决算.pdf", outside)
    path = copied(warehouse, tmp_path, "update dim_file set file_path = '../outside.pdf'")
    (tmp_path / "raw").mkdir()
    with TestClient(create_app(Settings(warehouse=path, raw=tmp_path / "raw")), base_url="http://localhost") as client:
        answer = client.get(f"/report/{ids['report']}/1.png")
        assert answer.status_code == 404 and "not in the folder" in answer.text
        assert client.get(f"/figure/{ids['wrong']}").status_code == 200
