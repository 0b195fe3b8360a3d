"""Files inside a zip archive: which there are, and one of them as a file that the readers can open.

A member's address is `<path of the zip>!/<name in it>`. Publishers' programs write names in GBK without saying so.
Nothing is unpacked beside the archive, and nothing of it is trusted: names that lead elsewhere, sizes that blow up,
locked and damaged members are told apart and refused, each by its name; the others are read.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.documents.zip_members import MAX_RATIO, RATIO_MATTERS_FROM, UnsafePackage

BETWEEN = "!/"
ENDING = ".zip"
MAX_MEMBERS = 500  # a county's whole disclosure is one article with some two hundred files
MAX_UNPACKED = 1 << 30  # bytes, all members together
CHUNK = 1 << 20
# What programs leave beside the reports, and nobody wants to hear of.
_LEFTOVERS = re.compile(r"(^|/)(__MACOSX/|\.[^./]|~\$|thumbs\.db$|desktop\.ini$|readme\.(md|txt)$)", re.IGNORECASE)
_OFFICE = ("word/", "xl/", "OFD.xml", "content.xml")  # zip archives as well, and documents
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar")
_ADDRESS = re.compile(r"^(.+?\.zip)!/(.+)$", re.IGNORECASE | re.DOTALL)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
_UTF8_FLAG, _LOCKED_FLAG = 0x800, 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, by its name in it (forward slashes)."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Members:
    """What an archive holds: files that can be read, and those that cannot, each with the reason."""

    files: tuple[Member, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()  # (name, why)


def is_archive(path: Path) -> bool:
    """Whether a file is opened as an archive of reports: by its name, and no Word or Excel file under that name."""
    if path.suffix.lower() != ENDING:
        return False
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.startswith(_OFFICE) for name in archive.namelist())
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        return True


def address_of(archive: str, name: str) -> str:
    return f"{archive}{BETWEEN}{name}"


def split_address(path: str) -> tuple[str, str] | None:
    """'a.zip!/附件1.xls' → ('a.zip', '附件1.xls'); None for a file of its own."""
    found = _ADDRESS.match(path)
    return (found[1], found[2]) if found else None


def members_of(path: Path) -> Members:
    """Every file in the archive `path`, hashed. Raises UnsafePackage when the archive as a whole is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = _named(archive)
            _check_whole(found)
            return _hashed(archive, found)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise UnsafePackage(f"the zip archive is damaged ({error}): fetch it again") from error


def _named(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    named = [(_name(info), info) for info in archive.infolist() if not info.is_dir()]
    return [(name, info) for name, info in named if not _LEFTOVERS.search(name)]


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant; without the flag for UTF-8, zipfile takes every name for code page 437."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _check_whole(found: list[tuple[str, zipfile.ZipInfo]]) -> None:
    if len(found) > MAX_MEMBERS:
        raise UnsafePackage(f"the zip archive holds {len(found)} files, over {MAX_MEMBERS}: unpack it and look at them")
    unpacked = sum(info.file_size for _, info in found)
    if unpacked > MAX_UNPACKED:
        raise UnsafePackage(
            f"the zip archive would unpack to {unpacked >> 20} MB and was not opened: look at it by hand"
        )


def _hashed(archive: zipfile.ZipFile, found: list[tuple[str, zipfile.ZipInfo]]) -> Members:
    files: dict[str, Member] = {}
    refused: list[tuple[str, str]] = []
    for name, info in found:
        why = _refusal(name, info) or ("has the name of another file in the archive" if name in files else None)
        if why is None:
            try:
                files[name] = _hash(archive, name, info)
            except _UNREADABLE as error:
                why = f"is damaged or packed in a way that cannot be read ({error}): fetch the archive again"
        if why is not None:
            refused.append((name, why))
    return Members(tuple(sorted(files.values(), key=lambda member: member.name)), tuple(sorted(refused)))


def _refusal(name: str, info: zipfile.ZipInfo) -> str | None:
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in PurePosixPath(name).parts or "\x00" in name:
        return "leads out of the archive by its name and was not opened"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, not a file"
    if info.flag_bits & _LOCKED_FLAG:
        return "is protected by a password: save a copy of the archive without one"
    if info.file_size > RATIO_MATTERS_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"would unpack to {info.file_size >> 20} MB from almost nothing and was not opened: look at it by hand"
    if name.lower().endswith(_ARCHIVES):
        return "is an archive in the archive: unpack it and put the reports themselves here"
    return None


def _hash(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo) -> Member:
    digest, size = hashlib.sha256(), 0
    with archive.open(info) as member:
        while chunk := member.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Member(name, digest.hexdigest(), size)


@contextmanager
def local_file(path: Path) -> Iterator[Path]:
    """The file at `path`, for reading as long as the context is open; a member of a zip under its own name.

    Raises OSError for a member that is not there, or cannot be unpacked any more.
    """
    address = split_address(path.as_posix())
    if address is None:
        yield path
        return
    archive, name = Path(address[0]), address[1]
    with tempfile.TemporaryDirectory(prefix="juesuan-") as beside:
        target = Path(beside) / (PurePosixPath(name).name[-60:] or "member")
        _unpack(archive, name, target)
        yield target


def _unpack(archive: Path, name: str, target: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            for found, info in _named(opened):
                if found == name and _refusal(found, info) is None:
                    with opened.open(info) as member, target.open("wb") as file:
                        shutil.copyfileobj(member, file, CHUNK)
                    return
    except FileNotFoundError:
        raise
    except _UNREADABLE as error:
        raise OSError(f"{name} in {archive.name} cannot be unpacked ({error})") from error
    raise FileNotFoundError(f"{name} is not in {archive.name}")
