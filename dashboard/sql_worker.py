"""One query that somebody typed, in a process of its own: `python -m dashboard.sql_worker`, JSON in, Arrow out.

What is typed is code: it gets a locked read-only connection, limits of the operating system on memory and time, and no
way to the dashboard's own connection. Answers on standard output as an Arrow stream; exit 3 with a message for the
person who typed it on standard error.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pyarrow as pa

from pipelines.warehouse.publish import WarehouseError
from pipelines.warehouse.query import QueryError, open_readonly

ADDRESSES = 8 << 30  # bytes of address space: DuckDB's own limit (1 GB) comes first


def main() -> int:
    """Runs what standard input asks for: warehouse, sql, limit, timeout_s, max_bytes."""
    text = sys.stdin.read()
    if not text:
        return 0  # the dashboard ended; nothing was asked
    asked = json.loads(text)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        with open_readonly(Path(asked["warehouse"]), timeout_s=asked["timeout_s"]) as opened:
            table = opened.query(asked["sql"], limit=asked["limit"])
        if table.nbytes > asked["max_bytes"]:
            raise QueryError(f"the result is larger than {asked['max_bytes'] // 1_000_000} MB; ask for less")
    except (QueryError, WarehouseError) as error:
        print(str(error), file=sys.stderr)
        return 3
    except MemoryError:
        print("the query needs more memory than it may take; ask for less", file=sys.stderr)
        return 3
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
