"""`juesuan code` and `juesuan codes import`: what the code lists say of a code or a name, and how they are renewed."""

from __future__ import annotations

import csv
import re
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli_output import print_table, to_json
from pipelines.reference.history import CodeHistory, find_codes, history, similar_names, span
from pipelines.reference.official_list import ListTable, OfficialList, read_list
from pipelines.reference.seeds import SEEDS
from pipelines.reference.update import ListError, Plan, plan_update, write_plan
from pipelines.warehouse.publish import WarehouseError

IN_FULL = 6  # codes of one name that are shown in full; 行政运行 has a hundred
SYSTEMS = {"function": "支出功能分类", "departmental": "部门预算支出经济分类", "government": "政府预算支出经济分类"}
LEVELS = {"class": "类", "section": "款", "item": "项"}
KINDS = {
    "general_public": "一般公共预算",
    "government_fund": "政府性基金预算",
    "state_capital": "国有资本经营预算",
    "social_insurance": "社会保险基金预算",
}
SHOWN = {
    "new": "new",
    "renamed": "renamed",
    "gone": "gone",
    "confirmed": "confirmed",
    "conflict": "conflicts, left as they are",
}

codes_app = typer.Typer(no_args_is_help=True, help="The code lists: import the Ministry's yearly list.")


def add_commands(app: typer.Typer) -> None:
    """Hang `code` and `codes` on the command line."""
    app.command("code")(code_command)
    app.add_typer(codes_app, name="codes")


def code_command(
    text: Annotated[str, typer.Argument(help="A code (2240106, 224 01 06, 30108) or a name (安全监管).")],
    json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """One code through the years: names, parents, successors, COFOG or GFSM, English, variants seen in reports."""
    found = [known for code in find_codes(text) if (known := history(code))]
    if not found:
        like = similar_names(text)
        hint = f"; like it: {'、'.join(like)}" if like else ""
        raise WarehouseError(f"{text}: neither a code nor a name in the code lists{hint}")
    if json:
        print("[\n" + ",\n".join(f"  {to_json(as_json(known))}" for known in found) + "\n]")
    elif len(found) > IN_FULL:
        print_table(("code", "name", "years", "under", "source"), [_line(known) for known in found])
        print(f"\n{len(found)} codes; say one of them for all that is known of it")
    else:
        print("\n\n".join("\n".join(code_lines(known)) for known in found))


def code_lines(known: CodeHistory) -> list[str]:
    """A code in plain text, one fact a line; what a code does not have has no line."""
    latest = known.latest
    kind = KINDS.get(getattr(latest, "budget_kind", ""), "")
    facts: list[tuple[str, str]] = [("kind", " ".join(filter(None, (SYSTEMS[known.system], _level(known), kind))))]
    facts += [("English", latest.name_en)] if latest.name_en else []
    facts += [("name", f"{span(row)}: {row.name}  [{row.source_kind}]") for row in known.rows]
    facts += [("source", row.source) for row in known.rows if row.source]
    facts += [("under", f"{code} {name}") for code, name in known.parents]
    facts += [("below", f"{known.children} codes")] if known.children else []
    facts += [("became", " → ".join(f"{code} {name}" for code, name in known.successors))] if known.successors else []
    facts += [("was", f"{code} {name}") for code, name in known.predecessors]
    if equal := known.international:
        via = "" if equal.via == known.code else f", as {equal.via}"
        facts.append((equal.scheme, f"{equal.code} {equal.name_en} ({equal.reason}{via})"))
    facts += [("other list", f"{code} {name}") for code, name in known.counterparts]
    facts += [("reform", f"{code} {name} ({note})") for code, name, note in known.reformed]
    for printed in known.variants:
        where = printed.seen_in or "known in the field"
        facts.append(("printed", f"{printed.variant} ({'; '.join(filter(None, (where, printed.note)))})"))
    labels = [label if i == 0 or facts[i - 1][0] != label else "" for i, (label, _) in enumerate(facts)]
    return [f"{known.code} {latest.name}"] + [
        f"  {label:<11}{value}" for label, (_, value) in zip(labels, facts, strict=True)
    ]


def as_json(known: CodeHistory) -> dict[str, Any]:
    """A history as JSON shows it: the dataclass, each row without its code (it is said once)."""
    return asdict(known) | {"rows": [{k: v for k, v in asdict(row).items() if k != "code"} for row in known.rows]}


def _level(known: CodeHistory) -> str:
    return "款" if known.system != "function" and known.latest.level == "item" else LEVELS[known.latest.level]


def _line(known: CodeHistory) -> tuple[str, str, str, str, str]:
    under = " › ".join(name for _, name in known.parents)
    return known.code, known.latest.name, span(known.latest), under, known.latest.source_kind


@codes_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="政府收支分类科目 of a year: xlsx, csv or a PDF with its tables.")],
    year: Annotated[int | None, typer.Option(help="The list's year, where the file does not say it.")] = None,
    source: Annotated[str | None, typer.Option(help="How rows cite the list (default: year and file name).")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Change the code lists, not only show the difference.")
    ] = False,
    seeds: Annotated[Path, typer.Option(help="The folder of the code lists.")] = SEEDS,
) -> None:
    """Compare the Ministry's list of a year with the code lists; with --write take it in."""
    listed, said = _read(file)
    the_year = year or listed.year or said
    if the_year is None:
        raise WarehouseError(f"{file}: no year in its title or name; say --year")
    if not listed.entries:
        raise WarehouseError(f"{file}: no table of codes and names found (columns 科目编码, or 类 款 项, and 科目名称)")
    cited = source or f"{the_year}年政府收支分类科目（{file.name}）"
    try:
        plan = plan_update(listed, the_year, cited, seeds)
        _show(plan, listed, the_year)
        changed = write_plan(plan, seeds) if write else []
    except ListError as fault:
        raise WarehouseError(f"{file}: {fault}") from fault
    if write:
        print(f"\nwritten: {', '.join(str(path) for path in changed) or 'nothing, all was there'}")
        if changed and seeds == SEEDS:
            print("then: python -m pipelines.reference.docs makes the pages in docs/codes anew")
    else:
        print("\nnothing is written; --write takes it in")


def _read(file: Path) -> tuple[OfficialList, int | None]:
    """The list in a file, and the year that its name says. Raises WarehouseError for a file that cannot be read."""
    from pipelines.documents.model import Grid
    from pipelines.documents.reader import read_document

    if not file.is_file():
        raise WarehouseError(f"{file} is not a file")
    in_name = re.search(r"(?<!\d)(20\d\d)(?!\d)", file.stem)
    said = int(in_name[1]) if in_name else None
    if file.suffix.lower() == ".csv":
        return read_list([ListTable(_csv_rows(file))]), said
    document = read_document(file)
    if document.status == "not_read":
        raise WarehouseError(f"{file}: {document.status_reason}")
    tables: list[ListTable] = []
    above: list[str] = []
    for page in document.pages:
        above += [page.label] if page.label else []
        for block in page.blocks:
            if isinstance(block, Grid):
                tables.append(ListTable(_grid_rows(block), "\n".join(above)))
                above = []
            else:
                above.append(block.text)
    return read_list(tables), said


def _grid_rows(grid: Any) -> list[list[str]]:
    """Rows of text; a header cell that spans columns stands over each of them, other merged cells stand once."""
    table = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        for col in range(cell.col, min(cell.col + cell.col_span, grid.n_cols)):
            table[cell.row][col] = cell.text
    return table


def _csv_rows(file: Path) -> list[list[str]]:
    """A CSV in whatever encoding and with whatever separator a spreadsheet gave it."""
    from pipelines.documents.encoding import choose_encoding

    encoding = choose_encoding(file)
    if encoding is None:
        raise WarehouseError(f"{file}: this is no text; save it as CSV or give the workbook itself")
    text = file.read_text(encoding.name, errors="replace")
    mark = max(",;\t", key=text.count)
    return list(csv.reader(StringIO(text), delimiter=mark))


def _show(plan: Plan, listed: OfficialList, year: int) -> None:
    systems = sorted({entry.system for entry in listed.entries})
    print(f"{year}: {len(listed.entries)} codes read ({', '.join(SYSTEMS[s] for s in systems)})")
    if listed.skipped:
        print(f"{len(listed.skipped)} rows are no codes of expenditure or could not be read, the first:")
        for row in listed.skipped[:3]:
            print(f"  {row}")
    differences = plan.differences
    counts = {kind: sum(d.kind == kind for d in differences) for kind in SHOWN}
    print(", ".join(f"{count} {SHOWN[kind]}" for kind, count in counts.items()))
    for kind, words in SHOWN.items():
        own = [d for d in differences if d.kind == kind]
        if own and kind != "confirmed":
            print(f"\n{words}:")
            for d in own:
                print(f"  {d.code} {d.message}")
