"""Reviewers' marks on findings: `expectations/reviews.yml`, a list that is only ever added to.

A mark names the finding by its `finding_key`, which is the same in every version of a report and every build as long as
the contradiction is. The last mark of a finding counts; earlier ones are its history. Every entry is read by itself, so
that a broken one takes no other with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.paths import REVIEWS

Verdict = Literal["confirmed", "explained", "false"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
ENTRY = re.compile(r"^-(?=[ \t\r\n]|$)", re.MULTILINE)
HEAD = """\
# Reviewers' marks on findings. `juesuan review ID --as confirmed|explained|false --note … --by …` adds one at the end;
# so can a person. The last mark of a finding counts. To take one back, delete its entry.
#   finding  the finding's key (its page in the dashboard and `juesuan findings --format json` show it): the same in
#            every version of a report, as long as the same two numbers contradict each other
#   as       confirmed (the report is wrong) | explained (as printed, and there is a reason) | false (we are wrong)
#   about    for readers of this file; nothing is found by it
"""
SCHEMA = pa.schema(
    [
        ("position", pa.int32()),
        ("file_line", pa.int32()),
        ("finding_key", pa.string()),
        ("verdict", pa.string()),
        ("note", pa.string()),
        ("reviewer", pa.string()),
        ("reviewed_on", pa.date32()),
        ("about", pa.string()),
    ]
)


class Mark(BaseModel):
    """One entry as written."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    finding: str = Field(pattern=r"^[0-9a-f]{16}$")
    verdict: Verdict = Field(alias="as")
    by: str = Field(default="", max_length=200)
    reviewed_on: date | None = Field(default=None, alias="date")
    note: str = Field(default="", max_length=4000)
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The marks in their order, each with the line it begins on, and what could not be used, a line each."""

    marks: tuple[tuple[int, Mark], ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def in_force(self) -> dict[str, Mark]:
        """finding_key → its last mark."""
        return {mark.finding: mark for _, mark in self.marks}


def load_reviews(path: Path = REVIEWS) -> Reviews:
    """Read the marks. Never raises for what the file says: see `troubles`. No file: no marks."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Reviews()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        return Reviews(troubles=(f"{path}: {reason}; no mark was used",))
    starts = [found.start() for found in ENTRY.finditer(text)] + [len(text)]
    marks, troubles = [], []
    if said := _said_before(text[: starts[0]]):
        troubles.append(f"{path}:{said}: an entry begins with `- finding:` in the first column; this line was not used")
    for start, end in pairwise(starts):
        line = text.count("\n", 0, start) + 1
        mark = _read_entry(text[start:end], line)
        if isinstance(mark, Mark):
            marks.append((line, mark))
        else:
            troubles.append(f"{path}:{mark[0]}: {mark[1]}; this mark was not used")
    return Reviews(tuple(marks), tuple(troubles))


def _said_before(head: str) -> int | None:
    """The line before the first entry that is neither blank nor a remark."""
    for number, line in enumerate(head.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#") and line.strip() not in ("---", "[]"):
            return number
    return None


def _read_entry(text: str, line: int) -> Mark | tuple[int, str]:
    """One entry that begins on `line`, or (line, what is wrong with it). All values are text."""
    try:
        read = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        return line + (min(mark.line, text.rstrip().count("\n")) if mark else 0), f"not YAML: {problem}"
    entry = read[0] if isinstance(read, list) and len(read) == 1 else None
    if not isinstance(entry, dict):
        return line, "an entry is `finding: …`, `as: …` and what may follow"
    try:
        return Mark.model_validate({name: value for name, value in entry.items() if value != ""})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        said = "is no key of 16 hex digits" if first["type"] == "string_pattern_mismatch" else first["msg"]
        within = re.search(rf"^[- ]\s*{re.escape(name)}\s*:", text, re.MULTILINE)
        return line + (text.count("\n", 0, within.start()) if within else 0), f"`{name}`: {said}"


def reviews_table(reviews: Reviews) -> pa.Table:
    """The marks as `landing.reviews`, one row an entry."""
    rows = [
        {
            "position": position,
            "file_line": line,
            "finding_key": mark.finding,
            "verdict": mark.verdict,
            "note": mark.note or None,
            "reviewer": mark.by or None,
            "reviewed_on": mark.reviewed_on,
            "about": mark.about or None,
        }
        for position, (line, mark) in enumerate(reviews.marks, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def add_marks(marks: Sequence[Mark], path: Path = REVIEWS) -> None:
    """Add marks at the end of the file, which stays as it is before them; on disk when this returns."""
    text = "".join(_entry(mark) for mark in marks)
    with path.open("ab+") as file:
        if file.tell() == 0:
            text = HEAD + text
        else:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                text = "\n" + text
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _entry(mark: Mark) -> str:
    said = {
        "finding": mark.finding,
        "as": mark.verdict,
        "by": mark.by,
        "date": mark.reviewed_on.isoformat() if mark.reviewed_on else "",
        "note": " ".join(mark.note.split()),
        "about": " ".join(mark.about.split()),
    }
    kept = {name: value for name, value in said.items() if value}
    return yaml.safe_dump([kept], allow_unicode=True, sort_keys=False, width=10_000)
