"""The scores as tables: for the terminal and for docs/accuracy.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.table import Table

from benchmarks.accuracy_reports import Scored
from tests.gold_scoring import Difference, Tally

HEADERS = ("gold", "read", "right", "precision", "recall", "value exact", "to the letter")
INTRO = """# How well reports are read

Written by `make accuracy`; do not edit. Figures are compared with gold files that were made by reading the reports,
never from this project's output (`tests/gold/README.md` says who checked what, and how).

- **precision**: right figures among those read in the covered forms and sentences; an invented figure costs precision.
- **recall**: right figures among those printed. **value exact**: of the figures found where the gold has one, those
  with its value and unit. **to the letter**: of the right ones, those whose kept print equals the cell, separators
  included (sentences keep more than the number, so it says nothing there).
- *published* reports are not part of the repository; *committed* ones (`data/raw/`) hold the same figures, set anew,
  with sentences and indicator names of our own: their sentences are asked for recall alone, where they repeat a gold
  sentence, and by the order of their numbers.
- A number that cannot be placed is rejected with its reason and address. It counts as missing here.
"""


def percent(share: float | None) -> str:
    """100 %, 99.62 %, or a dash where there is nothing to divide by. Never rounded up to 100."""
    if share is None:
        return "–"
    return "100 %" if share == 1 else f"{min(share, 0.9999):.2%}".replace("%", " %")


def cells(tally: Tally, *, precise: bool = True, letter: bool = True, wrong: int = 0) -> list[str]:
    """The columns of HEADERS."""
    placed = tally.correct + wrong
    return [
        str(tally.gold) if tally.gold else "–",
        str(tally.found),
        str(tally.correct),
        percent(tally.precision) if precise else "–",
        percent(tally.recall) if tally.gold else "–",
        percent(tally.correct / placed if placed else None),
        percent(tally.to_the_letter / tally.correct if tally.correct else None) if letter else "–",
    ]


def _wrong(differences: Iterable[Difference], form: str | None = None) -> int:
    rows = [d for d in differences if d.kind == "wrong" and d.expected is not None]
    return sum(form is None or (d.expected or {}).get("form", "prose") == form for d in rows)


def part_rows(scored: Sequence[Scored]) -> list[list[str]]:
    """A row for each part of each report."""
    rows = []
    for report in scored:
        kind = "committed" if report.source.committed else "published"
        for part in report.parts:
            numbers = cells(
                part.score.total,
                precise=part.precise,
                letter=part.part != "prose",
                wrong=_wrong(part.score.differences),
            )
            rows.append([report.source.title, kind, report.format, part.part, *numbers])
    return rows


def sums(scored: Sequence[Scored], by: str) -> list[list[str]]:
    """A row for each form, or for each origin, over all reports."""
    tallies: dict[str, list[Tally]] = defaultdict(list)
    wrong: dict[str, int] = defaultdict(int)
    for report in scored:
        for part in report.parts:
            origin = "ocr" if "ocr" in part.score.by_origin else "prose" if part.part == "prose" else "table"
            groups = {origin: part.score.total} if by == "origin" else part.score.by_form
            if by == "form" and origin == "ocr":
                continue
            for name, tally in groups.items():
                tallies[name].append(tally if part.precise else _as_precise(tally))
                wrong[name] += _wrong(part.score.differences, None if by == "origin" else name)
    return [[name, *cells(_added(parts), letter=name != "prose", wrong=wrong[name])] for name, parts in tallies.items()]


def _as_precise(tally: Tally) -> Tally:
    """Where figures outside the gold are not judged, only the judged ones count as read."""
    return Tally(tally.gold, tally.correct, tally.correct, tally.to_the_letter, tally.label_differs)


def _added(parts: Sequence[Tally]) -> Tally:
    names = ("gold", "found", "correct", "to_the_letter", "label_differs")
    return Tally(**{name: sum(getattr(tally, name) for tally in parts) for name in names})


def _rich(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for header in headers:
        table.add_column(header, justify="right" if header in HEADERS else "left")
    for row in rows:
        table.add_row(*row)
    return table


def parts_table(scored: Sequence[Scored]) -> Table:
    """Report by report, for the terminal."""
    return _rich("By report", ("report", "", "format", "part", *HEADERS), part_rows(scored))


def origins_table(scored: Sequence[Scored]) -> Table:
    """Table, prose and ocr, for the terminal."""
    return _rich("By origin", ("origin", *HEADERS), sums(scored, "origin"))


def _markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    line = "| " + " | ".join(headers) + " |"
    rule = "|" + "|".join("---:" if header in HEADERS else "---" for header in headers) + "|"
    return "\n".join([line, rule, *("| " + " | ".join(row) + " |" for row in rows)])


def to_markdown(scored: Sequence[Scored]) -> str:
    """The page docs/accuracy.md."""
    sections = [
        INTRO,
        "## By origin\n\n" + _markdown(("origin", *HEADERS), sums(scored, "origin")),
        "## By form (without scans)\n\n" + _markdown(("form", *HEADERS), sums(scored, "form")),
        "## By report\n\n" + _markdown(("report", "", "format", "part", *HEADERS), part_rows(scored)),
        "## What was rejected\n\nRejects are printed things that did not become figures, with reason and address.\n\n"
        + _markdown(("report", "", "format", "rejects", "of them in forms with gold"), reject_rows(scored)),
        "## What differs\n\n" + "\n".join(_differences(scored)),
    ]
    return "\n\n".join(section.rstrip() for section in sections) + "\n"


def reject_rows(scored: Sequence[Scored]) -> list[list[str]]:
    """How many rejects each report has, by reason."""
    return [
        [
            report.source.title,
            "committed" if report.source.committed else "published",
            report.format,
            "、".join(f"{count} {reason}" for reason, count in report.rejects.items()) or "none",
            str(report.rejects_in_gold),
        ]
        for report in scored
    ]


def _differences(scored: Sequence[Scored]) -> Iterable[str]:
    for report in scored:
        where = "committed" if report.source.committed else "published"
        for part in report.parts:
            notes = [note for note in part.notes if not note.endswith("agree")]
            agree = [note for note in part.notes if note.endswith("agree")]
            if part.score.differences or notes:
                said = f" ({', '.join(agree)})" if agree else ""
                yield f"\n**{report.source.title}, {where} {report.format}, {part.part}**{said}\n"
                yield from (f"- {difference}{report.reason_of(difference)}" for difference in part.score.differences)
                yield from (f"- {note}" for note in notes)
