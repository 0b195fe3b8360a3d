"""Where the client's top level keeps things, for everything that needs a default."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
WAREHOUSE = ROOT / "data" / "warehouse" / "juesuan.duckdb"
EXPECTATIONS = ROOT / "expectations"
REVIEWS = EXPECTATIONS / "reviews.yml"
