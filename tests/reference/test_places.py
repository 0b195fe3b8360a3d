"""Names on covers of real reports → divisions. Codes read in GB/T 2260, not in the code's output."""

from __future__ import annotations

import time

import pytest

from pipelines.reference.places import find_places, place_by_code


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("株洲市芦淞区应急管理局", "430203", "湖南省株洲市芦淞区"),
        ("高平市应急管理局2024年度单位决算公开", "140581", "山西省晋城市高平市"),
        ("上海市普陀区规划和自然资源局2024年度部门决算", "310107", "上海市普陀区"),
        ("永州市应急管理局", "431100", "湖南省永州市"),
        ("邵东市应急管理局", "430582", "湖南省邵阳市邵东市"),
        ("邵东县财政局", "430521", "湖南省邵阳市邵东县"),
        ("晋城市城区应急管理局", "140502", "山西省晋城市城区"),
        ("恩施州财政局", "422800", "湖北省恩施土家族苗族自治州"),
        ("融水县教育局", "450225", "广西壮族自治区柳州市融水苗族自治县"),
        ("广西壮族自治区柳州市柳城县", "450222", "广西壮族自治区柳州市柳城县"),
        ("福州鼓楼区财政局", "350102", "福建省福州市鼓楼区"),  # a short name is a hint when a place inside follows
        ("湖南省 株洲市\n芦淞区", "430203", "湖南省株洲市芦淞区"),
        ("澧县城市管理局", "430723", "湖南省常德市澧县"),
        ("株洲市市场监督管理局", "430200", "湖南省株洲市"),
        ("中共江山市委组织部", "330881", "浙江省衢州市江山市"),
        ("中国共产党沧源佤族自治县委员会", "530927", "云南省临沧市沧源佤族自治县"),
        ("海南州财政局", "632500", "青海省海南藏族自治州"),
        ("海南省财政厅", "460000", "海南省"),
    ],
)
def test_one_place(text: str, code: str, path: str) -> None:
    places = find_places(text)
    assert [(p.code, p.path) for p in places] == [(code, path)]


def test_an_ambiguous_name_gives_every_candidate_with_its_parents() -> None:
    places = find_places("鼓楼区教育局")
    assert {p.code: p.parents[0] for p in places} == {
        "320106": "南京市",
        "320302": "徐州市",
        "350102": "福州市",
        "410204": "开封市",
    }
    assert {(p.start, p.end) for p in places} == {(0, 3)}


def test_a_parent_elsewhere_in_the_text_decides() -> None:
    assert [p.code for p in find_places("普陀区教育局（浙江省舟山市）")] == ["330903", "330900"]


def test_words_of_prose_are_no_places() -> None:
    assert find_places("中心城区建设、郊区绿化和矿区修复，下达区级资金") == []


@pytest.mark.parametrize(
    "text", ["上海城市运行管理中心", "朝阳市场监督管理所", "吉林大学", "中心城区", "邵东城区采空区", "广西"]
)
def test_names_inside_words_are_no_places(text: str) -> None:
    """海城市 stands in 上海城市, 朝阳市 in 朝阳市场."""
    assert find_places(text) == []


def test_a_division_of_the_year() -> None:
    by_name = {year: [p.code for p in find_places("南通市崇川区", year)] for year in (2018, 2024)}
    assert by_name == {2018: ["320602"], 2024: ["320613"]}
    assert (place_by_code("430521").valid_to, place_by_code("430582").valid_from) == (2018, 2019)  # type: ignore[union-attr]
    assert place_by_code("371202", 2018).path == "山东省莱芜市莱城区"  # type: ignore[union-attr]
    assert place_by_code("999999") is None


def test_two_places_in_one_text() -> None:
    assert [p.code for p in find_places("株洲市渌口区和永州市应急管理局")] == ["430212", "431100"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("成都高新技术产业开发区财政金融局", ["510100"]),  # no code of its own: in the prefecture whose name it bears
        ("长沙经开区管理委员会", ["430100"]),
        ("青岛西海岸新区财政局", ["370200"]),
        ("保定高新技术产业开发区财政局", ["130671"]),  # has a code in the statistical list
        ("上海浦东新区教育局", ["310115"]),
        ("我局赴湘潭高新区调研", []),  # in mid-sentence a short name is no place
        ("海南新区", []),  # a province is too far off
    ],
)
def test_zones(text: str, codes: list[str]) -> None:
    assert [p.code for p in find_places(text, 2022)] == codes


def test_fast() -> None:
    text = ("湖南省株洲市芦淞区应急管理局根据省、市有关文件精神，认真组织开展安全生产工作，" * 6)[:200]
    find_places(text)
    best = min(_seconds(text) for _ in range(20))
    assert best < 0.003  # 0.6 ms on a quiet core; the bound leaves room for a busy one


def _seconds(text: str) -> float:
    start = time.perf_counter()
    find_places(text)
    return time.perf_counter() - start
