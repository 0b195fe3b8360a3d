"""The dbt project over a small landing made by hand: what holds is not flagged, what does not is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.exports.questions import questions
from tests.dbt_landing import Landing, run_dbt

D = Decimal
# 5.00 of 安全监管 is paid from other revenue
FISCAL = {"合计": "161.96", "灾害防治及应急管理支出": "19.00", "安全监管": "9.00"}
OTHER = dict.fromkeys(FISCAL, "5.00")


def consistent(landing: Landing, report_id: str, **identity: object) -> None:
    """A report whose forms agree: 142.96 社保 (two 款), 24.00 应急 (a 类 with only 项 below it); in all 166.96."""
    landing.report(report_id, **identity)
    lines = [
        (None, "合计", "166.96", "142.96", "24.00"),
        ("208", "社会保障和就业支出", "142.96", "142.96", "0.00"),
        ("20805", "行政事业单位养老支出", "142.94", "142.94", ""),
        ("2080505", "机关事业单位基本养老保险缴费支出", "95.19", "95.19", ""),
        ("2080506", "机关事业单位职业年金缴费支出", "47.75", "47.75", ""),
        ("20899", "其他社会保障和就业支出", "0.02", "0.02", ""),
        ("2089999", "其他社会保障和就业支出", "0.02", "0.02", ""),
        ("224", "灾害防治及应急管理支出", "24.00", "", "24.00"),
        ("2240106", "安全监管", "14.00", "", "14.00"),
        ("2240108", "应急救援", "10.00", "", "10.00"),
    ]
    for table_no, form in ((3, "expenditure"), (5, "general_budget_expenditure")):
        rows = [(c, n, {"expenditure": t, "basic_expenditure": b, "project_expenditure": p}) for c, n, t, b, p in lines]
        landing.form(report_id, form, rows, table_no=table_no, page=table_no + 8)
    landing.form(
        report_id,
        "revenue",
        [
            (c, n, {"revenue": t, "fiscal_appropriation_revenue": FISCAL.get(n, t), "other_revenue": OTHER.get(n, "")})
            for c, n, t, _, _ in lines
        ],
        table_no=2,
        page=9,
    )
    revenue = [
        (None, "一、一般公共预算财政拨款收入", {"revenue": "161.96"}),
        (None, "八、其他收入", {"revenue": "5.00"}),
        (None, "本年收入合计", {"revenue": "166.96"}),
        (None, "使用非财政拨款结余（含专用结余）", {"revenue": "1.00"}),
        (None, "年初结转和结余", {"revenue": "5.00"}),
        (None, "总计", {"revenue": "172.96"}),
    ]
    expenditure = [
        (None, "八、社会保障和就业支出", {"expenditure": "142.96"}),
        (None, "二十二、灾害防治及应急管理支出", {"expenditure": "24.00"}),
        (None, "本年支出合计", {"expenditure": "166.96"}),
        (None, "年末结转和结余", {"expenditure": "6.00"}),
        (None, "总计", {"expenditure": "172.96"}),
    ]
    landing.form(report_id, "revenue_expenditure_summary", revenue, lane=1, page=8)
    landing.form(report_id, "revenue_expenditure_summary", expenditure, lane=2, page=8)


def appropriation(landing: Landing, report_id: str, opening: str = "5.00") -> None:
    """GK04 with opening carry-over: the three funds occur twice on the left, income first."""
    left = [
        (None, "一、一般公共预算财政拨款", {"revenue": "161.96"}),
        (None, "二、政府性基金预算财政拨款", {"revenue": "0.00"}),
        (None, "本年收入合计", {"revenue": "161.96"}),
        (None, "年初财政拨款结转和结余", {"revenue": opening}),
        (None, "一、一般公共预算财政拨款", {"revenue": "3.00"}),
        (None, "二、政府性基金预算财政拨款", {"revenue": "2.00"}),
        (None, "总计", {"revenue": "166.96"}),
    ]
    right = [
        (None, "八、社会保障和就业支出", {"expenditure": "142.96", "general_public_budget_expenditure": "142.96"}),
        (
            None,
            "二十二、灾害防治及应急管理支出",
            {"expenditure": "24.00", "general_public_budget_expenditure": "24.00"},
        ),
        (None, "本年支出合计", {"expenditure": "166.96", "general_public_budget_expenditure": "166.96"}),
        (None, "总计", {"expenditure": "166.96"}),
    ]
    landing.form(report_id, "appropriation_summary", left, table_no=4, lane=1, page=12)
    landing.form(report_id, "appropriation_summary", right, table_no=4, lane=2, page=12)


def three_public(landing: Landing, report_id: str, total: str, vehicle: str, reception: str) -> None:
    cells = {"three_public_final": total, "vehicle_final": vehicle, "reception_final": reception}
    landing.form(report_id, "three_public_expenses", [(None, None, cells)], table_no=7, page=17)


def small_report(landing: Landing, report_id: str, code: str, name: str, amount: str, **identity: object) -> None:
    landing.report(report_id, **identity)
    rows = [(None, "合计", {"expenditure": amount}), (code, name, {"expenditure": amount})]
    landing.form(report_id, "expenditure", rows, table_no=3)


def fill(landing: Landing) -> None:
    consistent(landing, "good", agency_name="甲市应急管理局")
    appropriation(landing, "good")
    three_public(landing, "good", "39.04", "36.10", "2.93")  # 株洲 2024: rounding
    consistent(landing, "wrong", agency_name="乙市应急管理局")
    three_public(landing, "wrong", "794.02", "671.92", "82.22")
    # one cell misprinted: 款 20805 says 152.94, so that 类 → 款 and 款 → 项 break
    for figure in landing.tables["figures"]:
        address = (figure["report_id"], figure["form"], figure.get("line_code"), figure["measure"])
        if address == ("wrong", "expenditure", "20805", "expenditure"):
            figure |= {"printed": "152.94", "value": D("152.94"), "amount_yuan": D("1529400")}

    # the same body as a department and as a unit, and an older version of the department's report
    small_report(landing, "dept_v1", "2240106", "安全监管", "90.00", agency_name="丙市应急管理局", file_name="1.pdf")
    small_report(landing, "dept_v2", "2240106", "安全监管", "100.00", agency_name="丙市应急管理局", file_name="2.pdf")
    small_report(landing, "unit", "2240106", "安全监管", "70.00", agency_name="丙市应急管理局（本级）", scope="unit")

    # codes: an old one, an unknown one, one with another's name
    small_report(landing, "old", "2101101", "行政单位医疗", "1.00", agency_name="丁局", fiscal_year=2019)
    small_report(landing, "unknown", "2999999", "没有的科目", "1.50", agency_name="戊局")
    small_report(landing, "mixed", "2240106", "应急救援", "2.50", agency_name="己局")
    small_report(landing, "unlisted", "2129801", "城市基础设施", "1.20", agency_name="丑局")
    small_report(landing, "filled", "20800", "社会保障和就业支出", "1.00", agency_name="癸局")
    small_report(landing, "local", "208050501", "某项自设", "1.00", agency_name="子局")
    small_report(landing, "doubtful", "2130104", "生产发展", "3.50", agency_name="壬局")

    # fund forms only, in 元
    landing.report("funds", agency_name="庚局", unit="元")
    landing.form(
        "funds",
        "general_budget_expenditure",
        [
            (None, "合计", {"expenditure": "624,785.84"}),
            ("2240101", "行政运行", {"expenditure": "624,785.84", "basic_expenditure": "624,785.84"}),
        ],
        table_no=5,
        unit="元",
    )
    landing.form(
        "funds",
        "government_fund",
        [
            (
                "2290802",
                "福利彩票销售机构的业务费支出",
                {"revenue": "10.00", "expenditure": "8.00", "closing_carry_over": "2.00"},
            )
        ],
        table_no=8,
        unit="元",
    )

    # prose only: 永州 2021 prints paths instead of codes
    landing.report(
        "prose", agency_name="永州市应急管理局", fiscal_year=2021, division_code="431100", place_name="永州市"
    )
    path = "社会保障和就业支出（类）机关事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）"
    where = {"table_no": 0, "lane": 1, "unit": "万元"}
    landing.figure("prose", "prose", "final", "79.64", row_no=1, line_label=path, **where)
    landing.figure("prose", "prose", "initial_budget", "0.00", row_no=1, line_label=path, **where)
    # the same item and another one in a later section: said again, and an economic class, which is no function
    landing.figure("prose", "prose", "final", "79.64", row_no=9, line_code="2080505", line_label="养老保险", **where)
    landing.figure("prose", "prose", "final", "38.90", row_no=9, line_code="30110", line_label="医疗保险", **where)

    # a rejected cell: 项 2240108 could not be read, so 类 224 cannot be judged
    consistent(landing, "rejected", agency_name="辛局")
    lost = [f for f in landing.tables["figures"] if f["report_id"] == "rejected" and f.get("line_code") == "2240108"]
    for figure in lost:
        if figure["form"] == "expenditure" and figure["measure"] == "expenditure":
            landing.tables["figures"].remove(figure)
    landing.reject("rejected", form="expenditure", table_no=3, row_no=10, reason="not_a_number")


def fill_headings(landing: Landing) -> None:
    """Forms headed with the body itself, its abbreviation, other bodies, another year."""
    landing.report("headed", agency_name="株洲市应急管理局")
    for table_no, (form, agency, division, year) in enumerate(
        [
            ("revenue_expenditure_summary", "株洲市应急管理局", "430200", 2024),
            ("revenue", "市应急局", None, 2024),
            ("expenditure", "应急管理局", None, None),
            ("general_budget_expenditure", "株洲市财政局", "430200", 2024),
            ("three_public_expenses", "湖南省应急管理厅", "430000", 2024),
            ("state_capital", None, None, 2023),
            ("project_performance", None, None, 2023),  # of a project begun the year before
        ],
        start=1,
    ):
        heading = {"heading_agency": agency, "heading_division": division, "heading_year": year}
        row = {"report_id": "headed", "form": form, "table_no": table_no, "figures": 0, "empty_statement": "空表"}
        landing.tables["forms"].append(row | heading)


GOLD = {"zhuzhou_2024": D("3282.73"), "gaoping_2024": D("5296.11"), "putuo_2024": D("9759.38")}  # GK03 合计
CHANGED = range(5, 781, 33)  # of the numbers of 株洲 2024, one a report
EMPTY = {"zhuzhou_2024": ["government_fund"], "gaoping_2024": ["government_fund", "state_capital"]}
EMPTY["putuo_2024"] = EMPTY["gaoping_2024"]


def fill_gold(landing: Landing) -> None:
    """Three real reports as hand-checked, and copies of one with a single number changed."""
    for name in GOLD:
        landing.report(name, agency_name=name)
        landing.gold(name, name)
        for form in EMPTY[name]:
            landing.empty_form(name, form)
    for changed in CHANGED:
        landing.report(f"changed_{changed}", agency_name=f"改{changed}")
        landing.gold(f"changed_{changed}", "zhuzhou_2024", changed)


def fill_sentences(landing: Landing) -> None:
    """普陀 2024, pages 20–26, with its forms: two amounts of page 24 are those of all funds; the rest agrees."""
    landing.report("sentences", agency_name="上海市普陀区规划和自然资源局")
    landing.gold("sentences", "putuo_2024")
    for form in EMPTY["putuo_2024"]:
        landing.empty_form("sentences", form)

    def said(row_no: int, label: str, measure: str, printed: str, **columns: object) -> None:
        landing.sentence("sentences", row_no, label, measure, printed, **columns)

    percent = {"unit": "%"}
    said(1, "收入支出总计", "final", "9859.38")
    said(2, "收入支出总计", "change", "1062.85")
    said(2, "收入支出总计", "change_rate", "12.08", **percent)
    said(5, "本年支出合计", "final", "9759.38")
    said(5, "基本支出", "final", "5377.64")
    said(5, "项目支出", "final", "4381.74")
    said(5, "基本支出", "share", "55.10", measure_label="占55.10%", **percent)
    said(5, "项目支出", "share", "44.90", measure_label="占44.90%", **percent)
    said(9, "一般公共预算财政拨款支出", "final", "9746.50")
    said(9, "一般公共预算财政拨款支出", "share", "99.86", measure_label="占本年支出合计的99.86%", **percent)
    said(13, "一般公共预算财政拨款支出", "initial_budget", "10210.34")
    said(13, "一般公共预算财政拨款支出", "completion_rate", "95.45", measure_label="完成年初预算的95.45%", **percent)
    said(20, "行政单位医疗", "final", "40.35", line_code="2101101")
    said(28, "一般公共预算财政拨款基本支出", "final", "5377.64")
    said(29, "人员经费", "final", "4896.98")
    said(29, "公用经费", "final", "480.66")
    said(30, "公务接待费", "final", "0.39")
    said(30, "公务接待费", "completion_rate", "13.68", measure_label="完成预算的13.68%", **percent)
    said(30, "因公出国（境）费", "final", "0.00")
    # 永州 2021, line 67: digits exchanged
    said(40, "培训费", "final", "2553.52")
    said(40, "培训费", "last_year", "1718.25")
    said(40, "培训费", "change_rate", "48.16", **percent)
    said(41, "事业收入", "final", "0.95")  # against a blank cell


SERIES = [
    (2018, "2150605", "安全监管监察专项", "11.00"),
    (2019, "2240106", "安全监管", "12.00"),
    (2020, "2240404", "煤矿安全监察事务", "13.00"),
    (2024, "2240404", "矿山安全监察事务", "14.00"),
]


def fill_years(landing: Landing) -> None:
    """One body in two years: the account grows ten thousand times, and last year's amount is not what was said."""
    for year, amount in ((2022, "1,000.00"), (2023, "10,000,000.00")):
        small_report(landing, f"year_{year}", "2240106", "安全监管", amount, agency_name="壬局", fiscal_year=year)
    landing.sentence("year_2023", 1, "本年支出合计", "last_year", "900.00")
    # work safety before and after 224 came: another 类 in 2018, a renamed 项 in 2020 and 2021
    moved = {"agency_name": "长沙市应急管理局", "place_name": "长沙市", "division_code": "430100"}
    for year, code, name, amount in SERIES:
        small_report(landing, f"moved_{year}_{code}", code, name, amount, fiscal_year=year, **moved)


def fill_versions(landing: Landing) -> None:
    """One report in three versions, 合计 12.89 too high. In the second a row is set before it, on the next page, and
    another total is wrong, too; the third has the first total right and the second wrong by another amount."""
    totals = {"v1": ("162.89", "80.00"), "v2": ("162.89", "85.00"), "v3": ("150.00", "86.00")}
    for version, (expenditure, revenue) in totals.items():
        landing.report(version, agency_name="寅局", file_name=f"{version}.pdf")
        shifted = version != "v1"
        rows = [
            (None, "合计", {"expenditure": expenditure}),
            ("224", "灾害防治及应急管理支出", {"expenditure": "150.00"}),
            ("22401", "应急管理事务", {"expenditure": "150.00"}),
        ]
        landing.form(version, "expenditure", rows, table_no=3 + shifted, first_row=1 + shifted, page=11 + shifted)
        rows = [(None, "合计", {"revenue": revenue}), ("224", "灾害防治及应急管理支出", {"revenue": "80.00"})]
        landing.form(version, "revenue", rows, table_no=2, page=9)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    path: Path = tmp_path_factory.mktemp("dbt") / "w.duckdb"
    landing = Landing()
    fill(landing)
    fill_gold(landing)
    fill_sentences(landing)
    fill_years(landing)
    fill_headings(landing)
    fill_versions(landing)
    landing.write(path)
    done = run_dbt(path, "--quiet", "--no-use-colors", "--warn-error", "build")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return duckdb.connect(str(path), read_only=True)


def rows(warehouse: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[object, ...]]:
    return warehouse.execute(query, values).fetchall()


def test_a_consistent_report_has_no_finding(warehouse: duckdb.DuckDBPyConnection) -> None:
    # it is a small report: some of the nine forms are not in it, and that is said
    assert rows(warehouse, "select message_zh from findings where report_id = 'good' and rule <> 'form_missing'") == []


def test_rounding_is_rounding_and_errors_are_errors(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select outcome, difference, tolerance from reconciliation where rule = 'three_public_total' and report_id = ?"
    )
    assert rows(warehouse, query, "good") == [("rounding", D("0.01"), D("0.015"))]
    assert rows(warehouse, query, "wrong") == [("inconsistent", D("39.88"), D("0.015"))]


def test_a_misprinted_line_breaks_the_sums_above_and_below_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    broken = rows(
        warehouse,
        "select rule, line_code, stated, expected, difference, page from findings"
        " where report_id = 'wrong' and form = 'expenditure' and measure = 'expenditure' order by rule, line_code",
    )
    assert broken == [
        ("children_sum", "208", D("142.96"), D("152.96"), D("-10"), 11),
        ("children_sum", "20805", D("152.94"), D("142.94"), D("10"), 11),
        ("expenditure_row_sum", "20805", D("152.94"), D("142.94"), D("10"), 11),
    ]


def test_the_sentence_needs_no_schema(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(zh, en)] = rows(
        warehouse,
        "select message_zh, message_en from findings where report_id = 'wrong' and line_code = '208'"
        " and rule = 'children_sum' and measure = 'expenditure' and form = 'expenditure'",
    )
    assert zh == "支出决算表 第 11 页：208 社会保障和就业支出 支出合计 142.96 ≠ 各款之和 152.96，差 10.00 万元"
    assert en == (
        "Expenditure, page 11: 208 社会保障和就业支出 expenditure is stated as 142.96,"
        " but the sum of its sections is 152.96; the difference is 10.00 万元"
    )


def test_a_total_has_no_code_of_its_own(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct line_code from reconciliation where line_label in ('合计', '人员经费合计', '本年支出合计')"
    assert rows(warehouse, query) == [(None,)]


def test_a_class_with_only_items_below_is_their_sum(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select outcome, computed, n_terms, terms from reconciliation where report_id = 'good'"
        " and rule = 'children_sum' and form = 'expenditure' and line_key = '224' and measure = 'expenditure'"
    )
    # terms are told where they do not agree to the digit
    assert rows(warehouse, query) == [("exact", D("24"), 2, None)]
    query = (
        "select outcome, terms from reconciliation where report_id = 'wrong' and rule = 'children_sum'"
        " and form = 'expenditure' and line_key = '20805' and measure = 'expenditure'"
    )
    terms = "2080505 机关事业单位基本养老保险缴费支出 95.19; 2080506 机关事业单位职业年金缴费支出 47.75"
    assert rows(warehouse, query) == [("inconsistent", terms)]


def test_a_blank_part_adds_nothing_and_is_counted(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select outcome, n_terms, n_blank from reconciliation where report_id = 'good' and rule = 'expenditure_row_sum'"
        " and line_key = '2080505'"
    )
    assert rows(warehouse, query) == [("exact", 1, 4)]


def test_opening_carry_over_is_told_from_income(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = rows(
        warehouse,
        "select line_key, amount_yuan from fct_summary_lines where report_id = 'good'"
        " and form = 'appropriation_summary' and side = 'revenue' order by row_no",
    )
    assert lines == [
        ("revenue_general_public_budget", D("1619600")),
        ("revenue_government_fund", D("0")),
        ("revenue_this_year", D("1619600")),
        ("opening_carry_over", D("50000")),
        ("opening_carry_over_general_public_budget", D("30000")),
        ("opening_carry_over_government_fund", D("20000")),
        ("grand_total", D("1669600")),
    ]
    query = "select outcome from reconciliation where rule = 'appropriation_opening_carry_over' and report_id = 'good'"
    assert rows(warehouse, query) == [("exact",)]


def test_a_rejected_part_is_not_checkable(warehouse: duckdb.DuckDBPyConnection) -> None:
    judged = rows(
        warehouse,
        "select rule, line_key, outcome, not_checkable_reason from reconciliation where report_id = 'rejected'"
        " and form = 'expenditure' and measure = 'expenditure' and line_key in ('224', '2240108', 'total')"
        " order by rule, line_key",
    )
    assert ("children_sum", "224", "not_checkable", "a part was rejected") in judged
    assert ("children_sum", "total", "exact", None) in judged
    assert rows(warehouse, "select * from findings where report_id = 'rejected' and form = 'expenditure'") == []


def test_spending_counts_nothing_twice(warehouse: duckdb.DuckDBPyConnection) -> None:
    per_report = rows(warehouse, "select report_id, sum(amount_yuan) from spending group by report_id")
    totals = {report_id: amount for report_id, amount in per_report}
    assert totals["good"] == D("1669600")
    assert totals["dept_v2"] == D("1000000")
    assert "dept_v1" not in totals  # superseded
    assert "unit" not in totals  # contained in the department's report
    assert totals["funds"] == D("624793.84")  # GK05 and GK08 of the report, in 元
    assert totals["prose"] == D("796400")


def test_spending_says_where_its_lines_come_from(warehouse: duckdb.DuckDBPyConnection) -> None:
    sources = rows(warehouse, "select distinct report_id, source_form, fund from spending order by all")
    assert ("good", "expenditure", "all") in sources
    assert ("funds", "government_fund", "government_fund") in sources
    assert ("prose", "prose", "general_public_budget") in sources
    [line] = rows(
        warehouse,
        "select place, prefecture, province, agency, agency_type, year, class, section, item_code, page, file_name"
        " from spending where report_id = 'good' and function_code = '2080505'",
    )
    assert line == (
        "株洲市", "株洲市", "湖南省", "甲市应急管理局", "emergency", 2024,
        "社会保障和就业支出", "行政事业单位养老支出", "2080505", 11, "good.pdf",
    )  # fmt: skip


def test_prose_paths_resolve_to_codes(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select function_code, resolution from fct_expenditure_by_function where report_id = 'prose'"
    assert rows(warehouse, query) == [("2080505", "name_path")]


def test_codes_that_are_not_what_they_say_are_findings(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse,
        "select report_id, rule, line_code, message_zh from findings where rule like 'code%' order by report_id",
    )
    assert [row[:3] for row in found] == [
        ("doubtful", "code_name_doubtful", "2130104"),  # the list calls 2130505 so; 2130104 is unconfirmed
        ("mixed", "code_name_mismatch", "2240106"),
        ("unknown", "code_unknown", "2999999"),
        ("unlisted", "code_item_unlisted", "2129801"),  # the items of 21298, bonds of 2024, are in no source here
    ]
    assert found[2][3] == "支出决算表 第 1 页：2999999 没有的科目 支出合计 在 2024 年科目表中找不到，涉及 1.50 万元"


def test_codes_filled_up_with_zeros_or_with_digits_of_the_place_are_read(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = """
        select report_id, line_code, function_code, function_name, level, resolution from fct_expenditure_by_function
        where report_id in ('filled', 'local') and line_code is not null order by report_id
    """
    assert rows(warehouse, query) == [
        ("filled", "20800", "208", "社会保障和就业支出", "class", "exact"),
        ("local", "208050501", "2080505", "机关事业单位基本养老保险缴费支出", "item", "prefix"),
    ]


def test_versions_follow_each_other(warehouse: duckdb.DuckDBPyConnection) -> None:
    versions = rows(
        warehouse, "select report_id, version, superseded_by from dim_report where report_id like 'dept%' order by 1"
    )
    assert versions == [("dept_v1", 1, "dept_v2"), ("dept_v2", 2, None)]


def test_a_fund_flow_that_closes_is_exact(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select outcome, computed, n_blank from reconciliation where rule = 'fund_flow' and report_id = 'funds'"
    assert rows(warehouse, query) == [("exact", D("8"), 1)]


def test_a_form_headed_with_another_body_or_year_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "select rule, form, message_zh from findings where report_id = 'headed' and form is not null order by 1, 2"
    found = rows(warehouse, query)
    assert [row[:2] for row in found] == [
        ("form_agency_differs", "general_budget_expenditure"),
        ("form_agency_differs", "three_public_expenses"),
        ("form_year_differs", "state_capital"),
    ]
    assert "表头单位为 株洲市财政局，而报告为 株洲市应急管理局" in str(found[0][2])
    assert "表头年度为 2023，而报告为 2024" in str(found[2][2])


def test_missing_forms_are_known(warehouse: duckdb.DuckDBPyConnection) -> None:
    missing = rows(
        warehouse, "select count(*) from report_forms where report_id = 'prose' and is_expected and state = 'missing'"
    )
    assert missing == [(9,)]


def test_figures_are_as_landed(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(marts, landed)] = rows(warehouse, "select (select count(*) from figures), (select count(*) from landing.figures)")
    assert marts == landed


@pytest.mark.parametrize("name", GOLD)
def test_a_real_report_as_printed_has_no_finding(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    assert rows(warehouse, "select message_zh from findings where report_id = ?", name) == []
    [(exact, rounding)] = rows(
        warehouse,
        "select count(*) filter (outcome = 'exact'), count(*) filter (outcome = 'rounding')"
        " from reconciliation where report_id = ?",
        name,
    )
    assert (exact, rounding) > (200, 10)


@pytest.mark.parametrize("name", GOLD)
def test_the_leaves_of_a_real_report_add_up_to_its_total(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    [(total,)] = rows(warehouse, "select sum(amount_yuan) / 10000 from spending where report_id = ?", name)
    assert abs(D(str(total)) - GOLD[name]) <= D("0.05")


def test_any_changed_number_is_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    unfound = rows(
        warehouse,
        "select report_id from dim_report where report_id like 'changed_%'"
        " except select report_id from findings where severity = 'error'",
    )
    assert unfound == []


def test_the_changed_number_is_the_one_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    named = rows(
        warehouse,
        "select distinct c.report_id from finding_cases c join figures f using (figure_id) join figures o"
        " on o.report_id = 'zhuzhou_2024' and o.form = f.form and o.table_no = f.table_no and o.row_no = f.row_no"
        " and o.lane = f.lane and o.measure = f.measure where c.report_id like 'changed_%' and o.value <> f.value"
        " and abs(c.corrected - o.value) < 0.1",
    )
    assert len(named) >= 0.95 * len(CHANGED)


def test_sentences_are_checked_against_forms_and_against_each_other(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse,
        "select rule, line_label, stated, expected from findings where report_id = 'sentences' order by rule, stated",
    )
    assert [(rule, label, stated) for rule, label, stated, _ in found] == [
        ("prose_change_rate", "培训费", D("48.16")),
        ("prose_states_expenditure", "人员经费", D("4896.98")),
        ("prose_states_expenditure", "一般公共预算财政拨款基本支出", D("5377.64")),
        ("prose_states_revenue", "事业收入", D("0.95")),
    ]
    assert [expected for *_, expected in found][1:3] == [D("4884.09"), D("5364.75")]
    [(message,)] = rows(warehouse, "select message_zh from findings where report_id = 'sentences' and stated = 5377.64")
    assert message == (
        "文字说明 第 24 页：一般公共预算财政拨款基本支出 决算数 5,377.64 ≠ 一般公共预算财政拨款支出决算表 合计 基本支出"
        " 5,364.75，差 12.89 万元"
    )


def test_percents_are_judged_at_their_own_precision(warehouse: duckdb.DuckDBPyConnection) -> None:
    judged = rows(
        warehouse,
        "select line_label, stated, outcome from reconciliation where report_id = 'sentences'"
        " and rule in ('prose_share', 'prose_completion_rate', 'prose_change_rate') order by stated",
    )
    assert judged == [
        ("收入支出总计", D("12.08"), "rounding"),
        ("公务接待费", D("13.68"), "rounding"),  # the budget of 2.85 is that of the form
        ("项目支出", D("44.90"), "rounding"),
        ("培训费", D("48.16"), "inconsistent"),
        ("基本支出", D("55.10"), "rounding"),
        ("一般公共预算财政拨款支出", D("95.45"), "rounding"),  # 95.457 truncated
        ("一般公共预算财政拨款支出", D("99.86"), "rounding"),  # 99.868 truncated
    ]


def test_cases_say_what_probably_happened(warehouse: duckdb.DuckDBPyConnection) -> None:
    causes = rows(
        warehouse,
        "select line_label, stated, likely_cause from finding_cases where report_id = 'sentences'"
        " and likely_cause is not null order by stated",
    )
    assert causes == [
        ("培训费", D("48.16"), "digits_exchanged"),
        ("一般公共预算财政拨款基本支出", D("5377.64"), "amount_of_another_line"),
    ]
    [(roles,)] = rows(
        warehouse,
        "select list([role, f.page::varchar] order by position) from finding_figures f join findings using (finding_id)"
        " where findings.report_id = 'sentences' and stated = 4896.98",
    )
    assert roles == [["stated", "24"], ["term", None]]


def test_years_are_compared(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse, "select rule from findings where report_id = 'year_2023' and rule <> 'form_missing' order by 1"
    )
    assert found == [("last_year_own_report",), ("unit_slip_between_years",)]


def test_one_code_is_one_line_through_the_years(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Emergency management by 款, 2018–2024, with the SQL of the first worked question."""
    asked = questions()[0].sql
    series = [row[1:5] for row in warehouse.execute(asked).fetchall() if row[0] == "长沙市"]
    assert series == [
        (2018, "22401", "应急管理事务", D("110000")),
        (2019, "22401", "应急管理事务", D("120000")),
        (2020, "22404", "矿山安全", D("130000")),
        (2024, "22404", "矿山安全", D("140000")),
    ]


def test_a_new_version_says_what_it_changed(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select rule, stated, expected from findings where report_id = 'dept_v2' and rule like 'changed%' order by all"
    )
    assert rows(warehouse, query) == [("changed_between_versions", D("100"), D("90"))] * 2


def test_a_contradiction_keeps_its_key_in_a_new_version(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The same two numbers on the same line: one key, though page, row and ids differ. Other numbers: another key."""
    found = rows(
        warehouse,
        """select report_id, rule, form, stated::varchar, page, finding_id, finding_key from findings
           where report_id in ('v1', 'v2', 'v3') and rule = 'children_sum' and line_label = '合计'
           order by form, report_id""",
    )
    assert [row[:5] for row in found] == [
        ("v1", "children_sum", "expenditure", "162.890000", 11),
        ("v2", "children_sum", "expenditure", "162.890000", 12),
        ("v2", "children_sum", "revenue", "85.000000", 9),
        ("v3", "children_sum", "revenue", "86.000000", 9),
    ]
    assert len({row[5] for row in found}) == 4  # a finding is of one version
    first, again, other, changed = (row[6] for row in found)
    assert first == again and len({first, other, changed}) == 3


def test_findings_of_one_version_have_keys_of_their_own(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(findings, keys)] = rows(warehouse, "select count(*), count(distinct (report_id, finding_key)) from findings")
    assert findings == keys and findings > 100
