"""The warehouse of data/raw."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo_warehouse import build_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of data/raw."""
    return build_demo(tmp_path_factory)
