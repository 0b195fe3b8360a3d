"""Pages stay quick with many reports: a thousand here, in seconds of processor time, whatever else the machine does.

Measured by hand on ten thousand (`multiply` with 1,100 copies): dashboard/README.md.
"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from dashboard.app import create_app
from dashboard.settings import Settings
from tests.dashboard.multiplied import multiply

pytestmark = pytest.mark.slow
COPIES = 340  # of three reports
LIMIT_S = 1.0


def test_a_thousand_reports(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "juesuan.duckdb"
    multiply(warehouse, path, COPIES)
    with duckdb.connect(str(path), read_only=True) as connection:
        counted = connection.execute("select count(*), count(distinct division_code) from dim_report").fetchone()
    assert counted == (3 * COPIES, COPIES)
    slow = {}
    with TestClient(create_app(Settings(warehouse=path)), base_url="http://localhost") as client:
        for page in ("/", "/spending?year=all", "/spending?year=all&code=224", "/spending?fund=general_public_budget",
                     "/compare?code=224", "/performance", "/quality", "/quality?tab=scores", "/quality?tab=due",
                     "/quality?tab=checks", "/reports?q=株洲"):  # fmt: skip
            before = time.process_time()
            assert client.get(page).status_code == 200
            if (took := time.process_time() - before) > LIMIT_S:
                slow[page] = took
    assert slow == {}
