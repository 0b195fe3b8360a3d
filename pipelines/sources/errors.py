"""Why something was not fetched. `reason` is from a closed list, so that the archive's index can be counted."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "robots",  # robots.txt forbids the address
    "foreign_host",  # outside the publisher's hosts
    "private_address",  # the name leads into a private network
    "bad_address",  # no http or https, no host, or another port than the registry allows
    "redirects",  # a circle of redirects
    "not_there",  # 404, 410
    "denied",  # any other answer of 400 to 499
    "too_large",
    "empty",
    "wrong_kind",  # a web page instead of a document, or bytes of no known kind
]


class SourceError(Exception):
    """Something about one source cannot be done; the message is one line that says what to do."""


class Refused(SourceError):
    """Will not be fetched, and asking again at once is useless."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Unavailable(SourceError):
    """Could not be had this time (busy, broken, cut off); the next refresh tries again."""


class Busy(Exception):
    """One try failed and the next may do better; `wait_s` is what the server asked for. Stays inside the client."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s
