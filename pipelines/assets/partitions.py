"""Partitions: fiscal year × place, taken from where a file is filed: `<code>-<place>/<year>/<file>`.

The partition says where a report is filed, not what it is: the report itself (or its sidecar) says that. So a file
whose folders say nothing has a partition too, and nothing falls out. Years are static; places
are added as folders appear.
"""

from __future__ import annotations

import datetime
import re

import dagster as dg

from pipelines.landing.catalogue import Catalogue, Entry

FIRST_YEAR = 2015  # reports are filed from this year on; others go to UNFILED
UNFILED = "unfiled"
YEARS = [UNFILED, *(str(year) for year in range(FIRST_YEAR, datetime.date.today().year + 2))]

years = dg.StaticPartitionsDefinition(YEARS)
places = dg.DynamicPartitionsDefinition(name="place")
year_by_place = dg.MultiPartitionsDefinition({"fiscal_year": years, "place": places})

_PLACE = re.compile(r"\d{6}-.+")


def partition_of(entry: Entry) -> dg.MultiPartitionKey:
    """The partition of one file; UNFILED for the half that its folders do not say."""
    folders = entry.path_parts[:-1]
    place = next((part for part in folders if _PLACE.fullmatch(part)), UNFILED)
    year = next((part for part in reversed(folders) if part in YEARS), UNFILED)
    return dg.MultiPartitionKey({"fiscal_year": year, "place": place})


def places_of(catalogue: Catalogue) -> list[str]:
    """The place keys that the files of `catalogue` need, sorted; UNFILED is always one."""
    return sorted({UNFILED} | {partition_of(entry).keys_by_dimension["place"] for entry in catalogue.entries})
