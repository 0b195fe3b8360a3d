"""One request: its state (all of it in the URL), the warehouse it asks, and the page that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard import show
from dashboard.query_process import Queries
from dashboard.settings import Settings
from dashboard.store import Row, Store
from dashboard.words import LANGUAGES, say

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGE_ROWS = 50
LONGEST = 200  # characters of one parameter of the URL, but for SQL


class NotFound(Exception):
    """What the URL names is not in the warehouse."""


@dataclass(frozen=True, slots=True)
class Paged:
    """One page of a longer list, as the templates show it."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    sort: str


class View:
    """What a page function gets. Reads parameters, makes URLs that keep the rest of the state, renders templates."""

    def __init__(self, request: Request, store: Store, queries: Queries, settings: Settings) -> None:
        self.request, self.store, self.queries, self.settings = request, store, queries, settings
        self.path = request.url.path
        self.state = {name: value for name, value in request.query_params.items() if value}
        language = self.state.get("lang", LANGUAGES[0])
        self.language = language if language in LANGUAGES else LANGUAGES[0]

    # --- the state

    def get(self, name: str, longest: int = LONGEST) -> str | None:
        """A parameter, None when absent, blank or absurdly long."""
        value = self.state.get(name, "").strip()
        return value if value and len(value) <= longest else None

    def number(self, name: str) -> int | None:
        """A parameter that is a whole number."""
        value = self.get(name)
        return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else None

    def choice(self, name: str, choices: Sequence[str], otherwise: str | None = None) -> str:
        """A parameter that is one of `choices`, else `otherwise` (the first)."""
        value = self.get(name)
        if value is not None and value in choices:
            return value
        return choices[0] if otherwise is None else otherwise

    def url(self, path: str | None = None, **changes: object) -> str:
        """This view with some parameters changed (None takes one away). Another path starts with the language only."""
        kept = dict(self.state) if path is None else {k: v for k, v in self.state.items() if k == "lang"}
        if path is None and not {"page", "sort"} & set(changes):
            kept.pop("page", None)
        for name, value in changes.items():
            if value is None or value == "":
                kept.pop(name, None)
            else:
                kept[name] = str(value)
        where = quote(self.path if path is None else path, safe="/:")
        return f"{where}?{urlencode(kept)}" if kept else where

    # --- the words

    def say(self, key: str, **values: object) -> str:
        """A text in the language of the page."""
        return say(self.language, key, **values)

    def named(self, zh: str | None, en: str | None) -> str:
        """A name that the data gives in both languages; Chinese where nobody has translated it."""
        return (en or zh or show.NONE) if self.language == "en" else (zh or en or show.NONE)

    # --- the answer

    def paged(
        self,
        sql: str,
        parameters: Sequence[object],
        orders: Mapping[str, str],
        usual: str,
        rows: int = PAGE_ROWS,
        total: int | None = None,
    ) -> Paged:
        """One page of a query. `orders`: the sorts that a URL may name (- turns one round) → SQL columns, `;` apart."""
        sort = self.get("sort") or usual
        if sort.lstrip("-") not in orders:
            sort = usual
        name = sort.lstrip("-")
        direction = "desc nulls last" if sort.startswith("-") else "asc nulls last"
        columns = ", ".join(f"{column.strip()} {direction}" for column in orders[name].split(";"))
        if total is None:
            total = int((self.store.row(f"select count(*) as n from ({sql})", parameters) or {"n": 0})["n"])
        pages = max(1, -(-total // rows))
        page = min(max(1, self.number("page") or 1), pages)
        found = self.store.rows(f"{sql} order by {columns} limit {rows} offset {(page - 1) * rows}", parameters)
        return Paged(found, total, page, pages, sort)

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The page as HTML."""
        language = self.language

        def in_language(function: Callable[[Decimal | None, str], str]) -> Callable[[Decimal | None], str]:
            return lambda value: function(value, language)

        html = TEMPLATES.get_template(template).render(
            v=self,
            t=self.say,
            u=self.url,
            named=self.named,
            lang=language,
            nonce=getattr(self.request.state, "nonce", ""),
            money=in_language(show.money),
            amount=in_language(show.amount),
            short_money=in_language(show.short_money),
            plain=show.plain,
            count=show.count,
            percent=show.percent,
            cell=show.cell,
            pairs=lambda values: [(value, value) for value in values],
            decimal=lambda value: Decimal(str(value)),
            axis_money=lambda value: show.plain(Decimal(str(value)) / (show.WAN if language == "zh" else 1_000_000)),
            NONE=show.NONE,
            **values,
        )
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})
