"""The body of a report as a list of blocks, in reading order. One line of the body is one block:

    #1 text     part title, centred on a new page      #2 text   section heading      #3 text   sub-heading
    #c text     centred line (cover, table titles)     #l text   line without indent  other     paragraph of prose
    !form ID    a statutory form                       !grid ID  a performance form   !forms    every form of the layout
    !page       page break                             !contents the list of all titles that follow

Blank lines are dropped; `{agency}`, `{year}` and `{place}` are filled in.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.typeset.forms import FormTable, set_form
from tests.typeset.grid import SetGrid
from tests.typeset.layout import Layout
from tests.typeset.report import Report


@dataclass(frozen=True, slots=True)
class Text:
    """`kind` is part, section, heading, centred, line or paragraph."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Every title of the report, with its page where the format has pages: (depth, title)."""

    titles: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Break:
    """The next block begins on a new page."""


Block = Text | Contents | Break | FormTable | SetGrid

TEXT_MARKS = {"#1": "part", "#2": "section", "#3": "heading", "#c": "centred", "#l": "line"}


def blocks(report: Report, layout: Layout) -> list[Block]:
    """The report's blocks in reading order. Raises KeyError for a form that has no figures or no layout."""
    found: list[Block] = []
    for raw in report.body.splitlines():
        line = raw.strip()
        if not line:
            continue
        mark, _, rest = line.partition(" ")
        text = rest.strip().format(agency=report.agency, year=report.year, place=report.place)
        if mark in TEXT_MARKS:
            found.append(Text(TEXT_MARKS[mark], text))
        elif mark == "!page":
            found.append(Break())
        elif mark == "!contents":
            found.append(Contents(()))
        elif mark == "!form":
            found.append(set_form(report, layout, text))
        elif mark == "!forms":
            found += [set_form(report, layout, form) for form in layout.forms if form in report.forms]
        elif mark == "!grid":
            found.append(report.grids[text])
        else:
            whole = line.format(agency=report.agency, year=report.year, place=report.place)
            found.append(Text("paragraph", whole))
    titles = tuple(title_lines(found, layout))
    return [Contents(titles) if isinstance(block, Contents) else block for block in found]


def title_lines(found: list[Block], layout: Layout) -> list[tuple[int, str]]:
    """What the contents page lists: parts, numbered sections, and the forms with their ordinals."""
    lines: list[tuple[int, str]] = []
    n_forms = 0
    for block in found:
        if isinstance(block, Text) and block.kind in ("part", "section"):
            lines.append((0 if block.kind == "part" else 1, block.text))
        elif isinstance(block, FormTable):
            n_forms += 1
            lines.append((1, f"{ordinal(n_forms)}、{block.contents_title}"))
    return lines


def ordinal(n: int) -> str:
    """1–99 in Chinese numerals, as forms and sections are counted."""
    digits = "零一二三四五六七八九十"
    if n <= 10:
        return digits[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
