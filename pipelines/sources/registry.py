"""The publishers as data: sources.yml, read and checked. An entry is the file's defaults with what it says itself."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.sources.errors import SourceError

SOURCES = Path(__file__).with_name("sources.yml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListPages(_Strict):
    """One list of articles: its first page and, where pages have numbers, the pattern of the others."""

    url: str = Field(pattern=r"^https?://")
    next: str | None = Field(default=None, pattern=r"\{page\}")  # relative to `url` or whole
    second: int = 2  # the number of the second page in `next`: index_1.html is the second page of many portals


class Source(_Strict):
    """One publisher: an agency's site, or a portal where many agencies publish."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")
    place: str
    division_code: str = Field(pattern=r"^\d{6}$")
    agency: str | None = None  # None: a portal of many agencies
    portal: str | None = None
    lists: tuple[ListPages, ...] = ()
    hosts: tuple[str, ...] = ()  # further hosts of the publisher; `host` or `host:port`, sub-domains included
    enabled: bool = True
    note: str | None = None
    kinds: tuple[str, ...] = ("final_account",)  # what the publisher owes each year; see `deadlines`
    # from here on: usually from `defaults`
    links: str  # a link whose title matches leads to a report
    exclude: str | None = None  # … unless it matches this
    attachments: str  # matched with an attachment's address and text
    charset: str | None = None  # for pages that do not say theirs
    depth: int = Field(ge=1, le=4)  # 1: list → article; 2: lists inside lists
    season: tuple[int, ...]  # months with a daily look; weekly in the others
    user_agent: str = Field(min_length=8)
    seconds_between_requests: float = Field(ge=0)
    timeout_s: float = Field(gt=0)
    attempts: int = Field(ge=1, le=10)
    backoff_s: float = Field(ge=0)
    max_wait_s: float = Field(ge=0)  # a longer Retry-After or Crawl-delay means: not this time
    max_file_mb: float = Field(gt=0)
    max_page_mb: float = Field(gt=0)
    max_file_minutes: float = Field(gt=0)
    max_list_pages: int = Field(ge=1)
    max_articles: int = Field(ge=1)
    recheck_days: int = Field(ge=0)  # how long a report is looked at again for a new version
    allow_private: bool = False  # only for a server of one's own

    @field_validator("links", "exclude", "attachments")
    @classmethod
    def _is_pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return value

    @field_validator("division_code", mode="before")
    @classmethod
    def _code_may_be_a_number(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _enabled_has_lists(self) -> Source:
        if self.enabled and not self.lists:
            raise ValueError("an enabled source needs at least one list page")
        return self

    @cached_property
    def allowed_hosts(self) -> frozenset[str]:
        """`host` (usual ports) or `host:port`, lower case: those of the list pages and `hosts`."""
        urls = [page.url for page in self.lists] + ([self.portal] if self.portal else [])
        return frozenset(urlsplit(url).netloc.lower() for url in urls) | {host.lower() for host in self.hosts}

    @property
    def folder(self) -> str:
        """The folder in the archive: `<division code>-<place>`."""
        return f"{self.division_code}-{self.place}"


class Deadline(_Strict):
    """By when reports of one kind are due: month and day, `years_after` the fiscal year."""

    years_after: int = Field(ge=0, le=3)
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    basis: str


class Registry(_Strict):
    """Everything in sources.yml."""

    sources: tuple[Source, ...]
    deadlines: dict[str, Deadline] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Registry:
        ids = [source.id for source in self.sources]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"the same id twice: {', '.join(twice)}")
        return self

    @property
    def enabled(self) -> tuple[Source, ...]:
        return tuple(source for source in self.sources if source.enabled)

    def get(self, name: str) -> Source:
        """The source of that id. Raises SourceError naming those that there are."""
        for source in self.sources:
            if source.id == name:
                return source
        known = ", ".join(source.id for source in self.sources) or "none"
        raise SourceError(f"there is no source {name!r}; the registry has: {known}")


def load_registry(path: Path = SOURCES) -> Registry:
    """Read and check the registry. Raises SourceError naming the entry and what is wrong with it."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return Registry.model_validate(_with_defaults(data))
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror})") from error
    except ValidationError as error:
        said = "; ".join(f"{_where(e['loc'], data)}: {e['msg']}" for e in error.errors()[:5])
        raise SourceError(f"{path}: {said}") from error
    except (yaml.YAMLError, TypeError, AttributeError, ValueError) as error:
        raise SourceError(f"{path} is not a registry of sources: {' '.join(str(error).split())}") from error


def _with_defaults(data: dict[str, Any]) -> dict[str, Any]:
    defaults = data.get("defaults") or {}
    entries = [defaults | entry for entry in data.get("sources") or []]
    return {"sources": entries, "deadlines": data.get("deadlines") or {}}


def _where(location: tuple[int | str, ...], data: dict[str, Any]) -> str:
    """`sources → 3 → links` with the entry's id instead of its number."""
    parts = list(location)
    if len(parts) > 1 and parts[0] == "sources" and isinstance(parts[1], int):
        parts[1] = (data["sources"][parts[1]] or {}).get("id", parts[1])
    return " → ".join(str(part) for part in parts) or "file"
