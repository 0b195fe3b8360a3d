"""What a build is told beside the reports: due days and looks of the publishers' registry, and reviewers' marks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines.disclosure import disclosure_tables
from pipelines.paths import REVIEWS
from pipelines.quality.reviews import SCHEMA, load_reviews, reviews_table
from pipelines.sources.errors import SourceError
from pipelines.sources.registry import SOURCES, load_registry
from pipelines.sources.timeliness import DUE_DAYS, PUBLISHERS
from pipelines.storage import Where
from pipelines.warehouse.parts import OTHER_BODIES

EMPTY: Mapping[str, pa.Table] = {
    name: schema.empty_table()
    for name, schema in {
        "due_days": DUE_DAYS,
        "publishers": PUBLISHERS,
        "reviews": SCHEMA,
        "other_bodies": OTHER_BODIES,  # told to a part of the warehouse while it is made
    }.items()
}


@dataclass(frozen=True, slots=True)
class Told:
    """Tables for the schema `landing`, and what could not be used of the files behind them, a line each."""

    tables: Mapping[str, pa.Table] = field(default_factory=lambda: EMPTY)
    troubles: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same rows, whatever else the files say."""
        rows = {name: table.to_pylist() for name, table in sorted(self.tables.items())}
        return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def listen(raw: Where, *, registry: Path = SOURCES, reviews: Path = REVIEWS, as_of: date | None = None) -> Told:
    """Everything that is told. A file that cannot be read never stops a build: see `troubles`.

    `as_of`: the day for which it is said what is overdue; the last due day that has passed, when not given.
    """
    marks = load_reviews(reviews)
    tables, troubles = {**EMPTY, "reviews": reviews_table(marks)}, list(marks.troubles)
    try:
        tables |= disclosure_tables(load_registry(registry), raw, as_of)
    except SourceError as error:
        troubles.append(f"{error}; it is not known what is due")
    return Told(tables, tuple(troubles))
