"""Sentences of every shape that real reports showed, in our own words. Expected values are what a reader would say."""

from __future__ import annotations

import pytest

from tests.prose.sketch import read, reasons, said

TOTALS = {
    "one amount for both": (
        "2024年度收、支总计812.30万元。与上年相比，增加12.30万元，增长了1.54%，主要原因是人员增加。",
        ["收入支出总计 final 812.30 万元", "收入支出总计 change 12.30 万元", "收入支出总计 change_rate 1.54 %"],
    ),
    "two amounts for two words": (
        "2024年度收、支总计各是4120.10，4143.20万元。与2023年相比，收、支总计各减少67.10，70.20万元，各下降1.60%、1.67%。",
        [
            "收入总计 final 4120.10 万元",
            "支出总计 final 4143.20 万元",
            "收入总计 change -67.10 万元",
            "支出总计 change -70.20 万元",
            "收入总计 change_rate -1.60 %",
            "支出总计 change_rate -1.67 %",
        ],
    ),
    "each named": (
        "2024年度财政拨款收入总计5,296.11万元，支出总计5,296.11万元。与上年相比，财政拨款收入总计增加3.20万元，增长0.06%；"
        "财政拨款支出总计增加3.20万元，增长0.06%。",
        [
            "财政拨款收入总计 final 5296.11 万元",
            "财政拨款支出总计 final 5296.11 万元",
            "财政拨款收入总计 change 3.20 万元",
            "财政拨款收入总计 change_rate 0.06 %",
            "财政拨款支出总计 change 3.20 万元",
            "财政拨款支出总计 change_rate 0.06 %",
        ],
    ),
    "the body's name before the year": (
        "某市某区城市管理局2024年度收入支出总计98.38万元。与2023年度相比，收入支出总计增加1.85万元，增长1,055.4%。",
        ["收入支出总计 final 98.38 万元", "收入支出总计 change 1.85 万元", "收入支出总计 change_rate 1055.4 %"],
    ),
    "last year's amount, not the increase": (
        "上级补助收入完成20万元，比上年18.5万元，增长8.11%；经营收入完成0万元，比上年0万元,增长(下降)0%。",
        [
            "上级补助收入 final 20 万元",
            "上级补助收入 last_year 18.5 万元",
            "上级补助收入 change_rate 8.11 %",
            "经营收入 final 0 万元",
            "经营收入 last_year 0 万元",
            "经营收入 change_rate 0 %",
        ],
    ),
    "last year's amount and the increase": (
        "机关运行经费支出329.08万元，比上年303.08万元增加26万元，增加8.58%。",
        [
            "机关运行经费 final 329.08 万元",
            "机关运行经费 last_year 303.08 万元",
            "机关运行经费 change 26 万元",
            "机关运行经费 change_rate 8.58 %",
        ],
    ),
    "two years named": (
        "2024年财政拨款收入120万元，2023年财政拨款收入100万元，同比增加20%。",
        ["财政拨款收入 final 120 万元", "财政拨款收入 last_year 100 万元", "财政拨款收入 change_rate 20 %"],
    ),
    "full-width digits and signs": (
        "公务接待费支出１２．５０万元，较上年减少０．５０万元，下降３．８５％。",
        ["公务接待费 final 12.50 万元", "公务接待费 change -0.50 万元", "公务接待费 change_rate -3.85 %"],
    ),
    "growth without its sign": (
        "一般公共预算财政拨款支出97.50万元。与2023年度相比，一般公共预算财政拨款支出增加11.90万元，增长13.95。",
        [
            "一般公共预算财政拨款支出 final 97.50 万元",
            "一般公共预算财政拨款支出 change 11.90 万元",
            "一般公共预算财政拨款支出 change_rate 13.95 %",
        ],
    ),
    "the template's brackets take the direction before": (
        "公务接待费支出决算数比2023年度减少0.15万元，下降（增长）27.78%。",
        ["公务接待费 change -0.15 万元", "公务接待费 change_rate -27.78 %"],
    ),
    "printed minus": ("机关运行经费比上年增长-5.2%。", ["机关运行经费 change_rate -5.2 %"]),
    "thousands parted by a full-width comma": ("公务接待费支出1，234.50元。", ["公务接待费 final 1234.50 元"]),
    "structure": (
        "本年支出合计3282.73万元，其中：基本支出1308.73万元，占39.87%；项目支出1974万元，占60.13%。",
        [
            "本年支出合计 final 3282.73 万元",
            "基本支出 final 1308.73 万元",
            "基本支出 share 39.87 %",
            "项目支出 final 1974 万元",
            "项目支出 share 60.13 %",
        ],
    ),
    "after the parts, the whole": (
        "2024年度支出合计90元。其中：基本支出60元，占66.67%；项目支出30元，占33.33%。与上年相比，支出合计减少5元。",
        [
            "本年支出合计 final 90 元",
            "基本支出 final 60 元",
            "基本支出 share 66.67 %",
            "项目支出 final 30 元",
            "项目支出 share 33.33 %",
            "本年支出合计 change -5 元",
        ],
    ),
    "the amount of the budget within the rate": (
        "一般公共预算财政拨款支出决算84.82万元，完成全年预算90.00万元的94.2%。",
        [
            "一般公共预算财政拨款支出 final 84.82 万元",
            "一般公共预算财政拨款支出 adjusted_budget 90.00 万元",
            "一般公共预算财政拨款支出 completion_rate 94.2 %",
        ],
    ),
    "against the budget, then against last year": (
        "机关运行经费支出193.98万元，比年初预算数减少15.36万元，减少7.3%，主要原因是办公费、劳务费等下降；"
        "比上年决算数减少199.25万元，减少50.7%。",
        [
            "机关运行经费 final 193.98 万元",
            "机关运行经费 change_from_budget -15.36 万元",
            "机关运行经费 change_rate_from_budget -7.3 %",
            "机关运行经费 change -199.25 万元",
            "机关运行经费 change_rate -50.7 %",
        ],
    ),
    "元 and 亿元 beside 万元": (
        "财政拨款收入1.2亿元，其他收入350元，事业收入7万元。",
        ["财政拨款收入 final 1.2 亿元", "其他收入 final 350 元", "事业收入 final 7 万元"],
    ),
    "reasons that name a change": (
        "财政拨款收、支总计80万元，与上年相比，增加5万元，主要原因是原因一是项目支出增加6万元。二是基本支出减少1万元，"
        "人员经费增加2万元，公用经费减少3万元等。",
        [
            "财政拨款收入支出总计 final 80 万元",
            "财政拨款收入支出总计 change 5 万元",
            "项目支出 change 6 万元",
            "基本支出 change -1 万元",
            "人员经费 change 2 万元",
            "公用经费 change -3 万元",
        ],
    ),
    "a change of the whole after one part, told by the arithmetic": (
        "本部门2024年度收入总计1,234.56万元，其中年初结转和结余34.56万元，较2023年增加100.1万元，增长8.82%；"
        "本年收入合计1,200.00万元，较2023年增加90.2万元，增长8.13%，主要原因是：人员增加。",
        [
            "收入总计 final 1234.56 万元",
            "年初结转和结余 final 34.56 万元",
            "收入总计 change 100.1 万元",
            "收入总计 change_rate 8.82 %",
            "本年收入合计 final 1200.00 万元",
            "本年收入合计 change 90.2 万元",
            "本年收入合计 change_rate 8.13 %",
        ],
    ),
    "against the year's own budget": (
        "教育支出（类）2024年度决算120.50万元，比2024年年初预算增加10.50万元，增长9.55%。",
        [
            "教育支出 final 120.50 万元",
            "教育支出 change_from_budget 10.50 万元",
            "教育支出 change_rate_from_budget 9.55 %",
        ],
    ),
    "a budget broken down": (
        "2024年度“三公”经费预算总计21.8万元，其中：因公出国（境）费0万元，公务接待费11.8万元。",
        [
            "“三公”经费 initial_budget 21.8 万元",
            "因公出国（境）费 initial_budget 0 万元",
            "公务接待费 initial_budget 11.8 万元",
        ],
    ),
}

THREE_PUBLIC = {
    "budget, final, completion, change": (
        "“三公”经费财政拨款支出预算为27万元，支出决算为39万元，完成预算的144.4%，其中：公务接待费支出预算为9.5万元，"
        "支出决算为2.9万元，完成预算的30.5%，决算数小于预算数的主要原因是：厉行节约；与上年相比减少1.84万元，减少38.82%。",
        [
            "“三公”经费 initial_budget 27 万元",
            "“三公”经费 final 39 万元",
            "“三公”经费 completion_rate 144.4 %",
            "公务接待费 initial_budget 9.5 万元",
            "公务接待费 final 2.9 万元",
            "公务接待费 completion_rate 30.5 %",
            "公务接待费 change -1.84 万元",
            "公务接待费 change_rate -38.82 %",
        ],
    ),
    "groups and persons": (
        "因公出国（境）费支出0万元，全年安排因公出国（境）团组0个，累计0人次。",
        ["因公出国（境）费 final 0 万元", "因公出国（境）团组 count 0 个", "因公出国（境）人次 count 0 人次"],
    ),
    "visits": (
        "公务接待费支出决算为2.9万元，全年共接待来访团组10个、来宾210人次，主要是上级检查。",
        ["公务接待费 final 2.9 万元", "公务接待批次 count 10 个", "公务接待人次 count 210 人次"],
    ),
    "visits within visits": (
        "国内接待费支出310.00元（其中：外事接待费支出0.00元），共安排国内公务接待45批次（其中：外事接待0批次），接待人次390人。",
        [
            "国内公务接待费 final 310.00 元",
            "外事接待费 final 0.00 元",
            "国内公务接待批次 count 45 批次",
            "外事接待批次 count 0 批次",
            "国内公务接待人次 count 390 人",
        ],
    ),
    "vehicles": (
        "公务用车购置支出28.6万元，购置1台公务用车。公务用车运行维护支出7.5万元，公务用车保有量为4辆。",
        [
            "公务用车购置费 final 28.6 万元",
            "购置公务用车 count 1 台",
            "公务用车运行维护费 final 7.5 万元",
            "公务用车保有量 count 4 辆",
        ],
    ),
    "an amount without its 元": (
        "国内公务接待支出0.39万（含外宾接待支出0.00万元）。",
        ["国内公务接待费 final 0.39 万元", "外宾接待费 final 0.00 万元"],
    ),
}

OTHERS = {
    "economic items": (
        "财政拨款基本支出63.12万元，其中：人员经费34.04万元，占基本支出的53.93%，主要包括基本工资12.18万元、津贴补贴3.66万元，"
        "养老保险9.64万元；公用经费29.08万元，主要包括办公费4.35万元、会议费0.73万元。",
        [
            "财政拨款基本支出 final 63.12 万元",
            "人员经费 final 34.04 万元",
            "人员经费 share 53.93 %",
            "基本工资 final 12.18 万元",
            "津贴补贴 final 3.66 万元",
            "养老保险 final 9.64 万元",
            "公用经费 final 29.08 万元",
            "办公费 final 4.35 万元",
            "会议费 final 0.73 万元",
        ],
    ),
    "items named before their whole": (
        "2024年度支出100元。其中：基本工资、津贴补贴等人员经费支出92元，占基本支出的92%。",
        ["支出 final 100 元", "人员经费 final 92 元", "人员经费 share 92 %"],
    ),
    "procurement": (
        "政府采购支出总额220.44万元，其中：政府采购货物支出172.30万元、政府采购工程支出1.56万元、政府采购服务支出46.58万元。"
        "授予中小企业合同金额125.04万元，占政府采购支出总额的56.72%，其中：授予小微企业合同金额74.85万元，占政府采购支出总额的33.95%。",
        [
            "政府采购支出总额 final 220.44 万元",
            "政府采购货物 final 172.30 万元",
            "政府采购工程 final 1.56 万元",
            "政府采购服务 final 46.58 万元",
            "授予中小企业合同金额 final 125.04 万元",
            "授予中小企业合同金额 share 56.72 %",
            "授予小微企业合同金额 final 74.85 万元",
            "授予小微企业合同金额 share 33.95 %",
        ],
    ),
    "vehicles by use, equipment": (
        "截至2024年12月31日，本单位共有车辆4辆，其中，机要通信用车1辆、其他用车3辆；单位价值50万元以上通用设备2台（套）；"
        "单价100万元（含）以上设备（不含车辆）0台（套）。",
        [
            "车辆 count 4 辆",
            "机要通信用车 count 1 辆",
            "其他用车 count 3 辆",
            "单位价值50万元以上通用设备 count 2 台（套）",
            "单价100万元（含）以上设备（不含车辆） count 0 台（套）",
        ],
    ),
    "projects in a list, an amount inside a name": (
        "2024年项目支出174万元。其中：防汛值守工作114.3万元，2023年救灾专项资金（375万元）34.7万元，拨付“云上城管”建设资金25万元。",
        [
            "项目支出 final 174 万元",
            "防汛值守工作 project_amount 114.3 万元",
            "2023年救灾专项资金 project_amount 34.7 万元",
            "拨付“云上城管”建设资金 project_amount 25 万元",
        ],
    ),
    "a meeting and what it cost": (
        "2024年度会议费年初预算0万元，支出决算为1.07万元。用于召开全市调度会议，人数28人，内容为部署工作。经费支出为会议伙食费0.12万元。",
        [
            "会议费 initial_budget 0 万元",
            "会议费 final 1.07 万元",
            "会议人数：全市调度会议 count 28 人",
            "会议费：全市调度会议 final 0.12 万元",
        ],
    ),
    "projects that were assessed": (
        "绩效自评的2024年度项目39个，涉及预算金额415.48万元。自评结果为：17个项目自评等级为“优”，2个项目自评等级为“中”。",
        [
            "绩效自评的2024年度项目 count 39 个",
            "绩效自评的2024年度项目 initial_budget 415.48 万元",
            "自评等级为“优”的项目 count 17 个",
            "自评等级为“中”的项目 count 2 个",
        ],
    ),
}


ALL = {**TOTALS, **THREE_PUBLIC, **OTHERS}


@pytest.mark.parametrize("text, expected", list(ALL.values()), ids=list(ALL))
def test_shape(text: str, expected: list[str]) -> None:
    reading = read(text)
    assert said(reading) == expected
    assert set(reasons(reading)) <= {"amount_in_name"}


def test_a_project_that_was_reviewed() -> None:
    reading = read("“道路养护”项目自评得分为98.5分。项目全年预算数为100万元，执行数为95.5万元，完成预算的95.5%。")
    assert said(reading) == [
        "道路养护 score 98.5 分",
        "道路养护 adjusted_budget 100 万元",
        "道路养护 project_amount 95.5 万元",
        "道路养护 completion_rate 95.5 %",
    ]


def test_projects_under_their_headings() -> None:
    reading = read(
        "（二）项目支出情况",
        "1.年初预算项目“市容保障”资金115.3万元，实际支出114.3万元，结余1万元。",
        "2.年初预算项目“值守经费”，年初预算50万元，年中执行调减8.8万元，实际支出0万元。",
        "（1）法律顾问费",
        "项目支出6万元，主要用于聘请法律顾问。",
        "一是农房保险（含两镇），预算支出6.19万元，年中执行调增1万元，实际支出7.19万元，结余结转0万元。",
        "举报奖励绩效目标4.8万元，实际支出1.66万元，因为资金紧张。",
    )
    assert said(reading) == [
        "市容保障 initial_budget 115.3 万元",
        "市容保障 project_amount 114.3 万元",
        "市容保障 结余 project_amount 1 万元",
        "值守经费 initial_budget 50 万元",
        "值守经费 budget_adjustment -8.8 万元",
        "值守经费 project_amount 0 万元",
        "法律顾问费 project_amount 6 万元",
        "农房保险 initial_budget 6.19 万元",
        "农房保险 budget_adjustment 1 万元",
        "农房保险 project_amount 7.19 万元",
        "农房保险 结余 project_amount 0 万元",
        "举报奖励 initial_budget 4.8 万元",
        "举报奖励 project_amount 1.66 万元",
    ]
    assert not reading.rejects
