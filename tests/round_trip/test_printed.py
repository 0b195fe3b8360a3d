"""Reports printed to PDF by other programs than ours: an office suite and a browser."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from zlib import crc32

import pytest

from pipelines.documents.reader import read_document
from pipelines.figures import Reading
from pipelines.forms.interpreter import read_forms
from pipelines.landing.alone import amounts_alone
from tests.forms.conservation import unaccounted
from tests.round_trip.generate import LAYOUTS, Key, expected, make_report
from tests.round_trip.printing import print_by_browser, print_by_office, to_bordered_xlsx
from tests.round_trip.test_round_trip import found
from tests.typeset.html import to_html
from tests.typeset.layout import layout
from tests.typeset.report import Report
from tests.typeset.word import to_docx

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), reason="Chromium is not installed"
)


def made(layout_name: str) -> Report:
    """The report of a layout; another one than the other round trips use."""
    return make_report(crc32(f"{layout_name} printed".encode()), layout_name)


def joined(keys: Counter[Key]) -> Counter[Key]:
    """A narrow cell breaks an amount over two lines: 39173.5 ↵ 0."""
    return Counter({(*key[:4], "".join(key[4].split())): count for key, count in keys.items()})


def compare(report: Report, path: Path) -> tuple[Counter[Key], Counter[Key], Reading]:
    """Numbers not found, numbers found that were not set, and the reading; none is left without a word."""
    document = read_document(path)
    reading = read_forms(document)
    assert unaccounted(document, reading) == []
    wanted, got = expected(report), joined(found(reading))
    return wanted - got, got - wanted, reading


@needs_office
def test_workbooks_printed_to_the_width_of_the_paper(tmp_path: Path) -> None:
    files = []
    for name in LAYOUTS:
        to_bordered_xlsx(made(name), tmp_path / f"{name}.xlsx", layout(name), fit=True)
        files.append(tmp_path / f"{name}.xlsx")
    for name, pdf in zip(LAYOUTS, print_by_office(files, tmp_path), strict=True):
        missing, wrong, reading = compare(made(name), pdf)
        assert (name, missing, wrong, reading.rejects) == (name, Counter(), Counter(), ())


# What stays apart of a sheet that is cut through its columns is a reject: above all 三公 forms, whose few rows may be
# chance. How much that is depends on the rows that were drawn.
STAYS_APART = 0.1
WHOLE = ("liaoning_2021", "guangdong_2021", "shanghai_2024", "shanxi_2024")


@needs_office
def test_workbooks_printed_over_several_pages_width(tmp_path: Path) -> None:
    files = []
    for name in LAYOUTS:
        to_bordered_xlsx(made(name), tmp_path / f"{name}.xlsx", layout(name), fit=False)
        files.append(tmp_path / f"{name}.xlsx")
    for name, pdf in zip(LAYOUTS, print_by_office(files, tmp_path), strict=True):
        missing, wrong, reading = compare(made(name), pdf)
        assert (name, wrong) == (name, Counter())
        rejects = (*reading.rejects, *amounts_alone(read_document(pdf)))
        rejected = "\n".join(reject.printed for reject in rejects).replace(",", "")
        assert [key for key in missing if key[-1] not in rejected] == [], name
        if name in WHOLE:
            assert missing.total() <= STAYS_APART * expected(made(name)).total(), name


@needs_office
def test_word_printed(tmp_path: Path) -> None:
    name = "shanghai_2024"
    to_docx(made(name), tmp_path / "r.docx", layout(name))
    [pdf] = print_by_office([tmp_path / "r.docx"], tmp_path)
    missing, wrong, reading = compare(made(name), pdf)
    assert (missing, wrong, reading.rejects) == (Counter(), Counter(), ())


@needs_browser
def test_web_page_printed(tmp_path: Path) -> None:
    name = "hunan_2024"
    to_html(made(name), tmp_path / "r.html", layout(name))
    missing, wrong, reading = compare(made(name), print_by_browser(tmp_path / "r.html", tmp_path))
    assert (missing, wrong, reading.rejects) == (Counter(), Counter(), ())
