"""The resolution of printed codes and names as dbt runs it, over lines given as rows: the same SQL, without a build."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import duckdb
import jinja2

from pipelines.paths import ROOT
from pipelines.reference.seeds import SEEDS

PROJECT = ROOT / "dbt_project"
VARIABLES = {
    "first_fiscal_year": 2017,
    "last_fiscal_year": 2026,
    "similar_name_threshold": 0.9,
    "spoilt_name_threshold": 0.75,
}
PRINTED = """
create or replace table int_printed_codes as
select
    i::varchar as printed_line_id, '{family}' as system, fiscal_year, {{{{ code_digits('line_code') }}}} as code,
    {{{{ plain_name('line_label') }}}} as name, line_label, null::varchar as wanted_level, []::varchar[] as path_steps,
    code[:-3] as place, null::varchar as ordinal
from printed
"""
YEARS = {"valid_from": "integer", "valid_to": "integer"}
Row = tuple[str | None, str, int]  # code, label, fiscal year


@cache
def code_lists() -> duckdb.DuckDBPyConnection:
    """The seeds and the two models that spread them over the years."""
    connection = duckdb.connect()
    seeds = {
        "function_codes": YEARS,
        "economic_codes": YEARS,
        "summary_classes": YEARS,
        "economic_crosswalk": {"is_main": "boolean"},
        "name_variants": {},
    }
    for name, types in seeds.items():
        casts = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())
        replaced = f"replace ({casts})" if casts else ""
        source = f"read_csv('{SEEDS / name}.csv', header = true, all_varchar = true)"
        connection.execute(f"create table {name} as select * {replaced} from {source}")
    for model in ("int_code_list", "int_code_years"):
        text = (PROJECT / "models" / "intermediate" / f"{model}.sql").read_text("utf-8")
        connection.execute(f"create table {model} as {_render(text)}")
    return connection


def resolve(rows: Iterable[Row], family: str = "function") -> list[tuple[str, str | None, bool]]:
    """(step, code, name_mismatch) of each printed line, in order."""
    connection = code_lists()
    system = "function" if family == "function" else "economic_departmental"
    connection.execute(
        "create or replace table printed (i integer, line_code varchar, line_label varchar, fiscal_year int)"
    )
    connection.executemany("insert into printed values (?, ?, ?, ?)", [(i, *row) for i, row in enumerate(rows)])
    connection.execute(_render(PRINTED.format(family=system)))
    found = connection.execute(
        f"select step, code, name_mismatch from ({_render(_call(family))}) order by printed_line_id::integer"
    )
    return found.fetchall()


def _call(family: str) -> str:
    return "{{ resolve_codes(ref('int_printed_codes'), '" + family + "') }}"


def _render(text: str) -> str:
    macros = "".join((PROJECT / "macros" / f"{name}.sql").read_text("utf-8") for name in ("text", "resolve_codes"))
    template = jinja2.Environment(autoescape=False).from_string(macros + text)
    return template.render(ref=lambda name: name, var=VARIABLES.__getitem__)
