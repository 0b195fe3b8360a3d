"""A broken reference row fails `dbt build`, and the message names the row: one run over a copy of the project.

That the real seeds pass the same tests is shown by every build of the warehouse (tests/test_dbt_project.py).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
BROKEN = {
    "function_codes": [
        "2989801,无父,,item,29898,general_public,2018,,,unconfirmed,",
        "2010198,重复,,item,20101,general_public,2018,,,unconfirmed,",
        "2010198,重复,,item,20101,general_public,2018,,,unconfirmed,",
        "2010197,甲名,,item,20101,general_public,2018,2021,,unconfirmed,",
        "2010197,乙名,,item,20101,general_public,2021,,,unconfirmed,",
        "2010196,倒置,,item,20101,general_public,2020,2019,,unconfirmed,",
        "2010195,去向不明,,item,20101,general_public,2018,2019,2989999,unconfirmed,",
        "2010194,未终止,,item,20101,general_public,2018,,2010101,unconfirmed,",
        "2010193,绕回一,,item,20101,general_public,2018,2019,2010192,unconfirmed,",
        "20191,错级,,item,201,general_public,2018,,,unconfirmed,",
        "2010191,无出处,,item,20101,general_public,2018,,,observed,",
        "2010192,绕回二,,item,20101,general_public,2018,2019,2010193,unconfirmed,",
    ],
    "division_codes": [
        "990001,无省县,无省,county,administrative,990000,2000,,test",
        "430299,倒挂,倒挂,prefecture,administrative,430202,2000,,test",
    ],
    "gfsm_map": ["39898,22,Use of goods and services,test"],
    "cofog_map": ["201,01,General public services,test"],
    "name_variants": ["function,2989898,异名,规范名,,test"],
}
EXPECTED = {
    "assert_code_parents_exist": [
        "function_codes.csv: 2989801 无父 (2018–now): parent 29898 is missing",
        "division_codes.csv: 990001 无省县 (2000–now): parent 990000 is missing",
        "division_codes.csv: 430299 倒挂 (2000–now): parent 430202 is of no higher level",
    ],
    "assert_code_validity_does_not_overlap": [
        "function_codes.csv: 2010198 重复 (2018–now) is a duplicate of",
        "function_codes.csv: 2010197 乙名 (2021–now) overlaps with function_codes.csv: 2010197 甲名 (2018–2021)",
        "function_codes.csv: 2010196 倒置 (2020–2019) ends before it begins",
    ],
    "assert_code_successors_exist": [
        "function_codes.csv: 2010195 去向不明 (2018–2019): successor 2989999 is missing",
        "function_codes.csv: 2010194 未终止 (2018–now): has successor 2010101 but no end",
    ],
    "assert_code_successors_make_no_circle": ["2010192 → 2010193 → 2010192"],
    "assert_code_rows_say_what_they_are": [
        "function_codes.csv: 20191 错级 (2018–now): level item does not fit the length of the code",
        "function_codes.csv: 2010191 无出处 (2018–now): is observed but names no source",
    ],
    "assert_code_maps_name_known_codes": [
        "gfsm_map.csv: code 39898 is not in economic_codes.csv",
        "name_variants.csv: code 2989898 is not in function_codes.csv",
        "cofog_map.csv: 201 stands 2 times",
    ],
}


def dbt_build(project: Path, target: Path) -> tuple[int, dict[str, tuple[str, str]]]:
    """`dbt build` of the seeds and their tests: the exit code, and (status, message) of every test by its name."""
    environment = os.environ | {"JUESUAN_WAREHOUSE": str(target / "w.duckdb"), "DO_NOT_TRACK": "1"}
    what = ["build", "--select", "resource_type:seed", "path:tests/reference", "--indirect-selection", "empty"]
    where = ["--project-dir", str(project), "--profiles-dir", str(project)]
    where += ["--target-path", str(target), "--log-path", str(target)]
    done = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *what, *where],
        env=environment,
        capture_output=True,
        text=True,
    )
    results = target / "run_results.json"
    assert results.is_file(), done.stdout + done.stderr
    found = json.loads(results.read_text("utf-8"))["results"]
    nodes = {r["unique_id"].split(".")[2]: (r["status"], r["message"] or "") for r in found}
    return done.returncode, nodes


@pytest.fixture(scope="module")
def broken_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, tuple[str, str]]]:
    """The project with all broken rows at once; each test sees its own."""
    folder = tmp_path_factory.mktemp("broken")
    shutil.copytree(PROJECT, folder / "project", ignore=shutil.ignore_patterns("target", "logs"))
    for name, lines in BROKEN.items():
        with (folder / "project" / "seeds" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return dbt_build(folder / "project", folder / "target")


@pytest.mark.slow
@pytest.mark.parametrize("test", EXPECTED)
def test_the_message_names_the_row(test: str, broken_build: tuple[int, dict[str, tuple[str, str]]]) -> None:
    code, nodes = broken_build
    status, message = nodes[test]
    assert code != 0 and status in ("error", "fail")
    for row in EXPECTED[test]:
        assert row in message
