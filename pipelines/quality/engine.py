"""Great Expectations on DuckDB: the two small classes that make it work, and nothing about our tables.

Out of the box GX closes its connection before it fetches, and a DuckDB result dies with its connection ("list index
out of range"; GX issue 10738). Keeping one connection open cures it. Importing this module registers
`context.data_sources.add_duckdb`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before GX is imported: nothing is sent anywhere

import great_expectations as gx
import yaml
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import DataContextConfig
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """The SQLAlchemy engine with one connection kept open for as long as results are read."""

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """Yields the one connection, opened on first use."""
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection


class DuckDBDatasource(SQLDatasource):
    """A DuckDB file as a GX data source. `kwargs` go to SQLAlchemy's `create_engine`."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    execution_engine_override: ClassVar = DuckDBExecutionEngine


def open_context(config_file: Path, docs: Path | None) -> EphemeralDataContext:
    """A GX context from `great_expectations.yml`; Data Docs, if wanted, go to the folder `docs`.

    The context lives in memory: the suites' home is our YAML, and GX's own JSON (random ids, rewritten at every run)
    is never written into the repository.
    """
    config = yaml.safe_load(config_file.read_text(encoding="utf-8"))
    if docs is None:
        config["data_docs_sites"] = {}
    for site in config["data_docs_sites"].values():
        assert docs is not None
        site["store_backend"]["base_directory"] = str(docs.resolve())
    context = gx.get_context(mode="ephemeral", project_config=DataContextConfig(**config))
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    return context


def open_duckdb(context: EphemeralDataContext, name: str, file: Path, *, memory: str = "1GB") -> DuckDBDatasource:
    """Adds the DuckDB `file` to the context, read-only, with at most `memory` and two threads."""
    return context.data_sources.add_duckdb(
        name,
        connection_string=f"duckdb:///{file.resolve()}",
        create_temp_table=False,
        kwargs={"connect_args": {"read_only": True, "config": {"memory_limit": memory, "threads": 2}}},
    )


def close_duckdb(source: DuckDBDatasource) -> None:
    """Closes every connection of `source`, so that this process or another can open the file for writing."""
    engine = source.get_execution_engine()
    if engine._connection:
        engine._connection.close()
        engine._connection = None
    engine.engine.dispose()
    if source._engine:
        source._engine.dispose()  # GX keeps a second engine to test connections with
