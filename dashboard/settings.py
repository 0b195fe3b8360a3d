"""What one running dashboard looks at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.paths import RAW, WAREHOUSE
from pipelines.storage import Where


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and limits. `hosts` are the names under which a browser may ask; data_docs and dbt_docs: folders of
    pages that other programs made, None or without an index.html where none were made.
    """

    warehouse: Path = WAREHOUSE
    raw: Where = RAW
    data_docs: Path | None = None
    dbt_docs: Path | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    query_timeout_s: float = 20
    query_rows: int = 1_000  # rows that the SQL page shows
    download_rows: int = 100_000
    query_bytes: int = 100_000_000  # of one result
