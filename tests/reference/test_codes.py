"""Codes from names and names from codes, as the reports in `shared/reports` print them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.reference import codes
from pipelines.reference.codes import bare, economic_by_name, find_function_path, function_name, latest_code
from pipelines.reference.seeds import name_variants, rows


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("210", 2018, "医疗卫生与计划生育支出"),
        ("210", 2019, "卫生健康支出"),
        ("207", 2024, "文化旅游体育与传媒支出"),
        ("220", 2018, "国土海洋气象等支出"),
        ("215", 2020, "资源勘探信息等支出"),
        ("215", 2021, "资源勘探工业信息等支出"),
        ("20805", 2019, "行政事业单位离退休"),
        ("20805", 2020, "行政事业单位养老支出"),
        ("22402", 2024, "消防救援事务"),
        ("22404", 2024, "矿山安全"),
        ("224", 2018, None),
        ("21506", 2019, None),
        ("2240602", 2024, "森林草原防灾减灾"),
        ("210", 2012, "医疗卫生与计划生育支出"),  # 2018 means 2018 or earlier
        ("2013804", 2019, "市场监督管理专项"),  # the first list of 20138, after the merger of 工商, 质检 and 食药
        ("2013804", 2020, "市场主体管理"),
        ("2013816", 2019, None),
        ("2040103", 2018, "消防"),
        ("2040103", 2019, None),
        ("2130404", 2018, "南水北调工程建设"),
        ("21298", 2023, None),
        ("21298", 2024, "超长期特别国债安排的支出"),
        ("2320431", 2021, "土地储备专项债券付息支出"),
    ],
)
def test_name_of_a_year(code: str, year: int, name: str | None) -> None:
    assert function_name(code, year) == name


# The nine items of 永州市应急管理局 2021, which prints names and no codes.
YONGZHOU = [
    (["社会保障和就业支出（类）", "机关事业单位养老支出（款）", "机关事业单位基本养老保险缴费支出（项）"], "2080505"),
    (["社会保障和就业支出", "抚恤", "死亡抚恤"], "2080801"),
    (["社会保障和就业支出", "其他社会保障和就业支出", "其他社会保障和就业支出"], "2089999"),
    (["卫生健康支出", "行政事业单位医疗", "行政单位医疗"], "2101101"),
    (["卫生健康支出", "行政事业单位医疗", "公务员医疗补助"], "2101103"),
    (["灾害防治及应急管理支出", "应急管理事务", "安全监管"], "2240106"),
    (["灾害防治及应急管理支出", "应急管理事务", "其他应急管理支出"], "2240199"),
    (["灾害防治及应急管理支出"] + ["其他灾害防治及应急管理支出"] * 2, "2249999"),
    (["其他支出"] * 3, "2299999"),
]


@pytest.mark.parametrize(("names", "code"), YONGZHOU)
def test_paths_of_prose(names: list[str], code: str) -> None:
    assert [m.code for m in find_function_path(names, 2021)] == [code]


def test_the_step_says_how() -> None:
    assert find_function_path(YONGZHOU[0][0], 2021)[0].step == "variant"
    assert find_function_path(["医疗卫生与计划生育支出"], 2021)[0].step == "other_year"
    assert find_function_path(["卫生健康支出"], 2021)[0].step == "name"
    assert find_function_path(["住房保障支出(类)", "住房改革支出(款)", "住房公积金(项)"], 2024)[0].code == "2210201"
    assert find_function_path(["住房保障支出", "没有的科目"], 2024) == []
    assert len(find_function_path(["行政运行"], 2024)) > 50  # a name alone does not decide


def test_a_name_printed_under_another_code() -> None:
    """石泉路街道 2025 prints 2111101 减排专项支出: the path leads to 2111103, and 2111101 means something else."""
    assert [m.code for m in find_function_path(["节能环保支出", "污染减排", "减排专项支出"], 2025)] == ["2111103"]
    assert function_name("2111101", 2025) == "生态环境监测与信息"


def test_moves() -> None:
    assert latest_code("2150605") == "2240106"
    assert latest_code("21506") == "22401"
    assert latest_code("2200405") == "2240505"
    assert latest_code("2240106") == "2240106"
    assert latest_code("2040103") == "22402"  # the fire brigades left the armed police in 2018
    assert latest_code("2130404") == "2130336"
    assert latest_code("2011501") == latest_code("2101001") == "2013801"
    assert latest_code("2011001") == "2080101"


@pytest.mark.parametrize(
    ("name", "year", "found"),
    [
        ("养老保险", 2021, ["30108"]),  # 永州 2021
        ("医疗保险", 2021, ["30110"]),
        ("维护费", 2024, ["30213"]),  # 株洲 2024, self-evaluation
        ("其他交通费", 2024, ["30239"]),
        ("机关事业单位基本养老缴费", 2024, ["30108"]),
        ("其他商品服务支出", 2024, ["30299"]),
        ("因公出国 (境) 费用", 2024, ["30212"]),
        ("房屋建筑物购建", 2024, ["30901", "31001"]),
        ("医疗费", 2016, ["30307"]),
        ("医疗费", 2018, ["30114"]),
        ("其他资本性支出", 2017, ["310", "31099"]),
        ("没有的科目", 2024, []),
    ],
)
def test_economic_names(name: str, year: int, found: list[str]) -> None:
    assert [row.code for row in economic_by_name(name, year)] == found


@pytest.mark.parametrize("report", ["株洲市应急管理局2024年度部门决算.txt", "高平市应急管理局2024年度单位决算公开.txt"])
def test_every_printed_code_is_known(shared: Path, report: str) -> None:
    """Each code with its name as printed is a row of its year, or a recorded variant."""
    text = (shared / "reports" / report).read_text(encoding="utf-8")
    printed = set(re.findall(r"(?:^|\t)([23]\d\d(?:\d\d){0,2})\t+([^\t\n]*[一-鿿][^\t\n]*)", text, re.MULTILINE))
    assert len(printed) > 90
    variants = {(v.code, bare(v.variant)) for v in name_variants()}
    unknown = []
    for code, name in sorted(printed):
        row = codes.function_row(code, 2024) or codes.economic_row(code, 2024)
        if (row is None or bare(row.name) != bare(name)) and (code, bare(name)) not in variants:
            unknown.append((code, name))
    assert unknown == []


@pytest.mark.parametrize(
    ("year", "printed"),
    [
        # as the final-account form of the year prints its last lines; ours: the form was read for 2019 and 2024
        (2018, "二十、222 二十一、229 二十二、231 二十三、232"),
        (2019, "二十、222 二十一、224 二十二、229 二十三、231 二十四、232"),
        (2020, "二十、222 二十一、223 二十二、224 二十三、229 二十四、231 二十五、232 二十六、234"),
        (2024, "八、208 九、210 十七、219 二十一、223 二十二、224 二十三、229 二十四、231 二十五、232 二十六、234"),
    ],
)
def test_ordinals_of_the_classes_by_year(year: int, printed: str) -> None:
    in_year = {
        row["ordinal"]: row["class_code"]
        for row in rows("summary_classes")
        if int(row["valid_from"]) <= year <= int(row["valid_to"] or 9999)
    }
    wanted = dict(pair.split("、") for pair in printed.split())
    assert {ordinal: in_year.get(ordinal) for ordinal in wanted} == wanted
    assert len(in_year) == {2018: 23, 2019: 24}.get(year, 26)


def test_ordinals_as_a_real_report_prints_them(shared: Path) -> None:
    text = (shared / "reports" / "株洲市应急管理局2024年度部门决算.txt").read_text(encoding="utf-8")
    classes = {row.name: row.code for row in codes.classes(2024)}
    printed = re.findall(r"\t([一二三四五六七八九十]{1,3})、([^\t\n]+支出)\t", text)
    found = {(ordinal, classes[name]) for ordinal, name in printed if name in classes}
    listed = {(row["ordinal"], row["class_code"]) for row in rows("summary_classes") if not row["valid_to"]}
    assert found == listed
