"""The dashboard as a person uses it, in Debian's Chromium: opened, drilled, filtered, switched, followed, queried.

Skipped, with a message, where no Chromium is installed.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.slow
WIDTHS = {"desk": 1280, "phone": 390}
SERIOUS = ("serious", "critical")


def axe_script() -> str:
    """axe-core, which a package of the test tools brings along."""
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None and found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(tab) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """Serious ones that axe-core finds on the page, each with the first element. Sent as the debugger: CSP stays."""
    tab.context.new_cdp_session(tab).send("Runtime.evaluate", {"expression": axe_script()})
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS]


PAGES = [
    "/",
    "/spending?year=all",
    "/spending?year=all&code=224&lang=en",
    "/compare?type=emergency",
    "/compare?type=emergency&code=208&show=share&lang=en",
    "/performance",
    "/performance/{evaluation}",
    "/quality",
    "/quality?tab=scores&lang=en",
    "/quality?tab=due",
    "/quality?tab=checks",
    "/quality?tab=rejects",
    "/quality?tab=runs",
    "/finding/{finding}",
    "/figure/{wrong}?lang=en",
    "/figure/{sentence}",
    "/reports",
    "/report/{report}?mark={wrong}",
    "/report/{report}?form=prose",
    "/sql?q=" + quote("select agency, year, sum(amount_yuan) as yuan from spending group by all"),
    "/sql?q=drop+table+figures",
]


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_and_fit(tab, ids: dict[str, str], width: str) -> None:  # type: ignore[no-untyped-def]
    tab.set_viewport_size({"width": WIDTHS[width], "height": 900})
    for path in PAGES:
        tab.goto(path.format(**ids))
        assert violations(tab) == [], path
        assert tab.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width], f"{path} is wider than the screen"
        assert tab.evaluate("[...document.images].every((i) => i.naturalWidth > 0)"), f"{path}: a picture is missing"


def test_spending_is_drilled_filtered_and_followed_to_the_cell(tab) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/")
    tab.get_by_role("link", name="支出", exact=True).click()
    tab.get_by_label("年度").select_option("2024")  # applies itself
    tab.wait_for_url("**/spending?year=2024*")
    tab.locator(".treemap a").first.click()  # 类
    tab.wait_for_url("**code=224*")
    tab.locator(".treemap a").first.click()  # 款
    tab.wait_for_url("**code=22401*")
    assert "year=2024" in tab.url  # the filter stays
    tab.get_by_role("link", name="行政运行").first.click()  # 项
    tab.wait_for_url("**code=2240101*")
    tab.locator("table a.ev", has_text="1,044.94").first.click()
    tab.wait_for_url("**/figure/*")
    assert tab.locator("h1").inner_text().startswith("1,044.94")
    tab.wait_for_function("document.images[0].naturalWidth > 500")


def test_a_finding_is_followed_to_its_page(tab) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/quality")
    tab.get_by_label("程度").select_option("error")
    tab.wait_for_url("**severity=error*")
    tab.get_by_role("link", name="999.99").first.click()
    tab.wait_for_url("**/finding/*")
    assert "999.99" in tab.locator(".sum-table").inner_text()
    picture = tab.locator("figure img").first
    tab.wait_for_function("document.images[0].naturalWidth > 500")
    assert picture.get_attribute("alt")
    tab.get_by_role("link", name="看整页").first.click()
    tab.wait_for_url("**whole=1*")
    tab.wait_for_function("document.images.length && document.images[0].naturalHeight > 600")


def test_the_language_switch_keeps_the_view(tab) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/compare?type=emergency&code=224&show=share")
    tab.get_by_role("link", name="English").click()
    tab.wait_for_url("**lang=en*")
    assert "code=224" in tab.url and "show=share" in tab.url
    assert tab.locator("h1").inner_text() == "Compare"
    assert "Disaster" in tab.locator("main").inner_text()
    tab.get_by_role("link", name="Data quality").click()
    assert tab.locator("h1").inner_text() == "Data quality"  # and stays
    tab.get_by_role("link", name="中文").click()
    assert tab.locator("h1").inner_text() == "数据质量"


def test_a_table_sorts_and_its_order_can_be_shared(tab) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/spending?year=2024")
    rows = "[...document.querySelectorAll('table[data-sortable=groups] tbody tr')]"
    column = f"{rows}.map((row) => Number(row.cells[2].dataset.value))"
    tab.locator("table[data-sortable=groups]").get_by_role("button", name="金额").click()
    tab.locator("table[data-sortable=groups]").get_by_role("button", name="金额").click()
    assert tab.evaluate(column) == sorted(tab.evaluate(column))
    url = tab.url
    assert "sort-groups=2" in url
    tab.goto("/")
    tab.goto(url)
    assert tab.evaluate(column) == sorted(tab.evaluate(column))


def test_a_query_is_written_run_and_downloaded(tab, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/sql")
    editor = tab.get_by_label("SQL 查询")
    editor.fill("select printed, page from figures where printed = '999.99'")
    editor.press("Control+Enter")
    tab.wait_for_url("**/sql?q=*")
    assert "999.99" in tab.locator("table[data-sortable=result]").inner_text()
    for kind, magic in (("CSV", b"\xef\xbb\xbfprinted"), ("XLSX", b"PK"), ("PARQUET", b"PAR1")):
        with tab.expect_download() as waiting:
            tab.get_by_role("link", name=kind).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize(
    ("typed", "said"), [("selec printed", "syntax error"), ("delete from figures", "only reading is allowed")]
)
def test_bad_queries_and_writes_are_answered(tab, typed: str, said: str) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/sql")
    tab.get_by_label("SQL 查询").fill(typed)
    tab.get_by_role("button", name="运行").click()
    assert said in tab.get_by_role("alert").inner_text()
    assert tab.get_by_label("SQL 查询").input_value() == typed


def test_the_keyboard_is_enough(tab) -> None:  # type: ignore[no-untyped-def]
    tab.goto("/quality")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")  # skip to the content
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.locator("table a", has_text="999.99").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/finding/*")
