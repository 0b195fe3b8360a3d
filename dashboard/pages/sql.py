"""SQL: an editor over the locked warehouse. The query is in the URL; results as table, chart and file."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from starlette.responses import PlainTextResponse, Response

from dashboard.downloads import FORMATS, write
from dashboard.show import cell
from dashboard.view import View
from pipelines.exports import dictionary
from pipelines.warehouse.query import QueryError

LONGEST_QUERY = 20_000
BARS = 40
EVERY = "*"  # all other columns together label a bar
EXAMPLES = Path(__file__).parents[1] / "text" / "examples.yml"
COLUMNS = """
select c.table_name, c.column_name, c.data_type, c.comment, t.comment as about, t.estimated_size as n
from duckdb_columns() c join duckdb_tables() t using (schema_name, table_name)
where c.schema_name = 'main' and not c.internal order by c.table_name, c.column_index
"""


def page(view: View) -> Response:
    """The page /sql. A query that a page elsewhere links to is shown, and run when the reader says so."""
    asked = view.get("q", LONGEST_QUERY)
    foreign = view.request.headers.get("sec-fetch-site") == "cross-site"
    values: dict[str, Any] = {"table": None, "error": None, "seconds": None, "more": False, "chart": None}
    if asked and not foreign:
        values |= answer(view, asked)
    return view.render(
        "sql.html",
        asked=asked or "",
        waiting=bool(asked and foreign),
        examples=examples(),
        schema=schema(view),
        dbt_docs=view.settings.dbt_docs is not None and (view.settings.dbt_docs / "index.html").is_file(),
        formats=tuple(FORMATS),
        limit=view.settings.query_rows,
        timeout=view.settings.query_timeout_s,
        download_rows=view.settings.download_rows,
        **values,
    )


def relations(view: View) -> Response:
    """How the tables hang together, as a picture."""
    return Response(dictionary.relations(dictionary.marts()), media_type="image/svg+xml")


def answer(view: View, asked: str) -> dict[str, Any]:
    """Runs the query: its first rows, or what to tell the person who typed it."""
    limit, started = view.settings.query_rows, time.monotonic()
    try:
        table = view.queries.run(asked, limit + 1)
    except QueryError as error:
        return {"error": without_noise(str(error))}
    shown = table.slice(0, limit)
    return {
        "table": {
            "columns": [{"name": f.name, "number": is_number(f.type)} for f in table.schema],
            "rows": list(zip(*(column.to_pylist() for column in shown.columns), strict=True)),
        },
        "seconds": time.monotonic() - started,
        "more": table.num_rows > limit,
        "chart": chart(view, shown),
    }


def without_noise(message: str) -> str:
    """DuckDB's message without the address of the C++ line or the class of the error."""
    return re.sub(r"^\w+ ?Error: ", "", message).strip()


def is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def chart(view: View, table: pa.Table) -> dict[str, Any] | None:
    """Bars of one number by one label, columns by the URL (x, y) or the first that fit; None when nothing fits."""
    numbers = [f.name for f in table.schema if is_number(f.type)]
    names = [f.name for f in table.schema]
    if not numbers or len(names) < 2 or not table.num_rows or len(set(names)) < len(names):
        return None
    y = view.choice("y", numbers, numbers[-1])
    labels = [*(name for name in names if name != y), EVERY]
    first = next((name for name in labels if name not in numbers), labels[0])
    unique = first != EVERY and len(set(table.column(first).to_pylist())) == table.num_rows
    x = view.choice("x", labels, first if unique else EVERY)
    shown = [table.column(name).to_pylist() for name in (labels[:-1] if x == EVERY else [x])]
    pairs = [
        (" · ".join(cell(part) for part in parts), value)
        for parts, value in zip(zip(*shown, strict=True), table.column(y).to_pylist(), strict=True)
        if value is not None
    ]
    longest = max((abs(float(value)) for _, value in pairs[:BARS]), default=0) or 1
    bars = [
        {"label": label, "value": Decimal(str(value)), "percent": round(abs(float(value)) / longest * 100, 2)}
        for label, value in pairs[:BARS]
        if float(value) == float(value)
    ]
    return {"x": x, "y": y, "labels": labels, "numbers": numbers, "bars": bars, "left_out": max(0, len(pairs) - BARS)}


@cache
def examples() -> list[dict[str, str]]:
    """Questions with their SQL, from text/examples.yml."""
    found: list[dict[str, str]] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    return found


def schema(view: View) -> list[dict[str, Any]]:
    """Tables of `main` with their columns and what dbt says of them."""
    tables: dict[str, dict[str, Any]] = {}
    for row in view.store.rows(COLUMNS):
        table = tables.setdefault(
            row["table_name"],
            {"name": row["table_name"], "about": in_language(view, row["about"]), "rows": row["n"], "columns": []},
        )
        table["columns"].append(
            {"name": row["column_name"], "type": row["data_type"].lower(), "about": in_language(view, row["comment"])}
        )
    first = ("spending", "figures", "dim_report", "findings")
    return sorted(tables.values(), key=lambda t: (first.index(t["name"]) if t["name"] in first else 9, t["name"]))


def in_language(view: View, comment: str | None) -> str:
    """dbt's descriptions are "English / 中文": the half that the page speaks, the whole when there is one half."""
    english, slash, chinese = (comment or "").rpartition(" / ")
    if not slash:
        return comment or ""
    return english if view.language == "en" else chinese


def download(view: View) -> Response:
    """The whole result (up to a limit) as a file."""
    asked, kind = view.get("q", LONGEST_QUERY), view.get("as")
    if not asked or kind not in FORMATS:
        return PlainTextResponse("q and as (csv, xlsx, parquet) are needed.", 400)
    if view.request.headers.get("sec-fetch-site") == "cross-site":
        return PlainTextResponse("Open the query first, then download.", 403)
    try:
        table = view.queries.run(asked, view.settings.download_rows)
        body = write(table, kind, asked)
    except QueryError as error:
        return PlainTextResponse(without_noise(str(error)), 400)
    except (ValueError, pa.ArrowException) as error:
        return PlainTextResponse(f"This result cannot be written as {kind}: {error}", 400)
    headers = {"content-disposition": f'attachment; filename="juesuan-query.{kind}"', "cache-control": "no-store"}
    return Response(body, media_type=FORMATS[kind], headers=headers)
