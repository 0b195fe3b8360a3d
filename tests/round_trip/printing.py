"""Prints the typesetter's reports with the programs that publishers use: a workbook by Calc, a web page by Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from tests.typeset.blocks import blocks
from tests.typeset.forms import FormTable
from tests.typeset.grid import cells
from tests.typeset.layout import Layout
from tests.typeset.report import Report

WIDE, NARROW = 18, 11  # of every column, in characters: eight wide ones do not fit an A4 sheet lying on its side
HEIGHT = 15  # points a line
TIMEOUT_S = 180


def to_bordered_xlsx(report: Report, path: Path, how: Layout, *, fit: bool) -> None:
    """A sheet a form, ruled, lying; `fit`: as narrow as the paper, else printed over several pages."""
    width = NARROW if fit else WIDE
    with xlsxwriter.Workbook(str(path)) as workbook:
        ruled = workbook.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        plain = workbook.add_format()
        for number, form in enumerate((b for b in blocks(report, how) if isinstance(b, FormTable)), 1):
            sheet = workbook.add_worksheet(f"{number}")
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.set_column(0, form.grid.n_cols - 1, width)
            if fit:
                sheet.fit_to_pages(1, 0)
            agency, year, unit = form.head
            last = form.grid.n_cols - 1
            sheet.write_string(0, 0, form.title, plain)
            sheet.write_string(1, last, form.number, plain)
            for column, text in ((last // 2, year), (last, unit), (0, agency)):
                sheet.write_string(2, column, text, plain)
            for cell in cells(form.grid.rows):
                top, bottom = cell.row + 3, cell.row + cell.row_span + 2
                right = cell.col + cell.col_span - 1
                if (top, cell.col) == (bottom, right):
                    sheet.write_string(top, cell.col, cell.text, ruled)
                else:
                    sheet.merge_range(top, cell.col, bottom, right, cell.text, ruled)
            for row, texts in enumerate(form.grid.rows):
                lines = max(-(-len(text) * 2 // (width - 2)) for text in texts)
                sheet.set_row(row + 3, HEIGHT * max(1, lines))
            for row, note in enumerate(form.notes, len(form.grid.rows) + 3):
                sheet.write_string(row, 0, note, plain)


def print_by_office(files: Sequence[Path], folder: Path) -> list[Path]:
    """Every file as a PDF of LibreOffice in `folder`."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    return [folder / f"{file.stem}.pdf" for file in files]


def print_by_browser(page: Path, folder: Path) -> Path:
    """A web page as a PDF of Chromium in `folder`."""
    made = folder / f"{page.stem}.pdf"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={made}"]
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    subprocess.run([chromium, *options, page.as_uri()], check=True, capture_output=True, timeout=TIMEOUT_S)
    return made
