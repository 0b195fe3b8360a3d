"""The warehouse of the reports committed in data/raw, built once a test run, for tests of what people open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.paths import RAW


def build_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file. Workers of one run share it: the build's own lock lets one build and the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-warehouse"
    folder.mkdir(exist_ok=True)
    return build(RAW, folder / "juesuan.duckdb", workers=2).warehouse
