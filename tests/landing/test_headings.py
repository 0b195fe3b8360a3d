"""What the lines over one form say of body and year."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import read_report
from pipelines.landing.headings import Heading, read_heading
from tests.small_reports import write_small


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        (
            ("支出决算表", "公开 03 表", "部门：株洲市应急管理局", "2024 年度"),
            Heading("株洲市应急管理局", "430200", 2024),
        ),
        (
            ("编制单位：株洲市应急管理局（机关）  2024年度  金额单位：万元",),
            Heading("株洲市应急管理局", "430200", 2024),
        ),
        (("2023年度收入支出决算总表", "单位：万元"), Heading(None, None, 2023)),
        (("高平市应急管理局2024年度单位：万元",), Heading(None, None, 2024)),  # 高平 2024, 公开07表
        # 普陀 2024, over the first form
        (
            ("上海市规划和自然资源局2024年度部门决算表", "收入支出决算总表", "单位：万元"),
            Heading("上海市规划和自然资源局", "310000", 2024),
        ),
        (("第二部分 2024年度部门决算表", "收入支出决算总表"), Heading(None, None, 2024)),
        (("国有资产使用情况表", "截至2024年12月31日"), Heading()),
        (("2023年度", "2024年度", "部门：甲市财政局", "部门：乙市财政局"), Heading()),
    ],
)
def test_body_and_year_of_a_heading(lines: tuple[str, ...], heading: Heading) -> None:
    assert read_heading(lines) == heading


def test_headings_land_with_their_form(tmp_path: Path) -> None:
    (row,) = read_report(entry_for(write_small(tmp_path))).tables["forms"].to_pylist()
    assert (row["heading_agency"], row["heading_division"], row["heading_year"]) == ("株洲市应急管理局", "430200", 2024)
