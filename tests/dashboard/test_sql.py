"""The SQL page: answers, refusals, limits, files."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from dashboard.downloads import write
from dashboard.pages.sql import examples

pytestmark = pytest.mark.slow


def ask(client: TestClient, sql: str) -> str:
    answer = client.get("/sql", params={"q": sql})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["en"])
def test_every_example_answers(client: TestClient, example: dict[str, str]) -> None:
    page = ask(client, example["sql"])
    assert 'role="alert"' not in page
    assert 'data-sortable="result"' in page


def test_a_result_leads_to_evidence(client: TestClient, ids: dict[str, str]) -> None:
    page = ask(client, f"select figure_id, printed from figures where figure_id = '{ids['wrong']}'")
    assert f'href="/figure/{ids["wrong"]}"' in page and "999.99" in page


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("selec 1", "syntax error"),
        ("select nothing from figures", "nothing"),
        ("drop table figures", "only reading is allowed"),
        ("delete from figures", "only reading is allowed"),
        ("create table x as select 1", "only reading is allowed"),
        ("attach ':memory:' as x", "only reading is allowed"),
        ("copy figures to '/tmp/x.csv'", "only reading is allowed"),
        ("set threads = 8", "only reading is allowed"),
        ("select 1; select 2", "one statement at a time"),
        ("select * from read_csv('/etc/passwd')", "disabled"),
        ("select * from read_text('/etc/passwd')", "disabled"),
        ("select * from '/etc/passwd'", "passwd"),
    ],
)
def test_what_is_refused_is_said_clearly(client: TestClient, sql: str, said: str) -> None:
    page = ask(client, sql)
    assert 'role="alert"' in page and said in page
    assert "root:" not in page


def test_a_long_query_is_stopped(client: TestClient) -> None:
    started = time.monotonic()
    page = ask(client, "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = 7")
    assert "stopped after 10 s" in page
    assert time.monotonic() - started < 30
    assert 'data-sortable="result"' in ask(client, "select 1 as one, 2 as two")  # and the next one runs


def test_many_rows_are_cut_and_said_so(client: TestClient) -> None:
    assert "前 1,000 行" in ask(client, "select range as n from range(5000)")


def test_a_query_of_another_site_waits(client: TestClient) -> None:
    page = client.get("/sql", params={"q": "select 41 + 1 as answer"}, headers={"sec-fetch-site": "cross-site"}).text
    assert "select 41 + 1" in page and 'data-sortable="result"' not in page


@pytest.fixture
def query() -> str:
    printed = "('999.99', '1,044.94')"
    return f"select line_code, printed, amount_yuan, page from figures where printed in {printed} order by all"


def test_downloads_read_back(client: TestClient, query: str, tmp_path: Path) -> None:
    def download(kind: str) -> bytes:
        answer = client.get("/sql/download", params={"q": query, "as": kind})
        assert answer.status_code == 200
        assert f'filename="juesuan-query.{kind}"' in answer.headers["content-disposition"]
        return answer.content

    table = pq.read_table(io.BytesIO(download("parquet")))
    assert pa.types.is_decimal(table.schema.field("amount_yuan").type)
    rows = list(csv.reader(io.StringIO(download("csv").decode("utf-8-sig"))))
    assert rows[0] == table.column_names
    assert len(rows) - 1 == table.num_rows > 1
    assert {"1,044.94", "999.99"} <= {row[1] for row in rows}
    book = tmp_path / "a.xlsx"
    book.write_bytes(download("xlsx"))
    opened = CalamineWorkbook.from_path(str(book))
    assert opened.sheet_names == ["result", "query"]
    cells = opened.get_sheet_by_name("result").to_python()
    assert cells[0] == table.column_names and len(cells) == len(rows)
    assert "2240101" in {row[0] for row in cells}  # text, not a number


def test_a_bad_download_is_an_error(client: TestClient) -> None:
    assert client.get("/sql/download", params={"q": "drop table figures", "as": "csv"}).status_code == 400
    assert client.get("/sql/download", params={"q": "select 1", "as": "exe"}).status_code == 400


def test_texts_do_not_become_formulas() -> None:
    table = pa.table({"a": ["=1+1", "@x", "-5.00", "- 注", "1,044.94", None]})
    lines = list(csv.reader(io.StringIO(write(table, "csv", "").decode("utf-8-sig"))))
    assert [line[0] if line else "" for line in lines[1:]] == ["'=1+1", "'@x", "-5.00", "'- 注", "1,044.94", ""]
