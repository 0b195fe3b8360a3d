"""Reports of a few lines in the shapes of real text conversions, for tests of everything around the reading."""

from __future__ import annotations

from pathlib import Path

COVER = "{year}年度\n{agency}\n部门决算\n\n目录\n\n第一部分{agency}概况\n\n"

EXPENDITURE = """支出决算表

公开 03 表

部门：{agency}

{year} 年度

金额单位：万元

科目代码\t\t\t科目名称\t本年支出合计\t基本支出\t项目支出\t上缴上级支出\t经营支出\t对附属单位补助支出
类\t款\t项\t栏次\t1\t2\t3\t4\t5\t6
\t\t\t合计\t{total}\t100.00\t50.00\t0.00\t0.00\t0.00
224\t\t\t灾害防治及应急管理支出\t150.00\t100.00\t50.00\t0.00\t0.00\t0.00
22401\t\t\t应急管理事务\t150.00\t100.00\t50.00\t0.00\t0.00\t0.00
2240101\t\t\t行政运行\t100.00\t100.00\t0.00\t0.00\t0.00\t0.00
2240106\t\t\t安全监管\t50.00\t0.00\t50.00\t0.00\t0.00\t0.00

注：本表反映部门本年度各项支出情况。
"""
FIGURES = 30  # numbers in EXPENDITURE: five rows of six


def small_report(agency: str = "株洲市应急管理局", year: int = 2024, total: str = "150.00") -> str:
    """A final account of one form; `total` other than 150.00 does not add up."""
    return (COVER + EXPENDITURE).format(agency=agency, year=year, total=total)


def write_small(folder: Path, name: str = "a.txt", **said: object) -> Path:
    """Write `small_report` into `folder` (made when missing)."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(small_report(**said), "utf-8")  # type: ignore[arg-type]
    return path
