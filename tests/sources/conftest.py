"""A running portal, and a source whose list is on it. Waits are short; the pace has tests of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources.registry import Source, load_registry
from tests.sources.portal import Portal, running_portal

QUICK = {
    "seconds_between_requests": 0,
    "backoff_s": 0.01,
    "attempts": 3,
    "timeout_s": 2,
    "allow_private": True,
}


@pytest.fixture
def portal() -> Iterator[Portal]:
    with running_portal() as running:
        yield running


@pytest.fixture
def make_source(portal: Portal, tmp_path: Path) -> Callable[..., Source]:
    """A source of the registry's defaults, quick, on the test portal; keywords override."""

    def make(**said: Any) -> Source:
        usual = load_registry().sources[0].model_dump()
        return Source.model_validate(
            usual
            | QUICK
            | {"id": "test", "place": "株洲市", "division_code": "430200", "enabled": True, "note": None}
            | {"portal": None, "hosts": (), "lists": [{"url": f"{portal.url}/bmjs/index.html"}]}
            | said
        )

    return make
