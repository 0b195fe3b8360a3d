"""Members of zip archives: names as meant, what must not be opened refused by name, the rest read."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from pipelines.documents import members
from pipelines.documents.members import local_file, members_of
from pipelines.documents.zip_members import UnsafePackage
from pipelines.landing.catalogue import entries_for, scan
from pipelines.landing.extract import read_report
from tests.small_reports import small_report


def make(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_folders_and_names_in_utf_8_and_what_programs_leave_behind(tmp_path: Path) -> None:
    files = {
        "表/附件1：公开表.txt": b"1",
        "说明.txt": b"22",
        "__MACOSX/._说明.txt": b"x",
        "表/Thumbs.db": b"x",
        "表/": b"",
    }
    held = members_of(make(tmp_path / "a.zip", files))
    assert [(m.name, m.size) for m in held.files] == [("表/附件1：公开表.txt", 1), ("说明.txt", 2)]
    assert held.refused == ()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_flag_are_read_in_the_encoding_they_are_in(tmp_path: Path, encoding: str) -> None:
    """zipfile writes such a name as code page 437; the bytes in the archive are then those of GBK, or of UTF-8."""
    raw = "附件.txt".encode(encoding)
    path = make(tmp_path / "a.zip", {raw.decode("cp437"): b"1"})
    written = raw.decode("cp437").encode("utf-8")  # what zipfile makes of it, with the flag for UTF-8
    path.write_bytes(_unflagged(path.read_bytes().replace(written, raw), len(raw)))
    assert [m.name for m in members_of(path).files] == ["附件.txt"]


def _unflagged(content: bytes, length: int) -> bytes:
    """The archive of one file with the name's length and the directory's offset put right, and no flag for UTF-8."""
    data = bytearray(content)
    central, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    for at, where in ((6, 0), (8, central)):
        data[where + at : where + at + 2] = b"\x00\x00"
    data[26:28] = data[central + 28 : central + 30] = length.to_bytes(2, "little")
    data[end + 12 : end + 16] = (end - central).to_bytes(4, "little")
    data[end + 16 : end + 20] = central.to_bytes(4, "little")
    return bytes(data)


def test_members_that_must_not_be_opened_are_refused_and_the_others_read(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", "a")
    path = tmp_path / "raw" / "决算.zip"
    path.parent.mkdir()
    make(
        path, {"../../evil.txt": b"x", "/etc/evil.txt": b"x", "里面.zip": inner.getvalue(), "bomb.txt": bytes(40 << 20)}
    )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("锁.txt", "locked")
        archive.writestr("坏.txt", "damaged" * 9, zipfile.ZIP_STORED)
        archive.writestr("好.txt", small_report())
    data = bytearray(path.read_bytes().replace(b"damageddamaged", b"damagedDamaged", 1))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag that says: encrypted
        where = -1
        while (where := data.find(mark, where + 1)) >= 0:
            if "锁.txt".encode() in data[where : where + 60]:
                data[where + at] |= 1
    path.write_bytes(bytes(data))
    catalogue = scan(path.parent)
    assert [entry.file_path for entry in catalogue.entries] == ["决算.zip!/好.txt"]
    why = {refused.file_path.partition("!/")[2]: refused.reason for refused in catalogue.refused}
    words = {"../../evil.txt": "leads out", "/etc/evil.txt": "leads out", "里面.zip": "archive in the archive"}
    words |= {"bomb.txt": "40 MB", "link.txt": "a link", "锁.txt": "password", "坏.txt": "damaged"}
    assert set(why) == set(words)
    assert all(word in why[name] for name, word in words.items()), why
    (entry,) = catalogue.entries
    report = read_report(entry)
    assert (report.status, report.identity.agency_name, len(report.reading.figures)) == ("read", "株洲市应急管理局", 30)
    assert not list(tmp_path.parent.rglob("evil.txt"))


def test_archives_that_are_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MAX_MEMBERS", 3)
    many = make(tmp_path / "a many.zip", {f"{i}.txt": b"x" for i in range(4)})
    with pytest.raises(UnsafePackage, match="4 files"):
        members_of(many)
    (tmp_path / "b broken.zip").write_bytes(many.read_bytes()[:60])
    make(tmp_path / "c empty.zip", {"folder/": b""})
    monkeypatch.setattr(members, "MAX_UNPACKED", 10)
    make(tmp_path / "d large.zip", {"1.txt": bytes(11)})
    (tmp_path / "e.txt").write_text(small_report(), "utf-8")
    catalogue = scan(tmp_path)
    assert [entry.file_path for entry in catalogue.entries] == ["e.txt"]
    reasons = [(refused.file_path, refused.reason) for refused in catalogue.refused]
    assert [path[0] for path, _ in reasons] == ["a", "b", "c", "d"]
    for (_, reason), word in zip(reasons, ("4 files", "damaged", "no file", "unpack to"), strict=True):
        assert word in reason


def test_an_unchanged_zip_is_not_unpacked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, memory = tmp_path / "raw", tmp_path / "hashes.json"
    raw.mkdir()
    make(raw / "a.zip", {"1.txt": b"one", "2.rar": b"Rar!"})
    import os

    os.utime(raw / "a.zip", (1_700_000_000, 1_700_000_000))
    first = scan(raw, memory=memory)
    monkeypatch.setattr("pipelines.landing.catalogue.members_of", lambda path: pytest.fail("opened again"))
    assert scan(raw, memory=memory) == first
    assert [r.file_path for r in first.refused] == ["a.zip!/2.rar"]


def test_a_workbook_called_zip_is_a_file_of_its_own(tmp_path: Path) -> None:
    make(tmp_path / "表.zip", {"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"})
    assert [entry.file_path for entry in scan(tmp_path).entries] == ["表.zip"]


def test_the_sidecar_of_a_zip_is_that_of_its_members(tmp_path: Path) -> None:
    make(tmp_path / "a.zip", {"1.txt": small_report().encode()})
    (tmp_path / "a.zip.yml").write_text("agency: 某某局\nfetched_at: 2025-09-01T10:00:00+08:00\n", "utf-8")
    (entry,) = scan(tmp_path).entries
    report = read_report(entry)
    assert report.identity.agency_name == "某某局"
    assert str(report.tables["reports"].to_pylist()[0]["fetched_at"]) == "2025-09-01 02:00:00"


def test_a_zip_or_a_member_can_be_looked_at_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", {"表/1.txt": b"one", "2.txt": b"two"})
    assert [entry.file_path for entry in entries_for(path)] == ["a.zip!/2.txt", "a.zip!/表/1.txt"]
    (entry,) = entries_for(tmp_path / "a.zip!/表/1.txt")
    with local_file(entry.path) as file:
        assert (file.name, file.read_bytes()) == ("1.txt", b"one")
        beside = file.parent
    assert not beside.exists()
    with pytest.raises(UnsafePackage, match="not in the archive"):
        entries_for(tmp_path / "a.zip!/3.txt")
    with pytest.raises(FileNotFoundError), local_file(tmp_path / "a.zip!/3.txt"):
        pass
