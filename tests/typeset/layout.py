"""How a province prints its forms: titles, header rows, columns, notes. Data in layouts/*.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.typeset.grid import Row

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class FormLayout:
    """One form. `columns` are columns of the figures' CSV in printed order; `lanes` only for the economic form."""

    title: str
    contents_title: str
    header: tuple[Row, ...]
    columns: tuple[str, ...]
    number: str = ""
    agency_line: str = ""
    unit_line: str = ""
    year_line: str = ""
    one_line_head: bool = False
    landscape: bool = False
    lanes: int = 0
    code_columns: int = 1
    split_codes: bool = False  # 208 | 05 | 01 in the code columns, else the whole code over all of them
    total: str = "top"  # top | bottom, of function forms; "header" = in the last header row
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    aligns: str = ""
    blank_rows: int = 0
    row_height: float = 15.0
    font_size: float = 9.0


@dataclass(frozen=True, slots=True)
class Layout:
    """One province and year. `rules` is lines (stroked) or rects (filled hairlines, as Word prints them)."""

    name: str
    forms: dict[str, FormLayout]
    repeat_header: bool = False
    rules: str = "lines"
    contents_dots: bool = True
    digit_drop: float = 0.0  # em by which Latin digits sit lower than the Chinese text of their line
    footer: str = "{page}"
    blank_lane_rows: bool = True


@cache
def layout(name: str) -> Layout:
    """The layout `layouts/<name>.yml`. Raises FileNotFoundError for an unknown name."""
    data = yaml.safe_load((HERE / "layouts" / f"{name}.yml").read_text(encoding="utf-8"))
    defaults = data.pop("form_defaults", {})
    forms = {form: form_layout({**defaults, **entry}) for form, entry in data.pop("forms").items()}
    return Layout(name=name, forms=forms, **data)


def form_layout(entry: dict[str, Any]) -> FormLayout:
    """One YAML entry as a FormLayout; lists become tuples, header cells strings."""
    entry = dict(entry)
    entry["header"] = tuple(tuple(str(cell) for cell in row) for row in entry["header"])
    entry["columns"] = tuple(entry["columns"].split())
    entry.setdefault("contents_title", entry["title"])
    for key in ("notes", "widths"):
        entry[key] = tuple(entry.get(key, ()))
    return FormLayout(**entry)
