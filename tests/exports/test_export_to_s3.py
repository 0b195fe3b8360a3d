"""Exports into S3: the same files as on a disk, and an export that broke off is told from a whole one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.exports.export import CHECKSUMS, PROVENANCE, export
from pipelines.storage import RemoteFolder, StorageError
from pipelines.warehouse.publish import WarehouseError
from tests.s3_server import sub


def listed(folder: RemoteFolder) -> dict[str, str]:
    """File → the SHA-256 that SHA256SUMS gives it."""
    lines = folder.read(CHECKSUMS).decode().splitlines()
    return {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_the_same_files_as_on_a_disk(by_hand: Path, s3: RemoteFolder, tmp_path: Path, form: str) -> None:
    here, there = export(form, by_hand, tmp_path / "out"), export(form, by_hand, sub(s3, "out"))
    assert there.folder == sub(s3, "out") and (there.files, there.bytes) == (here.files, here.bytes)
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {file.path for file in sub(s3, "out").objects()} == files
    assert {name: hashlib.sha256(sub(s3, "out").read(name)).hexdigest() for name in files - {CHECKSUMS}} == listed(
        sub(s3, "out")
    )
    assert sub(s3, "out").read(CHECKSUMS) == (tmp_path / "out" / CHECKSUMS).read_bytes()


class Breaking(RemoteFolder):
    """The connection is lost after some files."""

    left = 3

    def write(self, path: str, content: bytes | Path) -> None:
        Breaking.left -= 1
        if Breaking.left < 0:
            raise StorageError(f"{self.url} cannot be used: connection lost")
        super().write(path, content)


def test_one_that_broke_off_is_not_whole_and_is_replaced(by_hand: Path, s3: RemoteFolder) -> None:
    export("csv", by_hand, s3)
    s3.write("gone.csv", b"from an older build")
    whole = listed(s3)
    with pytest.raises(StorageError, match="connection lost"):
        export("csv", by_hand, Breaking(s3.url))
    assert not s3.exists(CHECKSUMS) and s3.exists(PROVENANCE)
    export("csv", by_hand, s3)
    assert listed(s3) == whole and not s3.exists("gone.csv")


def test_what_is_no_export_is_left_alone(by_hand: Path, s3: RemoteFolder) -> None:
    s3.write("thesis.docx", b"mine")
    with pytest.raises(WarehouseError, match="holds files that are not an export"):
        export("csv", by_hand, s3)
    assert [file.path for file in s3.objects()] == ["thesis.docx"]


def test_on_the_command_line(by_hand: Path, s3: RemoteFolder, tmp_path: Path) -> None:
    for address in (f"{s3.url}/csv", f"file://{tmp_path}/csv"):
        done = CliRunner().invoke(app, ["export", "csv", "-w", str(by_hand), "--output", address])
        assert done.exit_code == 0 and "2 reports" in done.output, done.output
    assert sub(s3, "csv").read(CHECKSUMS) == (tmp_path / "csv" / CHECKSUMS).read_bytes()
