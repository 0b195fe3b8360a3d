"""The resources: where things are, and the copy of the warehouse that one run builds."""

import os
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipelines.build import RAW, WAREHOUSE, docs_beside, landing_beside, scan
from pipelines.landing.catalogue import Catalogue
from pipelines.warehouse.publish import build_lock, half_built


class Folders(dg.ConfigurableResource):
    """Where the reports are and where the warehouse is published; the rest lies beside the warehouse."""

    raw: str = str(RAW)
    warehouse: str = str(WAREHOUSE)

    @property
    def warehouse_file(self) -> Path:
        return Path(self.warehouse)

    @property
    def landing(self) -> Path:
        return landing_beside(self.warehouse_file)

    @property
    def docs(self) -> Path:
        return docs_beside(self.warehouse_file)

    def catalogue(self) -> Catalogue:
        """Every report file in the raw folder; unchanged files are not hashed again."""
        return scan(Path(self.raw), landing=self.landing)


class BuildingCopy(dg.ConfigurableResource):
    """The DuckDB file that this run builds beside the published one: locked, and removed when the run ends.

    It spans assets, from `load` to `publish`, so a run is one process (the in-process executor); other runs wait.
    dbt finds it in the environment variable JUESUAN_WAREHOUSE.
    """

    folders: dg.ResourceDependency[Folders]
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _path: Path | None = PrivateAttr(default=None)

    def start(self) -> Path:
        """Takes the lock and gives the path of a new, empty file."""
        if self._path is None:
            self._held.enter_context(build_lock(self.folders.warehouse_file))
            self._path = self._held.enter_context(half_built(self.folders.warehouse_file))
            os.environ["JUESUAN_WAREHOUSE"] = str(self._path.resolve())
        self._path.unlink(missing_ok=True)
        return self._path

    @property
    def path(self) -> Path:
        """The file as built so far in this run. Raises dg.Failure where the run has not loaded it."""
        if self._path is None:
            raise dg.Failure(
                "Nothing is loaded in this run. The warehouse is built beside the published file and swapped in whole, "
                "so its assets run together: launch the job `refresh`, or select `landing` and everything downstream."
            )
        return self._path

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        self._held.close()
        os.environ.pop("JUESUAN_WAREHOUSE", None)
