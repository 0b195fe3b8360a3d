"""What a form's own heading says: whose form it is and for which year, to be held against the report's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.landing.identity_places import place_of
from pipelines.landing.identity_text import Name, name_in_title, name_in_unit_line, squeeze, years_in


@dataclass(frozen=True, slots=True)
class Heading:
    """What the lines over one form name; None where they name nothing, or two things."""

    agency: str | None = None
    division_code: str | None = None
    fiscal_year: int | None = None


def read_heading(lines: Sequence[str]) -> Heading:
    """Read title and heading lines of one form, as printed: 收入支出决算总表, 部门：株洲市应急管理局, 2024年度."""
    squeezed = [text for line in lines for part in re.split(r"[\t\n]|\s{2,}", line) if (text := squeeze(part))]
    names = {name.name for text in squeezed if (name := _name(text))}
    years = {year for text in squeezed for year in _years(text)}
    agency = names.pop() if len(names) == 1 else None
    place = place_of(agency, ()) if agency else None
    return Heading(agency, place.code if place else None, years.pop() if len(years) == 1 else None)


def _name(text: str) -> Name | None:
    """The body of 部门：某局, or of a title of all forms: 某局2024年度部门决算表."""
    found = name_in_unit_line(text)
    return found[0] if found else name_in_title(text) if years_in(text, only_full=True) else None


def _years(text: str) -> list[int]:
    """2024年度 wherever it stands; 2024年 or 2024 only where nothing else stands on the line."""
    alone = re.fullmatch(r"(20\d\d)年?", text)
    return [int(alone[1])] if alone else years_in(text, only_full=True)
