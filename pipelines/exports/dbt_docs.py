"""`make dbt-docs`: dbt's own documentation of the project as one file that opens with no network.

`python -m pipelines.exports.dbt_docs [WAREHOUSE]` reads types and sizes from a copy of the built warehouse, for dbt
opens a file for writing and the published one is never written. dbt's page holds a tracker (off unless somebody turns
it on) that would load a script from elsewhere: it is cut out, and a page that names anything else to load is refused.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.paths import WAREHOUSE
from pipelines.processes import child_environment
from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.transform import DBT_PROJECT

PAGE = "index.html"
CUTS = [
    (re.compile(r'(\.src=)"//[^"]*/sp\.js"'), r'\1""'),  # the tracker
    # two slips of dbt's page, each a request for a file that is not there: an icon's address before it is filled in,
    # and the name of the page's own icon
    (re.compile(r'\bxlink:href="\{\{ getIcon'), 'ng-href="{{ getIcon'),
    (re.compile(r"""\$\{require\('[^']*favicon\.ico'\)\}"""), "data:,"),
]
# What a browser would load by itself: attributes, stylesheets, and addresses that scripts give to an element.
REMOTE = re.compile(
    r"""(?:<(?:script|img|iframe|source)\b[^>]*\bsrc=|<link\b[^>]*\bhref=|url\(\s*|@import\s+(?:url\(\s*)?|\.src\s*=\s*)
    ["']?(?:https?:)?//[^"'\s>)]+""",
    re.IGNORECASE | re.VERBOSE,
)


def dbt_docs_beside(warehouse: Path) -> Path:
    """Where the page goes: juesuan.duckdb → the folder juesuan.dbt_docs beside it."""
    return warehouse.with_name(f"{warehouse.stem}.dbt_docs")


def make_dbt_docs(warehouse: Path, folder: Path | None = None, *, project: Path = DBT_PROJECT) -> Path:
    """Write the page into `folder` (default: beside the warehouse), replacing an earlier one, and return its path.

    Raises WarehouseError when there is no such warehouse, when dbt fails, or when the page would ask the network.
    """
    if not warehouse.is_file():
        raise WarehouseError(f"{warehouse} is not there yet: `make warehouse` builds it")
    folder = folder or dbt_docs_beside(warehouse)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as scratch:
        target = Path(scratch) / "target"
        copy = Path(scratch) / warehouse.name  # under its own name: it is the name of the database in the page
        shutil.copyfile(warehouse, copy)
        _generate(copy, target, project)
        page = (target / "static_index.html").read_text("utf-8")
        for place, name in ((target, "target"), (project.resolve(), project.name)):  # no folders of this machine
            page = page.replace(json.dumps(str(place))[1:-1], name)
        made = Path(scratch) / PAGE
        made.write_text(offline(page), "utf-8", newline="\n")
        return made.replace(folder / PAGE)


def offline(page: str) -> str:
    """The page without its tracker. Raises WarehouseError when it would still load something from elsewhere."""
    for pattern, replacement in CUTS:
        page = pattern.sub(replacement, page)
    if left := REMOTE.search(page):
        raise WarehouseError(f"dbt's page would ask the network: {left.group()} — see pipelines/exports/dbt_docs.py")
    return page


def _generate(warehouse: Path, target: Path, project: Path) -> None:
    where: list[str | Path] = ["--project-dir", project, "--profiles-dir", project]
    where += ["--target-path", target, "--log-path", target]
    quiet = ["--quiet", "--no-use-colors", "--log-level-file", "none"]
    # tests are listed with what they test; compiling each of them is half of the time
    untested = ["--exclude", "resource_type:test", "resource_type:unit_test"]
    dbt = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "docs", "generate", "--static"]
    done = subprocess.run(
        [*dbt, *quiet, *where, *untested],
        env=child_environment(JUESUAN_WAREHOUSE=str(warehouse.resolve()), DO_NOT_TRACK="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join((done.stdout + done.stderr).split())
        raise WarehouseError(f"dbt docs: {said[-800:]}")


def _main(warehouse: Path) -> int:
    try:
        print(make_dbt_docs(warehouse))
    except WarehouseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]) if len(sys.argv) > 1 else WAREHOUSE))
