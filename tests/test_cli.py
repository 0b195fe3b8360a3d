"""The command line: what people see, in a terminal or not, and what scripts get."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.cli import main
from pipelines.cli_output import as_text, to_json
from pipelines.warehouse.publish import building_path, publish
from tests.small_reports import FIGURES, small_report, write_small

ROOT = Path(__file__).resolve().parents[1]


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process: (exit code, standard output, standard error), its children's included."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["juesuan", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfd.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


def _start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"} | environment,
        timeout=300,
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the two tables that the commands read, made by hand."""
    path = tmp_path_factory.mktemp("cli") / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table spending (agency varchar, code varchar, fiscal_year integer, yuan decimal(18, 2))"
        )
        connection.execute(
            "insert into spending values ('株洲市应急管理局', '0601', 2024, 32827300.00), ('b', '06', 2023, null)"
        )
        connection.execute("""create table dim_report as select 'ab12' as report_id, '430200' as division_code,
            '株洲市' as place_name, '株洲市应急管理局' as agency_name, 2024 as fiscal_year, 'x.txt' as file_name""")
        connection.execute("""create table findings as select s.severity || '1' as finding_id, 'total' as rule,
            s.severity, s.outcome, 'ab12' as report_id, 'revenue' as form, '' as line_code, '合计' as line_label,
            'revenue' as measure,
            1.10 as stated, 1.00 as expected, 0.10 as difference, 0.01 as tolerance, 8 as page, '差 0.10' as message_zh,
            '' as message_en, [] as figure_ids, null::varchar as review, 'key' as finding_key
            from (values ('error', 'inconsistent'), ('warning', 'inconsistent'), ('note', 'not_checkable'))
            s(severity, outcome)""")
    return path


def test_a_table_shows_money_with_separators_and_codes_and_years_as_they_are(run: Run, warehouse: Path) -> None:
    code, out, err = run("sql", "from spending", "-w", warehouse)
    assert (code, err) == (0, "")
    header, _, first, second = out.splitlines()
    assert header.split() == ["agency", "code", "fiscal_year", "yuan"]
    assert first.split() == ["株洲市应急管理局", "0601", "2024", "32,827,300.00"]
    assert second.split() == ["b", "06", "2023"]


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1"])
def test_chinese_is_never_mangled(warehouse: Path, locale: str) -> None:
    done = _start("sql", "select agency from spending", "-w", warehouse, LC_ALL=locale, LANG=locale, COLUMNS="10")
    assert (done.returncode, done.stderr) == (0, "")
    assert "株洲市应急管理局" in done.stdout


def test_csv_json_and_parquet_are_exact(run: Run, warehouse: Path, tmp_path: Path) -> None:
    _, text, _ = run("sql", "from spending", "-w", warehouse, "-f", "csv")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1:] == [["株洲市应急管理局", "0601", "2024", "32827300.00"], ["b", "06", "2023", ""]]
    _, text, _ = run("sql", "from spending", "-w", warehouse, "-f", "json")
    assert json.loads(text, parse_float=Decimal)[0]["yuan"] == Decimal("32827300.00") and '"yuan": null' in text
    out = tmp_path / "out.parquet"
    assert run("sql", "from spending", "-w", warehouse, "-f", "parquet", "-o", out)[0] == 0
    assert pq.read_table(out).to_pylist()[0]["yuan"] == Decimal("32827300.00")
    code, _, err = run("sql", "from spending", "-w", warehouse, "-f", "parquet")
    assert code == 2 and "--output" in err


def test_a_limit_and_what_was_left_out(run: Run, warehouse: Path) -> None:
    _, out, err = run("sql", "from range(900)", "-w", warehouse, "-n", 5)
    assert (len(out.splitlines()), err) == (7, "")
    _, out, err = run("sql", "from range(900)", "-w", warehouse)
    assert len(out.splitlines()) == 202 and "first 200 rows" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sql", "drop table spending"), "only reading"),
        (("sql", "select nothing from spending"), "nothing"),
        (("sql", "select 1", "--warehouse", "no/such.duckdb"), "juesuan build"),
        (("build", "--raw", "no/such"), "--raw"),
        (("inspect", "no/such.pdf"), "is not a file"),
    ],
)
def test_errors_are_one_line_that_says_what_to_do(
    run: Run, warehouse: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    usual = {"sql": warehouse, "build": tmp_path / "w.duckdb"}.get(arguments[0])
    where = () if usual is None or "--warehouse" in arguments else ("--warehouse", usual)
    code, _, err = run(*arguments, *where)
    lines = [line for line in err.splitlines() if line.startswith("juesuan:")]
    assert code == 2 and len(lines) == 1 and said in lines[0] and "Traceback" not in err


def test_findings_are_printed_as_sentences_under_their_report(run: Run, warehouse: Path) -> None:
    code, text, _ = run("findings", "-w", warehouse)
    assert code == 0
    first, *lines = text.splitlines()
    assert first.endswith((" error", " warning", " note"))
    assert any(line.startswith("  error    ") and line.endswith("[error1]") for line in lines)


def test_findings_and_their_filters(run: Run, warehouse: Path) -> None:
    def severities(*options: str) -> list[str]:
        _, text, _ = run("findings", "-w", warehouse, "-f", "json", *options)
        return sorted(row["severity"] for row in json.loads(text))

    assert severities() == ["error", "warning"]
    assert severities("--severity", "error") == ["error"]
    assert severities("--place", "株洲") == ["error", "warning"] == severities("--place", "430200")
    assert severities("--report", "ab") == ["error", "warning"] == severities("--report", "应急")
    assert severities("--report", "' or 1=1 --") == []


def test_inspect_says_what_was_recognised_and_why_not(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(small_report() + "\n某个表\n甲\t乙\t丙\n1.00\t2.00\t3.00\n4.00\t5.00\t6.00\n", "utf-8")
    code, out, err = run("inspect", path)
    assert code == 0, err
    for said in ("株洲市应急管理局", "430200", "cover", "expenditure", "支出决算表", "万元", f"figures: {FIGURES}"):
        assert said in out
    data = json.loads(run("inspect", path, "--json")[1], parse_float=Decimal)
    assert (data["identity"]["fiscal_year"], len(data["figures"]), data["status"]) == (2024, FIGURES, "read")
    assert data["figures"][0]["value"] == Decimal("150.00")


@pytest.mark.parametrize(("name", "content"), [("empty.pdf", b""), ("lie.pdf", b"<html><body>404</body></html>")])
def test_inspect_of_a_bad_file_gives_the_reason(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, err = run("inspect", tmp_path / name)
    assert code == 0 and "not_read" in out and len(out.splitlines()[1]) > 15 and "Traceback" not in err


def test_inspect_is_cut_off_like_a_build(run: Run, tmp_path: Path) -> None:
    write_small(tmp_path, "a.txt")
    code, out, err = run("inspect", tmp_path / "a.txt", "--memory", 64)  # the readers' libraries alone need more
    assert (code, out) == (2, "") and "memory" in err and "Traceback" not in err


def test_rollback_lists_publishes_again_and_can_be_undone(run: Run, warehouse: Path, tmp_path: Path) -> None:
    file = tmp_path / "w.duckdb"
    for year in (2022, 2023, 2024):
        with duckdb.connect(str(building := building_path(file))) as connection:
            connection.execute("create schema landing")
            connection.execute(f"create table landing.reports as select {year} as y")
            connection.execute("create table landing.figures as from range(7)")
        publish(building, file)
    code, out, _ = run("rollback", "--list", "-w", file)
    assert code == 0 and [line.split()[0] for line in out.splitlines()[2:]] == ["published", "1", "2"]

    def published() -> object:
        return json.loads(run("sql", "from landing.reports", "-w", file, "-f", "json")[1])[0]["y"]

    assert run("rollback", "-w", file)[0] == 0 and published() == 2023
    assert run("rollback", "-w", file)[0] == 0 and published() == 2024
    assert run("rollback", "2", "-w", file)[0] == 0 and published() == 2022
    code, _, err = run("rollback", "3", "-w", file)
    assert code == 2 and "kept are: 1, 2" in err and published() == 2022


@pytest.mark.slow
def test_build_ends_with_a_summary_and_a_query_that_runs(run: Run, tmp_path: Path) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "w.duckdb"
    write_small(raw, "a.txt")
    (raw / "empty.pdf").write_bytes(b"")
    code, out, err = run("build", "--raw", raw, "--warehouse", warehouse)
    first = out
    assert code == 0, err
    assert "1 read" in out and "empty.pdf: not read: " in out
    query = out.split('"')[-2]
    _, answer, _ = run("sql", query, "-w", warehouse)
    assert "1,500,000.00" in answer and "灾害防治及应急管理支出" in answer
    code, out, _ = run("build", "--raw", raw, "--warehouse", warehouse, "--strict")
    assert code == 1 and "up to date" in out
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        kept = connection.execute("select checksum from published.checksums where table_name = 'main.spending'")
        assert str(kept.fetchone()[0]) in first  # type: ignore[index]
    for name in ("main.duckdb", "landing.duckdb"):
        code, _, err = run("build", "--raw", raw, "--warehouse", tmp_path / name)
        assert code == 2 and "call the file otherwise" in err


def test_values_for_people_and_for_programs() -> None:
    values = (None, Decimal("-1234.50"), 2024, "0601", ["a", "b"])
    assert [as_text(value) for value in values] == ["", "-1,234.50", "2024", "0601", "a, b"]
    assert to_json({"a": [Decimal("0.10"), None, "决"]}) == '{"a": [0.10, null, "决"]}'
