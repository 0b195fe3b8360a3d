"""The Fiscal Data Package of data/raw: judged by frictionless without a network, and against the marts."""

from __future__ import annotations

import csv
import json
import socket
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.exports.export import export

pytestmark = pytest.mark.slow  # builds data/raw once
frictionless = pytest.importorskip("frictionless")


@pytest.fixture(scope="module")
def package(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported folder."""
    return export("fiscal", demo, tmp_path_factory.mktemp("fiscal") / "out").folder


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be looked up."""

    def refuse(*_: object) -> None:
        raise AssertionError("the validator asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def _validate(folder: Path) -> list[str]:
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert len(report.tasks) == 4
    return [error[0] for error in report.flatten(["type"])]


def test_frictionless_accepts_it(package: Path) -> None:
    assert _validate(package) == []


def test_frictionless_would_see_a_changed_cell(package: Path, tmp_path: Path) -> None:
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    spending = tmp_path / "spending.csv"
    spending.write_text(spending.read_text("utf-8").replace("951900.00", "九十五万", 1), "utf-8")
    assert "type-error" in _validate(tmp_path) and "hash-count" in _validate(tmp_path)


def test_it_says_what_the_marts_say(package: Path, demo: Path) -> None:
    with (package / "spending.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with duckdb.connect(str(demo), read_only=True) as connection:
        [(total, count)] = connection.execute("select sum(amount_yuan), count(*) from spending").fetchall()
    assert (sum(Decimal(row["amount_yuan"]) for row in rows), len(rows)) == (total, count)
    # 株洲市应急管理局 2024, 公开03表: 2240106 安全监管 127.16 万元
    [line] = [row for row in rows if row["place"] == "株洲市" and row["item_code"] == "2240106"]
    assert (line["amount_yuan"], line["year"], line["currency"]) == ("1271600.00", "2024", "CNY")


def test_one_value_a_resource_and_no_float(package: Path) -> None:
    said = json.loads((package / "datapackage.json").read_text("utf-8"))
    for resource in said["resources"]:
        fields = resource["schema"]["fields"]
        values = [field["name"] for field in fields if field.get("columnType") == "value"]
        assert values == (["amount_yuan"] if resource["name"] in ("spending", said["resources"][1]["name"]) else [])
        assert all(field["type"] == "number" for field in fields if field["name"].endswith("_yuan"))
        assert all(field["type"] == "string" for field in fields if field["name"].endswith("_code"))
    assert len(said["sources"]) == 4 and "licenses" not in said
