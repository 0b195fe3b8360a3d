"""The real seeds are sound, and each kind of fault is caught and named."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines.reference.check import check_seeds
from pipelines.reference.seeds import SEEDS, function_codes, rows

FILES = [
    "function_codes",
    "economic_codes",
    "economic_correspondence",
    "economic_crosswalk",
    "division_codes",
    "agency_types",
    "name_variants",
    "summary_classes",
    "cofog_map",
    "gfsm_map",
]


def test_the_real_seeds_are_sound() -> None:
    assert check_seeds() == []


def test_completeness() -> None:
    """Floors that a lost file or a bad import would fall through."""
    table = function_codes()
    assert len({r.code for r in table if r.level == "item" and r.budget_kind == "general_public"}) >= 800
    assert all(r.name_en for r in table if r.level != "item")
    english = [r.name_en for r in table if r.name_en]
    assert len(english) >= 1_900  # an imported list may add 项 that have none yet
    assert [name for name in english if not re.match(r"[A-Z]", name) or re.search(r"[一-鿿]|\s$", name)] == []
    assert {r.code for r in table if r.level == "class"} >= {str(c) for c in range(201, 225) if c != 218}
    assert sum(1 for r in rows("division_codes") if not r["valid_to"]) > 3_100
    mapped = {r["code"] for r in rows("cofog_map")}
    assert {r.code for r in table if r.level != "item"} <= mapped
    assert {r["code"] for r in rows("economic_codes")} <= {r["code"] for r in rows("gfsm_map")}


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("function_codes", "20199,甲,,section,299,general_public,2018,,,unconfirmed,", "parent '299'"),
        (
            "function_codes",
            "20198,甲,,section,201,general_public,2018,,,unconfirmed,\n"
            "20198,甲,,section,201,general_public,2018,,,unconfirmed,",
            "20198 甲 (2018–now): duplicate of",
        ),
        (
            "function_codes",
            "20198,甲,,section,201,general_public,2018,2021,,unconfirmed,\n"
            "20198,乙,,section,201,general_public,2020,,,unconfirmed,",
            "20198 乙 (2020–now): overlaps with",
        ),
        (
            "function_codes",
            "29801,甲,,section,298,general_public,2018,,,unconfirmed,",
            "29801 甲 (2018–now): parent 298 is missing",
        ),
        (
            "function_codes",
            "2019801,甲,,section,201,general_public,2018,,,unconfirmed,",
            "2019801 甲 (2018–now): level",
        ),
        ("function_codes", "20198,甲,,section,201,general,2018,,,unconfirmed,", "unknown budget_kind 'general'"),
        ("function_codes", "20198,甲,,section,201,general_public,2018,,,observed,", "names no source"),
        (
            "function_codes",
            "20198,甲,,section,201,general_public,2018,2019,88888,unconfirmed,",
            "successor 88888 is missing",
        ),
        (
            "function_codes",
            "20197,甲,,section,201,general_public,2018,2019,20198,unconfirmed,\n"
            "20198,乙,,section,201,general_public,2018,2019,20197,unconfirmed,",
            "successor cycle 20197 → 20198 → 20197",
        ),
        ("function_codes", "20198,甲,,section,201,general_public,2020,2018,,unconfirmed,", "ends before it begins"),
        (
            "division_codes",
            "990100,甲市,甲,prefecture,administrative,990101,2018,,x\n990101,乙区,乙,county,administrative,990100,2018,,x",
            "parent cycle 990100 → 990101 → 990100",
        ),
        (
            "division_codes",
            "990100,甲市,甲,prefecture,administrative,990000,2018,,x",
            "990100 甲市 (2018–now): parent 990000 is missing",
        ),
        ("economic_codes", "50198,甲,,departmental,item,301,2018,,unconfirmed,", "50198 甲 (2018–now): parent '301'"),
        ("economic_correspondence", "50101,99999,x", "departmental_code 99999 is no known code"),
        ("name_variants", "function,9999999,甲,乙,,", "code 9999999 is no known code"),
        ("agency_types", "bad,甲,x,(,1", "bad: pattern '('"),
        ("summary_classes", "二十一,227,2024,,unconfirmed,", "二十一 stands twice in 2024"),
        ("summary_classes", "三十,298,2024,,unconfirmed,", "class_code 298 is no known code"),
        ("cofog_map", "201,01.1,x,", "201 is mapped 2 times"),
        ("agency_types", "x,甲,X,(?<!甲乙)丙,200", "only one excluded character"),
        ("agency_types", "x,甲,X,甲(?!乙),200", "only one excluded character"),
    ],
)
def test_each_fault_names_its_row(tmp_path: Path, file: str, line: str, message: str) -> None:
    for name in FILES:
        shutil.copy(SEEDS / f"{name}.csv", tmp_path)
    path = tmp_path / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    found = check_seeds(tmp_path)
    assert any(message in m and m.startswith(f"{file}.csv") for m in found), found


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="function_codes"):
        check_seeds(tmp_path)
