"""The worked questions in `docs/questions/`: a person writes question, SQL and caveat; this fills in the answer.

A page has one ```sql block and one answer between `<!-- answer -->` and `<!-- /answer -->`: a table and, as the line
`<!-- figure: … -->` says, an SVG beside it. `<!-- readme: N -->` puts the page into readme-section.md with N rows.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.cli_output import as_text
from pipelines.exports.charts import Point, bars
from pipelines.paths import ROOT
from pipelines.warehouse.query import Warehouse

PAGES = ROOT / "docs" / "questions"
SECTION = "readme-section.md"
SQL = re.compile(r"```sql\n(.*?)\n```", re.DOTALL)
ANSWER = re.compile(r"(<!-- answer -->\n).*?(<!-- /answer -->)", re.DOTALL)
FIGURE = re.compile(r"<!-- figure: (.*?) -->")
README = re.compile(r"<!-- readme: (\d+) -->")
TEN_THOUSAND = Decimal(10_000)


class QuestionError(ValueError):
    """A page is not written as the module says."""


@dataclass(frozen=True, slots=True)
class Question:
    """One page. `figure` holds the words of its figure line: `label` and `value` name columns (several with commas),
    `series` another, or `names` says what the values are called; `title`.
    """

    path: Path
    text: str
    title: str
    sql: str
    figure: dict[str, str]
    readme_rows: int | None

    @property
    def svg(self) -> Path:
        """Where its figure stands."""
        return self.path.parent / "figures" / f"{self.path.stem}.svg"


def questions(folder: Path = PAGES) -> tuple[Question, ...]:
    """The pages `01-….md` to `10-….md` in their order. Raises QuestionError."""
    return tuple(_question(path) for path in sorted(folder.glob("[0-9][0-9]-*.md")))


def _question(path: Path) -> Question:
    text = path.read_text("utf-8")
    sql, figure, shown = SQL.search(text), FIGURE.search(text), README.search(text)
    if not sql or not figure or not ANSWER.search(text) or not text.startswith("# "):
        raise QuestionError(f"{path}: needs a title, one sql block, a figure line and an answer")
    words = dict(word.partition("=")[::2] for word in shlex.split(figure.group(1)))
    title = text.splitlines()[0].removeprefix("# ")
    return Question(path, text, title, sql.group(1), words, int(shown.group(1)) if shown else None)


def answered(question: Question, warehouse: Warehouse) -> tuple[str, str]:
    """The page with its answer, and its SVG, from the rows that the warehouse gives. Raises QueryError."""
    rows = warehouse.query(question.sql)
    picture = f"![{question.title}](figures/{question.svg.name})"
    answer = f"{markdown_table(rows)}\n\n{picture}\n"
    return ANSWER.sub(lambda found: f"{found[1]}{answer}{found[2]}", question.text), _figure(question, rows)


def readme_section(warehouse: Warehouse, folder: Path = PAGES) -> str:
    """The questions that are marked for the README: question, SQL, the first rows of the answer."""
    parts = ["<!-- Made by `make docs` from the worked questions in docs/questions; edit them there. -->"]
    for question in questions(folder):
        if question.readme_rows is None:
            continue
        rows = warehouse.query(question.sql)
        table = markdown_table(rows.slice(0, question.readme_rows))
        left = rows.num_rows - question.readme_rows
        more = f"… {left} more rows, a figure and the caveat" if left > 0 else "a figure and the caveat"
        link = f"[{more}](docs/questions/{question.path.name})"
        parts += [f"### {question.title}", f"```sql\n{question.sql}\n```", table, link]
    return "\n\n".join(parts) + "\n"


def markdown_table(rows: pa.Table) -> str:
    """Rows as a Markdown table: numbers on the right, with thousands separators; a null is an empty cell."""
    columns = [column.to_pylist() for column in rows.columns]
    kinds = [pa.types.is_decimal(f.type) or pa.types.is_integer(f.type) for f in rows.schema]
    lines = [
        "| " + " | ".join(rows.column_names) + " |",
        "|" + "|".join("---:" if kind else "---" for kind in kinds) + "|",
    ]
    for row in zip(*columns, strict=True):
        lines.append("| " + " | ".join(as_text(value).replace("|", "\\|") for value in row) + " |")
    return "\n".join(lines)


def _figure(question: Question, rows: pa.Table) -> str:
    words, made = question.figure, []
    values = words["value"].split(",")
    names = dict(zip(values, words.get("names", words["value"]).split(","), strict=True))
    for row in rows.to_pylist():
        for value in values:
            series = _label(row, words["series"]) if "series" in words else names[value]
            made.append(Point(_label(row, words["label"]), series, _scaled(row[value], value)))
    return bars(made, words.get("title", question.title))


def _label(row: dict[str, Any], names: str) -> str:
    return " ".join(str(row[name]) for name in names.split(",") if row[name] is not None)


def _scaled(value: Any, name: str) -> Decimal | None:
    """Money is drawn in 万元."""
    if value is None:
        return None
    return Decimal(value) / TEN_THOUSAND if name.endswith("_yuan") else Decimal(value)
