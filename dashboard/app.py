"""The web application: routes to page functions, errors as pages. `create_app(Settings())` is an ASGI application."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard.pages import compare, evidence, overview, performance, quality, report, spending, sql
from dashboard.query_process import Queries
from dashboard.security import DATA_DOCS, DBT_DOCS, Guard
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.view import NotFound, View
from pipelines.warehouse.publish import WarehouseError

Page = Callable[[View], Response]
PAGES: dict[str, Page] = {
    "/": overview.page,
    "/spending": spending.page,
    "/compare": compare.page,
    "/performance": performance.page,
    "/performance/{evaluation_id}": performance.project,
    "/quality": quality.page,
    "/finding/{finding_id}": evidence.finding,
    "/finding/{finding_id}/page.png": evidence.finding_picture,
    "/figure/{figure_id}": evidence.figure,
    "/figure/{figure_id}/page.png": evidence.figure_picture,
    "/reports": report.reports,
    "/report/{report_id}": report.page,
    "/report/{report_id}/{page:int}.png": evidence.page_picture,
    "/sql": sql.page,
    "/sql/download": sql.download,
    "/sql/tables.svg": sql.relations,
}
HERE = Path(__file__).parent
log = logging.getLogger("dashboard")


def create_app(settings: Settings) -> Starlette:
    """The dashboard over one warehouse file, which may be swapped or come later."""
    store, queries = Store(settings.warehouse), Queries(settings)

    def served(page: Page) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            view = View(request, store, queries, settings)
            try:
                return page(view)
            except NotFound as error:
                return view.render("error.html", 404, title=view.say("error.not_found"), detail=str(error))
            except WarehouseError as error:
                return view.render("error.html", 503, title=view.say("error.warehouse"), detail=str(error))
            except Exception:
                log.exception("%s failed", request.url.path)
                return view.render("error.html", 500, title=view.say("error.failed"), detail=view.say("error.log"))

        return endpoint

    def missing(request: Request, error: Exception) -> Response:
        view = View(request, store, queries, settings)
        status = error.status_code if isinstance(error, HTTPException) else 404
        return view.render("error.html", status, title=view.say("error.not_found"), detail=request.url.path)

    routes: list[Route | Mount] = [Route(path, served(page)) for path, page in PAGES.items()]
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    routes.append(Route("/favicon.ico", lambda request: RedirectResponse("/static/icon.svg")))
    for path, folder in ((DATA_DOCS, settings.data_docs), (DBT_DOCS, settings.dbt_docs)):
        if folder is not None:
            routes.append(Mount(path, StaticFiles(directory=folder, html=True, check_dir=False)))

    def warm() -> None:
        """What the first request would wait for: the file, and pandas, which DuckDB imports for a query's values."""
        queries.prepare()
        with suppress(WarehouseError):
            store.rows("select ? as one", [1])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(warm)
        yield
        queries.close()
        store.close()

    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, hosts=settings.hosts), Middleware(GZipMiddleware, minimum_size=1_000)],
        exception_handlers={404: missing},
        lifespan=lifespan,
    )
