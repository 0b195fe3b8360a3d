"""Everything that Dagster sees, on one screen: `dagster dev` (or `make dev`) loads this module.

archive ─► landed_reports (fiscal year × place) ─► landing ─► one asset a dbt model ─► quality ─► warehouse
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets.build import BuildingCopy, Folders
from pipelines.assets.dbt import dbt_resource, models
from pipelines.assets.refresh import nightly, raw_folder, refresh
from pipelines.assets.reports import archive, landed_reports, landing
from pipelines.assets.warehouse import quality, warehouse

folders = Folders()

defs = dg.Definitions(
    assets=[archive, landed_reports, landing, models, quality, warehouse],
    jobs=[refresh],
    sensors=[raw_folder],
    schedules=[nightly],
    resources={"folders": folders, "building": BuildingCopy(folders=folders), "dbt": dbt_resource},
    executor=dg.in_process_executor,  # one run builds one copy of the warehouse; runs spread out, steps do not
)
