"""The resources: where things are, and the copy of the warehouse that one run builds."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipelines.build import RAW, WAREHOUSE, BuildError, docs_beside, landing_beside, scan
from pipelines.landing.catalogue import Catalogue
from pipelines.landing.pool import LandingError
from pipelines.making import Making
from pipelines.storage import StorageError, Where, at
from pipelines.warehouse.publish import WarehouseError, build_lock, half_built


@contextmanager
def told() -> Iterator[None]:
    """What a person can do something about fails the step with its message, not with a trace of our code."""
    try:
        yield
    except (BuildError, WarehouseError, LandingError, StorageError) as error:
        raise dg.Failure(str(error)) from error


class Folders(dg.ConfigurableResource):
    """Where the reports are, where they land and where the warehouse is published; the rest lies beside that.

    Reports and landing may be URLs (s3://bucket/prefix); the warehouse is a file of the machine that builds it.
    """

    raw: str = str(RAW)
    warehouse: str = str(WAREHOUSE)
    landed: str = ""  # beside the warehouse

    @property
    def archive(self) -> Where:
        return at(self.raw)

    @property
    def warehouse_file(self) -> Path:
        return Path(self.warehouse)

    @property
    def landing(self) -> Where:
        return at(self.landed) if self.landed else landing_beside(self.warehouse_file)

    @property
    def docs(self) -> Path:
        return docs_beside(self.warehouse_file)

    def catalogue(self) -> Catalogue:
        """Every report file in the raw folder; unchanged files are not hashed again."""
        with told():
            return scan(self.archive, landing=self.landing)


class BuildingCopy(dg.ConfigurableResource):
    """The DuckDB file that this run builds beside the published one: locked, and removed when the run ends.

    It spans assets, from `load` to `publish`, so a run is one process (the in-process executor); other runs wait.
    dbt finds it in the environment variable JUESUAN_WAREHOUSE.
    """

    folders: dg.ResourceDependency[Folders]
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _path: Path | None = PrivateAttr(default=None)
    _making: Making | None = PrivateAttr(default=None)

    def start(self, on_wait: Callable[[str], None] | None = None) -> Path:
        """Takes the lock and gives the path of a new, empty file. `on_wait(who)`: somebody else is building."""
        if self._path is None:
            self._held.enter_context(build_lock(self.folders.warehouse_file, on_wait=on_wait))
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

    @property
    def making(self) -> Making:
        """What is left to be made in the file. Raises dg.Failure where the run has not loaded it."""
        assert self.path
        assert self._making
        return self._making

    def begun(self, making: Making) -> None:
        """Keep what `begin` has begun, for the assets that follow."""
        self._making = making

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        self._held.close()
        os.environ.pop("JUESUAN_WAREHOUSE", None)
