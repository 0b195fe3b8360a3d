"""The suites of `expectations/` as objects: YAML that a person edits in, frozen dataclasses out. Nothing is judged.

A suite file names one table (or a query) and lists expectations. Two ways to write one:

    - expect: column_values_to_not_be_null      # any Great Expectations expectation, its arguments beside it
      column: figure_id
      severity: error
      reason: Why it must hold.
    - rule: money_has_yuan                      # or SQL that must return no row; {batch} is the table
      no_rows: select * from {batch} where ...
      severity: error
      reason: Why it must hold.

`values_of: forms.form` stands for `value_set:` with the column `form` of `dbt_project/seeds/forms.csv`: a closed
vocabulary has one home.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import yaml

if TYPE_CHECKING:
    from pipelines.quality.rules import Rule

Severity = Literal["error", "warning", "note"]
Kind = Literal["landing", "structure", "reconciliation"]
ROOT = Path(__file__).resolve().parents[2]
EXPECTATIONS = ROOT / "expectations"
SEEDS = ROOT / "dbt_project" / "seeds"


class SuiteError(ValueError):
    """A suite file that cannot be understood. The message names the file, the expectation and what to write."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold, how bad it is when it does not, and why."""

    name: str  # unique in the suite: the rule's id, or type and column
    type: str  # Great Expectations' name without 'expect_', or 'no_rows'
    severity: Severity
    reason: str
    arguments: dict[str, Any] = field(default_factory=dict)
    title: str = ""  # what Data Docs print; empty: GX's own sentence


@dataclass(frozen=True, slots=True)
class Suite:
    """Expectations on one table, `schema.name`."""

    name: str
    title: str
    kind: Kind
    table: str
    expectations: tuple[Expectation, ...]

    def blocking(self, expectation: Expectation) -> bool:
        """True where a failure keeps the build from being published: an error in our own tables' structure.

        A publisher's wrong total never blocks: it is what the warehouse is there to show.
        """
        return expectation.severity == "error" and self.kind != "reconciliation"


def load_suites(folder: Path = EXPECTATIONS, seeds: Path = SEEDS) -> tuple[Suite, ...]:
    """All suites: `folder/suites/*.yml`, then one a theme of `folder/rules/`. Raises SuiteError."""
    files = sorted((folder / "suites").glob("*.yml"))
    suites = [_suite(file, seeds) for file in files]
    if (folder / "rules").is_dir():
        suites += _reconciliation(folder / "rules")
    names = [suite.name for suite in suites]
    for name in {n for n in names if names.count(n) > 1}:
        raise SuiteError(f"{folder}: two suites are called {name!r}; rename one")
    return tuple(suites)


def _suite(file: Path, seeds: Path) -> Suite:
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    missing = {"suite", "title", "kind", "table", "expectations"} - set(written or {})
    if missing:
        raise SuiteError(f"{file.name}: add {', '.join(sorted(missing))} at the top")
    if written["kind"] not in get_args(Kind):
        raise SuiteError(f"{file.name}: kind is one of {', '.join(get_args(Kind))}, not {written['kind']!r}")
    expectations = tuple(_expectation(entry, file, seeds) for entry in written["expectations"])
    names = [e.name for e in expectations]
    for name in {n for n in names if names.count(n) > 1}:
        raise SuiteError(f"{file.name}: two expectations are called {name!r}; give one a `rule:` of its own")
    return Suite(written["suite"], written["title"], written["kind"], written["table"], expectations)


def _expectation(entry: dict[str, Any], file: Path, seeds: Path) -> Expectation:
    arguments = dict(entry)
    severity, reason = arguments.pop("severity", None), arguments.pop("reason", None)
    kind, title = arguments.pop("expect", None), arguments.pop("title", "")
    rule = arguments.pop("rule", None)
    if severity not in get_args(Severity) or not reason:
        raise SuiteError(f"{file.name}: {entry} needs `severity: error|warning|note` and a `reason:`")
    if "no_rows" in arguments:
        if not rule or kind or "{batch}" not in arguments["no_rows"]:
            raise SuiteError(f"{file.name}: {entry} needs `rule:` and SQL that reads from {{batch}}, and no `expect:`")
        return Expectation(rule, "no_rows", severity, reason, {"query": arguments["no_rows"].strip()}, title or rule)
    if not kind:
        raise SuiteError(f"{file.name}: {entry} needs `expect:` or `no_rows:`")
    if "values_of" in arguments:
        arguments["value_set"] = _seed_values(arguments.pop("values_of"), file, seeds)
    column = arguments.get("column") or "+".join(arguments.get("column_list", ()))
    return Expectation(rule or f"{kind}:{column}".rstrip(":"), kind, severity, reason, arguments, title)


def _seed_values(reference: str, file: Path, seeds: Path) -> list[str]:
    table, _, column = reference.partition(".")
    seed = seeds / f"{table}.csv"
    if not seed.is_file():
        raise SuiteError(f"{file.name}: values_of: {reference} — there is no {seed.name} in {seeds}")
    with seed.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or column not in rows[0]:
        raise SuiteError(f"{file.name}: values_of: {reference} — {seed.name} has no column {column!r}")
    return [row[column] for row in rows]


def _reconciliation(folder: Path) -> list[Suite]:
    """One suite a theme, one expectation a rule: text, severity and reason come from the rule's own entry."""
    from pipelines.quality.rules import load_rules

    themes: dict[str, list[Rule]] = {}
    for rule in load_rules(folder).rules:
        themes.setdefault(rule.theme, []).append(rule)
    return [_theme(name, rules) for name, rules in themes.items()]


def _theme(name: str, rules: list[Rule]) -> Suite:
    """Rules on codes have no identity to compute: what they found is in `findings` only."""
    on_codes = all(rule.check == "code" for rule in rules)
    expectations = tuple(
        Expectation(
            rule.id,
            "no_rows",
            rule.severity,
            f"{rule.asserts}。依据：{rule.why}",
            {"query": f"select * from {{batch}} where rule = '{rule.id}' and outcome = 'inconsistent'"},
            rule.name_zh,
        )
        for rule in rules
    )
    table = "main.findings" if on_codes else "main.reconciliation"
    return Suite(f"reconciliation_{name}", f"勾稽 · {name.replace('_', ' ')}", "reconciliation", table, expectations)
