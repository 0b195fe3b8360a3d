"""`juesuan dashboard`: the pages over the published warehouse, on this machine."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from pipelines.paths import RAW, WAREHOUSE
from pipelines.storage import at
from pipelines.warehouse.publish import WarehouseError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_commands(app: typer.Typer) -> None:
    """Hang `dashboard` on the command line."""
    app.command("dashboard")(dashboard_command)


def dashboard_command(
    warehouse: Annotated[Path, typer.Option("--warehouse", "-w", help="The DuckDB file.")] = WAREHOUSE,
    raw: Annotated[str, typer.Option(help="The folder of reports, or its URL, for the pictures of their pages.")] = str(
        RAW
    ),
    host: Annotated[str, typer.Option(help="Address to listen at; others than loopback let others in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8501,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further name under which browsers may ask for it.")
    ] = None,
) -> None:
    """Open the dashboard: overview, spending, comparison, performance, quality, reports and SQL in a browser."""
    try:
        import uvicorn

        from dashboard.app import create_app
        from dashboard.settings import Settings
    except ImportError as error:
        raise WarehouseError(f"{error.name} is not installed; the dashboard is the extra [dashboard]") from error
    from pipelines.build import docs_beside
    from pipelines.exports.dbt_docs import dbt_docs_beside

    reports = at(raw)
    settings = Settings(
        warehouse=warehouse.absolute(),
        raw=reports.absolute() if isinstance(reports, Path) else reports,
        data_docs=docs_beside(warehouse),
        dbt_docs=dbt_docs_beside(warehouse),
        hosts=(*LOOPBACK, host, *(allow_host or ())),
    )
    if not warehouse.is_file():
        typer.echo(f"{warehouse} is not there yet: pages say so until `juesuan build` has made it", err=True)
    config = uvicorn.Config(create_app(settings), host=host, port=port, log_level="warning", server_header=False)
    with config.bind_socket() as listening:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}/  (Ctrl + C ends it)"

        class Announced(uvicorn.Server):
            """Says where it is once it answers."""

            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                typer.echo(address)

        Announced(config).run(sockets=[listening])
