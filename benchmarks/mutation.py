"""What the rules find in statutory forms, and what they flag in forms that agree.

    .venv/bin/python -m benchmarks.mutation [--clean 1000] [--mutations 500] [--page docs/mutation.md]

One dbt build judges the clean reports of `benchmarks.clean_forms` together with others in which one printed number was
changed. Every (form, measure) of a report gets its turn, so that rare columns are tried, too. The change is at least
LEAST_CHANGE: twice what the widest identity of these forms tolerates, below which no sound check can tell it from
rounding. Aims (issue 5): no error or warning in a clean report, 99 % of the changed numbers that take part in an
identity found, 95 % named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.clean_forms import add_report
from pipelines.landing.schema import TABLES
from tests.dbt_landing import PER_UNIT, Landing, run_dbt

MEASURED = "# Measured"  # heading of the part of the page that is written here
BATCH = 100  # reports made before they go into the file
# 万元: 本年支出合计 of 26 classes tolerates 27 × 0.005 = 0.135
LEAST_CHANGE = Decimal("0.28")
FORMS = {
    "revenue_expenditure_summary": "GK01",
    "revenue": "GK02",
    "expenditure": "GK03",
    "appropriation_summary": "GK04",
    "general_budget_expenditure": "GK05",
    "general_budget_basic_expenditure": "GK06",
    "three_public_expenses": "GK07",
}


@dataclass(frozen=True, slots=True)
class Mutation:
    report_id: str
    figure_id: str
    form: str
    measure: str
    line: str
    how: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one changed number fared: identities that hold it, is it in a finding, is it the one named?"""

    mutation: Mutation
    identities: int
    found: bool
    named: bool


def swap_digits(random: Random, value: Decimal) -> Decimal:
    """Two neighbouring digits exchanged: 1034.94 → 1043.94."""
    digits = list(f"{abs(value):.2f}")
    at = random.randrange(len(digits) - 1)
    other = at + 2 if digits[at + 1] == "." else at + 1
    if digits[at] == ".":
        return value
    digits[at], digits[other] = digits[other], digits[at]
    return Decimal("".join(digits)).copy_sign(value)


def ten_times(random: Random, value: Decimal) -> Decimal:
    return value * 10


def add(random: Random, value: Decimal) -> Decimal:
    """More by 0.28 to about twice the number."""
    return value + Decimal(random.randint(28, 200 + int(abs(value) * 200))) / 100


WAYS: dict[str, Callable[[Random, Decimal], Decimal]] = {
    "digit_swap": swap_digits,
    "ten_times": ten_times,
    "added": add,
}


def mutate(random: Random, landing: Landing, report_id: str, turn: int) -> Mutation:
    """Change one figure of the report; the (form, measure) is the `turn`-th of those it prints."""
    strata: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in landing.tables["figures"]:
        if row["report_id"] == report_id:
            strata[row["form"], row["measure"]].append(row)
    figure = random.choice(strata[sorted(strata)[turn % len(strata)]])
    before: Decimal = figure["value"]
    ways = random.sample(sorted(WAYS), len(WAYS))
    tried = ((how, WAYS[how](random, before)) for how in ways)
    how, after = next((how, after) for how, after in tried if abs(after - before) >= LEAST_CHANGE)
    figure |= {"printed": f"{after:.2f}", "value": after, "amount_yuan": after * PER_UNIT[figure["unit"]]}
    line = figure.get("line_code") or figure.get("line_label") or ""
    where = (report_id, figure["figure_id"], figure["form"], figure["measure"], line)
    return Mutation(*where, how, before, after)


def make_warehouse(file: Path, clean: int, mutations: int, seed: int = 0) -> list[Mutation]:
    """Landing of `clean` reports c0, c1, … and of `mutations` reports m0, m1, … with one changed number each."""
    random, done = Random(seed), []
    ids = [f"c{n}" for n in range(clean)] + [f"m{n}" for n in range(mutations)]
    for start in range(0, len(ids), BATCH):
        landing = Landing()
        for number, report_id in enumerate(ids[start : start + BATCH], start=start):
            add_report(landing, report_id, seed + number, agency_name=f"甲{number}局")
            if report_id.startswith("m"):
                done.append(mutate(random, landing, report_id, number - clean))
        if start == 0:
            landing.write(file)
        else:
            append(file, landing)
    return done


def append(file: Path, landing: Landing) -> None:
    with duckdb.connect(str(file)) as connection:
        for table in ("reports", "figures"):
            names = TABLES[table].names
            rows = [{name: row.get(name) for name in names} for row in landing.tables[table]]
            connection.register("incoming", pa.Table.from_pylist(rows, schema=TABLES[table]))
            connection.execute(f"insert into landing.{table} by name from incoming")


def judge(file: Path) -> None:
    """Everything up to findings and cases, in one build without the tests of data."""
    select = ("--select", "+findings", "+finding_cases", "--exclude-resource-type", "test", "unit_test")
    done = run_dbt(file, "--quiet", "--no-use-colors", "build", *select)
    if done.returncode:
        raise RuntimeError(done.stdout[-4000:] + done.stderr[-2000:])


def alarms(file: Path) -> dict[tuple[str, str], int]:
    """(severity, rule) → findings in clean reports."""
    with duckdb.connect(str(file), read_only=True) as connection:
        query = "select severity, rule, count(*) from findings where report_id[1] = 'c' group by all order by all"
        return {(severity, rule): count for severity, rule, count in connection.execute(query).fetchall()}


def outcomes(file: Path, mutations: list[Mutation]) -> list[Outcome]:
    with duckdb.connect(str(file), read_only=True) as connection:

        def ids(query: str) -> set[str]:
            return {row[0] for row in connection.execute(query).fetchall()}

        # an inequality (GK05 ≤ GK03) sees a number only when it moves one way: it does not count as holding it
        query = """select figure_id, count(*) from (
                select unnest(list_prepend(stated_figure_id, term_figure_ids)) as figure_id from intermediate.int_judged
                where check_kind <> 'at_most' and outcome <> 'not_checkable'
            ) group by all"""
        identities: dict[str, int] = dict(connection.execute(query).fetchall())
        flagged = ids("select unnest(figure_ids) from findings where severity in ('error', 'warning')")
        named = ids("select figure_id from finding_cases where severity in ('error', 'warning')")
    return [Outcome(m, identities.get(m.figure_id, 0), m.figure_id in flagged, m.figure_id in named) for m in mutations]


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "–"


def table(title: str, groups: dict[str, list[Outcome]]) -> list[str]:
    lines = [f"| {title} | changed | in an identity | found of these | named of these |", "|---|---:|---:|---:|---:|"]
    for name, members in groups.items():
        held = [o for o in members if o.identities]
        found, named = sum(o.found for o in held), sum(o.named for o in held)
        lines.append(
            f"| {name} | {len(members)} | {len(held)} | {share(found, len(held))} | {share(named, len(held))} |"
        )
    return lines


def grouped(done: list[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in done:
        groups[key(outcome)].append(outcome)
    return dict(sorted(groups.items()))


def printed_numbers(file: Path) -> dict[tuple[str, str], int]:
    """(form, measure) → how many numbers the clean reports print there."""
    with duckdb.connect(str(file), read_only=True) as connection:
        query = "select form, measure, count(*) from landing.figures where report_id[1] = 'c' group by all"
        return {(form, measure): count for form, measure, count in connection.execute(query).fetchall()}


def weighted(done: list[Outcome], printed: dict[tuple[str, str], int]) -> str:
    """The shares if every printed number were as likely to be wrong as any other."""
    total, found, named = Decimal(0), Decimal(0), Decimal(0)
    columns: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in done:
        if outcome.identities:
            columns[outcome.mutation.form, outcome.mutation.measure].append(outcome)
    for column, members in columns.items():
        total += printed[column]
        found += Decimal(printed[column] * sum(o.found for o in members)) / len(members)
        named += Decimal(printed[column] * sum(o.named for o in members)) / len(members)
    return f"found {100 * found / total:.1f} %, named {100 * named / total:.1f} %"


def how_held(outcome: Outcome) -> str:
    return "3 or more" if outcome.identities > 2 else str(outcome.identities)


def page(clean: int, flagged: dict[tuple[str, str], int], done: list[Outcome], shares: str) -> str:
    lines = [f"## {clean:,} clean reports", "", "| severity | rule | findings |", "|---|---|---:|"]
    lines += [f"| {severity} | `{rule}` | {count:,} |" for (severity, rule), count in flagged.items()]
    serious = sum(count for (severity, _), count in flagged.items() if severity != "note")
    lines += ["", f"Errors and warnings: **{serious}**.", "", f"## {len(done):,} reports with one number changed", ""]
    lines += [f"Weighted by how many numbers each form and measure prints: **{shares}**.", ""]
    for title, groups in (
        ("all columns alike", {"all": done}),
        ("form", grouped(done, lambda o: f"{FORMS[o.mutation.form]} `{o.mutation.form}`")),
        ("identities that hold it", grouped(done, how_held)),
        ("change", grouped(done, lambda o: o.mutation.how)),
        ("form and measure", grouped(done, lambda o: f"{FORMS[o.mutation.form]} `{o.mutation.measure}`")),
    ):
        lines += [*table(title, groups), ""]
    missed = [o.mutation for o in done if o.identities and not o.found]
    lines += ["In an identity and not found:" if missed else "Every change of a number in an identity was found.", ""]
    lines += [f"- {FORMS[m.form]} `{m.measure}` {m.line}: {m.before} → {m.after} ({m.how})" for m in missed]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clean", type=int, default=1_000)
    parser.add_argument("--mutations", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--page", type=Path, help="page whose part below MEASURED is written anew")
    parser.add_argument("--keep", type=Path, help="folder in which the warehouse stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="juesuan-mutation-") as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "warehouse.duckdb"
        mutations = make_warehouse(file, options.clean, options.mutations, options.seed)
        judge(file)
        flagged, done = alarms(file), outcomes(file, mutations)
        shares = weighted(done, printed_numbers(file))
    text = page(options.clean, flagged, done, shares)
    print(text)
    if options.page:
        by_hand = options.page.read_text("utf-8").partition(MEASURED)[0]
        options.page.write_text(f"{by_hand.rstrip()}\n\n{MEASURED}\n\n{text}", "utf-8")
    return int(any(severity != "note" for severity, _ in flagged))


if __name__ == "__main__":
    sys.exit(main())
