"""The Ministry's list taken in: tables of several shapes, the difference shown, and what is written.

The lists are made here in the shapes in which the book, the workbook and the PDF of 政府收支分类科目 are published.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.reference.check import check_seeds
from pipelines.reference.differences import renew
from pipelines.reference.official_list import Entry, ListTable, read_list
from pipelines.reference.seeds import SEEDS, rows
from tests.typeset.fonts import register

JOINED = [
    ["科目编码", "科目名称", "说明"],
    ["224", "灾害防治及应急管理支出", "反映…"],
    ["22401", "  应急管理事务", "反映…"],
    ["2240106", "    安全监管", "反映安全生产监管方面的支出。"],
]
OWN_LEVEL = [
    ["科目编码", "", "", "科目名称", "说明"],
    ["类", "款", "项", "", ""],
    ["224", "", "", "灾害防治及应急管理支出", ""],
    ["", "01", "", "应急管理事务", ""],
    ["", "", "06", "安全监管", ""],
]
ALL_LEVELS = [
    ["类", "款", "项", "科目名称"],
    ["224", "", "", "灾害防治及应急管理支出"],
    ["224", "1", "", "应急管理事务"],
]
ALL_LEVELS += [["224", "1", "6", "安全监管"]]
WHOLE_CODES = [
    ["类", "款", "项", "类名称", "款名称", "项名称"],
    ["224", "", "", "灾害防治及应急管理支出", "", ""],
    ["224", "22401", "", "灾害防治及应急管理支出", "应急管理事务", ""],
    ["224", "22401", "2240106", "灾害防治及应急管理支出", "应急管理事务", "安全监管"],
]
SIDE_BY_SIDE = [
    ["科目编码", "科目名称", "科目编码", "科目名称"],
    ["224", "灾害防治及应急管理支出", "2240106", "安全监管"],
    ["22401", "应急管理事务", "", ""],
]
NO_HEADER = [["224", "灾害防治及应急管理支出"], ["22401", "应急管理事务"], ["2240106", "安全监管"]]


@pytest.mark.parametrize("table", [JOINED, OWN_LEVEL, ALL_LEVELS, WHOLE_CODES, SIDE_BY_SIDE, NO_HEADER])
def test_shapes(table: list[list[str]]) -> None:
    found = read_list([ListTable(table, "2024年政府收支分类科目\n一、一般公共预算支出功能分类科目")])
    assert {e.code: e.name for e in found.entries} == {
        "224": "灾害防治及应急管理支出",
        "22401": "应急管理事务",
        "2240106": "安全监管",
    }
    assert found.year == 2024 and found.skipped == ()
    assert {e.budget_kind for e in found.entries} == {"general_public"}


def test_a_list_goes_on_without_header_on_the_next_page() -> None:
    """The open 类 and 款 carry over the page break."""
    found = read_list(
        [ListTable(OWN_LEVEL), ListTable([["", "", "08", "应急救援", ""], ["", "02", "", "消防救援事务", ""]])]
    )
    assert [e.code for e in found.entries][-2:] == ["2240108", "22402"]


def test_economic_and_revenue_codes() -> None:
    """A 款 of the economic classification is known by its first digit; revenue is not taken in, and is said."""
    table = [
        ["科目编码", "科目名称"],
        ["301", "工资福利支出"],
        ["30101", "基本工资"],
        ["501", "机关工资福利支出"],
        ["101", "税收收入"],
    ]
    found = read_list([ListTable(table)])
    assert [(e.system, e.code) for e in found.entries] == [
        ("departmental", "301"),
        ("departmental", "30101"),
        ("government", "501"),
    ]
    assert found.skipped == ("101 | 税收收入",)


def test_a_code_under_two_names_is_left_to_a_person() -> None:
    found = read_list([ListTable([*JOINED, ["2240106", "安全生产监管", ""]])])
    assert "2240106" not in {e.code for e in found.entries}
    assert "安全监管、安全生产监管" in found.skipped[0]


def row(
    code: str, name: str, since: int, until: int | None = None, kind: str = "unconfirmed", source: str = ""
) -> dict[str, str]:
    return {
        "code": code,
        "name": name,
        "name_en": "",
        "level": {3: "class", 5: "section", 7: "item"}[len(code)],
        "parent_code": code[:-2] if len(code) > 3 else "",
        "budget_kind": "general_public",
        "valid_from": str(since),
        "valid_to": str(until or ""),
        "successor_code": "",
        "source_kind": kind,
        "source": source,
    }


BASE = [row("299", "甲支出", 2018), row("29901", "甲事务", 2018)]


def take(before: Sequence[dict[str, str]], names: dict[str, str], year: int = 2024) -> tuple[list[str], dict[str, str]]:
    """The rows after the list (`code name from-to kind`, without those above), and what was said of each code."""
    listed = {"299": "甲支出", "29901": "甲事务"} | names
    entries = [Entry("function", code, name, None) for code, name in listed.items()]
    after, found = renew([*BASE, *before], entries, year, "清单")
    shown = [f"{r['code']} {r['name']} {r['valid_from']}-{r['valid_to']} {r['source_kind']}" for r in after[2:]]
    return shown, {d.code: f"{d.kind}: {d.message}" for d in found}


def test_confirmed() -> None:
    after, said = take([row("2990101", "行政运行", 2018)], {"2990101": "行政运行"})
    assert after == ["2990101 行政运行 2018- list"]
    assert said["2990101"].startswith("confirmed")


def test_what_a_report_showed_stays_observed() -> None:
    after, _ = take(
        [row("2990101", "行政运行", 2018, kind="observed", source="某局 2024 部门决算")], {"2990101": "行政运行"}
    )
    assert after == ["2990101 行政运行 2018- observed"]


def test_new_and_gone() -> None:
    """Two of three stay, so the list is whole below 29901: the third ends the year before."""
    before = [row("2990101", "甲", 2018), row("2990102", "乙", 2018), row("2990103", "丙", 2018)]
    after, said = take(before, {"2990101": "甲", "2990102": "乙", "2990104": "丁"})
    assert after[2:] == ["2990103 丙 2018-2023 unconfirmed", "2990104 丁 2024- list"]
    assert said["2990103"].startswith("gone") and said["2990104"].startswith("new")


def test_a_notice_of_changes_closes_nothing() -> None:
    before = [row(f"29901{n:02}", f"项{n}", 2018) for n in range(1, 6)]
    after, said = take(before, {"2990106": "新"})
    assert len(after) == 6 and "gone" not in "".join(said.values())


def test_all_below_a_gone_section_goes_with_it() -> None:
    before = [row("2990101", "行政运行", 2018), row("29902", "乙事务", 2018), row("2990201", "乙项", 2018)]
    after, _ = take(before, {"2990101": "行政运行"})
    assert after[1:] == ["29902 乙事务 2018-2023 unconfirmed", "2990201 乙项 2018-2023 unconfirmed"]


def test_renamed() -> None:
    after, said = take([row("2990101", "旧名", 2018)], {"2990101": "新名"})
    assert after == ["2990101 旧名 2018-2023 unconfirmed", "2990101 新名 2024- list"]
    assert said["2990101"] == "renamed: 旧名 → 新名"


def test_the_year_of_a_known_renaming_is_put_right() -> None:
    later = [row("2990101", "旧名", 2018, 2024), row("2990101", "新名", 2025)]
    assert take(later, {"2990101": "新名"})[0] == ["2990101 旧名 2018-2023 unconfirmed", "2990101 新名 2024- list"]
    sooner = [row("2990101", "旧名", 2018, 2023), row("2990101", "新名", 2024)]
    assert take(sooner, {"2990101": "旧名"})[0] == ["2990101 旧名 2018-2024 list", "2990101 新名 2025- unconfirmed"]


def test_begins_earlier_and_ends_later() -> None:
    assert take([row("2990101", "甲", 2025)], {"2990101": "甲"})[0] == ["2990101 甲 2024- list"]
    assert take([row("2990101", "甲", 2018, 2020)], {"2990101": "甲"})[0] == ["2990101 甲 2018- list"]


def test_evidence_is_not_overruled() -> None:
    """A report of the list's year prints the code under another name: both stay as they are and a person decides."""
    seen = row("2990101", "印名", 2018, kind="observed", source="某局 2024 部门决算")
    other = [row("2990102", "乙", 2018), row("2990103", "丙", 2018)]
    after, said = take([seen, *other], {"2990101": "单名", "2990102": "乙", "2990103": "丙"})
    assert after[0] == "2990101 印名 2018- observed"
    assert said["2990101"].startswith("conflict") and "某局 2024" in said["2990101"]
    after, said = take([seen, *other], {"2990102": "乙", "2990103": "丙"})
    assert after[0] == "2990101 印名 2018- observed" and said["2990101"].startswith("conflict")


def test_a_row_without_its_parent_is_not_invented() -> None:
    after, said = take([], {"2980101": "甲"})
    assert after == [] and "its parent 29801" in said["2980101"]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The real seeds in a folder of their own."""
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    return folder


def run(*words: object) -> str:
    done = CliRunner().invoke(app, ["codes", "import", *map(str, words)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


FILE_ROWS = [*OWN_LEVEL, ["", "", "05", "国务院安委会专项", ""], ["", "", "98", "新设专项", ""]]


def write_csv(path: Path) -> None:
    joined = [
        ["科目编码", "科目名称"],
        ["224", "灾害防治及应急管理支出"],
        ["22401", "应急管理事务"],
        ["2240106", "安全监管"],
    ]
    joined += [["2240105", "国务院安委会专项"], ["2240198", "新设专项"]]
    path.write_text("2024年政府收支分类科目,\n" + "\n".join(map(",".join, joined)), "gb18030")


def write_xlsx(path: Path) -> None:
    """A sheet of text cells with a merged header, written by hand."""
    table = [["2024年政府收支分类科目", "", "", "", ""], *FILE_ROWS]
    lines = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{"ABCDE"[c]}{r}" t="inlineStr"><is><t>{escape(v)}</t></is></c>' for c, v in enumerate(line) if v
        )
        + "</row>"
        for r, line in enumerate(table, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    merged = '<mergeCells><mergeCell ref="A1:E1"/><mergeCell ref="A2:C2"/><mergeCell ref="D2:D3"/></mergeCells>'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>'
        '<sheet name="支出" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{kinds}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData>{merged}</worksheet>',
    }
    with zipfile.ZipFile(path, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)


def write_pdf(path: Path) -> None:
    font = register(embed=False)
    style = [("FONT", (0, 0), (-1, -1), font, 9), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
    style += [("SPAN", (0, 0), (2, 0)), ("SPAN", (3, 0), (3, 1)), ("SPAN", (4, 0), (4, 1))]
    title = Paragraph("2024年政府收支分类科目", ParagraphStyle("t", fontName=font, fontSize=12, leading=18))
    SimpleDocTemplate(str(path), pagesize=A4).build(
        [title, Table(FILE_ROWS, colWidths=[40, 40, 40, 160, 160], style=style)]
    )


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_pdf])
def test_files(write, seeds: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The same list as CSV, workbook and PDF: shown first, written on demand, and a second time nothing changes."""
    file = tmp_path / f"list.{write.__name__.removeprefix('write_')}"
    write(file)
    before = (seeds / "function_codes.csv").read_text("utf-8")
    said = run(file, "--seeds", seeds)
    assert "2024: 5 codes read (支出功能分类)" in said
    assert "1 new, 0 renamed, 0 gone, 4 confirmed, 0 conflicts" in said
    assert "2240198 新设专项" in said
    assert (seeds / "function_codes.csv").read_text("utf-8") == before

    assert "written" in run(file, "--seeds", seeds, "--write")
    assert check_seeds(seeds) == []
    after = {(r["code"], r["valid_from"]): r for r in rows("function_codes", seeds)}
    new, confirmed, seen = after["2240198", "2024"], after["2240105", "2019"], after["2240106", "2019"]
    assert (new["parent_code"], new["budget_kind"], new["source_kind"]) == ("22401", "general_public", "list")
    assert confirmed["source_kind"] == "list" and confirmed["source"].startswith("2024年政府收支分类科目（list.")
    assert seen["source_kind"] == "observed"
    text = (seeds / "function_codes.csv").read_text("utf-8")
    assert len(text.splitlines()) == len(before.splitlines()) + 1
    assert len(set(before.splitlines()) - set(text.splitlines())) == 1  # no other row was touched

    assert "nothing, all was there" in run(file, "--seeds", seeds, "--write")


def test_taking_in_what_is_there_changes_no_byte(seeds: Path, tmp_path: Path) -> None:
    """A list made of the seeds' own rows of 2024 only confirms: order, quoting and line ends stay."""
    own = [r for r in rows("function_codes", seeds) if int(r["valid_from"]) <= 2024 <= int(r["valid_to"] or 9999)]
    file = tmp_path / "2024.csv"
    file.write_text("科目编码,科目名称\n" + "\n".join(f"{r['code']},{r['name']}" for r in own), "utf-8")
    said = run(file, "--seeds", seeds, "--write")
    assert f"0 new, 0 renamed, 0 gone, {len(own)} confirmed, 0 conflicts" in said
    before, after = ((folder / "function_codes.csv").read_text("utf-8").splitlines() for folder in (SEEDS, seeds))
    assert [line.split(",")[:3] for line in before] == [line.split(",")[:3] for line in after]
    assert {
        r["source_kind"] for r in rows("function_codes", seeds) if not r["valid_to"] and r["valid_from"] < "2025"
    } <= {
        "list",
        "observed",
    }


def test_what_cannot_be_read_says_so(seeds: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("科目编码,科目名称\n224,灾害防治及应急管理支出", "utf-8")
    with pytest.raises(Exception, match="say --year"):
        run(file, "--seeds", seeds)
    with pytest.raises(Exception, match="begin in 2018"):
        run(file, "--seeds", seeds, "--year", 2012)
    file.write_text("2024年\n这里没有表", "utf-8")
    with pytest.raises(Exception, match="no table of codes"):
        run(file, "--seeds", seeds, "--year", 2024)
