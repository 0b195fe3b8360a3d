"""`juesuan show FIGURE_ID`: where a figure was printed, as a picture of the page or as the line in its context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli_output import as_text, print_table
from pipelines.documents.members import local_file
from pipelines.documents.model import Box
from pipelines.documents.reader import sha256_of
from pipelines.landing.catalogue import located
from pipelines.paths import RAW, WAREHOUSE
from pipelines.storage import at
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import open_readonly

SHORTEST_ID = 6  # characters of an id that are enough when they lead to one figure
FIGURE = """
select f.*, r.place_name, r.agency_name, r.fiscal_year, file.sha256, file.file_path
from figures f
join dim_report r using (report_id)
join dim_file file using (file_id)
where starts_with(f.figure_id, ?)
order by f.figure_id
"""


def add_commands(app: typer.Typer) -> None:
    """Hang `show` on the command line."""
    app.command("show")(show_command)


def show_command(
    figure_id: Annotated[str, typer.Argument(help="The figure_id of a row of `figures`, or its beginning.")],
    warehouse: Annotated[Path, typer.Option("--warehouse", "-w", help="The DuckDB file.")] = WAREHOUSE,
    raw: Annotated[str, typer.Option(help="The folder of reports, or its URL (s3://bucket/prefix).")] = str(RAW),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PNG [figure-<id>.png].")] = None,
    page: Annotated[bool, typer.Option("--page", help="The whole page, not only the figure's surroundings.")] = False,
) -> None:
    """Show where a figure was printed: a PNG of the page with its cell outlined, or the line in its context."""
    from pipelines.evidence import EvidenceError, render_figure  # pdfium and Pillow are not for every command

    figure = _figure(figure_id.strip().lower(), warehouse)
    path = _file(raw, figure)
    try:
        evidence = render_figure(
            path,
            page=figure["page"],
            boxes=_boxes(figure),
            source_line=figure["source_line"],
            whole_page=page,
            printed=figure["printed"],
            line_label=figure["line_label"],
            header=figure["measure_label"],
        )
    except EvidenceError as error:
        raise WarehouseError(str(error)) from error
    print_table(("", f"figure {figure['figure_id']}"), _described(figure))
    if evidence.text is not None:
        print(f"\n{evidence.text}")
    if evidence.png is not None:
        target = output or Path(f"figure-{figure['figure_id']}.png")
        target.write_bytes(evidence.png)
        print(f"\n→ {target}")


def _figure(figure_id: str, warehouse: Path) -> dict[str, Any]:
    if len(figure_id) < SHORTEST_ID:
        raise WarehouseError(f"“{figure_id}” is too short for a figure id; give {SHORTEST_ID} characters or more")
    with open_readonly(warehouse) as opened:
        rows = opened.query(FIGURE, [figure_id], limit=2).to_pylist()
    if not rows:
        raise WarehouseError(f"no figure has an id that begins with {figure_id} in {warehouse}")
    if len(rows) > 1:
        raise WarehouseError(f"several figures have an id that begins with {figure_id}; give more of it")
    row: dict[str, Any] = rows[0]
    return row


def _file(raw: str, figure: dict[str, Any]) -> Path:
    """The file of the figure, which must be the one that was read: another would show another place."""
    name = f"{raw.rstrip('/')}/{figure['file_path']}"
    try:
        path = located(at(raw), figure["file_path"])
        with local_file(path) as file:
            sha256 = sha256_of(file)
    except OSError as error:
        raise WarehouseError(f"{name} is not there ({error}): put the report back, or say --raw DIR") from error
    if sha256 != figure["sha256"]:
        raise WarehouseError(f"{name} has changed since the figure was read from it: run `juesuan build` first")
    return path


def _boxes(figure: dict[str, Any]) -> list[Box]:
    sides = [figure[name] for name in ("x0", "top", "x1", "bottom")]
    return [] if any(side is None for side in sides) else [Box(*sides)]


def _described(figure: dict[str, Any]) -> list[tuple[str, str]]:
    line = " ".join(part for part in (figure["line_code"], figure["line_label"]) if part)
    said = [
        ("report", f"{figure['agency_name'] or ''} {figure['fiscal_year'] or ''}".strip()),
        ("form", figure["form"]),
        ("line", line),
        ("measure", f"{figure['measure']} ({figure['measure_label']})"),
        ("printed", " ".join(figure["printed"].split())),
        ("value", f"{as_text(figure['value'].normalize())} {figure['unit'] or ''}".strip()),
    ]
    if figure["amount_yuan"] is not None:
        said.append(("in yuan", as_text(figure["amount_yuan"])))
    if figure["confidence"] is not None:
        said.append(("confidence", as_text(figure["confidence"])))
    return [*said, ("address", _address(figure))]


def _address(figure: dict[str, Any]) -> str:
    place = figure["file_path"]
    if figure["page"] is not None:
        place += f", page {figure['page']}"
        if figure["x0"] is not None:
            place += f" ({figure['x0']:.0f}, {figure['top']:.0f} – {figure['x1']:.0f}, {figure['bottom']:.0f} pt)"
    if figure["source_line"] is not None:
        place += f", line {figure['source_line']}"
    return place
