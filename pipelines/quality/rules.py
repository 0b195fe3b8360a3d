"""The rule catalogue: every identity that a report asserts about itself, as files that a person can read and extend.

`expectations/rules/*.yml` hold the rules by theme (README.md there says how to write one). Here they are checked and
spread into two tables, `rules` and `rule_terms`, which the warehouse loads before dbt runs; dbt joins them to the
figures and computes the mart `reconciliation`. Adding a rule needs no Python and no SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Check = Literal["sum", "children", "equal", "at_most", "one_of", "model", "code"]
OWN_TERMS = ("children", "model", "code")  # what is compared is found by the models, not written in the rule

RULES = pa.schema(
    [
        ("rule", pa.string()),
        ("theme", pa.string()),
        ("position", pa.int32()),
        ("name_zh", pa.string()),
        ("name_en", pa.string()),
        ("asserts", pa.string()),
        ("check_kind", pa.string()),
        ("severity", pa.string()),
        ("why", pa.string()),
        ("only_where_printed", pa.bool_()),
        ("parts_zh", pa.string()),
        ("parts_en", pa.string()),
        ("message_zh", pa.string()),
        ("message_en", pa.string()),
    ]
)

RULE_TERMS = pa.schema(
    [
        ("rule", pa.string()),
        ("variant", pa.int32()),  # a rule over several forms or measures is one variant each
        ("side", pa.string()),  # stated | term | children
        ("position", pa.int32()),
        ("sign", pa.int32()),
        ("form", pa.string()),
        ("line_selector", pa.string()),  # key | each | each_role | sum_role | children
        ("line", pa.string()),  # a line key, or a role, or null
        ("measure", pa.string()),  # a measure, or 'each'
        ("stated_form", pa.string()),
        ("stated_measure", pa.string()),
        ("n_terms", pa.int32()),  # terms of the variant that are one figure each; null where lines are summed
        ("optional", pa.bool_()),  # a sentence may leave this term out
    ]
)

# What a reader is told when a rule does not hold; a rule may bring its own sentence. dbt fills the braces.
MESSAGE_ZH = "{where}：{subject} {stated} ≠ {parts} {computed}，差 {difference} {unit}"
MESSAGE_EN = (
    "{where}: {subject} is stated as {stated}, but {parts} is {computed}; the difference is {difference} {unit}"
)
AT_MOST_ZH = "{where}：{subject} {stated} 大于 {parts} {computed}，多 {difference} {unit}"
AT_MOST_EN = "{where}: {subject} is stated as {stated}, more than {parts}, {computed}, by {difference} {unit}"


class RuleError(ValueError):
    """A rule file that cannot be used; the message names the file, the rule and what to change."""


class Term(BaseModel):
    """One side of an identity: which figure (or figures) of which form.

    `line` is a line key ('total', '301', 'opening_carry_over'), `each` (one identity a line), `each <role>` (one
    identity a line of that role: class, section, item …) or `every <role>` (all lines of that role added up).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: str | None = None
    line: str
    measure: str = "each"
    sign: Literal[1, -1] = 1
    optional: bool = False

    @property
    def selector(self) -> tuple[str, str | None]:
        """('key', '301') | ('each', None) | ('each_role', 'class') | ('sum_role', 'class')."""
        head, _, role = self.line.partition(" ")
        if head == "each":
            return ("each_role", role) if role else ("each", None)
        if head == "every" and role:
            return "sum_role", role
        return "key", self.line


class Case(BaseModel):
    """One identity of a rule that asserts the same of several lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stated: Term
    terms: tuple[Term, ...]


class Rule(BaseModel):
    """One rule as written in its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_zh: str
    name_en: str
    asserts: str
    check: Check
    severity: Literal["error", "warning", "note"]
    why: str
    forms: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    stated: Term | None = None
    terms: tuple[Term, ...] = ()
    cases: tuple[Case, ...] = ()
    only_where_printed: bool = False
    parts_zh: str = "各部分之和"
    parts_en: str = "the sum of its parts"
    message_zh: str | None = None
    message_en: str | None = None
    theme: str = ""

    @property
    def written(self) -> tuple[Case, ...]:
        """The identities as written: `cases`, or the one of `stated` and `terms`."""
        return self.cases or ((Case(stated=self.stated, terms=self.terms),) if self.stated else ())

    @model_validator(mode="after")
    def _shape(self) -> Rule:
        if self.check in OWN_TERMS:
            if self.written or self.terms:
                raise ValueError(f"check '{self.check}' finds its own terms: leave out `stated`, `terms` and `cases`")
            if self.check == "children" and not self.forms:
                raise ValueError("check 'children' needs `forms`")
            return self
        if self.cases and (self.stated or self.terms):
            raise ValueError("write either `cases` or `stated` and `terms`")
        if not self.written or not all(case.terms for case in self.written):
            raise ValueError(f"check '{self.check}' needs `stated` and `terms`")
        for case in self.written:
            if self.check == "equal" and len(case.terms) != 1:
                raise ValueError("check 'equal' has exactly one term; use 'sum' for more")
            if self.check == "one_of" and case.stated.form != "prose":
                raise ValueError("check 'one_of' is for sentences: its `stated` has form prose")
            self._check_sides(case)
        return self

    def _check_sides(self, case: Case) -> None:
        stated = case.stated
        if stated.selector[0] == "sum_role":
            raise ValueError("`stated` is one printed figure: it cannot be 'every …'")
        for term in (stated, *case.terms):
            if term.form is None and not self.forms:
                raise ValueError(f"the term on line '{term.line}' has no `form`, and the rule has no `forms`")
            if term.form is not None and self.forms:
                raise ValueError("with `forms`, terms have no form of their own")
        each = stated.selector[0].startswith("each")
        if any(t.selector[0].startswith("each") != each for t in case.terms):
            raise ValueError("`each` on one side needs `each` on every other, so that lines can be paired")
        if not self.measures and any((t.measure == "each") != (stated.measure == "each") for t in case.terms):
            raise ValueError("measure `each` on one side needs measure `each` on every other")


class Rules(BaseModel):
    """The catalogue, in the order of files and of rules in them."""

    model_config = ConfigDict(frozen=True)

    rules: tuple[Rule, ...]

    def __iter__(self) -> Iterator[Rule]:  # type: ignore[override]
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)


def load_rules(folder: Path) -> Rules:
    """Read every `*.yml` of `folder` (a list of rules each; the file's name is the theme).

    Raises RuleError with the file, the rule and the reason; an id used twice is one.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise RuleError(f"no rule files (*.yml) in {folder}")
    rules = [rule for path in paths for rule in _read_file(path)]
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{folder / rule.theme}.yml: rule '{rule.id}' is already defined in {seen[rule.id]}.yml")
        seen[rule.id] = rule.theme
    return Rules(rules=tuple(rules))


def _read_file(path: Path) -> list[Rule]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise RuleError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(entries, list):
        raise RuleError(f"{path}: expected a list of rules (each begins with '- id:'), found {type(entries).__name__}")
    return [_read_rule(path, number, entry) for number, entry in enumerate(entries, start=1)]


def _read_rule(path: Path, number: int, entry: object) -> Rule:
    name = entry.get("id", f"no. {number}") if isinstance(entry, dict) else f"no. {number}"
    try:
        return Rule.model_validate(entry).model_copy(update={"theme": path.stem})
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'rule'}: {e['msg']}" for e in error.errors())
        raise RuleError(f"{path}: rule {name}: {details}") from error


def check_vocabulary(rules: Rules, forms: set[str], measures: set[str]) -> None:
    """Raise RuleError where a rule names a form or a measure that the seeds do not have."""
    for rule in rules:
        named_forms = {*rule.forms, *(t.form for t in _terms(rule) if t.form)}
        named_measures = {*rule.measures, *(t.measure for t in _terms(rule))} - {"each"}
        for what, named, known in (("form", named_forms, forms), ("measure", named_measures, measures)):
            if unknown := sorted(named - known):
                raise RuleError(f"{rule.theme}.yml: rule '{rule.id}': unknown {what} {', '.join(unknown)}")


def rule_tables(rules: Rules) -> tuple[pa.Table, pa.Table]:
    """The catalogue as the tables `rules` (one row a rule) and `rule_terms` (one row a term of every variant)."""
    rows = [_rule_row(position, rule) for position, rule in enumerate(rules, start=1)]
    terms = [term for rule in rules for term in _term_rows(rule)]
    return pa.Table.from_pylist(rows, schema=RULES), pa.Table.from_pylist(terms, schema=RULE_TERMS)


def _rule_row(position: int, rule: Rule) -> dict[str, object]:
    default_zh, default_en = (AT_MOST_ZH, AT_MOST_EN) if rule.check == "at_most" else (MESSAGE_ZH, MESSAGE_EN)
    row = {name: getattr(rule, name, None) for name in RULES.names}
    return row | {
        "rule": rule.id,
        "position": position,
        "check_kind": rule.check,
        "message_zh": rule.message_zh or default_zh,
        "message_en": rule.message_en or default_en,
    }


def _terms(rule: Rule) -> tuple[Term, ...]:
    return tuple(term for case in rule.written for term in (case.stated, *case.terms))


def _term_rows(rule: Rule) -> Iterator[dict[str, object]]:
    """Variants are cases × forms × measures: `forms` fills in missing forms, `measures` fills in measure `each`."""
    if rule.check in ("code", "model"):
        return
    if rule.check == "children":
        for variant, (of_form, of_measure) in enumerate(product(rule.forms, rule.measures or ("each",)), start=1):
            yield _term_row(rule, variant, "children", 1, Term(form=of_form, line="children", measure=of_measure), None)
        return
    variants = product(rule.written, rule.forms or (None,), rule.measures or (None,))
    for variant, (case, form, measure) in enumerate(variants, start=1):
        filled = [_fill(term, form, measure) for term in (case.stated, *case.terms)]
        for position, term in enumerate(filled):
            yield _term_row(rule, variant, "term" if position else "stated", position, term, filled)


def _fill(term: Term, form: str | None, measure: str | None) -> Term:
    return term.model_copy(
        update={
            "form": term.form or form,
            "measure": measure if measure and term.measure == "each" else term.measure,
        }
    )


def _term_row(
    rule: Rule, variant: int, side: str, position: int, term: Term, filled: list[Term] | None
) -> dict[str, object]:
    selector, line = ("children", None) if filled is None else term.selector
    single = filled is not None and all(t.selector[0] != "sum_role" for t in filled)
    return {
        "rule": rule.id,
        "variant": variant,
        "side": side,
        "position": position,
        "sign": term.sign,
        "form": term.form,
        "line_selector": selector,
        "line": line,
        "measure": term.measure,
        "stated_form": filled[0].form if filled else term.form,
        "stated_measure": filled[0].measure if filled else term.measure,
        "n_terms": len(filled) - 1 if filled and single else None,
        "optional": term.optional,
    }
