"""The definitions speak the closed vocabularies of the seeds, and only those."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipelines.forms.definition import FOLDER, DefinitionError, FormDefinition, load_definitions
from pipelines.forms.economic_columns import economic_measure

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
REFUSED = {"budget_other", "government_account"}  # recognised and not read


def column(file: str, name: str) -> set[str]:
    with (SEEDS / file).open(encoding="utf-8", newline="") as f:
        return {row[name] for row in csv.DictReader(f)}


def measures(definition: FormDefinition) -> set[str]:
    found = {rule.measure for rule in definition.columns}
    if definition.facets is not None:
        stages = [stage for stage, _ in definition.facets.stage]
        found |= {f"{item}_{stage}" for item, _ in definition.facets.item for stage in stages}
        if definition.row_items:
            found |= {"statistic", *(f"statistic_{stage}" for stage in stages if stage != "final")}
    return found


@pytest.mark.parametrize("definition", load_definitions(), ids=lambda d: f"{d.kind} {d.form}")
def test_forms_measures_and_reasons_are_in_the_seeds(definition: FormDefinition) -> None:
    assert measures(definition) <= column("measures.csv", "measure")
    if definition.reject is None:
        assert definition.form in column("forms.csv", "form")
    else:
        assert definition.form in REFUSED
        assert definition.reject in column("reject_reasons.csv", "reason")


@pytest.mark.parametrize("definition", load_definitions(), ids=lambda d: f"{d.kind} {d.form}")
def test_a_budget_has_only_budget_measures(definition: FormDefinition) -> None:
    if definition.kind == "budget":
        assert all(m.endswith(("_budget", "_initial")) for m in measures(definition) - {"statistic"})


def test_what_the_code_writes_is_in_the_seeds() -> None:
    reasons, kinds = column("reject_reasons.csv", "reason"), column("alteration_kinds.csv", "kind")
    assert {"no_form_claims_it", "row_does_not_fit", "not_a_number", "no_measure", "ambiguous_header"} <= reasons
    assert {"moved_cells", "moved_label", "joined_row", "joined_number", "unit_from_other_forms"} <= kinds
    assert "code_from_above" in kinds


def test_every_economic_column_has_its_measure() -> None:
    assert economic_measure(["工资福利支出", "小计"]) == "economic_301"
    assert economic_measure(["商品和服务支出", "办公费"]) == "economic_30201"
    assert economic_measure(["工资福利支出", "办公费"]) is None  # an item of another class
    assert economic_measure(["办公费"]) is None
    codes = {m.removeprefix("economic_") for m in column("measures.csv", "measure") if m.startswith("economic_")}
    with (SEEDS / "economic_codes.csv").open(encoding="utf-8", newline="") as f:
        assert codes == {row["code"] for row in csv.DictReader(f) if row["system"] == "departmental"}


def test_a_broken_definition_names_its_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("form: x\nline_key: none\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"bad\.yml.*titles"):
        load_definitions(tmp_path)
    assert (FOLDER / "README.md").exists()
