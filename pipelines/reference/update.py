"""Taking an official list into the seeds: the plan over both files, and writing it only if the seeds stay sound."""

from __future__ import annotations

import csv
import shutil
import tempfile
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from pipelines.reference.check import check_seeds
from pipelines.reference.differences import Difference, Row, renew
from pipelines.reference.official_list import OfficialList
from pipelines.reference.seeds import SEEDS, rows

FILES = {"function": "function_codes", "departmental": "economic_codes", "government": "economic_codes"}
FIRST_YEARS = {"function": 2018, "departmental": 2018, "government": 2018}  # what is earlier is not told apart


class ListError(ValueError):
    """A list that cannot be taken in; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list changes, and the files as they would be (file name without .csv → text)."""

    differences: tuple[Difference, ...]
    files: dict[str, str]


def plan_update(listed: OfficialList, year: int, source: str, folder: Path = SEEDS) -> Plan:
    """Compare a list with the seeds in `folder`, write nothing. Raises ListError for a year before the seeds begin."""
    differences: list[Difference] = []
    tables: dict[str, list[Row]] = {}
    for system in sorted({entry.system for entry in listed.entries}):
        if year < FIRST_YEARS[system]:
            raise ListError(f"the code lists begin in {FIRST_YEARS[system]}; a list of {year} has no place in them")
        file = FILES[system]
        table = tables.setdefault(file, list(rows(file, folder)))
        own = [row for row in table if row.get("system", "function") == system]
        entries = [entry for entry in listed.entries if entry.system == system]
        renewed, found = renew(own, entries, year, source)
        differences += found
        tables[file] = _sorted([row for row in table if row.get("system", "function") != system] + renewed)
    return Plan(tuple(differences), {file: _csv(table, _columns(file, folder)) for file, table in tables.items()})


def write_plan(plan: Plan, folder: Path = SEEDS) -> list[Path]:
    """Write the files that change and return them. Raises ListError, writing nothing, if a row breaks the seeds."""
    changed = {
        folder / f"{file}.csv": text
        for file, text in plan.files.items()
        if (folder / f"{file}.csv").read_text("utf-8") != text
    }
    with tempfile.TemporaryDirectory() as scratch:
        for path in folder.glob("*.csv"):
            shutil.copy(path, scratch)
        before = set(check_seeds(Path(scratch)))
        for path, text in changed.items():
            (Path(scratch) / path.name).write_text(text, "utf-8")
        faults = [fault for fault in check_seeds(Path(scratch)) if fault not in before]
    if faults:
        raise ListError(f"the list would break {len(faults)} rows, nothing is written; the first: {faults[0]}")
    for path, text in changed.items():
        path.write_text(text, "utf-8", newline="\n")
    return list(changed)


def _sorted(table: list[Row]) -> list[Row]:
    return sorted(table, key=lambda r: (r.get("system", ""), r["code"], r["valid_from"]))


def _columns(file: str, folder: Path) -> list[str]:
    with (folder / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        return next(csv.reader(opened))


def _csv(table: list[Row], columns: list[str]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()
