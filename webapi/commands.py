"""Commands of the API: serving it."""

import click

from core.settings import load_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the reporting API; SIGHUP reloads it, SIGTERM lets it finish what it has begun."""
    from webapi import serving  # noqa: PLC0415  the server, only where it is started

    serving.serve(load_settings(), host, port, workers)
