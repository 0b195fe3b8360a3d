"""The archive's index: the log `.archive/index.jsonl`, one line an event, only ever added to.

Events: `archived` (a new file), `same` (bytes that were there, at another address), `set_aside` (kept, but no report),
`refused` (not fetched, and why), `page` (an article whose files were all dealt with), `listed` (a list walked through),
`checked` (a source looked at), `recorded` (a file that a person put there), `forgotten` (one that a person took out).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipelines.storage import Folder

Event = Mapping[str, Any]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Index:
    """What the log says, by address, by path and by bytes."""

    folder: Folder
    path: str  # of the log in the folder
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
    def open(cls, folder: Folder, path: str) -> Index:
        """Read the log; a line that a crash cut off is passed over and told in `unreadable`."""
        index = cls(folder, path)
        for number, line in enumerate(folder.lines(path), 1):
            try:
                index._take(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                index.unreadable.append(number)
        return index

    def record(self, event: str, **said: Any) -> Event:
        """Add one event, kept before this returns. Values that are None are left out."""
        entry = {"at": now(), "event": event} | {name: value for name, value in said.items() if value is not None}
        self.folder.append(self.path, (json.dumps(entry, ensure_ascii=False) + "\n").encode())
        self._take(entry)
        return entry

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
