"""Fixtures every room shares: where the real reports are, when they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.s3_server"]
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and gold files beside the repository; the test is skipped where it is absent."""
    folder = Path(os.environ.get("JUESUAN_SHARED", ROOT.parent / "shared"))
    if not (folder / "reports").is_dir():
        pytest.skip(f"no real reports at {folder}")
    return folder
