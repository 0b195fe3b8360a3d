"""The choices that filters offer, and the filter that several pages share: place, agency, year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.store import Row
from dashboard.view import View

AGENCIES = 300  # names that a filter suggests; the rest are found by typing


@dataclass
class Where:
    """Conditions with their values, joined by and."""

    conditions: list[str] = field(default_factory=lambda: ["true"])
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.values += values

    def add_if(self, condition: str, value: object) -> None:
        """Add a condition of one value when there is one; every ? is that value."""
        if value is not None:
            self.add(condition, *[value] * condition.count("?"))

    @property
    def sql(self) -> str:
        return " and ".join(self.conditions)


def places(view: View) -> list[Row]:
    """Places that have a report, with their province: division_code, name, province."""
    return view.store.rows(
        """select r.division_code, any_value(r.place_name) as name, any_value(d.province) as province
           from dim_report r left join dim_division d using (division_code)
           where r.division_code is not null group by r.division_code order by r.division_code"""
    )


def years(view: View) -> list[int]:
    """Fiscal years that have a report, newest first."""
    rows = view.store.rows(
        "select distinct fiscal_year y from dim_report where fiscal_year is not null order by y desc"
    )
    return [int(row["y"]) for row in rows]


def agencies(view: View, division_code: str | None) -> list[str]:
    """Names of agencies, of one place when it is chosen."""
    where = Where()
    where.add_if("division_code = ?", division_code)
    sql = f"select distinct name from dim_agency where {where.sql} order by name limit {AGENCIES}"
    return [row["name"] for row in view.store.rows(sql, where.values)]


def agency_types(view: View) -> list[Row]:
    """Kinds of body that have a report: agency_type, zh, en, agencies; the most frequent first."""
    return view.store.rows(
        """select agency_type, any_value(agency_type_zh) as zh, any_value(agency_type_en) as en, count(*) as agencies
           from dim_agency group by agency_type order by agencies desc, agency_type"""
    )


def names(view: View, table: str, key: str, zh: str, en: str) -> dict[str, str]:
    """Code → name in the language of the page, of a small dimension."""
    rows = view.store.rows(f"select {key} as code, {zh} as zh, {en} as en from {table}")
    return {row["code"]: view.named(row["zh"], row["en"]) for row in rows}


def forms(view: View) -> dict[str, str]:
    """Form id → title."""
    return names(view, "dim_form", "form", "title_zh", "title_en")


def measures(view: View) -> dict[str, str]:
    """Measure id → name."""
    return names(view, "dim_measure", "measure", "name_zh", "name_en")


def rules(view: View) -> dict[str, str]:
    """Rule id → name."""
    return names(view, "dim_rule", "rule", "name_zh", "name_en")


def marks(values: Sequence[object]) -> str:
    """?, ?, ? for so many values."""
    return ", ".join("?" * len(values))
