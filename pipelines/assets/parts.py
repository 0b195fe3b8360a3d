"""What the steps of `landed_reports` hand to each other: small JSON files in the landing folder, which all share."""

import json
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.assets.build import Folders

FOLDER = ".parts"


class PartFiles(dg.ConfigurableIOManager):
    """`<landing>/.parts/<run>/<step>/<output>.json`; written beside and renamed, so that none is read half-written."""

    folders: dg.ResourceDependency[Folders]

    def _path(self, context: dg.OutputContext) -> Path:
        return self.folders.landing.joinpath(FOLDER, *context.get_identifier()).with_suffix(".json")

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        path = self._path(context)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
        beside.write_text(json.dumps(obj, ensure_ascii=False), "utf-8")
        beside.replace(path)

    def load_input(self, context: dg.InputContext) -> Any:
        assert context.upstream_output is not None
        return json.loads(self._path(context.upstream_output).read_text("utf-8"))


def forget_parts(folders: Folders, run_id: str) -> None:
    """Remove what the steps of a run have handed on."""
    shutil.rmtree(folders.landing / FOLDER / run_id, ignore_errors=True)
    with suppress(OSError):  # another run's are there
        (folders.landing / FOLDER).rmdir()
