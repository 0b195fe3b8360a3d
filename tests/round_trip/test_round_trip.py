"""What is read equals what was set, cell by cell, in every layout and every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.documents.reader import read_document
from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from tests.forms.conservation import unaccounted
from tests.round_trip.generate import LAYOUTS, Key, expected, make_report, plain
from tests.typeset.excel import to_xlsx
from tests.typeset.html import to_html
from tests.typeset.layout import Layout, layout
from tests.typeset.pdf import to_pdf
from tests.typeset.report import Report
from tests.typeset.text import to_text
from tests.typeset.word import to_docx


def stripped_text(report: Report, path: Path, how: Layout) -> None:
    """As converters that drop the blank cells at the end of a row."""
    to_text(report, path, how, rows_a_page=10_000)
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(line.rstrip("\t") if line.strip() else line for line in lines), encoding="utf-8")


def markdown(report: Report, path: Path, how: Layout) -> None:
    """As converters that write tables with pipes: every table line, and a rule below the first."""
    to_text(report, path, how, rows_a_page=10_000)
    lines, inside = [], False
    for line in path.read_text(encoding="utf-8").split("\n"):
        table = line.count("\t") > 1
        lines.append("| " + " | ".join(line.split("\t")) + " |" if table else line)
        if table and not inside:
            lines.append("|" + " --- |" * (line.count("\t") + 1))
        inside = table
    path.write_text("\n".join(lines), encoding="utf-8")


Writer = Callable[[Report, Path, Layout], None]
FORMATS: dict[str, tuple[str, Writer]] = {
    "pdf": ("r.pdf", to_pdf),
    "docx": ("r.docx", to_docx),
    "html": ("r.html", to_html),
    "gb18030 html": ("r.html", lambda report, path, how: to_html(report, path, how, "gb18030")),
    "xlsx": ("r.xlsx", to_xlsx),
    "xlsx of text": ("r.xlsx", lambda report, path, how: to_xlsx(report, path, how, numeric=False)),
    "text": ("r.txt", lambda report, path, how: to_text(report, path, how, rows_a_page=10_000)),
    "text in pages": ("r.txt", to_text),
    "text without trailing blanks": ("r.txt", stripped_text),
    "markdown": ("r.md", markdown),
    "text of cells": ("r.txt", lambda report, path, how: to_text(report, path, how, "cells")),
}
# Listed, not silent: blank cells that a conversion lost, codes printed in a row above.
ALTERATIONS = {"moved_cells", "code_from_above"}


def found(reading: Reading) -> Counter[Key]:
    return Counter(
        (f.form, f.line_code or "", plain(f.line_label or ""), f.measure, f.printed.replace(",", ""))
        for f in reading.figures
    )


def check(folder: Path, layout_name: str, form: str, seed: int) -> None:
    """Set a report and read it: equal, with no reject and no alteration but those stated, and no number lost."""
    report, how = make_report(seed, layout_name), layout(layout_name)
    name, write = FORMATS[form]
    path = folder / name
    write(report, path, how)
    document = read_document(path)
    reading = read_forms(document)
    wanted, got = expected(report), found(reading)
    assert got - wanted == Counter()
    assert wanted - got == Counter()
    assert not reading.rejects
    assert {a.kind for a in reading.alterations} <= ALTERATIONS
    assert unaccounted(document, reading) == []
    assert {f.form for f in reading.forms} == set(report.forms)


# Setting a PDF or a Word file takes a second; those are set once for every layout, from a seed of its own.
@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize("layout_name", LAYOUTS)
def test_slow_formats(tmp_path: Path, layout_name: str, form: str) -> None:
    check(tmp_path, layout_name, form, crc32(f"{layout_name} {form}".encode()))


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("pdf", "docx")])
@settings(max_examples=4, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(seed=st.integers(0, 10_000), layout_name=st.sampled_from(LAYOUTS))
def test_what_is_read_is_what_was_set(
    tmp_path_factory: pytest.TempPathFactory, layout_name: str, form: str, seed: int
) -> None:
    check(tmp_path_factory.mktemp("round"), layout_name, form, seed)
