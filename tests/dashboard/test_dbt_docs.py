"""dbt's documentation as one file: what it says, that it asks nobody, and that the dashboard leads to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboard.app import create_app
from dashboard.settings import Settings
from pipelines.exports.dbt_docs import REMOTE, dbt_docs_beside, make_dbt_docs, offline
from pipelines.warehouse.publish import WarehouseError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(warehouse: Path) -> Path:
    """Made for real, beside the warehouse, where the command looks for it."""
    return make_dbt_docs(warehouse)


def test_it_describes_the_models_and_names_no_folder_of_this_machine(page: Path, warehouse: Path) -> None:
    said = page.read_text("utf-8")
    assert page == dbt_docs_beside(warehouse) / "index.html"
    for words in ("adding any rows counts nothing twice", "支出明细宽表", "部门决算数据仓库的全部模型"):
        assert json.dumps(words)[1:-1] in said  # the description of spending; our overview in place of dbt's
    assert REMOTE.search(said) is None
    assert str(warehouse.parent) not in said and str(Path(__file__).parents[2]) not in said
    assert [path.name for path in warehouse.parent.glob(".making-*")] == []


@pytest.mark.parametrize(
    "remote",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<link href='//fonts.example/css' rel=stylesheet>",
        "<style>@font-face{src:url(https://fonts.example/f.woff2)}</style>",
        '<script>i.src="//elsewhere.example/x.js"</script>',
    ],
)
def test_a_page_that_would_ask_the_network_is_refused(remote: str) -> None:
    assert offline('<script>i.src="//cdn.example/2.9.0/sp.js"</script>') == '<script>i.src=""</script>'
    assert offline('<a href="https://docs.example/">a link is no request</a>')
    with pytest.raises(WarehouseError, match=r"example.*dbt_docs\.py"):
        offline(remote)


def test_without_a_warehouse_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="make warehouse"):
        make_dbt_docs(tmp_path / "none.duckdb")


def test_the_sql_page_leads_to_it_where_it_is_there(warehouse: Path, page: Path, tmp_path: Path) -> None:
    def served(folder: Path) -> TestClient:
        return TestClient(create_app(Settings(warehouse=warehouse, dbt_docs=folder)), base_url="http://localhost")

    with served(page.parent) as client:
        assert 'href="/dbt-docs/index.html"' in client.get("/sql").text
        answer = client.get("/dbt-docs/index.html")
        assert answer.status_code == 200 and "sandbox" in answer.headers["content-security-policy"]
        assert client.get("/sql/tables.svg").headers["content-type"].startswith("image/svg+xml")
    with served(tmp_path) as client:
        assert "dbt-docs" not in client.get("/sql").text


def test_it_opens_in_a_browser(tab, page: Path) -> None:  # type: ignore[no-untyped-def]
    """The tab fails the test on any complaint and on any request to another machine."""
    tab.goto("/dbt-docs/index.html#!/model/model.juesuan.spending")
    tab.get_by_role("heading", name="spending").first.wait_for()
    assert tab.get_by_text("任意相加不重复计数").first.is_visible()
    tab.goto("/sql/tables.svg")
    assert tab.locator("text", has_text="dim_report").count() == 1
