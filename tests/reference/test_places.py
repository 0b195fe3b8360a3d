"""Names on covers of real reports → divisions. Codes read in GB/T 2260, not in the code's output."""

from __future__ import annotations

import time

import pytest

from pipelines.reference.places import central_place, find_places, place_by_code


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
        ("青岛西海岸新区财政局", ["370211"]),
        ("保定高新技术产业开发区财政局", ["130671"]),  # has a code in the statistical list
        ("上海浦东新区教育局", ["310115"]),
        ("我局赴湘潭高新区调研", []),  # in mid-sentence a short name is no place
        ("海南新区", []),  # a province is too far off
    ],
)
def test_zones(text: str, codes: list[str]) -> None:
    assert [p.code for p in find_places(text, 2022)] == codes


@pytest.mark.parametrize(
    ("text", "code", "parent", "kind"),
    [
        ("陕西省西咸新区秦汉新城财政局", "619901", "陕西省", "national_new_area"),
        ("河北雄安新区管理委员会公共服务局", "133100", "河北省", "national_new_area"),
        ("湖南湘江新区管理委员会", "430191", "长沙市", "national_new_area"),
        ("四川天府新区成都管理委员会", "510191", "成都市", "national_new_area"),
        ("重庆两江新区管理委员会", "500157", "重庆市", "national_new_area"),  # no division before 2025
        ("天津市滨海新区教育局", "120116", "天津市", "national_new_area"),
        ("贵安新区财政局", "529901", "贵州省", "national_new_area"),
        ("江西赣江新区管理委员会", "369901", "江西省", "national_new_area"),
        ("横琴粤澳深度合作区财政局", "449901", "广东省", "cooperation_zone"),
        ("珠海市横琴新区财政局", "449901", "广东省", "cooperation_zone"),  # its name until 2021
        ("深圳市前海管理局", "440391", "深圳市", "cooperation_zone"),
        ("中新天津生态城管理委员会", "120195", "天津市", "cooperation_zone"),
        ("中国（上海）自由贸易试验区临港新片区管理委员会", "310191", "上海市", "functional_zone"),
        ("北京经济技术开发区教育局", "110191", "北京市", "development_zone"),
        ("武汉东湖新技术开发区管理委员会", "420191", "武汉市", "high_tech_zone"),
        ("新疆生产建设兵团第八师石河子市教育局", "660800", "新疆生产建设兵团", "corps"),
        ("第一师阿拉尔市应急管理局", "660100", "新疆生产建设兵团", "corps"),
        ("昆山高新技术产业开发区管理委员会", "320583", "苏州市", "administrative"),  # in the city whose name it bears
        ("平潭综合实验区财政金融局", "350128", "福州市", "administrative"),
        ("石河子市教育局", "659001", "新疆维吾尔自治区", "administrative"),
    ],
)
def test_zones_with_a_row_of_their_own(text: str, code: str, parent: str, kind: str) -> None:
    place = find_places(text, 2022)[0]
    assert (place.code, place.parents[0], place.kind) == (code, parent, kind)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(
            (name, "000000")
            for name in ("财政部", "国家统计局", "最高人民检察院", "中国气象局", "中共中央宣传部", "审计署")
        ),
        ("国家统计局永州调查队", "431100"),  # a branch that works for its place
        *(
            (name, None)
            for name in ("财政部门", "市财政局", "国家级自然保护区管理局", "中央公园管理处", "湘潭第一师范")
        ),
        ("国家税务总局株洲市税务局", None),  # names its place: find_places answers
    ],
)
def test_bodies_of_the_central_government(name: str, code: str | None) -> None:
    place = central_place(name)
    assert (place.code if place else None) == code


def test_fast() -> None:
    text = ("湖南省株洲市芦淞区应急管理局根据省、市有关文件精神，认真组织开展安全生产工作，" * 6)[:200]
    find_places(text)
    best = min(_seconds(text) for _ in range(20))
    assert best < 0.003  # 0.6 ms on a quiet core; the bound leaves room for a busy one


def _seconds(text: str) -> float:
    start = time.perf_counter()
    find_places(text)
    return time.perf_counter() - start
