"""Which files are parts of one report and which are versions of it, on a hand-made landing of one case each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import duckdb
import pytest

from tests.dbt_landing import Landing, run_dbt

pytestmark = pytest.mark.slow
NOBODY: dict[str, Any] = {"agency_name": None, "fiscal_year": None, "kind": None, "scope": None, "division_code": None}


def file(landing: Landing, file_id: str, forms: Iterable[str] = (), **said: Any) -> None:
    """A file that holds one number of each form; 'prose/a b=2.00' holds two sentences, 'project/甲' the project 甲."""
    path = said.pop("file_path", f"430200-株洲市/2024/{file_id}.pdf")
    landing.report(file_id, file_path=path, file_name=path.rpartition("/")[2], format="pdf", **said)
    for table_no, name in enumerate(forms, start=1):
        form, _, rest = name.partition("/")
        if form == "prose":
            for row_no, sentence in enumerate(rest.split(), start=1):
                subject, _, value = sentence.partition("=")
                landing.sentence(file_id, row_no, subject, "final", value or "1.00")
        elif form == "project":
            landing.form(
                file_id, "project_performance", [(None, "年度资金总额", {"executed": "1.00"})], table_no=table_no
            )
            row = {"report_id": file_id, "form": "project_performance", "table_no": table_no, "name": rest}
            landing.tables["evaluations"].append(row)
        elif rest == "empty":
            landing.empty_form(file_id, form)
        else:
            origin = {"origin": "ocr"} if rest == "ocr" else {}
            where = {"table_no": table_no, "row_no": 1, "lane": 1}
            landing.figure(file_id, form, "expenditure", "1.00", line_label="合计", **where, **origin)


def fill(landing: Landing) -> None:
    body = {"agency_name": "甲局"}
    nobody = NOBODY | {"kind": "final_account"}  # the titles of its forms say so
    file(landing, "a_forms", ["revenue", "expenditure"], page_url="http://a/1", **nobody)
    file(landing, "a_prose", ["prose/收入 支出"], page_url="http://a/1", scope="unit", **body)
    file(landing, "a_seal", page_url="http://a/1", status="partly_read", status_reason="no amounts", **nobody)
    file(landing, "a_next", ["expenditure"], page_url="http://a/1", kind="budget", fiscal_year=2025, **body)

    for name in ("乙局", "丙局"):
        file(landing, f"b_{name}", ["revenue"], page_url="http://b/1", agency_name=name)
    file(landing, "b_whose", ["expenditure"], page_url="http://b/1", **NOBODY)

    body = {"agency_name": "丁局"}
    file(landing, "d_1", ["project/甲项目", "project/乙项目"], **body)
    file(landing, "d_2", ["project/乙项目", "project/丙项目"], **body)

    body = {"agency_name": "戊局"}
    file(landing, "e_large", ["prose/一 二 三 四 五 六"], **body)
    file(landing, "e_small", ["prose/二 七 八"], **body)

    body = {"agency_name": "己局"}
    file(landing, "f_1", ["revenue", "expenditure", "three_public_expenses", "prose/一 二 三"], **body)
    file(landing, "f_2", ["revenue", "expenditure", "prose/一 二 四"], **body)

    body = {"agency_name": "庚局", "source_url": "http://g/1.pdf"}
    file(landing, "g_1", ["revenue", "expenditure"], fetched_at=datetime(2025, 9, 1), **body)
    file(landing, "g_0", ["revenue"], fetched_at=datetime(2025, 9, 2), **body)

    body = {"agency_name": "辛局"}
    file(landing, "h_late", ["revenue"], fetched_at=datetime(2025, 9, 1), **body)
    file(landing, "h_early", ["revenue"], fetched_at=datetime(2025, 9, 3), **body)
    file(landing, "h_unread", status="not_read", status_reason="damaged", reading_reason="damaged", **body)

    body = {"agency_name": "壬局", "page_url": "http://i/1"}
    file(landing, "i_table", ["revenue"], fetched_at=datetime(2025, 9, 1, 8, 0), **body)
    file(landing, "i_scan", ["revenue/ocr"], fetched_at=datetime(2025, 9, 1, 8, 5), **body)

    body = {"agency_name": "癸局"}
    file(landing, "j_1", ["government_fund", "revenue", "expenditure", "three_public_expenses"], **body)
    file(landing, "j_2", ["revenue", "government_fund/empty"], **body)

    body = {"agency_name": "丑局", "kind": "performance"}
    file(landing, "l_1", ["prose/预算=5.00 执行=4.00 得分=90", "project/甲项目"], **body)
    file(landing, "l_2", ["prose/预算=7.00 执行=6.00 得分=90", "project/乙项目"], **body)
    file(landing, "m_1", ["prose/预算=5.00 执行=4.00 得分=90"], **body | {"agency_name": "寅局"})
    file(landing, "m_2", ["prose/预算=7.00 执行=6.00 得分=90"], **body | {"agency_name": "寅局"})
    file(landing, "n_1", ["prose/预算=5.00 执行=4.00 得分=90", "project/甲项目"], **body | {"agency_name": "卯局"})
    file(landing, "n_2", ["prose/预算=5.00 执行=4.50 得分=90", "project/甲项目"], **body | {"agency_name": "卯局"})

    for letter, folder in (("o", "430200-株洲市/2024/某局"), ("p", "湖南/430200-株洲市/2023")):
        year = 2024 if letter == "o" else 2023
        nobody = NOBODY | {"kind": "final_account", "file_path": f"{folder}/附件.xls"}
        file(landing, f"{letter}_forms", ["expenditure"], **nobody)
        stated = {"agency_name": "辰局", "fiscal_year": year, "file_path": f"{folder}/说明.doc"}
        file(landing, f"{letter}_prose", ["prose/收入 支出"], **stated)

    file(landing, "k_1", ["revenue"], agency_name="子局", file_path="430200-株洲市/2024/决算.xls")
    file(landing, "k_2", ["revenue"], agency_name="子局", file_path="430200-株洲市/2024/决算.v2.xls")
    file(landing, "k_10", ["revenue"], agency_name="子局", file_path="430200-株洲市/2024/决算.v10.xls")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterable[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("bundles") / "w.duckdb"
    landing = Landing()
    fill(landing)
    landing.write(path)
    done = run_dbt(path, "run", "--select", "+int_reports", "dim_file", "figures", "stg_figures")
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def versions(warehouse: duckdb.DuckDBPyConnection, letter: str) -> list[list[str]]:
    """The versions of the case's reports, oldest first, each as 'file form' in order; the current ones last."""
    found = warehouse.execute(
        """select list_sort(list(distinct concat_ws(' ', figures.file_id, figures.form)))
           from figures inner join intermediate.int_reports as reports using (report_id)
           where starts_with(figures.file_id, ?) group by report_id, reports.version order by reports.version, 1""",
        [f"{letter}_"],
    ).fetchall()
    return [held for (held,) in found]


def test_a_file_that_says_nothing_is_what_the_others_of_its_article_are(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "a") == [
        ["a_forms expenditure", "a_forms revenue", "a_prose prose"],
        ["a_next expenditure"],  # next year's budget on the same article
    ]
    whose = """select agency_name, fiscal_year, kind, scope, status, parts from intermediate.int_reports
               where file_id = 'a_forms'"""
    assert warehouse.execute(whose).fetchall() == [("甲局", 2024, "final_account", "unit", "read", 3)]


def test_a_folder_below_the_years_is_one_disclosure_and_the_years_is_not(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "o") == [["o_forms expenditure", "o_prose prose"]]
    assert versions(warehouse, "p") == [["p_forms expenditure"], ["p_prose prose"]]


def test_where_an_article_has_two_bodies_it_stays_nobodys(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "b") == [["b_whose expenditure"], ["b_丙局 revenue"], ["b_乙局 revenue"]]
    assert warehouse.execute(
        "select agency_name from intermediate.int_reports where file_id = 'b_whose'"
    ).fetchall() == [(None,)]


def test_projects_are_told_apart_by_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """select figures.file_id, table_no, version, superseded_by is null from figures
           inner join intermediate.int_reports using (report_id) where starts_with(figures.file_id, 'd_')
           order by 3, 2"""
    ).fetchall()
    # d_1's 乙项目 is stated anew by d_2, whose tables are numbered on or before those of d_1
    assert [(file_id, version, current) for file_id, _, version, current in found if not current] == [("d_1", 1, False)]
    assert len(found) == 4 and len({table for _, table, _, current in found if current}) == 3


def test_sentences_that_repeat_a_few_of_another_file_stand_beside_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "e") == [["e_large prose", "e_small prose"]]
    rows = warehouse.execute("select count(*), count(distinct row_no) from figures where starts_with(file_id, 'e_')")
    assert rows.fetchall() == [(9, 9)]


def test_self_evaluations_of_two_projects_are_parts_though_they_use_the_same_words(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert versions(warehouse, "l") == [
        ["l_1 project_performance", "l_1 prose", "l_2 project_performance", "l_2 prose"]
    ]
    assert versions(warehouse, "m") == [["m_1 prose", "m_2 prose"]]
    assert versions(warehouse, "n") == [
        ["n_1 project_performance", "n_1 prose"],
        ["n_2 project_performance", "n_2 prose"],
    ]


def test_a_report_published_anew_takes_the_whole_place(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Also with a form fewer: what the new version left out is not mixed into it."""
    assert versions(warehouse, "f") == [
        ["f_1 expenditure", "f_1 prose", "f_1 revenue", "f_1 three_public_expenses"],
        ["f_2 expenditure", "f_2 prose", "f_2 revenue"],
    ]


def test_new_bytes_at_an_address_replace_the_old(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "g") == [["g_1 expenditure", "g_1 revenue"], ["g_0 revenue"]]


def test_the_day_of_fetching_goes_before_the_name_and_an_unread_file_replaces_nothing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert versions(warehouse, "h") == [["h_late revenue"], ["h_early revenue"]]
    said = """select status, status_reason, parts from intermediate.int_reports
              where agency_name = '辛局' and superseded_by is null"""
    assert warehouse.execute(said).fetchall() == [("partly_read", "h_unread.pdf：damaged", 2)]


def test_of_files_that_came_together_a_scan_yields(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "i") == [["i_scan revenue"], ["i_table revenue"]]


def test_a_form_that_is_said_to_be_empty_replaces_the_one_with_numbers(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "j") == [
        ["j_1 government_fund", "j_1 revenue"],
        ["j_1 expenditure", "j_1 three_public_expenses", "j_2 revenue"],
    ]


def test_versions_are_counted_as_people_count(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert versions(warehouse, "k") == [["k_1 revenue"], ["k_2 revenue"], ["k_10 revenue"]]


def test_every_file_and_every_figure_has_one_place(warehouse: duckdb.DuckDBPyConnection) -> None:
    counted = "select count(*), count(distinct file_id) from dim_file"
    assert warehouse.execute(counted).fetchall() == [(35, 35)]
    lost = """select figure_id from landing.figures where figure_id not in (select figure_id from figures)
              union all select figure_id from figures group by figure_id having count(*) > 1"""
    assert warehouse.execute(lost).fetchall() == []
