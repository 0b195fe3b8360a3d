"""What the steps of `landed_reports` hand to each other: small JSON files in the landing folder, which all share."""

import json
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.assets.build import Folders

FOLDER, PLAN = ".parts", "plan.json"
Parts = list[list[dict[str, Any]]]  # parts of entries, as JSON says them


class PartFiles(dg.ConfigurableIOManager):
    """`<landing>/.parts/<run>/<step>/<output>.json`; written beside and renamed, so that none is read half-written."""

    folders: dg.ResourceDependency[Folders]

    def _path(self, context: dg.OutputContext) -> Path:
        return self.folders.landing.joinpath(FOLDER, *context.get_identifier()).with_suffix(".json")

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        path = self._path(context)
        _write_beside(path, obj).replace(path)

    def load_input(self, context: dg.InputContext) -> Any:
        assert context.upstream_output is not None
        return json.loads(self._path(context.upstream_output).read_text("utf-8"))


def _write_beside(path: Path, said: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    beside.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return beside


def agreed(folders: Folders, run_id: str, parts: Parts) -> Parts:
    """The parts of this run: `parts`, or those that the step has cut before.

    Celery may run a step twice (its worker was slow or lost). What waits is then less than before, and parts that are
    being read must not change under their readers.
    """
    path = folders.landing / FOLDER / run_id / PLAN
    beside = _write_beside(path, parts)
    with suppress(FileExistsError):
        path.hardlink_to(beside)
    beside.unlink()
    return list(json.loads(path.read_text("utf-8")))


def forget_parts(folders: Folders, run_id: str) -> None:
    """Remove what the steps of a run have handed on, and what runs that failed have left a week ago."""
    shutil.rmtree(folders.landing / FOLDER / run_id, ignore_errors=True)
    for left in (folders.landing / FOLDER).glob("*"):
        if time.time() - left.stat().st_mtime > 7 * 86400:
            shutil.rmtree(left, ignore_errors=True)
    with suppress(OSError):  # another run's are there
        (folders.landing / FOLDER).rmdir()
