"""Reviewers' marks: the file is only added to, and a broken entry takes no other with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.cli import main
from pipelines.paths import REVIEWS
from pipelines.quality.reviews import Mark, add_marks, load_reviews, reviews_table
from pipelines.told import listen

A, B, C = "00000000000000aa", "1234567890123456", "1e34567890123456"  # the others look like numbers to YAML

HAND = f"""\
# a remark of a person

- finding: {A}
  as: confirmed
  # another remark
  by: 王某
  date: 2026-11-22
  note: "原文第 11 页：确实如此"

- finding: {B}
  as: wrong
- finding: [
- {{finding: {C}, as: 'false', note: one line}}
"""


def mark(finding: str, verdict: str, **said: object) -> Mark:
    return Mark.model_validate({"finding": finding, "as": verdict, **said})


def test_entries_are_read_one_by_one_and_the_broken_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "reviews.yml"
    path.write_text(HAND, "utf-8")
    found = load_reviews(path)
    assert [(line, each.finding, each.verdict) for line, each in found.marks] == [
        (3, A, "confirmed"),
        (13, C, "false"),
    ]
    assert found.marks[0][1].reviewed_on == date(2026, 11, 22)
    first, second = found.troubles
    assert f"{path}:11: `as`" in first and "confirmed" in first
    assert second.startswith((f"{path}:12:", f"{path}:13:")) and "not YAML" in second
    assert all("\n" not in trouble for trouble in found.troubles)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("finding: x\n", ":1: an entry begins with"),
        ("- finding: 12\n  as: false\n", ":1: `finding`"),
        ("- as: false\n", ":1: `finding`: Field required"),
        (f"- finding: {A}\n  as: false\n  colour: red\n", ":3: `colour`"),
        (f"- finding: {A}\n  as: false\n  date: soon\n", ":3: `date`"),
        (f"- finding: {A}\n  as: false\n\tby: x\n", ":3: not YAML"),
        ("- just text\n", ":1: an entry is"),
        ("-\n", ":1: an entry is"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "reviews.yml"
    path.write_text(text, "utf-8")
    found = load_reviews(path)
    assert found.marks == () and len(found.troubles) == 1 and said in found.troubles[0]
    told = listen(tmp_path, reviews=path, as_of=date(2026, 10, 31))
    assert found.troubles[0] in told.troubles and told.tables["reviews"].num_rows == 0  # the build goes on


def test_no_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert load_reviews(tmp_path / "none.yml").troubles == ()
    (tmp_path / "gbk.yml").write_bytes("# 复核\n".encode("gb18030"))
    assert "is not UTF-8" in load_reviews(tmp_path / "gbk.yml").troubles[0]


def test_a_mark_is_added_at_the_end_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "reviews.yml"
    path.write_text(HAND.rstrip("\n"), "utf-8")  # an editor may leave the last line open
    tricky = '第 11 页："224" — 见\n- finding: 0 #1'
    add_marks([mark(B, "explained", note=tricky, by="李某", date=date(2026, 11, 23), about="x | y: z")], path)
    assert path.read_text("utf-8").startswith(HAND)
    line, last = load_reviews(path).marks[-1]
    assert (line, last.finding, last.verdict, last.by) == (14, B, "explained", "李某")
    assert last.note == '第 11 页："224" — 见 - finding: 0 #1' and last.about == "x | y: z"


def test_a_new_file_says_how_it_is_written_and_the_last_mark_counts(tmp_path: Path) -> None:
    path = tmp_path / "reviews.yml"
    add_marks([mark(A, "confirmed"), mark(B, "false")], path)
    add_marks([mark(A, "false")], path)
    found = load_reviews(path)
    assert path.read_text("utf-8").startswith("# Reviewers' marks") and found.troubles == ()
    assert {key: each.verdict for key, each in found.in_force.items()} == {A: "false", B: "false"}
    assert reviews_table(found)["verdict"].to_pylist() == ["confirmed", "false", "false"]  # the history stays


def test_marks_are_an_input_of_their_own(tmp_path: Path) -> None:
    """A new mark makes another warehouse; a remark in the file does not, nor is it another program."""
    path = tmp_path / "reviews.yml"
    add_marks([mark(A, "confirmed")], path)
    day = date(2026, 10, 31)
    first = listen(tmp_path, reviews=path, as_of=day).digest
    path.write_text(path.read_text("utf-8") + "# a remark\n", "utf-8")
    assert listen(tmp_path, reviews=path, as_of=day).digest == first
    add_marks([mark(A, "false")], path)
    now = listen(tmp_path, reviews=path, as_of=day).digest
    assert now not in (first, listen(tmp_path, reviews=path, as_of=date(2027, 3, 31)).digest)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        files = ["--warehouse", str(tmp_path / "w.duckdb"), "--reviews", str(tmp_path / "reviews.yml")]
        monkeypatch.setattr(sys, "argv", ["juesuan", "review", *map(str, arguments), *files])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Two findings of one case in two versions of a report, and one that only the older version has."""
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create table dim_report as select * from (values
                ('v1', '株洲市', '甲局', 2024, 'final_account', 1, 'v2'),
                ('v2', '株洲市', '甲局', 2024, 'final_account', 2, null)
            ) t(report_id, place_name, agency_name, fiscal_year, kind, version, superseded_by);
            create table findings as select * from (values
                ('f1aaaaaaaa', '00000000000000aa', 'v1', 8, '差 0.10'),
                ('f2aaaaaaaa', '00000000000000aa', 'v2', 9, '差 0.10'),
                ('f2bbbbbbbb', '00000000000000bb', 'v2', 9, '差 0.20'),
                ('f1cccccccc', '00000000000000cc', 'v1', 9, '差 0.30')
            ) t(finding_id, finding_key, report_id, page, message_zh);
            create table finding_cases as
                select 'ca5e000000' as case_id, ['f2aaaaaaaa', 'f2bbbbbbbb'] as finding_ids""")
    return path


def test_a_finding_is_marked_by_its_id_its_key_or_its_case(run: Run, warehouse: Path) -> None:
    code, out, err = run("f2aaaa", "--as", "false", "--note", "读错", "--by", "王某")
    assert (code, out) == (0, "false: 株洲市 甲局 2024 final_account | 差 0.10\n") and "1 marked" in err
    assert run("00000000000000cc", "--as", "confirmed", "--by", "王某")[0] == 0
    assert run("ca5e00", "--as", "explained", "--by", "李某")[0] == 0
    marks = load_reviews(warehouse.with_name("reviews.yml")).in_force
    assert {key[-2:]: (each.verdict, each.by) for key, each in marks.items()} == {
        "aa": ("explained", "李某"),  # the case's finding again
        "bb": ("explained", "李某"),
        "cc": ("confirmed", "王某"),
    }
    assert marks["00000000000000cc"].about.endswith("差 0.30") and marks["00000000000000cc"].reviewed_on


def test_the_list_tells_what_became_of_the_findings(run: Run, warehouse: Path) -> None:
    reviews = warehouse.with_name("reviews.yml")
    for key in ("aa", "cc", "dd"):
        add_marks([mark(f"00000000000000{key}", "confirmed", about=f"about {key}")], reviews)
    code, out, _ = run("--list")
    assert code == 0
    rows = {line.split()[-1]: line.split()[:2] for line in out.splitlines()[2:]}
    assert rows == {"aa": ["confirmed", "there"], "cc": ["confirmed", "corrected"], "dd": ["confirmed", "gone"]}
    reviews.write_text(reviews.read_text("utf-8") + "- broken\n", "utf-8")
    code, out, err = run("--list")
    assert code == 1 and "about aa" in out and "reviews.yml:" in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["f2aaaaaaaa"], "--as confirmed"),
        (["--as", "false"], "which finding"),
        (["f2", "--as", "false"], "at least 6 digits"),
        (["0000000000", "--as", "false"], "the beginning of 3 findings"),
        (["ffffffff", "--as", "false"], "no finding and no case"),
        (["f2aaaaaaaa", "--as", "false", "--note", "x" * 5000], "note: "),
    ],
)
def test_what_cannot_be_marked_is_said_and_writes_nothing(
    run: Run, warehouse: Path, arguments: list[str], said: str
) -> None:
    code, _, err = run(*arguments)
    assert code == 2 and said in err and err.count("\n") == 1
    assert not warehouse.with_name("reviews.yml").exists()


def test_the_committed_file_of_marks_has_none_that_cannot_be_used() -> None:
    assert load_reviews(REVIEWS).troubles == ()
