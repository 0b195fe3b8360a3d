"""The pages made from the data: dictionary, answers of the worked questions, README section, notebook.

`python -m pipelines.exports.docs [WAREHOUSE]` (`make docs`) writes what has changed; tests fail when they are not what
the models and the committed reports say.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.exports.dictionary import PICTURE, dictionary, marts, relations
from pipelines.exports.notebook import NOTEBOOK, notebook
from pipelines.exports.questions import PAGES, SECTION, answered, questions, readme_section
from pipelines.paths import ROOT, WAREHOUSE
from pipelines.warehouse.query import open_readonly

DICTIONARY = ROOT / "docs" / "data-dictionary.md"


def made_from_models() -> dict[Path, str]:
    """Pages that need no warehouse."""
    picture = DICTIONARY.with_name(PICTURE)
    return {DICTIONARY: dictionary(), picture: relations(marts()), NOTEBOOK: notebook()}


def made_from_data(warehouse: Path) -> dict[Path, str]:
    """Pages that hold answers: the questions, their figures, the README section."""
    pages: dict[Path, str] = {}
    with open_readonly(warehouse) as opened:
        for question in questions():
            pages[question.path], pages[question.svg] = answered(question, opened)
        pages[PAGES / SECTION] = readme_section(opened)
    return pages


def write(pages: dict[Path, str]) -> list[Path]:
    """Write what differs; → what was written."""
    changed = [path for path, text in pages.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], "utf-8", newline="\n")
    return changed


def _main(warehouse: Path) -> None:
    changed = write(made_from_data(warehouse) | made_from_models())
    for path in changed:
        print(path.relative_to(ROOT))
    print(f"{len(changed)} pages changed" if changed else "the pages are what the data say")


if __name__ == "__main__":
    _main(Path(sys.argv[1]) if len(sys.argv) > 1 else WAREHOUSE)
