"""The published warehouse, read-only, for many requests at once; a file swapped in is seen at the next request.

DuckDB shares one database among the connections that a process has to one path, so a new file is only seen when all of
them are closed: requests that come after a swap wait for those that are still reading, then the file is opened again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import open_readonly

Row = dict[str, Any]
Identity = tuple[int, int, int]
REMEMBERED = 400  # answers kept for the file that is open
REMEMBERED_ROWS = 5_000  # longer answers are not kept


class Store:
    """Answers queries from the file `path`. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.Condition()
        self._readers = 0
        self._identity: Identity | None = None
        self._open = ExitStack()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._answers: OrderedDict[tuple[str, tuple[object, ...]], list[Row]] = OrderedDict()
        self._tables: frozenset[str] = frozenset()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of one of our own queries as dictionaries: do not change them, they are remembered."""
        key = (sql, tuple(tuple(p) if isinstance(p, list) else p for p in parameters))
        with self._reading() as connection:
            with self._turn:
                if key in self._answers:
                    self._answers.move_to_end(key)
                    return self._answers[key]
            found = connection.cursor().execute(sql, list(parameters))
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            if len(rows) <= REMEMBERED_ROWS:
                with self._turn:
                    self._answers[key] = rows
                    while len(self._answers) > REMEMBERED:
                        self._answers.popitem(last=False)
            return rows

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def has(self, *tables: str) -> bool:
        """Whether the warehouse holds all of these (schema.table, or table of `main`): marts come and go by version."""
        with self._reading():
            return all((name if "." in name else f"main.{name}") in self._tables for name in tables)

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table of `main`, none when it is absent."""
        sql = """select column_name from duckdb_columns()
            where schema_name = 'main' and table_name = ? order by column_index"""
        return [row["column_name"] for row in self.rows(sql, [table])]

    def identity(self) -> Identity:
        """Tells one published file from the next. Raises WarehouseError when there is none."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise WarehouseError(f"{self.path} is not there; run `juesuan build` first") from error
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def close(self) -> None:
        """Lets go of the file."""
        with self._turn:
            self._shut()

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._turn:
            while self._identity != self.identity():
                if not self._readers:
                    self._reopen()
                    break
                self._turn.wait(timeout=30)
            self._readers += 1
            connection = self._connection
        assert connection is not None
        try:
            yield connection
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    def _reopen(self) -> None:
        self._shut()
        identity = self.identity()
        opened = self._open.enter_context(open_readonly(self.path))
        self._connection, self._identity = opened.connection, identity
        found = opened.connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        self._tables = frozenset(name for (name,) in found)

    def _shut(self) -> None:
        self._open.close()
        self._open, self._connection, self._identity = ExitStack(), None, None
        self._answers.clear()
