"""Reading a published warehouse: a connection that can read this file and do nothing else.

SQL that people type is code. The connection is read-only, may not touch other files or the network, and its settings
are locked; one statement that reads is accepted, and it is interrupted when its time is up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.warehouse.publish import WarehouseError

READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class QueryError(Exception):
    """The SQL cannot be run; the message is for the person who typed it."""


@dataclass
class Warehouse:
    """A locked, read-only connection with a time limit for each query."""

    connection: duckdb.DuckDBPyConnection
    timeout_s: float
    _timed_out: bool = field(default=False, init=False)

    def query(self, sql: str, parameters: Sequence[object] = (), *, limit: int | None = None) -> pa.Table:
        """The rows of one reading statement as Arrow (decimals stay decimals). Raises QueryError."""
        statement = self._only_reading(sql)
        self._timed_out = False
        watch = threading.Timer(self.timeout_s, self._interrupt)
        watch.start()
        try:
            relation = self.connection.execute(statement, list(parameters))
            return _fetch(relation, limit)
        except duckdb.Error as error:
            if self._timed_out:
                raise QueryError(f"stopped after {self.timeout_s:g} s; narrow the query or say --timeout") from error
            raise QueryError(str(error)) from error
        finally:
            watch.cancel()

    def _only_reading(self, sql: str) -> duckdb.Statement:
        try:
            statements = self.connection.extract_statements(sql)
        except duckdb.Error as error:
            raise QueryError(str(error)) from error
        if len(statements) != 1:
            raise QueryError(f"one statement at a time; there are {len(statements)}")
        if statements[0].type not in READING:
            kind = statements[0].type.name
            raise QueryError(f"only reading is allowed here (SELECT, FROM, WITH, DESCRIBE), not {kind}")
        return statements[0]

    def _interrupt(self) -> None:
        self._timed_out = True
        self.connection.interrupt()


@contextmanager
def open_readonly(
    path: Path, *, threads: int = 2, memory_limit: str = "1GB", timeout_s: float = 60
) -> Iterator[Warehouse]:
    """Open the published file `path` for ad-hoc SQL. Raises WarehouseError if it is not there or is being written.

    Connections of one process to one file share a database: what the first has set and locked holds for the second.
    """
    if not path.is_file():
        raise WarehouseError(f"{path} is not there; run `juesuan build` first, or say --warehouse FILE")
    try:
        connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
    except duckdb.Error as error:
        raise WarehouseError(f"{path} cannot be opened: {' '.join(str(error).split())[:300]}") from error
    try:
        locked = connection.execute("select current_setting('lock_configuration')").fetchone()
        if locked != (True,):
            connection.execute(f"set threads = {int(threads)}")
            connection.execute(f"set memory_limit = '{memory_limit}'")  # not as a parameter: that imports pandas, 2 s
            connection.execute("set max_temp_directory_size = '0B'")
            connection.execute("set lock_configuration = true")
        yield Warehouse(connection, timeout_s)
    finally:
        connection.close()


def _fetch(relation: duckdb.DuckDBPyConnection, limit: int | None) -> pa.Table:
    reader = relation.to_arrow_reader(min(limit, 100_000) if limit else 100_000)
    batches, rows = [], 0
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        if limit is not None and rows >= limit:
            break
    return pa.Table.from_batches(batches, schema=reader.schema).slice(0, limit)
