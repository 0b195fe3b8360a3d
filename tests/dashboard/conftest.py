"""One warehouse with a wrong total in it, built for real once a test run; the application over it; a server."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from dashboard.app import create_app
from dashboard.settings import Settings
from pipelines.build import build
from pipelines.paths import RAW, ROOT
from tests.typeset.layout import layout
from tests.typeset.pdf import to_pdf
from tests.typeset.report import load

ZHUZHOU = "430200-株洲市/2024/株洲市应急管理局2024年度部门决算.pdf"
YONGZHOU = "431100-永州市/2021/永州市应急管理局2021年度部门决算.docx"
WRONG = "430200-株洲市/2023/株洲市应急管理局2023年度部门决算.pdf"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
AS_OF = date(2026, 10, 31)  # what is overdue does not depend on the day of the test
HOSTILE = "<script>alert('1')</script>"


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of data/raw and one set with 行政事业单位养老支出 999.99 where 142.94 belongs. Workers share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "dashboard-warehouse"
    raw = folder / "raw"
    if not (raw / WRONG).is_file():
        for file in (ZHUZHOU, YONGZHOU):
            (raw / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(RAW / file, raw / file)
        (raw / WRONG).parent.mkdir(parents=True, exist_ok=True)
        being_set = raw.with_name(f"{os.getpid()}.pdf")
        set_wrong_report(being_set)
        being_set.replace(raw / WRONG)
    return build(raw, folder / "juesuan.duckdb", workers=2, as_of=AS_OF).warehouse


def set_wrong_report(path: Path) -> None:
    """The Zhuzhou report under another year, one cell of GK03 changed."""
    report, layout_name = load("zhuzhou_2024")
    form = report.forms["expenditure"]
    column, name = form.columns.index("expenditure"), form.columns.index("name")
    rows = []
    for row in form.rows:
        cells = list(row)
        if cells[name] == "行政事业单位养老支出":
            cells[column] = "999.99"
        rows.append(tuple(cells))
    changed = {**report.forms, "expenditure": dataclasses.replace(form, rows=tuple(rows))}
    to_pdf(dataclasses.replace(report, year=2023, forms=changed), path, layout(layout_name))


@pytest.fixture(scope="session")
def settings(warehouse: Path) -> Settings:
    return Settings(
        warehouse=warehouse,
        raw=warehouse.parent / "raw",
        data_docs=warehouse.with_name("juesuan.data_docs"),
        query_timeout_s=10,
    )


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="session")
def ids(warehouse: Path) -> dict[str, str]:
    """Things to look at: the wrong report and its finding, a figure with a box and one without pages."""
    asked = {
        "report": "select report_id from dim_report where fiscal_year = 2023",
        "finding": "select finding_id from findings where rule = 'expenditure_row_sum'",
        "wrong": "select figure_id from figures where printed = '999.99'",
        "sentence": "select figure_id from figures where page is null and form = 'prose' order by figure_id",
        "evaluation": "select evaluation_id from fct_project_performance order by evaluation_id",
        "docx": "select report_id from dim_report where fiscal_year = 2021",
    }
    # with the dashboard's own setting: one process opens a file in one way only
    with duckdb.connect(str(warehouse), read_only=True, config={"enable_external_access": "false"}) as connection:
        found = {name: connection.execute(sql).fetchone() for name, sql in asked.items()}
    return {name: row[0] for name, row in found.items() if row}


@pytest.fixture(scope="session")
def server(warehouse: Path) -> Iterator[str]:
    """The command as people run it, on a free port; ended with the session."""
    command = [sys.executable, "-m", "pipelines.cli", "dashboard", "--warehouse", str(warehouse), "--port", "0"]
    command += ["--raw", str(warehouse.parent / "raw")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        assert line.startswith("http://127.0.0.1:"), line
        yield line.split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium, server: str):  # type: ignore[no-untyped-def]
    """A fresh tab; whatever it complains about, or asks of another machine, fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=server)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # a request that the next page made needless was given up by the browser: not a failure
    page.on(
        "requestfailed",
        lambda request: request.failure == "net::ERR_ABORTED" or complaints.append(f"{request.failure}: {request.url}"),
    )
    page.on("request", lambda request: request.url.startswith((server, "data:")) or complaints.append(request.url))
    yield page
    context.close()
    assert complaints == []
