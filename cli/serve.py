"""`mdl serve`: the reporting API alone."""

import click

from cli.help import examples
from cli.installation import Installation, on_installation


@click.command(epilog=examples("mdl serve", "mdl serve --host 0.0.0.0 --port 8080 --workers 4"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@on_installation
def serve(installation: Installation, host: str, port: int, workers: int) -> None:
    """Serve the reporting API; SIGHUP reloads it, SIGTERM lets it finish what it has begun."""
    from webapi import serving  # noqa: PLC0415  the server, only where it is started

    serving.serve(installation.settings, host, port, workers)
