"""The form definitions: `definitions/*.yml`, checked and compiled once.

A definition says what a form is called, what its lines are known by and which header path is which measure. This module
knows how such a file looks; it knows no form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipelines.forms.economic_columns import economic_measure
from pipelines.forms.labels import bare

FOLDER = Path(__file__).parent / "definitions"
LineKey = Literal["function", "economic", "summary", "statistic", "none", "performance"]
Kind = Literal["final_account", "budget", "government", "any"]
STEP = "›"
# Steps of a header path that make its numbers something else than the final account, unless a rule names them itself.
ANOTHER_STAGE = re.compile(r".*(预算数|年初预算|全年预算|调整预算|上年|去年|增减|比例|占比|完成率|同比|变动).*")
ANOTHER_YEAR = re.compile(
    r".*(上年|去年|增减|比例|占比|完成率|执行|决算|同比|变动).*"
)  # the same of a budget's columns

RIGHT_LANE = "支出"  # over the right-hand lane of a summary: a sheet printed in halves has it alone on its page


class DefinitionError(ValueError):
    """A definition file that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One header pattern of one measure: `steps` from the outermost ancestor to the leaf."""

    measure: str
    steps: tuple[re.Pattern[str], ...]
    lane: int | None
    foreign: re.Pattern[str] = ANOTHER_STAGE

    def matches(self, path: Sequence[str], lane: int) -> bool:
        """Whether the leaf matches the last step and the ancestors hold the other steps in order."""
        if not path or (self.lane is not None and self.lane != lane):
            return False
        if self.lane == 1 and RIGHT_LANE in path[:-1]:
            return False
        if not self.steps[-1].fullmatch(path[-1]):
            return False
        steps = list(self.steps[:-1])
        for name in path[:-1]:
            if steps and steps[0].fullmatch(name):
                steps.pop(0)
            elif self.foreign.fullmatch(name):
                return False
        return not steps


@dataclass(frozen=True, slots=True)
class Facets:
    """Measures that are an item × a stage; ids are tried in the order of the file on every step of the path."""

    item: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]
    stage: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]
    default_stage: str | None
    sections: tuple[re.Pattern[str], ...]  # headings under which rows name items; other sections are statistics

    def item_of(self, names: Sequence[str]) -> str | None:
        """The item that the header path or row label names, specific items first."""
        return _first(self.item, names)

    def names_stage(self, names: Sequence[str]) -> bool:
        """Whether the header itself says which stage its column holds."""
        return _first(self.stage, names) is not None

    def stage_of(self, names: Sequence[str]) -> str | None:
        """The stage that the header says, else the form's default; never that for last year's or a change's column."""
        found = _first(self.stage, names)
        return found or (None if any(ANOTHER_STAGE.fullmatch(name) for name in names) else self.default_stage)

    def in_section(self, heading: str) -> bool:
        """Whether rows under this heading (bare; blank before the first) name items."""
        return not heading or any(pattern.search(heading) for pattern in self.sections)


def _first(choices: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...], names: Sequence[str]) -> str | None:
    for choice, patterns in choices:
        if any(pattern.fullmatch(name) for pattern in patterns for name in names):
            return choice
    return None


@dataclass(frozen=True, slots=True)
class LineUnit:
    """The unit of a line by its label, where one form mixes money and counts."""

    label: re.Pattern[str]
    unit: str
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One form as data; see `definitions/README.md` for every key."""

    form: str
    titles: tuple[re.Pattern[str], ...]
    line_key: LineKey
    kind: Kind = "final_account"
    reject: str | None = None
    cells: tuple[re.Pattern[str], ...] = ()
    columns: tuple[ColumnRule, ...] = ()
    economic_columns: bool = False
    facets: Facets | None = None
    row_items: bool = False
    fingerprint: tuple[re.Pattern[str], ...] = ()
    line_units: tuple[LineUnit, ...] = ()
    moved_labels: dict[str, str | None] = field(default_factory=dict)

    def measure_of(self, path: Sequence[str], lane: int) -> str | None:
        """The measure of a header path (bare steps, outermost first) in a lane, or None."""
        if self.facets is not None:
            item, stage = self.facets.item_of(path), self.facets.stage_of(path)
            return f"{item}_{stage}" if item and stage else None
        if self.economic_columns and (measure := economic_measure(path)):
            return measure
        return next((rule.measure for rule in self.columns if rule.matches(path, lane)), None)

    def unit_of_line(self, label: str) -> str | None:
        """The unit that the label implies (辆, 台（套）), or None for the unit of the form."""
        plain = bare(label)
        for rule in self.line_units:
            if rule.label.fullmatch(plain) and not (rule.unless and rule.unless.fullmatch(plain)):
                return rule.unit
        return None

    def has_cells(self, names: frozenset[str] | set[str]) -> bool:
        """Whether every pattern of `cells` is, as a whole, one of the grid's bare cells."""
        return all(any(pattern.fullmatch(name) for name in names) for pattern in self.cells)


@cache
def load_definitions(folder: Path = FOLDER) -> tuple[FormDefinition, ...]:
    """All definitions of the folder, by file name. Raises `DefinitionError` naming the file and what is wrong."""
    return tuple(_load(path) for path in sorted(folder.glob("*.yml")))


def _load(path: Path) -> FormDefinition:
    try:
        raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return FormDefinition(
            form=raw["form"],
            titles=_patterns(raw["titles"]),
            line_key=raw["line_key"],
            kind=raw.get("kind", "final_account"),
            reject=raw.get("reject"),
            cells=_patterns(raw.get("cells", [])),
            columns=tuple(
                rule for entry in _shared(path, raw.get("columns", [])) for rule in _column_rules(entry, raw)
            ),
            economic_columns=raw.get("economic_columns", False),
            facets=_facets(_shared(path, raw["facets"])) if "facets" in raw else None,
            row_items=raw.get("row_items", False),
            fingerprint=_patterns(raw.get("fingerprint", [])),
            line_units=tuple(_line_unit(entry) for entry in _shared(path, raw.get("line_units", []))),
            moved_labels={bare(key): value for key, value in raw.get("moved_labels", {}).items()},
        )
    except (KeyError, TypeError, OSError, re.error, yaml.YAMLError) as error:
        raise DefinitionError(f"{path.name}: {type(error).__name__}: {error}") from error


def _shared(path: Path, value: Any) -> Any:
    """A name stands for the file of that name in `shared/`."""
    if not isinstance(value, str):
        return value
    return yaml.safe_load((path.parent / "shared" / f"{value}.yml").read_text(encoding="utf-8"))


def _patterns(texts: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for text in texts)


def _column_rules(entry: dict[str, Any], raw: dict[str, Any]) -> list[ColumnRule]:
    foreign = ANOTHER_YEAR if raw.get("kind") == "budget" else ANOTHER_STAGE
    return [
        ColumnRule(entry["measure"], _patterns(header.split(STEP)), entry.get("lane"), foreign)
        for header in entry["headers"]
    ]


def _facets(raw: dict[str, Any]) -> Facets:
    return Facets(
        item=tuple((key, _patterns(texts)) for key, texts in raw["item"].items()),
        stage=tuple((key, _patterns(texts)) for key, texts in raw["stage"].items()),
        default_stage=raw.get("default_stage"),
        sections=_patterns(raw.get("sections", [])),
    )


def _line_unit(raw: dict[str, str]) -> LineUnit:
    return LineUnit(re.compile(raw["label"]), raw["unit"], re.compile(raw["unless"]) if raw.get("unless") else None)
