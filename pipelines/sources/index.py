"""The archive's index: `.archive/index.jsonl`, one line an event, only ever added to.

Events: `archived` (a new file), `same` (bytes that were there, at another address), `set_aside` (kept, but no report),
`refused` (not fetched, and why), `page` (an article whose files were all dealt with), `listed` (a list walked through),
`checked` (a source looked at), `recorded` (a file that a person put there), `forgotten` (one that a person took out).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Index:
    """What the log says, by address, by path and by bytes."""

    path: Path
    urls: dict[str, Event] = field(default_factory=dict)  # the latest archived, same or set_aside
    refused: dict[str, Event] = field(default_factory=dict)  # addresses whose latest event is a refusal
    titles: dict[tuple[str, str], Event] = field(default_factory=dict)  # (source, title) → latest archived
    files: dict[str, Event] = field(default_factory=dict)  # path → its archived event; set-aside files too
    by_sha256: dict[str, str] = field(default_factory=dict)  # → path
    pages: dict[str, Event] = field(default_factory=dict)
    listed: dict[str, bool] = field(default_factory=dict)  # list URL → walked through without anything left over
    checked: dict[str, str] = field(default_factory=dict)  # source → when it was last looked at in full
    unreadable: list[int] = field(default_factory=list)  # line numbers

    @classmethod
    def open(cls, path: Path) -> Index:
        """Read the log; a line that a crash cut off is passed over and told in `unreadable`."""
        index = cls(path)
        if path.is_file():
            with path.open(encoding="utf-8", errors="replace") as file:
                for number, line in enumerate(file, 1):
                    try:
                        event = json.loads(line)
                        index._take(event)
                    except (ValueError, KeyError, TypeError, AttributeError):
                        index.unreadable.append(number)
        return index

    def record(self, event: str, **said: Any) -> Event:
        """Add one event, on disk before this returns. Values that are None are left out."""
        entry = {"at": now(), "event": event} | {name: value for name, value in said.items() if value is not None}
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            if file.tell() and not self._ends_whole(file):
                line = b"\n" + line  # after a crash in the middle of a line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._take(entry)
        return entry

    @staticmethod
    def _ends_whole(file: Any) -> bool:
        file.seek(-1, os.SEEK_END)
        return bool(file.read(1) == b"\n")

    def _take(self, event: Event) -> None:
        match event["event"]:
            case "archived":
                self._has(event)
                self.files[event["path"]] = event
                self.titles[event["source"], event["title"]] = event
                self.by_sha256[event["sha256"]] = event["path"]
            case "recorded":
                self.files[event["path"]] = event
                self.by_sha256[event["sha256"]] = event["path"]
            case "set_aside":
                self._has(event)
                self.files[event["path"]] = event
            case "same":
                self._has(event)
            case "refused":
                self.refused[event["url"]] = event
            case "page":
                self.pages.setdefault(event["url"], event)
            case "listed":
                self.listed[event["url"]] = event["complete"]
            case "checked":
                if event["complete"]:
                    self.checked[event["source"]] = event["at"]
            case "forgotten":
                old = self.files.pop(event["path"], None)
                if old and self.by_sha256.get(old["sha256"]) == event["path"]:
                    del self.by_sha256[old["sha256"]]
            case unknown:
                raise ValueError(f"unknown event {unknown}")

    def _has(self, event: Event) -> None:
        self.urls[event["url"]] = event
        self.refused.pop(event["url"], None)
