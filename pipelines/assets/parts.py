"""What the steps of `landed_reports` hand to each other: small JSON files in the landing folder, which all share."""

import json
from contextlib import suppress
from typing import Any

import dagster as dg

from pipelines.assets.build import Folders
from pipelines.storage import folder_at

FOLDER, PLAN = ".parts", "plan.json"
Parts = list[list[dict[str, Any]]]  # parts of entries, as JSON says them


class PartFiles(dg.ConfigurableIOManager):
    """`<landing>/.parts/<run>/<step>/<output>.json`, each written in one step, so that none is read half-written."""

    folders: dg.ResourceDependency[Folders]

    def _path(self, context: dg.OutputContext) -> str:
        return "/".join([FOLDER, *context.get_identifier()]) + ".json"

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        folder_at(self.folders.landing).write(self._path(context), _json(obj))

    def load_input(self, context: dg.InputContext) -> Any:
        assert context.upstream_output is not None
        return json.loads(folder_at(self.folders.landing).read(self._path(context.upstream_output)))


def agreed(folders: Folders, run_id: str, parts: Parts) -> Parts:
    """The parts of this run: `parts`, or those that the step has cut before.

    Celery may run a step twice (its worker was slow or lost). What waits is then less than before, and parts that are
    being read must not change under their readers.
    """
    path = f"{FOLDER}/{run_id}/{PLAN}"
    with suppress(FileExistsError):
        folder_at(folders.landing).create(path, _json(parts))
    return list(json.loads(folder_at(folders.landing).read(path)))


def forget_parts(folders: Folders, run_id: str) -> None:
    """Remove what the steps of a run have handed on, and what runs that failed have left a week ago."""
    landing = folder_at(folders.landing)
    landing.remove_tree(f"{FOLDER}/{run_id}")
    landing.remove_old(FOLDER, older_than_s=7 * 86400)


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
