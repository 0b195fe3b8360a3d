"""Two warehouses: that of data/raw, and one by hand with what real ones seldom have."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.demo_warehouse import build_demo

BY_HAND = """
create table dim_report as select * from (values
    ('aa', '430200', '株洲市', '应急管理局', 2024, 'final_account', 'department', 'a.pdf', 'f0', 3, 'read', 1, null),
    ('bb', null, null, '=cmd()', null, 'final_account', 'unit', 'b.txt', 'f1', null, 'partly_read', 1, null)
) t(report_id, division_code, place_name, agency_name, fiscal_year, kind, scope, file_name, sha256, pages, status,
    version, superseded_by);
create table spending as select * from (values
    ('s1', 'aa', '2240106', '安全监管', 1234567890123.45::decimal(18, 2), true),
    ('s2', 'aa', '0601', '=1+1', 1234567890123456.78::decimal(18, 2), false),
    ('s3', 'bb', null, 'a,"b"' || chr(10) || 'c', null, null)
) t(spending_id, report_id, function_code, function_name, amount_yuan, flag);
create table figures as select 'f' || i as figure_id, if(i < 2, 'aa', 'bb') as report_id, 0.10::decimal(24, 6) as value,
    ['x', 'y'] as figure_ids from range(3) t(i);
comment on table spending is 'One row a leaf / 每个末级一行';
comment on column spending.amount_yuan is 'Expenditure in 元 / 支出（元）';
create schema landing;
create table landing.build as select * from (values ('extractor_version', 'e1'), ('inputs_digest', 'd1'))
    t(name, value);
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of data/raw."""
    return build_demo(tmp_path_factory)


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    """Money of sixteen digits, text that looks like a formula, a report without year and place, line ends."""
    path = tmp_path / "w" / "juesuan.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(BY_HAND)
    return path
