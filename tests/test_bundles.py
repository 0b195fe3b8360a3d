"""Several files of one disclosure are one report: built for real from files that the typesetter sets.

One raw folder, one build. 高平市 publishes one Word file; 沁水县 the same numbers as a workbook and a web page;
阳城县 the same in a zip with names in GBK, where a report of 陵川县 lies too; 泽州县 corrects two forms later; 洪洞县
publishes its report anew, twice.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml
from starlette.testclient import TestClient

from dashboard.app import create_app
from dashboard.settings import Settings
from pipelines.build import BuildSummary, build
from pipelines.evidence import render_figure
from tests.small_reports import small_report
from tests.typeset.excel import to_xlsx
from tests.typeset.html import to_html
from tests.typeset.layout import layout
from tests.typeset.report import Report, load
from tests.typeset.word import to_docx

pytestmark = pytest.mark.slow
SHANXI = layout("shanxi_2024")
CORRECTED = ("general_budget_expenditure", "three_public_expenses")


def of(place: str) -> Report:
    """高平's figures as if the emergency bureau of `place` had published them; one sentence contradicts a form."""
    report, _ = load("gaoping_2024")
    assert report.body.count("人员经费2,162.83万元") == 1  # as the form has it
    body = report.body.replace("人员经费2,162.83万元", "人员经费2,163.93万元").replace("高平市", place)
    return replace(report, place=place, agency=f"{place}应急管理局", body=body)


def prose_of(report: Report) -> Report:
    return replace(report, body=report.body.replace("!forms", ""))


def corrected(report: Report) -> Report:
    """Two forms, in which the reception's budget is 1.00 and not blank or zero."""
    three = report.forms["three_public_expenses"]
    column = three.columns.index("reception_budget")
    rows = tuple(tuple("1.23" if i == column else cell for i, cell in enumerate(row)) for row in three.rows)
    forms = {"three_public_expenses": replace(three, rows=rows)}
    forms["general_budget_expenditure"] = report.forms["general_budget_expenditure"]
    return replace(report, forms=forms, body="\n".join(f"!form {form}" for form in CORRECTED))


def zip_as_chinese_windows(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """A zip whose names are GBK without a word about it; zipfile itself would write UTF-8 and say so."""
    local, central = b"", b""
    count = 0
    for name, content in files:
        raw, crc, packed = name.encode("gb18030"), zlib.crc32(content), zlib.compress(content)[2:-4]
        sizes = struct.pack("<HHHHIII", 0, 8, 0, 33, crc, len(packed), len(content))
        central += b"PK\x01\x02" + struct.pack("<HH", 20, 20) + sizes
        central += struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, len(local)) + raw
        local += b"PK\x03\x04" + struct.pack("<H", 20) + sizes + struct.pack("<HH", len(raw), 0) + raw + packed
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)
    path.write_bytes(local + central + b"PK\x05\x06" + end)


def sidecar(path: Path, **said: object) -> None:
    path.with_name(path.name + ".yml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")


def lay(raw: Path) -> None:
    """Fill the raw folder."""
    for name in (
        "140581-高平市/2024",
        "140521-沁水县/2024",
        "140522-阳城县/2024",
        "140525-泽州县/2024",
        "141024-洪洞县/2024",
    ):
        (raw / name).mkdir(parents=True)
    to_docx(of("高平市"), raw / "140581-高平市/2024/决算公开.docx", SHANXI)

    loose = raw / "140521-沁水县/2024"
    to_xlsx(of("沁水县"), loose / "附件：决算公开表.xlsx", SHANXI)
    to_html(prose_of(of("沁水县")), loose / "沁水县应急管理局2024年度单位决算说明.html", SHANXI)

    making = raw.parent / "making"
    making.mkdir()
    nameless = replace(of("阳城县"), agency="")  # the workbook does not say whose it is
    to_xlsx(nameless, making / "forms.xlsx", SHANXI)
    to_docx(prose_of(of("阳城县")), making / "prose.docx", SHANXI)
    zip_as_chinese_windows(
        raw / "140522-阳城县/2024/2024年决算公开.zip",
        [
            ("应急局/附件1：公开表.xlsx", (making / "forms.xlsx").read_bytes()),
            ("应急局/决算说明.docx", (making / "prose.docx").read_bytes()),
            ("应急局/盖章.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40),
            ("陵川县应急管理局.txt", small_report("陵川县应急管理局").encode("gb18030")),
        ],
    )

    again = raw / "140525-泽州县/2024"
    to_docx(of("泽州县"), again / "泽州县应急管理局2024年度决算.docx", SHANXI)
    sidecar(again / "泽州县应急管理局2024年度决算.docx", fetched_at="2025-09-01T08:00:00+00:00")
    to_xlsx(corrected(of("泽州县")), again / "a更正.xlsx", SHANXI)
    sidecar(again / "a更正.xlsx", fetched_at="2025-09-20T08:00:00+00:00")

    for version, total in (("v2", "150.00"), ("v10", "150.01"), ("v1", "150.02")):
        text = small_report("洪洞县应急管理局", total=total)
        (raw / "141024-洪洞县/2024" / f"决算{version}.txt").write_text(text, "utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, BuildSummary]:
    """(raw folder, warehouse, what the build said)."""
    folder = tmp_path_factory.mktemp("bundles")
    lay(folder / "raw")
    return folder / "raw", folder / "w.duckdb", build(folder / "raw", folder / "w.duckdb", workers=1)


@pytest.fixture(scope="module")
def ask(built: tuple[Path, Path, BuildSummary]) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built[1]), read_only=True) as connection:
        yield connection


REPORTS = """
select r.report_id, r.files, r.version, r.superseded_by, r.status from dim_report r
where place_name = ? order by version
"""
PARTS = "select file_name from dim_file where report_id = ? order by part_no"


def report_of(ask: duckdb.DuckDBPyConnection, place: str) -> str:
    """The one report of a place that is not superseded."""
    ((report_id,),) = ask.execute(
        "select report_id from dim_report where place_name = ? and superseded_by is null", [place]
    ).fetchall()
    return str(report_id)


@pytest.mark.parametrize("place", ["沁水县", "阳城县"])
def test_forms_and_prose_in_two_files_are_one_report(ask: duckdb.DuckDBPyConnection, place: str) -> None:
    assert len(ask.execute(REPORTS, [place]).fetchall()) == 1
    whole, parts = report_of(ask, "高平市"), report_of(ask, place)
    spending = """select function_code, amount_yuan, basic_yuan, project_yuan, source_form
                  from spending where report_id = ? order by all"""
    rows = ask.execute(spending, [whole]).fetchall()
    assert len(rows) > 10 and ask.execute(spending, [parts]).fetchall() == rows
    for mart in ("fct_three_public_expenses", "fct_summary_lines", "fct_project_performance", "report_forms"):
        count = f"select count(*) from {mart} where report_id = ?"
        assert ask.execute(count, [parts]).fetchone() == ask.execute(count, [whole]).fetchone(), mart


@pytest.mark.parametrize("place", ["沁水县", "阳城县"])
def test_and_its_findings_are_those_of_the_one_file(ask: duckdb.DuckDBPyConnection, place: str) -> None:
    found = """select rule, form, line_code, measure, stated, expected from findings
               where report_id = ? order by all"""
    whole = ask.execute(found, [report_of(ask, "高平市")]).fetchall()
    assert {row[1] for row in whole} == {"prose"}  # against a form that stands in the other file
    assert ask.execute(found, [report_of(ask, place)]).fetchall() == whole
    between = """select rule, outcome, count(*) from reconciliation where report_id = ? group by all order by all"""
    whole = ask.execute(between, [report_of(ask, "高平市")]).fetchall()
    assert any(rule.startswith("prose") or "prose" in rule for rule, _, _ in whole)
    assert ask.execute(between, [report_of(ask, place)]).fetchall() == whole


def test_members_of_a_zip_have_addresses_and_their_own_names(ask: duckdb.DuckDBPyConnection) -> None:
    paths = "select file_path, archive_path, is_inherited from dim_file where report_id = ? order by part_no"
    archive = "140522-阳城县/2024/2024年决算公开.zip"
    assert ask.execute(paths, [report_of(ask, "阳城县")]).fetchall() == [
        (f"{archive}!/应急局/附件1：公开表.xlsx", archive, True),
        (f"{archive}!/应急局/决算说明.docx", archive, False),
        (f"{archive}!/应急局/盖章.png", archive, True),
    ]
    assert ask.execute("select role from landing.files where file_path = ?", [archive]).fetchall() == [("archive",)]


def test_another_body_in_the_zip_stays_a_report_of_its_own(ask: duckdb.DuckDBPyConnection) -> None:
    assert ask.execute(PARTS, [report_of(ask, "陵川县")]).fetchall() == [("陵川县应急管理局.txt",)]


def test_a_later_file_of_two_forms_supersedes_these_two_alone(ask: duckdb.DuckDBPyConnection) -> None:
    (_, files_1, _, by, _), (now, files_2, _, none, _) = ask.execute(REPORTS, ["泽州县"]).fetchall()
    assert (files_1, files_2, by, none) == (1, 2, now, None)
    stated = "select printed, report_id = ? from figures join dim_report using (report_id) where place_name = '泽州县'"
    stated += " and form = 'three_public_expenses' and measure = 'reception_budget' order by 2"
    assert ask.execute(stated, [now]).fetchall()[-1] == ("1.23", True)
    forms = "select distinct form from figures where report_id = ? and origin = 'table'"
    assert {form for (form,) in ask.execute(forms, [now]).fetchall()} == {
        form for (form,) in ask.execute(forms, [report_of(ask, "高平市")]).fetchall()
    }
    older = "select distinct form from figures join dim_report using (report_id) where superseded_by = ? order by 1"
    assert ask.execute(older, [now]).fetchall() == [(form,) for form in CORRECTED]
    assert not ask.execute(
        "select * from findings join dim_report using (report_id) where superseded_by = ? and rule = 'form_missing'",
        [now],
    ).fetchall()


def test_a_report_published_anew_is_a_version_and_v10_comes_after_v2(ask: duckdb.DuckDBPyConnection) -> None:
    rows = ask.execute(
        "select file_name, version, superseded_by is null from dim_report where place_name = '洪洞县' order by version"
    ).fetchall()
    assert rows == [("决算v1.txt", 1, False), ("决算v2.txt", 2, False), ("决算v10.txt", 3, True)]


def test_every_printed_number_is_there_once(ask: duckdb.DuckDBPyConnection) -> None:
    assert (
        ask.execute("select count(*) from figures").fetchone()
        == ask.execute("select count(distinct figure_id) from landing.figures").fetchone()
    )


def test_the_place_of_a_members_figure_is_found(
    built: tuple[Path, Path, BuildSummary], ask: duckdb.DuckDBPyConnection
) -> None:
    found = ask.execute(
        """select file_path, source_line, printed, line_label, measure_label from figures join dim_file using (file_id)
           where file_path like '%附件1%' and form = 'expenditure' and measure = 'expenditure'
               and line_label = '合计'"""
    ).fetchone()
    assert found is not None
    path, line, printed, label, header = found
    shown = render_figure(
        built[0] / path, page=None, boxes=[], source_line=line, printed=printed, line_label=label, header=header
    )
    assert shown.text and "本年支出合计" in shown.text  # the sheet 支出决算表: 收入决算表 has this line and number too
    assert "合计 | 【5296.11】 | 2328.73 | 2967.38" in shown.text


def juesuan(*arguments: str) -> str:
    """What a command prints, in a process of its own: DuckDB lets one process open a file in one way."""
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_verify_and_show_find_members(built: tuple[Path, Path, BuildSummary], ask: duckdb.DuckDBPyConnection) -> None:
    raw, warehouse, _ = built
    places = ["--raw", str(raw), "--warehouse", str(warehouse)]
    assert "12 whole, 0 lost, 0 changed" in juesuan("verify", *places)
    (figure_id,) = ask.execute(
        """select figure_id from figures join dim_file using (file_id)
           where file_path like '%附件1%' and form = 'expenditure' and measure = 'expenditure'
               and line_label = '合计'"""
    ).fetchone() or ("",)
    shown = juesuan("show", figure_id, *places)
    for said in ("决算公开.zip!/应急局/附件1：公开表.xlsx, line 7", "阳城县应急管理局 2024", "合计 | 【5296.11】"):
        assert said in shown


def test_the_report_reader_shows_the_file_that_a_number_stands_in(
    built: tuple[Path, Path, BuildSummary], ask: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    copy = Path(shutil.copyfile(built[1], tmp_path / "copy.duckdb"))
    settings = Settings(warehouse=copy, raw=built[0])
    report_id = report_of(ask, "阳城县")
    prose = """select figure_id, printed, file_id from figures where report_id = ? and form = 'prose'
               order by row_no, figure_id limit 1"""
    ((figure_id, printed, file_id),) = ask.execute(prose, [report_id]).fetchall()
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        page = client.get(f"/report/{report_id}").text
        assert "附件1：公开表.xlsx" in page and "决算说明.docx" in page and "盖章.png" in page
        marked = client.get(f"/report/{report_id}?mark={figure_id}").text
        assert "<strong>决算说明.docx</strong>" in marked and f"【{printed}】" in marked
        assert f"file={file_id}" not in marked  # the file that is shown needs no link
        assert client.get(f"/report/{report_id}?file={file_id}").status_code == 200


def test_zip_members_reach_the_catalogue_by_zipfile_too(built: tuple[Path, Path, BuildSummary]) -> None:
    with zipfile.ZipFile(built[0] / "140522-阳城县/2024/2024年决算公开.zip") as archive:
        assert archive.testzip() is None  # the hand-made archive of this test is a good one
