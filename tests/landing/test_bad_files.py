"""Bad input of every kind: each is a row with a status and a reason, and no other report is the worse for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.build import land, scan
from pipelines.landing.catalogue import entry_for
from pipelines.landing.extract import NO_AMOUNTS, read_report
from tests.small_reports import EXPENDITURE, FIGURES, small_report, write_small


def _blank_pdf(path: Path, *, password: str | None = None, text: str | None = None) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    lock = StandardEncryption(password, ownerPassword="owner") if password else None
    canvas = Canvas(str(path), encrypt=lock)
    if text:
        canvas.drawString(72, 720, text)
    else:
        canvas.rect(72, 72, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()


def _bad_files(raw: Path) -> None:
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "empty.pdf").write_bytes(b"")
    (raw / "noise.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    (raw / "noise.docx").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    (raw / "error page.pdf").write_text("<html><head><title>404</title></head><body>页面不存在</body></html>", "utf-8")
    (raw / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    _blank_pdf(raw / "locked.pdf", password="secret", text="2024")
    _blank_pdf(raw / "only pictures.pdf")
    whole = raw / "whole.pdf"
    _blank_pdf(whole, text="2024")
    (raw / "cut.pdf").write_bytes(whole.read_bytes()[:300])
    whole.unlink()


def test_bad_files_land_with_a_reason_beside_a_good_one(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    _bad_files(raw)
    write_small(raw, "good.txt")
    catalogue = scan(raw)
    run = land(catalogue, tmp_path / "landing", workers=2)
    by_name = {landed.entry.file_path: landed for landed in run.landed}
    assert [landed.entry.file_path for landed in run.landed] == sorted(by_name)
    good = by_name.pop("good.txt")
    assert (good.status, good.counts["figures"]) == ("read", FIGURES)
    assert len(by_name) == 8
    for name, landed in by_name.items():
        assert landed.status in ("not_read", "partly_read"), name
        assert landed.status_reason and len(landed.status_reason) > 15, name
        assert landed.counts["reports"] == 1 and landed.counts["figures"] == 0, name
    assert {name for name, landed in by_name.items() if landed.status == "not_read"} >= {
        "empty.pdf", "noise.pdf", "noise.docx", "error page.pdf", "locked.pdf", "picture.png",
    }  # fmt: skip


def test_nothing_is_read_twice(tmp_path: Path) -> None:
    raw, landing = tmp_path / "raw", tmp_path / "landing"
    _bad_files(raw)
    write_small(raw, "good.txt")
    assert land(scan(raw), landing).read == 9
    times = {path: path.stat().st_mtime_ns for path in landing.glob("*/*/*")}  # every file of every report's folder
    assert len(times) > 9
    again = land(scan(raw), landing)
    assert (again.read, again.kept) == (0, 9)
    assert {path: path.stat().st_mtime_ns for path in landing.glob("*/*/*")} == times


def test_a_file_over_the_limit_is_told_its_size_and_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "株洲市应急管理局2024年度部门决算.pdf"
    with path.open("wb") as file:
        file.truncate(3_000_000)
    report = read_report(entry_for(path), max_bytes=1_000_000)
    assert report.status == "not_read" and report.status_reason
    assert (report.identity.division_code, report.identity.fiscal_year) == ("430200", 2024)


def _read(tmp_path: Path, text: str, name: str = "a.txt", sidecar: str = "") -> tuple[str, str, object]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    if sidecar:
        (tmp_path / f"{name}.yml").write_text(sidecar, "utf-8")
    report = read_report(entry_for(path))
    return report.status, report.status_reason or "", report


def test_no_year_is_a_reason_and_a_sidecar_mends_it(tmp_path: Path) -> None:
    text = small_report().replace("2024年度", "").replace("2024 年度", "")
    status, reason, _ = _read(tmp_path, text)
    assert status == "partly_read" and "fiscal_year" in reason
    status, reason, _ = _read(tmp_path, text, sidecar="fiscal_year: 2024\n")
    assert (status, reason) == ("read", "")


def test_no_unit_is_a_reason_and_a_sidecar_mends_it(tmp_path: Path) -> None:
    text = small_report().replace("金额单位：万元", "")
    status, reason, report = _read(tmp_path, text)
    assert status == "partly_read" and "unit" in reason
    assert all(figure.amount_yuan is None for figure in report.reading.figures)  # type: ignore[attr-defined]
    status, reason, report = _read(tmp_path, text, sidecar="unit: 元\n")
    assert (status, reason) == ("read", "")
    assert max(figure.amount_yuan for figure in report.reading.figures) == 150  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["2024年度\n株洲市应急管理局\n部门决算\n", "株洲市应急管理局2024年度部门决算\n" + "说明" * 500]
)
def test_a_blank_template_is_read_and_has_no_amounts(tmp_path: Path, text: str) -> None:
    status, reason, _ = _read(tmp_path, text)
    assert status == "partly_read" and NO_AMOUNTS in reason


def test_a_broken_sidecar_is_told(tmp_path: Path) -> None:
    status, reason, _ = _read(tmp_path, small_report(), sidecar="fiscal_year: soon\n")
    assert status == "partly_read" and "a.txt.yml" in reason


def test_gb18030_and_marks_are_read_alike(tmp_path: Path) -> None:
    for name, encoding in (("a.txt", "gb18030"), ("b.txt", "utf-8-sig"), ("c.txt", "utf-16")):
        path = tmp_path / name
        path.write_bytes(small_report().encode(encoding))
        report = read_report(entry_for(path))
        assert (report.status, len(report.reading.figures), report.identity.agency_name) == (
            "read",
            FIGURES,
            "株洲市应急管理局",
        )
    assert "支出决算表" in EXPENDITURE
