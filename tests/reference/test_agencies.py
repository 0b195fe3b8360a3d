from __future__ import annotations

import pytest

from pipelines.reference.agencies import agency_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("株洲市应急管理局", "emergency"),
        ("高平市应急管理局2024年度单位决算公开", "emergency"),
        ("上海市普陀区规划和自然资源局", "natural_resources"),
        ("绍兴市上虞区统计局（汇总）2021年度部门决算", "statistics"),
        ("湛江市人民政府行政服务中心", "data_administration"),
        ("北海市城市照明管理处", "urban_management"),
        ("四川省社会科学院", "social_science_federation"),  # 科学院 is no 学院
        ("湖南省农业科学院", "agriculture"),
        ("湘潭市非税收入征收管理局", "finance"),
        ("长沙市人民防空办公室", "defence_mobilisation"),  # one body, renamed in 2023
        ("长沙市国防动员办公室", "defence_mobilisation"),
        ("长沙市劳动人事争议仲裁委员会", "human_resources"),
        ("长沙仲裁委员会办公室", "justice"),
        ("邵阳市人民政府驻北京办事处", "government_office"),
        ("常德市皮肤病防治所", "hospital"),
        ("泸州市中医医院", "hospital"),
        ("中共台安县委政法委员会", "political_legal"),
        ("浙江省卫生健康委员会", "health"),
        ("浙江省农业厅", "agriculture"),
        ("建水县农业技术推广所", "agriculture"),
        ("昆明市五华区人力资源和社会保障局", "human_resources"),
        ("德江县机关事务中心", "agency_affairs"),
        ("金华市救助管理站", "civil_affairs"),
        ("南昌市东湖区公园街道办事处", "township"),
        ("株洲市财政局", "finance"),
        ("株洲市第二中学", "school"),
        ("株洲市公安局", "public_security"),
        ("株洲市人民检察院", "procuratorate"),
        ("株洲市芦淞区人民法院", "court"),
        ("株洲市人民代表大会常务委员会", "peoples_congress"),
        ("中国人民政治协商会议株洲市委员会", "cppcc"),
        ("中国共产主义青年团株洲市委员会", "youth_league"),
        ("共青团株洲市委", "youth_league"),
        ("株洲市残疾人联合会", "disabled_federation"),
        ("株洲市总工会", "trade_union"),
        ("株洲市退役军人事务局", "veterans"),
        ("株洲市医疗保障局", "healthcare_security"),
        ("株洲市市场监督管理局", "market_regulation"),
        ("株洲市文化旅游广电体育局", "culture_tourism"),
        ("株洲市生态环境局", "ecology_environment"),
        ("株洲市住房和城乡建设局", "housing_construction"),
        ("株洲市发展和改革委员会", "development_reform"),
        ("株洲市工业和信息化局", "industry_it"),
        ("中共株洲市纪律检查委员会", "discipline"),
        ("中共株洲市委组织部", "organization_department"),
        ("株洲市人民政府办公室", "government_office"),
        ("中共株洲市委办公室", "party_office"),
        ("株洲县人民政府王十万镇", "township"),
        ("株洲市政府办公室", "government_office"),
        ("乌鲁木齐市政务服务中心", "data_administration"),
        ("上海市普陀区建设和管理委员会", "housing_construction"),
        ("上海市普陀区交通管理中心", "transport"),
        ("上海市普陀区救助事务中心", "civil_affairs"),
        ("上海市普陀区石泉路街道社区党群服务中心", "subdistrict_unit"),
        ("株洲市国有资产监督管理委员会", "state_assets"),
        ("国家统计局株洲调查队", "statistics"),
        ("株洲经济开发区管理委员会", "development_zone"),
        ("中共株洲市委党校", "party_school"),
    ],
)
def test_kind(name: str, kind: str) -> None:
    found = agency_type(name)
    assert found is not None and found.id == kind


def test_unknown() -> None:
    assert agency_type("2024年度部门决算") is None
