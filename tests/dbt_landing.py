"""A small hand-made landing for the dbt project: reports written as rows of text, loaded as the build loads them."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.landing.schema import TABLES
from pipelines.quality.rules import load_rules, rule_tables
from pipelines.told import EMPTY

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "expectations" / "rules"
PER_UNIT = {"元": Decimal(1), "万元": Decimal(10_000)}

Row = tuple[str | None, str | None, Mapping[str, str]]


def number(printed: str) -> tuple[Decimal, int]:
    """'1,044.94' → (Decimal('1044.94'), 2): the value and its printed decimals."""
    plain = printed.replace(",", "")
    return Decimal(plain), len(plain.partition(".")[2])


@dataclass
class Landing:
    """Rows of the landing tables, as plain dictionaries; what is not given is null."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    told: dict[str, pa.Table] = field(default_factory=dict)

    def report(self, report_id: str, **columns: Any) -> None:
        row = {
            "report_id": report_id,
            "division_code": "430200",
            "place_name": "株洲市",
            "agency_name": "株洲市应急管理局",
            "fiscal_year": 2024,
            "kind": "final_account",
            "scope": "department",
            "file_name": f"{report_id}.pdf",
            "sha256": report_id * 4,
            "unit": "万元",
            "status": "read",
        }
        self.tables["reports"].append(row | columns)

    def form(
        self,
        report_id: str,
        form: str,
        rows: Iterable[Row],
        *,
        table_no: int = 1,
        lane: int = 1,
        first_row: int = 1,
        unit: str | None = "万元",
        page: int | None = 1,
    ) -> None:
        """Rows of (line_code, line_label, {measure: cell}); a blank cell is no figure."""
        for row_no, (code, label, cells) in enumerate(rows, start=first_row):
            for measure, printed in cells.items():
                if printed:
                    self.figure(
                        report_id,
                        form,
                        measure,
                        printed,
                        table_no=table_no,
                        row_no=row_no,
                        lane=lane,
                        line_code=code,
                        line_label=label,
                        unit=unit,
                        page=page,
                    )

    def figure(self, report_id: str, form: str, measure: str, printed: str, **columns: Any) -> None:
        value, decimals = number(printed)
        per_unit = PER_UNIT.get(columns.get("unit") or "")
        figures = self.tables["figures"]
        figures.append(
            {
                "figure_id": f"{report_id}-{form}-{len(figures)}",
                "report_id": report_id,
                "form": form,
                "measure": measure,
                "measure_label": measure,
                "printed": printed,
                "decimals": decimals,
                "value": value,
                "amount_yuan": None if per_unit is None else value * per_unit,
                "origin": "prose" if form == "prose" else "table",
            }
            | columns
        )

    def gold(self, report_id: str, name: str, changed: int | None = None) -> None:
        """The hand-checked forms of `tests/gold/<name>_forms.csv`; number `changed` (from 0) is printed 10 too high."""
        with (ROOT / "tests" / "gold" / f"{name}_forms.csv").open(encoding="utf-8", newline="") as lines:
            cells = list(csv.DictReader(lines))
        row_no, last = 0, None
        for number_of, cell in enumerate(cells):
            address = tuple(cell[name] for name in ("form", "table_no", "lane", "line_code", "line_label"))
            row_no, last = row_no + (address != last), address
            value, decimals = number(cell["value"])
            self.figure(
                report_id,
                cell["form"],
                cell["measure"],
                f"{value + 10:.{decimals}f}" if number_of == changed else cell["value"],
                table_no=int(cell["table_no"]),
                row_no=row_no,
                lane=int(cell["lane"]),
                line_code=cell["line_code"] or None,
                line_label=cell["line_label"] or None,
                unit=cell["unit"],
            )

    def empty_form(self, report_id: str, form: str, statement: str | None = "本表无数据") -> None:
        """A form that was found and holds no number."""
        row = {
            "report_id": report_id,
            "form": form,
            "table_no": 99,
            "figures": 0,
            "rows": 0,
            "empty_statement": statement,
        }
        self.tables["forms"].append(row | {"recognised_by": "title"})

    def sentence(self, report_id: str, row_no: int, label: str, measure: str, printed: str, **columns: Any) -> str:
        """One number of sentence `row_no`; the clause is `measure_label`, a decrease is negative. → its figure_id."""
        where = {"table_no": 0, "lane": 1, "unit": "万元", "page": 24, "measure_label": f"{label}{printed}"}
        self.figure(report_id, "prose", measure, printed, row_no=row_no, line_label=label, **(where | columns))
        return str(self.tables["figures"][-1]["figure_id"])

    def reject(self, report_id: str, **columns: Any) -> None:
        self.tables["rejects"].append({"report_id": report_id, "kind": "cell", "printed": "?", "detail": "?"} | columns)

    def write(self, path: Path, rules: Path = RULES) -> None:
        """Write the schemas `landing` and `rules` of a new warehouse file."""
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema landing; create schema rules")
            for name, schema in TABLES.items():
                rows = [{column: row.get(column) for column in schema.names} for row in self.tables[name]]
                connection.register("incoming", pa.Table.from_pylist(rows, schema=schema))
                connection.execute(f"create table landing.{name} as from incoming")
            for name, table in zip(("rules", "rule_terms"), rule_tables(load_rules(rules)), strict=True):
                connection.register("incoming", table)
                connection.execute(f"create table rules.{name} as from incoming")
            for name, table in {**EMPTY, **self.told}.items():
                connection.register("incoming", table)
                connection.execute(f"create table landing.{name} as from incoming")


def run_dbt(warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt on the project, in a process of its own as the build does: DuckDB keeps a file open per process."""
    folders = {
        "--project-dir": ROOT / "dbt_project",
        "--profiles-dir": ROOT / "dbt_project",
        "--target-path": warehouse.parent / "target",
        "--log-path": warehouse.parent / "logs",
    }
    options = [str(part) for pair in folders.items() for part in pair]
    command = [str(Path(sys.executable).with_name("dbt")), *arguments, *options]
    environment = os.environ | {"JUESUAN_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True)
