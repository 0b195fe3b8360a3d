"""The parts of a report that say who it is by: its cover, its headings, the lines over its forms, its prose.

Also what a title line holds: a year and a name. Wordings live in identity.yml. Nothing here weighs one against another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.documents.model import Document, Paragraph
from pipelines.reference.places import central_place
from pipelines.reference.script import pronunciation, simplified

MAX_HEADING = 60  # characters; a longer line is prose
MAX_TEXT = 400_000  # characters looked at; a report that long has long said who it is by


@cache
def wordings() -> dict[str, Any]:
    """identity.yml as read."""
    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("identity.yml").read_text("utf-8"))
    return data


def squeeze(text: str) -> str:
    """NFKC, no blanks, no bold marks or heading marks, the usual simplified characters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(text.split()).replace("*", "").lstrip("#")
    return simplified(pronunciation().sub("", text))


@dataclass(frozen=True, slots=True)
class Parts:
    """A report's text by where it stands, squeezed."""

    cover: tuple[str, ...]
    headings: tuple[str, ...]
    form_heads: tuple[str, ...]  # short lines and cells: '部门:株洲市应急管理局', '2024年度'
    text: str  # everything, lines joined


def parts_of(document: Document) -> Parts:
    """Sort a document's lines into cover, headings, heads of forms, and everything."""
    lines: list[str] = []
    cells: list[str] = []
    size = 0
    for text, is_cell in _lines(document):
        size += len(text)
        if size > MAX_TEXT:
            break
        (cells if is_cell else lines).append(text)
    keyword = re.compile("|".join(wordings()["title_words"]))
    short = [line for line in lines if len(line) <= MAX_HEADING]
    return Parts(
        cover=tuple(_cover(lines)),
        headings=tuple(line for line in short if keyword.search(line) and not line.endswith(("。", ";"))),
        form_heads=tuple(line for line in [*short, *cells] if len(line) <= MAX_HEADING),
        text="".join(lines),
    )


def _lines(document: Document) -> Iterator[tuple[str, bool]]:
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Paragraph):
                for line in block.text.splitlines():
                    if squeezed := squeeze(line):
                        yield squeezed, False
            else:
                for cell in block.cells:
                    if cell.text and (squeezed := squeeze(cell.text)):
                        yield squeezed, True


def _cover(lines: list[str]) -> list[str]:
    ends = re.compile("|".join(wordings()["cover_ends"]))
    cover = []
    for line in lines[: wordings()["cover_lines"]]:
        if ends.match(line) or len(line) > MAX_HEADING or line.endswith("。"):
            break
        cover.append(line)
    return cover


_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "O": "0", "o": "0"}
_YEAR = r"(20\d\d|二[〇○零Oo][一二三四五六七八九〇○零Oo]{2})"
_TITLE_YEAR = re.compile(_YEAR + r"(?:年度|年(?!\d{1,2}月))")
_FULL_YEAR = re.compile(_YEAR + r"年度")
_BARE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


def years_in(text: str, *, only_full: bool = False) -> list[int]:
    """Fiscal years in squeezed text: 2024年度, 2024年 (not 2024年8月), 二〇二四年度. `only_full`: only with 年度."""
    found = (_FULL_YEAR if only_full else _TITLE_YEAR).findall(text)
    return [int("".join(_DIGITS.get(c, c) for c in year)) for year in found]


def years_of_title(text: str) -> list[int]:
    """The years that stand right before 决算 or 预算: 2024年公开…局2023年度部门决算 is of 2023."""
    for word in ("决算", "预算|绩效|自评"):
        found = re.findall(rf"{_YEAR}年(?!\d{{1,2}}月)度?(?:(?!{_YEAR}年)[^。]){{0,40}}?(?:{word})", text)
        if found:
            return [int("".join(_DIGITS.get(c, c) for c in match[0])) for match in found]
    return []


def bare_years_in(name: str) -> list[int]:
    """Years in a file name or a folder's name, with or without 年."""
    return years_in(squeeze(name)) or [int(year) for year in _BARE_YEAR.findall(name)]


@dataclass(frozen=True, slots=True)
class Name:
    """A body's name without its qualifier: 株洲市应急管理局 and 机关."""

    name: str
    qualifier: str | None = None


def name_in_title(title: str) -> Name | None:
    """The body named by a squeezed title such as '2024年度株洲市应急管理局(机关)部门决算'; None if there is none."""
    match = re.search("|".join([*wordings()["government_titles"], *wordings()["title_words"]]), title)
    if not match:
        return None
    if match.group() in wordings()["government_titles"]:
        return clean_name(_TITLE_YEAR.sub("", title[: match.start()]).strip("年度") + wordings()["government_body"])
    before = _TITLE_YEAR.sub("", title[: match.start()])
    return clean_name(before)


def name_in_unit_line(line: str) -> tuple[Name, str] | None:
    """The body named over a form ('部门:株洲市应急管理局') and the scope that the wording speaks of."""
    for remark in wordings()["unit_line_remarks"]:
        line = line.replace(remark, "")
    for scope, labels in wordings()["unit_lines"].items():
        for label in sorted(labels, key=len, reverse=True):
            if line.startswith(label + ":"):
                rest = re.split(r"20\d\d年|(?:金额)?单位:|公开\d", line[len(label) + 1 :])[0]
                name = clean_name(rest)
                return (name, scope) if name else None
    return None


def clean_name(text: str) -> Name | None:
    """Strip what surrounds a body's name; None when what is left cannot be one."""
    for prefix in wordings()["title_prefixes"]:
        text = re.sub(f"^(?:{prefix})", "", text)
    text = text.strip("《》\"“”':,、-—_ ")
    text = re.sub(r"^\d{6,}[-_]?", "", text)
    if re.fullmatch(r"[(][^()]+[)]?", text):  # a cover line in brackets: （绥芬河市财政局）2023年度部门决算
        text = text[1:].rstrip(")")
    twice = re.fullmatch(r"([^()]{4,})[(]([^()]{4,})[)]", text)
    if twice and all(name[-1] in _endings() and name not in wordings()["own_account"] for name in twice.groups()):
        text = twice[1]  # another name of the same body: 钱塘区综合行政执法局（钱塘区城市管理局）
    qualifier = None
    if match := re.search(r"[(]([^()]{1,10})[)]$", text):
        text, qualifier = text[: match.start()], match.group(1)
    for suffix in [*wordings()["name_suffixes"], *wordings()["own_account"]]:
        if text.endswith(suffix) and len(text) > len(suffix) + 3 and text[-len(suffix) - 1] in _endings():
            text, qualifier = text.removesuffix(suffix), qualifier or _own(suffix)
    if (
        not (4 <= len(text) <= 40 or (len(text) == 3 and central_place(text)))
        or not (text[-1] in _endings() or central_place(text))
        or re.search(r"[0-9:;,。!?%]|万元", text)
        or re.search(wordings()["not_a_body"], text)
    ):
        return None
    return Name(text, qualifier)


def _own(suffix: str) -> str | None:
    return suffix if suffix in wordings()["own_account"] else None


def _endings() -> str:
    return str(wordings()["name_endings"])


def names_in_prose(text: str, places: list[str]) -> list[str]:
    """Names that begin with one of `places` and end as bodies do, each as often as it stands in the text."""
    if not places:
        return []
    heads = "|".join(re.escape(place) for place in sorted(set(places), key=len, reverse=True))
    tails = "|".join(wordings()["prose_endings"])
    return re.findall(rf"(?:{heads})[一-龥]{{1,14}}?(?:{tails})", text)
