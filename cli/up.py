"""`mdl up`: everything that serves an installation, together."""

import click

from cli.help import examples
from cli.installation import Installation, on_installation


@click.command(epilog=examples("mdl up", "mdl up --port 3100 --api-port 8100"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the API to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Of Dagster's UI."
)
@click.option(
    "--api-port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Of the API."
)
@on_installation
def up(installation: Installation, host: str, port: int, api_port: int) -> None:
    """Serve Dagster's UI and the API, and run schedules and sensors, until interrupted.

    Dagster's UI has no sign-in: it listens on this machine alone, unless MDL_DAGSTER_PROXY says that a proxy guards it.
    """
    from pipelines.orchestration.serving.supervisor import serve  # noqa: PLC0415  --help needs no Dagster

    serve(installation.settings, host, port, api_port, click.echo)
