"""Everything that Dagster sees, on one screen: `dagster dev` (or `make dev`) loads this module.

fetched_reports ─► archive ─► landed_reports (fiscal year × place) ─► landing ─► dbt models ─► quality ─► warehouse
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets.build import BuildingCopy, Folders
from pipelines.assets.dbt import dbt_resource, models
from pipelines.assets.deployment import DEPLOYMENT
from pipelines.assets.fetching import Publishers, disclosure_checks, fetch, fetched_reports, publishers_daily
from pipelines.assets.parts import PartFiles
from pipelines.assets.refresh import build, build_when_landed, land, nightly, raw_folder, refresh
from pipelines.assets.reports import Spread, archive, landed_reports, landing
from pipelines.assets.warehouse import quality, warehouse

folders = Folders(**DEPLOYMENT.folders.model_dump())

defs = dg.Definitions(
    assets=[fetched_reports, archive, landed_reports, landing, models, quality, warehouse],
    asset_checks=disclosure_checks(),
    jobs=[fetch, refresh, land, build],
    sensors=[raw_folder, build_when_landed],
    schedules=[publishers_daily, nightly],
    resources={
        "folders": folders,
        "spread": Spread(**DEPLOYMENT.parts.model_dump()),
        "parts": PartFiles(folders=folders),
        "publishers": Publishers(),
        "building": BuildingCopy(folders=folders),
        "dbt": dbt_resource,
    },
    executor=dg.in_process_executor,  # one run builds one copy of the warehouse; only `land` may spread out
)
