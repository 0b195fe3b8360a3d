"""Bad input: no crash, no hang, bounded memory, always a reason. Read in processes of their own, which may die.

A few seeds in every run. Longer: `JUESUAN_FUZZ=2000 pytest tests/fuzz` reads so many damaged files of each format, with
seeds of its own (`JUESUAN_FUZZ_SEED`, default 1); the file that failed is named and stays where it was written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.documents.model import Grid
from pipelines.documents.reader import read_document
from tests.fuzz.hostile import FILES, TEXT, make, pages_pdf

ROOT = Path(__file__).resolve().parents[2]
COUNT = int(os.environ.get("JUESUAN_FUZZ", "5"))
SEED = os.environ.get("JUESUAN_FUZZ_SEED", "1")
LONGEST = 60  # seconds for one file, on a busy machine
MOST_MEMORY = 700  # MB for a whole run


def read(*arguments: str, seconds: float) -> list[dict[str, Any]]:
    """What `tests.fuzz.run` tells of its files; fails with the file's name when the process died or hung."""
    command = [sys.executable, "-m", "tests.fuzz.run", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    lines = [json.loads(line) for line in out.splitlines()]
    last = lines[-1]["file"] if lines else "no file"
    assert process.returncode == 0, f"died or hung at {last} (exit {process.returncode}): {err[-2000:]}"
    return [line for line in lines if "status" in line]


def check(told: list[dict[str, Any]]) -> None:
    for file in told:
        assert not file["broke"], file
        assert file["status"] == "read" or file["reason"], file
        assert file["seconds"] < LONGEST, file
        assert file["megabytes"] < MOST_MEMORY, file


@pytest.mark.parametrize("kinds", ["pdf", "docx,xlsx,html,txt"])
def test_damaged_files_are_read_or_refused_with_a_reason(tmp_path: Path, kinds: str) -> None:
    count = COUNT * len(kinds.split(","))
    told = read(kinds, SEED, str(COUNT), str(tmp_path), seconds=120 + LONGEST * count / 10)
    assert len(told) == count
    check(told)


def test_hostile_files_are_read_or_refused_with_a_reason(tmp_path: Path) -> None:
    paths = [make(name, tmp_path) for name in FILES]
    told = read("files", *map(str, paths), seconds=300)
    assert len(told) == len(FILES) > 15
    check(told)
    refused = {Path(file["file"]).stem: file["reason"] for file in told if file["status"] == "not_read"}
    assert "would unpack to" in refused["bomb"]
    assert "no proper XML" in refused["entities"]
    assert "row 1048576" in refused["far_cell"]


def test_a_thousand_pages_are_all_read(tmp_path: Path) -> None:
    pages_pdf(tmp_path / "r.pdf", 1_000)
    document = read_document(tmp_path / "r.pdf")
    assert document.n_pages == len(document.pages) == 1_000
    assert b"3,282.73" in TEXT
    assert [block.text for block in document.pages[-1].blocks if hasattr(block, "text")] == ["Total 3,282.73"]


@pytest.mark.slow
def test_ten_thousand_pages_and_a_hundred_megabytes_of_text(tmp_path: Path) -> None:
    pages_pdf(tmp_path / "pages.pdf", 10_000)
    line = "合计\t3,282.73\t1,308.73\n2240101\t行政运行\t1,077.74\n2024年度支出总计3282.73万元，增加1248.47万元。\n"
    with (tmp_path / "long.txt").open("w", encoding="utf-8") as file:
        for _ in range(100 * (1 << 20) // len(line.encode())):
            file.write(line)
    told = read("files", str(tmp_path / "pages.pdf"), seconds=300)
    check(told)
    document = read_document(tmp_path / "long.txt")  # the reader alone: what follows is the pool's time limit's
    assert document.status == "partly_read"
    assert document.status_reason and "only the first" in document.status_reason


@pytest.mark.parametrize(
    ("content", "found"),
    [  # each was refused whole: one byte in 20 kB of UTF-8 flipped, alien, or zero
        ("支出决算为3.00万元。\n".encode() * 500 + b"\xff" + "合计\t1.00\n".encode() * 500, "3.00"),
        ("支出决算为3.00万元。\n".encode() * 500 + b"\x00" + "合计\t1.00\n".encode() * 500, "3.00"),
    ],
    ids=["alien byte", "zero byte"],
)
def test_a_text_with_one_broken_byte_is_read(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes(content)
    document = read_document(path)
    assert (document.format, document.status) == ("text", "read")
    assert any(found in getattr(block, "text", "") for block in document.pages[0].blocks)


def test_a_line_of_blanks_takes_no_time(tmp_path: Path) -> None:
    """Two minutes before: a pattern that tried every division of the blanks."""
    path = tmp_path / "r.txt"
    path.write_text("支出决算为3.00万元。\n" + ("\t" * 100_000 + "1.00\n") * 5 + "| --- |\n", encoding="utf-8")
    (told,) = read("files", str(path), seconds=60)
    check([told])


def test_a_span_beyond_the_table_makes_no_columns(tmp_path: Path) -> None:
    """Minutes before: five hundred columns of which six held something."""
    path = tmp_path / "r.html"
    rows = "<tr><td>201</td><td>一般公共服务支出</td><td>1.00</td></tr>" * 30
    path.write_text(
        f"<html><p>支出决算表</p><table><tr><td colspan=2>项目</td><td colspan=70000>本年支出</td></tr>{rows}</table>",
        encoding="utf-8",
    )
    (grid,) = (block for block in read_document(path).pages[0].blocks if isinstance(block, Grid))
    assert (grid.n_rows, grid.n_cols) == (31, 3)
    assert [(c.col, c.col_span) for c in grid.cells[:3]] == [(0, 2), (2, 1), (0, 1)]
