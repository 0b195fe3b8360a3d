"""Who a report is by: from the text alone, whatever the file is called. Expected values were read on the covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.documents.reader import read_document
from pipelines.landing.identity import Identity, identify
from pipelines.landing.identity_text import clean_name, name_in_title, name_in_unit_line, years_in
from pipelines.landing.sidecar import Sidecar
from tests.small_reports import small_report

REAL = {
    "上海市普陀区规划和自然资源局2024年度部门决算.pdf": (
        "310107", "普陀区", "上海市普陀区规划和自然资源局", 2024, "final_account", "department",
    ),
    "株洲市应急管理局2024年度部门决算.txt": (
        "430200", "株洲市", "株洲市应急管理局", 2024, "final_account", "unit",  # （机关）: its own account only
    ),
    "高平市应急管理局2024年度单位决算公开.txt": (
        "140581", "高平市", "高平市应急管理局", 2024, "final_account", "unit",
    ),
    "永州市应急管理局2021年度部门决算.txt": (
        "431100", "永州市", "永州市应急管理局", 2021, "final_account", "department",
    ),
    "株洲市芦淞区应急管理局2023年度整体支出绩效自评报告.txt": (
        "430203", "芦淞区", "株洲市芦淞区应急管理局", 2023, "performance", "department",
    ),
    "邵东市应急管理局2024年度整体支出绩效自评报告.txt": (
        "430582", "邵东市", "邵东市应急管理局", 2024, "performance", "department",
    ),
}  # fmt: skip


def _said(found: Identity) -> tuple[object, ...]:
    return (found.division_code, found.place_name, found.agency_name, found.fiscal_year, found.kind, found.scope)


@pytest.mark.parametrize("name", REAL)
def test_real_reports_are_known_by_their_text_alone(shared: Path, name: str) -> None:
    path = shared / "reports" / name
    document = read_document(path, file_name="a" + path.suffix)
    assert _said(identify(document, path_parts=("a" + path.suffix,))) == REAL[name]


def _identify(tmp_path: Path, text: str, *path_parts: str, sidecar: Sidecar | None = None) -> Identity:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    return identify(read_document(path), path_parts=path_parts or ("a.txt",), sidecar=sidecar)


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        # the shapes of covers in section C of the notes on real reports
        (
            "湛江市教育局2021年度部门决算\n\n目录\n",
            "440800 湛江市教育局 2021 final_account department",
        ),
        (
            "2021年度广州市荔湾区财政局（本级）\n部门决算\n\n目录\n",
            "440103 广州市荔湾区财政局 2021 final_account unit",
        ),
        (
            "二〇二一年度\n随州市曾都区水利局\n部门决算公开\n\n目录\n",
            "421303 随州市曾都区水利局 2021 final_account department",
        ),
        (
            "中共株洲市委办公室\n2023年度部门决算\n2024年9月20日\n\n目录\n",
            "430200 中共株洲市委办公室 2023 final_account department",
        ),
        (
            "湖南省应急管理厅\n2025年部门预算\n\n目录\n",
            "430000 湖南省应急管理厅 2025 budget department",
        ),
        (
            "监督索引号53092700502101111\n沧源佤族自治县应急管理局2023年度部门决算\n\n目录\n",
            "530927 沧源佤族自治县应急管理局 2023 final_account department",
        ),
        (
            "首页>政务公开>财政信息\n泸州市应急管理局2023年度部门决算\n\n目录\n",
            "510500 泸州市应急管理局 2023 final_account department",
        ),
        (
            "绍兴市越城区教育体育局（汇总）\n2021年度部门决算\n\n一、概况\n",
            "330602 绍兴市越城区教育体育局 2021 final_account department",
        ),
        (
            "上海市普陀区规划和自然\n资源局\n2024 年度部门决算\n\n目 录\n",
            "310107 上海市普陀区规划和自然资源局 2024 final_account department",
        ),
        (
            "2022年度株洲市第二中学单位决算\n\n目录\n",
            "430200 株洲市第二中学 2022 final_account unit",
        ),
        (  # a hospital's page: greetings above, source and attachment below the title
            "欢迎来到泸州市中医医院\n24小时应诊电话:0830-3103108\n国家重点中医医院建设单位\n2023年度泸州市中医医院单位决算\n目录\n",
            "510500 泸州市中医医院 2023 final_account unit",
        ),
        (  # served in traditional characters with pronunciations
            "烏魯木齊市政務(wù)服務(wù)中心2023年度部門決算公開說明\n目 錄\n",
            "650100 乌鲁木齐市政务服务中心 2023 final_account department",
        ),
        (
            "柳城县人民政府办公室柳城县2023年度部门决算公开\n柳城县人民政府办公室\n2023年部门决算\n2024年9月\n目 录\n",
            "450222 柳城县人民政府办公室 2023 final_account department",
        ),
        (  # a whole government's account, behind the menu and the index lines of its portal
            "首页 > 财政信息\n发文机关:双牌县财政局 发文日期:2023-09-15\n双牌县2022年度政府决算公开\n目录\n",
            "431123 双牌县人民政府 2022 final_account department",
        ),
        (  # no cover at all: the contents page comes first
            "目 录\n第一部分 长沙县发展和改革局概况\n一、部门职责\n第二部分 2022年度部门决算表\n",
            "430121 长沙县发展和改革局 2022 final_account department",
        ),
        (
            "发布日期: 2025-04-29\n红河州数据发展中心2024年度项目支出绩效单位自评报告\n一、基本情况\n",
            "532500 红河州数据发展中心 2024 performance department",
        ),
        (  # the place on the line above; the town's office alone has none
            "2023年度\n深圳市宝安区人民政府\n新安街道办事处部门决算\n目录\n",
            "440306 深圳市宝安区人民政府新安街道办事处 2023 final_account department",
        ),
        (  # made public in one year, of another
            "2024年公开郑州市二七区商务局2023年度部门决算\n目录\n",
            "410103 郑州市二七区商务局 2023 final_account department",
        ),
        (
            "2023年度部门决算\n（山西省长治市屯留区自然资源局）\n目录\n",
            "140405 山西省长治市屯留区自然资源局 2023 final_account department",
        ),
        (
            "陕西省榆林市横山区水利局2024年部门综合预算\n目录\n",
            "610803 陕西省榆林市横山区水利局 2024 budget department",
        ),
        (
            "政协合肥市庐阳区委员会办公室2023年度部门决算\n目录\n",
            "340103 政协合肥市庐阳区委员会办公室 2023 final_account department",
        ),
        (
            "中国民主促进会贵州省委员会2023年度部门决算\n目录\n",
            "520000 中国民主促进会贵州省委员会 2023 final_account department",
        ),
        (  # 部长 is a minister, but not here
            "水利部长江水利委员会2023年度部门决算\n目录\n",
            "000000 水利部长江水利委员会 2023 final_account department",
        ),
        ("共青团中央2023年度部门决算\n目录\n", "000000 共青团中央 2023 final_account department"),
        ("北京海关2023年度部门决算\n目录\n", "000000 北京海关 2023 final_account department"),
        (  # a zone that bears the short name of its prefecture and a name of its own
            "攀枝花钒钛高新技术产业开发区管理委员会2023年度部门决算\n目录\n",
            "510400 攀枝花钒钛高新技术产业开发区管理委员会 2023 final_account department",
        ),
        (  # a ministry: three characters are a name
            "财政部2023年度部门决算\n目录\n第一部分 财政部概况\n",
            "000000 财政部 2023 final_account department",
        ),
        (
            "新疆生产建设兵团第八师石河子市教育局2023年度部门决算\n目录\n",
            "660800 新疆生产建设兵团第八师石河子市教育局 2023 final_account department",
        ),
        (  # named in prose only
            "目录\n一、概况\n二、2022年度部门决算公开表\n苍南县发展和改革局主要职责是：苍南县发展和改革局贯彻执行上级政策。\n",
            "330327 苍南县发展和改革局 2022 final_account department",
        ),
    ],
)
def test_covers_of_other_places(tmp_path: Path, cover: str, expected: str) -> None:
    found = _identify(tmp_path, cover)
    said = (found.division_code, found.agency_name, found.fiscal_year, found.kind, found.scope)
    assert " ".join(map(str, said)) == expected


def test_a_wrong_name_over_a_form_does_not_win(tmp_path: Path) -> None:
    text = small_report("上海市普陀区规划和自然资源局") + "\n第二部分 上海市规划和自然资源局2024年度部门决算表\n"
    found = _identify(tmp_path, text)
    assert found.agency_name == "上海市普陀区规划和自然资源局"
    assert any("上海市规划和自然资源局" in doubt for doubt in found.doubts)


def test_the_report_is_believed_over_its_file_name_and_folder(tmp_path: Path) -> None:
    found = _identify(tmp_path, small_report(), "430100-长沙市", "2020", "长沙市财政局2020年度部门预算.txt")
    assert _said(found) == ("430200", "株洲市", "株洲市应急管理局", 2024, "final_account", "department")


def test_names_and_folders_are_believed_when_the_report_says_nothing(tmp_path: Path) -> None:
    found = _identify(tmp_path, "没有标题的一页。\n", "430200-株洲市", "2024", "应急管理局部门决算.txt")
    assert (found.division_code, found.fiscal_year, found.agency_name) == ("430200", 2024, "应急管理局")
    assert (found.sources["division_code"], found.sources["agency_name"]) == ("folder", "file name")


def test_namesakes_are_told_apart_by_the_folder_or_left_open(tmp_path: Path) -> None:
    cover = "普陀区教育局2024年度部门决算\n\n目录\n"
    assert _identify(tmp_path, cover).division_code is None
    assert _identify(tmp_path, cover, "330903-普陀区", "2024", "a.txt").division_code == "330903"
    assert _identify(tmp_path, cover + "上海市财政局关于批复决算的通知。\n").division_code == "310107"


def test_a_sidecar_wins_over_everything(tmp_path: Path) -> None:
    sidecar = Sidecar(
        division_code="430203", agency="株洲市芦淞区应急管理局", fiscal_year=2022, kind="budget", scope="unit"
    )
    found = _identify(tmp_path, small_report(), sidecar=sidecar)
    assert _said(found) == ("430203", "芦淞区", "株洲市芦淞区应急管理局", 2022, "budget", "unit")
    assert set(found.sources.values()) == {"sidecar"}


def test_what_nothing_tells_is_missing_with_what_to_do(tmp_path: Path) -> None:
    found = _identify(tmp_path, "一、概况\n本单位没有公布更多内容。\n")
    assert _said(found)[:4] == (None, None, None, None)
    assert len(found.missing) == 3 and all("sidecar" in reason for reason in found.missing)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2024年度部门决算", [2024]),
        ("二〇二四年度", [2024]),
        ("二○二一年度", [2021]),
        ("2024年8月20日", []),
        ("截至2024年12月31日", []),
        ("支出2077.09万元", []),
        ("2022年度比2021年度", [2022, 2021]),
    ],
)
def test_years(text: str, years: list[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("部门:株洲市应急管理局", ("株洲市应急管理局", "department")),
        ("编制单位:株洲市应急管理局", ("株洲市应急管理局", "unit")),
        ("单位名称(盖章):邵东市应急管理局", ("邵东市应急管理局", "unit")),
        ("部门名称:高平市应急管理局2024年度单位:万元", ("高平市应急管理局", "department")),
        ("单位:万元", None),
        ("金额单位:万元", None),
        ("单位:人", None),
        ("部门决算表", None),
    ],
)
def test_lines_over_a_form(line: str, expected: tuple[str, str] | None) -> None:
    found = name_in_unit_line(line)
    assert (found and (found[0].name, found[1])) == expected


def test_titles_that_name_nobody() -> None:
    assert name_in_title("收入支出决算总表") is None
    assert name_in_title("2024年度部门决算") is None
    assert name_in_title("一、部门概况") is None
    assert clean_name("万元") is None
