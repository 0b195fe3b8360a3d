"""Every code under its neighbour's name, under its own as reports spoil it, and wordings that they print."""

from __future__ import annotations

import pytest

from tests.reference.resolving import Row, code_lists, resolve

FAMILIES = ["function", "economic"]


def listed(family: str, year: int) -> list[tuple[str, str, str]]:
    """(code, name, parent) of the codes of a year."""
    return (
        code_lists()
        .execute(
            """
            select code, name_in_year, coalesce(parent_code, '') from int_code_years
            where system in ('function', 'economic_departmental') and starts_with(system, ?)
                and fiscal_year = ? and hops = 0
            order by code
            """,
            [family, year],
        )
        .fetchall()
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_a_neighbours_name_is_never_taken_for_a_likeness(family: str) -> None:
    """国内债务付息 / 国外债务付息, 行政运行 / 事业运行: the code is kept, the name is not its own."""
    codes = listed(family, 2023)
    wrong: list[Row] = []
    for (code, name, parent), (_, other, beside) in zip(codes, [*codes[1:], codes[0]], strict=True):
        if name != other and parent == beside:
            wrong.append((code, other, 2023))
    assert len(wrong) >= 90
    found = resolve(wrong, family)
    assert [(row[:2], step) for row, (step, _, _) in zip(wrong, found, strict=True) if step != "code"] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_spoilt_names_come_home(family: str) -> None:
    """Cut by the cell, with a remark, without 支出: always the code itself, and never called another's name."""
    spoilt: list[Row] = []
    for code, name, _ in listed(family, 2023):
        spoilt += [(code, text, 2023) for text in (name[:-1] if len(name) > 5 else name, f"{name}（某某）")]
        spoilt.append((code, name.removesuffix("支出") if len(name) > 4 else f"{name}支出", 2023))
    found = resolve(spoilt, family)
    wrong = [
        (row, answer)
        for row, answer in zip(spoilt, found, strict=True)
        if answer[0] not in ("exact", "variant", "similar") or answer[1] != row[0] or answer[2]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "name", "year", "step", "resolved"),
    [
        # wordings as reports of several provinces print them; steps worked out by hand
        ("2010301", "行政运行（政府办公厅（室）及相关机构事务）", 2022, "variant", "2010301"),
        ("2040901", "行政运行(国家保密)", 2021, "variant", "2040901"),
        ("2013899", "其他市场监督管理事务支出", 2021, "variant", "2013899"),
        ("2080803", "在乡复员退伍军人生活补助", 2021, "variant", "2080803"),
        ("205", "教育类", 2019, "variant", "205"),
        ("2080506", "职业年金缴费支出", 2023, "variant", "2080506"),
        ("2010108", "人大代表工作", 2022, "similar", "2010108"),
        ("2080505", "机关事业单位养老保险缴费支出", 2023, "similar", "2080505"),
        ("21305", "巩固拓展脱贫攻坚成果衔接乡村振兴", 2022, "variant", "21305"),
        ("2050304", "职业高中教育", 2021, "other_year", "2050302"),
        ("2060402", "应用技术研究与开发", 2022, "other_year", "20604"),
        ("2129901", "其他城乡社区支出", 2021, "other_year", "2129999"),
        ("208-05-05", "机关事业单位基本养老保险缴费支出", 2023, "exact", "2080505"),
        ("2080000", "社会保障和就业支出", 2023, "exact", "208"),
        ("208050501", "单位缴纳部分", 2023, "prefix", "2080505"),
        ("2080502", "行政事业单位离退休", 2022, "code", "2080502"),  # the former name of the 款 above it
        ("2299999", "其他教育支出", 2022, "code", "2299999"),  # like 其他支出, and another's
        ("2129899", "其他城乡社区支出", 2024, "unresolved", None),  # another fund than 21299
        ("2320301", "地方政府一般债券还本支出", 2022, "code", "2320301"),
    ],
)
def test_functions_as_printed(code: str, name: str, year: int, step: str, resolved: str | None) -> None:
    assert resolve([(code, name, year)])[0][:2] == (step, resolved)


@pytest.mark.parametrize(
    ("code", "name", "year", "step", "resolved"),
    [
        ("30102", "津补贴", 2022, "similar", "30102"),
        ("30109", "机关事业单位职业年金缴费", 2022, "similar", "30109"),
        ("30213", "维修维护费", 2022, "variant", "30213"),
        ("30303", "退职费", 2022, "similar", "30303"),
        ("310", "资本性支出（基本建设）", 2022, "code", "310"),
        ("30104", "其他社会保障缴费", 2018, "other_year", "30112"),
        ("30311", "住房公积金", 2018, "other_year", "30113"),
        ("39906", "赠与", 2022, "other_year", "39909"),
        ("3010101", "岗位工资", 2022, "prefix", "30101"),
        ("30703", "国外债务发行费用", 2022, "code", "30703"),
    ],
)
def test_economic_codes_as_printed(code: str, name: str, year: int, step: str, resolved: str) -> None:
    assert resolve([(code, name, year)], "economic")[0][:2] == (step, resolved)
