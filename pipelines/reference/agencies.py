"""The kind of an agency from its name, so that like is compared with like: 株洲市应急管理局 → 应急管理."""

from __future__ import annotations

import re
from functools import cache

from pipelines.reference.seeds import AgencyType, agency_types

# What follows the name on covers and in file names; it would let 部门 or 报告 match a pattern.
TAIL = re.compile(
    r"(（本级）|\(本级\)|（机关）|\(机关\)|（汇总）|\(汇总\)|本级|机关)?(20\d\d年)?(年度)?(部门|单位)?(整体支出)?"
    r"(绩效自评报告|绩效评价报告|决算|预算)?(公开)?(说明|报告)?$"
)


def agency_type(name: str) -> AgencyType | None:
    """The type of the agency called `name` (with or without its place), None if no pattern fits.

    Patterns are tried by priority: a court is a court before 人民 may mean a people's congress.
    """
    cleaned = TAIL.sub("", re.sub(r"\s+", "", name))
    return next((kind for kind, pattern in _patterns() if pattern.search(cleaned)), None)


@cache
def _patterns() -> tuple[tuple[AgencyType, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(kind.pattern)) for kind in agency_types())
