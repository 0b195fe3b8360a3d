"""How often a host is asked. One Pacer serves all sources of a refresh, so two entries on one host share its pace."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class Pacer:
    """Makes requests to one host keep their distance."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self.sleep = sleep
        self._free_at: dict[str, float] = {}

    def wait(self, host: str, interval_s: float) -> None:
        """Sleep until `host` may be asked; the next request to it then waits `interval_s` more."""
        now = self._clock()
        free = max(self._free_at.get(host, 0.0), now)
        if free > now:
            self.sleep(free - now)
        self._free_at[host] = free + interval_s

    def hold(self, host: str, seconds: float) -> None:
        """Leave `host` alone for so long (its Retry-After)."""
        self._free_at[host] = max(self._free_at.get(host, 0.0), self._clock() + seconds)


def retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or a date. None where it says nothing readable."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value.strip())
    try:
        then = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max((then - (now or datetime.now(UTC))).total_seconds(), 0.0)
