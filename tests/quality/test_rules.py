"""The rule catalogue: what is written is what is loaded, and a mistake in a file is named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipelines.quality.rules import RuleError, check_vocabulary, load_rules, rule_tables

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "expectations" / "rules"

HEAD = """
- id: {id}
  name_zh: 名
  name_en: name
  asserts: 甲 = 乙
  severity: error
  why: 依据
"""


def write(folder: Path, body: str, name: str = "theme.yml", rule: str = "a_rule") -> Path:
    (folder / name).write_text(HEAD.format(id=rule) + body, encoding="utf-8")
    return folder


def column(table: str, name: str) -> set[str]:
    with (ROOT / "dbt_project" / "seeds" / f"{table}.csv").open(encoding="utf-8") as lines:
        return {row[name] for row in csv.DictReader(lines)}


def test_the_catalogue_loads_and_names_only_known_forms_and_measures() -> None:
    rules = load_rules(RULES)
    check_vocabulary(rules, column("forms", "form"), column("measures", "measure"))
    assert len({rule.id for rule in rules}) == len(rules) > 50


def test_every_fixed_line_of_a_rule_is_a_key_that_lines_can_have() -> None:
    rules = load_rules(RULES)
    keys = column("summary_lines", "line_key") | column("economic_codes", "code") | {"total", "all"}
    funds = ("general_public_budget", "government_fund", "state_capital")
    keys |= {f"{side}_carry_over_{fund}" for side in ("opening", "closing") for fund in funds}
    _, terms = rule_tables(rules)
    named = {t["line"] for t in terms.to_pylist() if t["line_selector"] == "key"}
    assert named - keys == set()


def test_roles_named_in_rules_exist() -> None:
    _, terms = rule_tables(load_rules(RULES))
    roles = {t["line"] for t in terms.to_pylist() if t["line_selector"] in ("each_role", "sum_role")}
    assert roles <= column("summary_lines", "role") | {"class", "section", "item"}


def test_a_sum_becomes_one_stated_row_and_one_row_a_term(tmp_path: Path) -> None:
    body = """
  check: sum
  stated: {form: expenditure, line: each, measure: expenditure}
  terms:
    - {form: expenditure, line: each, measure: basic_expenditure}
    - {form: expenditure, line: each, measure: project_expenditure, sign: -1}
"""
    rules, terms = rule_tables(load_rules(write(tmp_path, body)))
    assert rules.column("rule").to_pylist() == ["a_rule"]
    assert rules.column("theme").to_pylist() == ["theme"]
    sides = [(t["side"], t["sign"], t["line_selector"], t["measure"], t["n_terms"]) for t in terms.to_pylist()]
    assert sides == [
        ("stated", 1, "each", "expenditure", 2),
        ("term", 1, "each", "basic_expenditure", 2),
        ("term", -1, "each", "project_expenditure", 2),
    ]


def test_forms_and_measures_make_variants(tmp_path: Path) -> None:
    body = """
  check: equal
  forms: [government_fund, state_capital]
  measures: [revenue, expenditure]
  stated: {line: total}
  terms:
    - {line: every class}
"""
    _, terms = rule_tables(load_rules(write(tmp_path, body)))
    stated = [(t["variant"], t["form"], t["measure"]) for t in terms.to_pylist() if t["side"] == "stated"]
    assert stated == [
        (1, "government_fund", "revenue"),
        (2, "government_fund", "expenditure"),
        (3, "state_capital", "revenue"),
        (4, "state_capital", "expenditure"),
    ]
    assert {t["n_terms"] for t in terms.to_pylist()} == {None}  # lines are summed: how many, the report says


def test_cases_are_variants_and_a_term_may_be_left_out(tmp_path: Path) -> None:
    body = """
  check: one_of
  cases:
    - stated: {form: prose, line: a, measure: final}
      terms: [{form: expenditure, line: total, measure: expenditure}]
    - stated: {form: prose, line: b, measure: final}
      terms:
        - {form: revenue, line: total, measure: revenue}
        - {form: prose, line: c, measure: final, optional: true}
"""
    _, terms = rule_tables(load_rules(write(tmp_path, body)))
    written = [(t["variant"], t["side"], t["line"], t["stated_form"], t["optional"]) for t in terms.to_pylist()]
    assert written == [
        (1, "stated", "a", "prose", False),
        (1, "term", "total", "prose", False),
        (2, "stated", "b", "prose", False),
        (2, "term", "total", "prose", False),
        (2, "term", "c", "prose", True),
    ]


def test_level_by_level_needs_no_terms(tmp_path: Path) -> None:
    _, terms = rule_tables(load_rules(write(tmp_path, "  check: children\n  forms: [revenue, expenditure]\n")))
    assert [(t["form"], t["line_selector"]) for t in terms.to_pylist()] == [
        ("revenue", "children"),
        ("expenditure", "children"),
    ]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("  check: sums\n", "check"),
        ("  check: sum\n", "needs `stated` and `terms`"),
        ("  check: children\n", "needs `forms`"),
        ("  check: sum\n  stated: {form: f, line: total}\n  terms: [{line: '208'}]\n", "has no `form`"),
        ("  check: sum\n  stated: {form: f, line: every class}\n  terms: [{form: f, line: total}]\n", "cannot be"),
        ("  check: sum\n  stated: {form: f, line: each}\n  terms: [{form: f, line: total}]\n", "paired"),
        (
            "  check: equal\n  stated: {form: f, line: a}\n  terms: [{form: f, line: b}, {form: f, line: c}]\n",
            "exactly one term",
        ),
        ("  check: code\n  tolerance: 1\n", "tolerance"),
        ("  check: model\n  stated: {form: f, line: a}\n", "finds its own terms"),
        (
            "  check: one_of\n  stated: {form: f, line: a, measure: m}\n  terms: [{form: f, line: b, measure: m}]\n",
            "is for sentences",
        ),
        (
            "  check: sum\n  stated: {form: f, line: a}\n  cases: [{stated: {form: f, line: a}, terms: []}]\n",
            "either `cases`",
        ),
    ],
)
def test_a_mistake_names_the_file_and_the_rule(tmp_path: Path, body: str, says: str) -> None:
    with pytest.raises(RuleError, match=says) as raised:
        load_rules(write(tmp_path, body))
    assert "theme.yml" in str(raised.value)
    assert "a_rule" in str(raised.value)


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "  check: code\n", name="one.yml")
    write(tmp_path, "  check: code\n", name="two.yml")
    with pytest.raises(RuleError, match=r"two\.yml.*a_rule.*one\.yml"):
        load_rules(tmp_path)


def test_an_unknown_measure_is_named(tmp_path: Path) -> None:
    body = "  check: equal\n  stated: {form: f, line: a, measure: x}\n  terms: [{form: f, line: b, measure: x}]\n"
    with pytest.raises(RuleError, match="unknown measure x"):
        check_vocabulary(load_rules(write(tmp_path, body)), {"f"}, {"revenue"})


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no rule files"):
        load_rules(tmp_path)
