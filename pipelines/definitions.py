"""Everything that Dagster sees, on one screen: `dagster dev` (or `make dev`) loads this module.

fetched_reports ─► archive ─► landed_reports (fiscal year × place) ─► landing ─► dbt models ─► quality ─► warehouse
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets.build import BuildingCopy, Folders
from pipelines.assets.dbt import dbt_resource, models
from pipelines.assets.fetching import Publishers, disclosure_checks, fetch, fetched_reports, publishers_daily
from pipelines.assets.refresh import nightly, raw_folder, refresh
from pipelines.assets.reports import archive, landed_reports, landing
from pipelines.assets.warehouse import quality, warehouse

folders = Folders()

defs = dg.Definitions(
    assets=[fetched_reports, archive, landed_reports, landing, models, quality, warehouse],
    asset_checks=disclosure_checks(),
    jobs=[fetch, refresh],
    sensors=[raw_folder],
    schedules=[publishers_daily, nightly],
    resources={
        "folders": folders,
        "publishers": Publishers(),
        "building": BuildingCopy(folders=folders),
        "dbt": dbt_resource,
    },
    executor=dg.in_process_executor,  # one run builds one copy of the warehouse; runs spread out, steps do not
)
