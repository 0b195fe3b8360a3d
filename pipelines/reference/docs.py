"""The pages in `docs/codes/`: one a 类 with the history of every code in it, made from the seeds and never edited.

`python -m pipelines.reference.docs` writes them; a test fails when they are not what the seeds say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.reference.history import CodeHistory, Row, class_codes, codes_of_class, history, span

PAGES = Path(__file__).resolve().parents[2] / "docs" / "codes"
SYSTEMS = {
    "function": "支出功能分类 · functional classification",
    "departmental": "部门预算支出经济分类 · departmental economic classification",
    "government": "政府预算支出经济分类 · government economic classification",
}
BUDGETS = {
    "general_public": "一般公共预算",
    "government_fund": "政府性基金预算",
    "state_capital": "国有资本经营预算",
    "social_insurance": "社会保险基金预算",
}
INTRODUCTION = """# Codes · 科目

One page a 类, made from the seeds in `dbt_project/seeds/` by `python -m pipelines.reference.docs`. Do not edit:
change the seed and run it again. `juesuan code 2240106` or `juesuan code 安全监管` says the same for one code.

Years are fiscal years. Where a row comes from: **observed**, printed in a published report; **list**, read in a list
or notice of the Ministry; *unconfirmed*, known in the field and seen in no source here: it may resolve a code, it never
calls a report wrong, and its years are as uncertain as itself. `juesuan codes import FILE` confirms rows from the
yearly list.

How a printed line finds its code is the column `resolution` of the marts, the first that answers: `exact`, code and
name of the year; `variant`, the code under a name of another year, a wording below, or its name but for 支出, 的,
punctuation or a remark in brackets; `other_year`, a code of another year, moved along its successors; `prefix`, a code
with digits that a place added; `name_path`, a name that stands once at that place; `similar`, a name that is like it
and nobody else's; `ordinal`, a spoilt line of a summary; `code`, a code under a name that is not its own, which is
reported; `unresolved`.
"""


def pages() -> dict[str, str]:
    """Every page by its file name: README.md and one a 类."""
    classes = [known for code in class_codes() if (known := history(code))]
    return {"README.md": _index(classes)} | {f"{known.code}.md": _page(known) for known in classes}


def write_pages(folder: Path = PAGES) -> list[str]:
    """Write what has changed, remove pages of 类 that are no more, and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    changed = [name for name, text in wanted.items() if there.get(name) != text]
    for name in changed:
        (folder / name).write_text(wanted[name], "utf-8", newline="\n")
    gone = sorted(there.keys() - wanted.keys())
    for name in gone:
        (folder / name).unlink()
    return [*changed, *gone]


def _index(classes: list[CodeHistory]) -> str:
    lines = [INTRODUCTION]
    for system, title in SYSTEMS.items():
        own = [known for known in classes if known.system == system]
        lines += [f"## {title}\n", "| 类 | name | English | years | codes | observed | list | unconfirmed |"]
        lines += ["|---|---|---|---|--:|--:|--:|--:|"]
        for known in own:
            rows = [row for code in codes_of_class(known.code) if (below := history(code)) for row in below.rows]
            kinds = [sum(row.source_kind == kind for row in rows) for kind in ("observed", "list", "unconfirmed")]
            codes = len({row.code for row in rows})
            cells = [f"[{known.code}]({known.code}.md)", known.latest.name, known.latest.name_en or "", _years(known)]
            lines.append(_table_row([*cells, str(codes), *map(str, kinds)]))
        lines.append("")
    return "\n".join(lines)


def _page(top: CodeHistory) -> str:
    notes: dict[str, int] = {}
    lines = [f"# {top.code} {top.latest.name}\n", SYSTEMS[top.system] + " · [all 类](README.md)\n"]
    lines += _facts(top, notes)
    below = [known for code in codes_of_class(top.code) if code != top.code and (known := history(code))]
    if top.system == "function":
        for section in (known for known in below if known.latest.level == "section"):
            lines += [f"## {section.code} {section.latest.name}\n", *_facts(section, notes)]
            lines += _table([k for k in below if k.latest.parent_code == section.code], notes)
    else:
        lines += _table(below, notes)
    if notes:
        lines.append("## Sources · 出处\n")
        lines += [f"{number}. {source}" for source, number in notes.items()]
        lines.append("")
    return "\n".join(lines)


def _facts(known: CodeHistory, notes: dict[str, int]) -> list[str]:
    """A 类 or 款: English, budget, names by year, COFOG or GFSM, where it came from and went, variants."""
    latest = known.latest
    budget = BUDGETS.get(getattr(latest, "budget_kind", ""), "")
    facts = [" · ".join(filter(None, (latest.name_en, budget)))]
    facts += [f"{span(row)}: {row.name} ({_source(row, notes)})" for row in known.rows]
    if equal := known.international:
        via = "" if equal.via == known.code else f", as {equal.via}"
        facts.append(f"{equal.scheme} {equal.code} {equal.name_en}: {equal.reason}{via}")
    facts += _moves(known)
    if variants := _variants(known):
        facts.append(f"printed as: {variants}")
    return [f"- {_escape(fact)}" for fact in facts if fact] + [""]


def _table(below: list[CodeHistory], notes: dict[str, int]) -> list[str]:
    if not below:
        return []
    economic = below[0].system != "function"
    lines = [
        f"| code | name | years | source | moved | {'GFSM 2014' if economic else 'English'} | printed as |",
        "|---|---|---|---|---|---|---|",
    ]
    for known in below:
        for i, row in enumerate(known.rows):
            last = i == len(known.rows) - 1
            moved = "; ".join(_moves(known)) if last else ""
            equal = known.international
            other = f"{equal.code} {equal.name_en}" if economic and equal else row.name_en or ""
            if not economic and equal and equal.via == known.code:  # only where it differs from that of the 款
                other += f" ({equal.scheme} {equal.code})"
            printed = _variants(known) if last else ""
            lines.append(_table_row([known.code, row.name, span(row), _source(row, notes), moved, other, printed]))
    return [*lines, ""]


def _moves(known: CodeHistory) -> list[str]:
    moves = ["went to " + " → ".join(f"{code} {name}" for code, name in known.successors)] if known.successors else []
    moves += ["from " + "、".join(f"{code} {name}" for code, name in known.predecessors)] if known.predecessors else []
    moves += ["with " + "、".join(f"{code} {name}" for code, name in known.counterparts)] if known.counterparts else []
    return moves + [f"{note.split(':')[0]} {code} {name}" for code, name, note in known.reformed]


def _variants(known: CodeHistory) -> str:
    return "、".join(dict.fromkeys(printed.variant for printed in known.variants))


def _source(row: Row, notes: dict[str, int]) -> str:
    """The kind of the source and the numbers of its notes at the foot of the page."""
    if row.source_kind == "unconfirmed":
        return "*unconfirmed*"
    cited = [notes.setdefault(source, len(notes) + 1) for source in (row.source or "").split("；") if source]
    return f"**{row.source_kind}** {' '.join(f'[{number}]' for number in cited)}".rstrip()


def _years(known: CodeHistory) -> str:
    """The years of all rows of a code as one span: 210, renamed in 2019, is there since 2018 or earlier."""
    return span(replace(known.latest, valid_from=known.rows[0].valid_from))


def _table_row(cells: list[str]) -> str:
    return "| " + " | ".join(_escape(cell) for cell in cells) + " |"


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _lines(changed: list[str]) -> Iterator[str]:
    yield f"{len(changed)} pages changed in {PAGES}"
    yield from (f"  {name}" for name in changed)


if __name__ == "__main__":
    print("\n".join(_lines(write_pages())))
