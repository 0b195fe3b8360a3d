"""`juesuan review`: a reviewer marks a finding, or all findings of a case; the marks that there are, and what became
of their findings.
"""

from __future__ import annotations

import getpass
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli_output import print_table
from pipelines.paths import REVIEWS, WAREHOUSE
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import QueryError, Warehouse, open_readonly

if TYPE_CHECKING:
    from pipelines.quality.reviews import Reviews

SHORTEST = 6  # hex digits by which an id may be named
BY_FINDING = """
select distinct f.finding_key, arg_max(f.message_zh, r.version) as message, arg_max(r.place_name, r.version) as place,
    arg_max(r.agency_name, r.version) as agency, arg_max(r.fiscal_year, r.version) as year,
    arg_max(r.kind, r.version) as kind, min(f.page) as page
from findings f join dim_report r using (report_id)
where {where}
group by f.finding_key
order by year, page, f.finding_key
"""
OF_ID = "starts_with(f.finding_id, ?) or starts_with(f.finding_key, ?)"
OF_CASE = """f.finding_id in (
    select unnest(finding_ids) from finding_cases where starts_with(case_id, ?)
    and 1 = (select count(*) from finding_cases where starts_with(case_id, ?)))"""
STANDING = """
select f.finding_key, bool_or(r.superseded_by is null) as is_current
from findings f join dim_report r using (report_id) where f.finding_key in (select unnest(?)) group by 1
"""


class VerdictOption(StrEnum):
    """What a reviewer says of a finding."""

    confirmed = "confirmed"
    explained = "explained"
    false = "false"


def add_commands(app: typer.Typer) -> None:
    """Hang `review` on the command line."""
    app.command("review")(review_command)


def review_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Id or key of a finding, or id of a case; six digits of it may do."),
    ] = None,
    verdict: Annotated[
        VerdictOption | None,
        typer.Option("--as", help="confirmed: the report is wrong; explained: there is a reason; false: we are."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    by: Annotated[str | None, typer.Option(help="Who says so [the user's name].")] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="The marks that there are, and where their findings are.")
    ] = False,
    warehouse: Annotated[Path, typer.Option("--warehouse", "-w", help="The DuckDB file.")] = WAREHOUSE,
    reviews: Annotated[Path, typer.Option(help="The file of marks.")] = REVIEWS,
) -> None:
    """Mark a finding confirmed, explained or false. The mark stays with it over rebuilds and new versions."""
    from pipelines.quality.reviews import load_reviews

    if list_:
        _list(load_reviews(reviews), reviews, warehouse)
        return
    if not names or verdict is None:
        raise WarehouseError("say which finding and what it is: juesuan review ID --as confirmed|explained|false")
    _mark(names, verdict, note, by or getpass.getuser(), warehouse, reviews)


def _mark(names: list[str], verdict: VerdictOption, note: str, by: str, warehouse: Path, reviews: Path) -> None:
    from pydantic import ValidationError

    from pipelines.quality.reviews import Mark, add_marks

    with open_readonly(warehouse) as opened:
        found = {row["finding_key"]: row for name in names for row in _findings_of(opened, name.strip().lower())}
    said = {"as": verdict.value, "by": by, "date": date.today(), "note": note}
    try:
        marks = [Mark.model_validate({"finding": key, **said, "about": _about(row)}) for key, row in found.items()]
    except ValidationError as error:
        first = error.errors()[0]
        raise WarehouseError(f"{first['loc'][0]}: {first['msg']}") from error
    add_marks(marks, reviews)
    for row in found.values():
        print(f"{verdict.value}: {_about(row)}")
    print(f"{len(marks)} marked in {reviews}; the next `juesuan build` counts it", file=sys.stderr)


def _findings_of(opened: Warehouse, name: str) -> list[dict[str, Any]]:
    """The findings that `name` means: one, or those of one case. Raises WarehouseError where it is none or several."""
    if len(name) < SHORTEST:
        raise WarehouseError(f"{name}: give at least {SHORTEST} digits of the id")
    try:
        one = opened.query(BY_FINDING.format(where=OF_ID), [name, name]).to_pylist()
        rows = one or opened.query(BY_FINDING.format(where=OF_CASE), [name, name]).to_pylist()
    except QueryError as error:
        raise WarehouseError(f"the warehouse has no keys of findings; run `juesuan build` first ({error})") from error
    if not rows:
        raise WarehouseError(f"there is no finding and no case {name}; `juesuan findings` lists them")
    if len(one) > 1:
        raise WarehouseError(f"{name} is the beginning of {len(one)} findings; give more digits")
    return rows


def _about(row: dict[str, Any]) -> str:
    who = " ".join(str(row[name]) for name in ("place", "agency", "year", "kind") if row[name])
    return f"{who} | {row['message']}"


def _list(found: Reviews, file: Path, warehouse: Path) -> None:
    """The marks in force; exit 1 when some entry could not be used."""
    states = _states(warehouse, list(found.in_force))
    rows = [
        (
            *(mark.verdict, states.get(mark.finding, "gone") if states is not None else None, mark.reviewed_on),
            *(mark.by, mark.finding, line, mark.about, mark.note),
        )
        for line, mark in found.marks
        if found.in_force[mark.finding] is mark
    ]
    if rows:
        print_table(("as", "finding", "date", "by", "key", "line", "about", "note"), rows)
    else:
        print(f"no marks in {file}")
    if states is None and rows:
        print(f"{warehouse} is not there: where the findings are is not known", file=sys.stderr)
    for trouble in found.troubles:
        print(trouble, file=sys.stderr)
    if found.troubles:
        raise typer.Exit(1)


def _states(warehouse: Path, keys: list[str]) -> dict[str, str] | None:
    """Key → there (the current version shows it) or corrected (only an older one does); None without a warehouse."""
    try:
        with open_readonly(warehouse) as opened:
            rows = opened.query(STANDING, [keys]).to_pylist()
    except (WarehouseError, QueryError):
        return None
    return {row["finding_key"]: "there" if row["is_current"] else "corrected" for row in rows}
