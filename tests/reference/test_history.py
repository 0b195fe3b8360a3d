"""One code shown: by its number and by its name the same, with what went before and where it went."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.reference import docs
from pipelines.reference.history import find_codes, history
from pipelines.warehouse.publish import WarehouseError


def shown(*words: str) -> str:
    done = CliRunner().invoke(app, ["code", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_code_and_name_print_the_same() -> None:
    text = shown("2240106")
    assert text == shown("安全监管") == shown("224 01 06")
    assert text.splitlines()[0] == "2240106 安全监管"
    for fact in ("since 2019: 安全监管  [observed]", "株洲市应急管理局 2024 部门决算", "224 灾害防治及应急管理支出"):
        assert fact in text
    assert "22401 应急管理事务" in text and "2150605 安全监管监察专项" in text and "COFOG" in text and "03.2" in text


def test_names_by_year_and_where_a_code_went() -> None:
    """210 was renamed in 2019; 21506 was moved to 224 in that year."""
    text = shown("210")
    assert "until 2018: 医疗卫生与计划生育支出" in text
    assert "since 2019: 卫生健康支出" in text and "Health" in text
    moved = history("2150605")
    assert moved is not None and moved.successors == (("2240106", "安全监管"),)
    reused = history("2110307")  # 土壤 is still there; 排污费, its former meaning, went
    assert reused is not None and reused.successors == ()
    assert "became     22401 应急管理事务" in shown("21506")
    # 215 has been called 资源勘探工业信息等支出 since 2021; when 21506 ended, it was not
    assert "under      215 资源勘探信息等支出" in shown("21506")


def test_economic_codes() -> None:
    text = shown("30108")
    assert text.strip() in shown("机关事业单位基本养老保险缴费")  # also how reports shorten 2080505
    assert "50102 社会保障缴费" in text and "GFSM 2014  2121" in text and "养老保险 (永州市应急管理局 2021" in text


def test_a_name_that_several_codes_bear_lists_them_all() -> None:
    """住房公积金: a 项, departmental since 2018 and before, government; 行政运行 stands under most 款."""
    assert find_codes("住房公积金") == ["2210201", "30113", "30311", "50103"]
    text = shown("行政运行")
    assert "2010101" in text and "2240101" in text and "codes; say one of them" in text


def test_old_names_and_variants_find_the_code() -> None:
    assert find_codes("医疗卫生与计划生育支出") == ["210"]
    assert find_codes("森林草原防灭火") == ["2240602"]


def test_an_unknown_name_helps() -> None:
    with pytest.raises(WarehouseError, match="安全监管"):
        shown("安金监管")
    with pytest.raises(WarehouseError, match="9999999"):
        shown("9999999")


def test_json() -> None:
    (known,) = json.loads(shown("22404", "--json"))
    assert [row["name"] for row in known["rows"]] == ["煤矿安全", "矿山安全"]
    assert known["parents"] == [["224", "灾害防治及应急管理支出"]] and known["children"] == 7


def test_the_pages_are_what_the_seeds_say() -> None:
    """After a change of the seeds: python -m pipelines.reference.docs."""
    wanted = docs.pages()
    there = {path.name: path.read_text("utf-8") for path in docs.PAGES.glob("*.md")}
    assert sorted(there) == sorted(wanted)
    stale = [name for name, text in wanted.items() if there[name] != text]
    assert stale == [], "run: python -m pipelines.reference.docs"


@pytest.mark.parametrize(
    ("code", "cofog", "via"),
    [
        ("2050202", "09.1", "2050202"),  # primary schools; the 款 holds schools of every level
        ("2050205", "09.4", "2050205"),
        ("2050299", "09.5", "20502"),
        ("2080801", "10.3", "2080801"),
        ("2240106", "03.2", "22401"),
    ],
)
def test_cofog_by_item_where_the_items_differ(code: str, cofog: str, via: str) -> None:
    found = history(code)
    assert found and found.international
    assert (found.international.code, found.international.via) == (cofog, via)


@pytest.mark.parametrize(
    ("code", "leads_to"),
    [
        ("2060402", "20604"),  # no one 项 took it over in 2021: the 款
        ("2130208", "2130207"),  # 森林资源监测, merged in 2019
        ("2240107", "2240106"),
        ("2110602", "2130238"),  # 退耕还林还草 moved to 213 in 2023
    ],
)
def test_items_that_ended_lead_on(code: str, leads_to: str) -> None:
    found = history(code)
    assert found and found.successors[-1][0] == leads_to


@pytest.mark.parametrize(
    ("typed", "code"),
    [("20800", "208"), ("208.05.05", "2080505"), ("208050501", "2080505"), ("3010101", "30101"), ("30108", "30108")],
)
def test_codes_as_reports_print_them(typed: str, code: str) -> None:
    assert find_codes(typed) == [code]


def test_a_code_that_is_none() -> None:
    assert find_codes("999") == find_codes("9999999") == []
