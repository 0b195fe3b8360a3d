"""`docs/notebooks/questions.ipynb`: the worked questions as a Jupyter notebook, made from their pages.

Plain JSON of nbformat 4; it needs duckdb and pandas, nothing of this program. Kept without outputs: the answers are in
`docs/questions/`, and running it gives them again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.exports.questions import ANSWER, FIGURE, README, SQL, Question, questions
from pipelines.paths import ROOT

NOTEBOOK = ROOT / "docs" / "notebooks" / "questions.ipynb"
INTRODUCTION = """# 十个问题 · Ten questions

Made by `make docs` from `docs/questions/`; edit the pages there. Run `make warehouse` first, or set
`JUESUAN_WAREHOUSE`.
"""
OPENING = '''import os
from pathlib import Path

import duckdb
import pandas as pd

here = next(folder for folder in [Path.cwd(), *Path.cwd().parents] if (folder / "dbt_project").is_dir())
warehouse = os.environ.get("JUESUAN_WAREHOUSE", str(here / "data" / "warehouse" / "juesuan.duckdb"))
connection = duckdb.connect(warehouse, read_only=True)


def ask(sql: str) -> pd.DataFrame:
    """The rows of a query; money stays decimal (connection.sql(...).df() would make floats of it)."""
    return connection.execute(sql).to_arrow_table().to_pandas(types_mapper=pd.ArrowDtype)'''


def notebook() -> str:
    """The notebook as JSON."""
    cells = [_markdown("introduction", INTRODUCTION), _code("opening", OPENING)]
    for question in questions():
        before, after = _texts(question)
        name = question.path.stem[:2]
        cells += [_markdown(f"question-{name}", before), _code(f"sql-{name}", f'ask("""\n{question.sql}\n""")')]
        cells.append(_markdown(f"caveat-{name}", after))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def code_cells(path: Path = NOTEBOOK) -> list[str]:
    """The code of a notebook, cell by cell."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _texts(question: Question) -> tuple[str, str]:
    """What stands before the SQL, and what stands after it without answer and marks."""
    before, _, after = SQL.sub("\0", question.text).partition("\0")
    figure = f"![figure](../questions/figures/{question.svg.name})\n"
    after = ANSWER.sub(lambda _: figure, after)
    clean = [FIGURE.sub("", README.sub("", text)) for text in (before, after)]
    return f"#{clean[0].strip()}", clean[1].strip()


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(text)}


def _code(name: str, text: str) -> dict[str, Any]:
    source = _lines(text)
    return {"cell_type": "code", "id": name, "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def _lines(text: str) -> list[str]:
    return text.strip().splitlines(keepends=True)
