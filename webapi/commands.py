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


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the file differs.")
def openapi(*, check: bool) -> None:
    """Write the OpenAPI document of the API to docs/openapi.json."""
    from webapi.openapi import FILE, text  # noqa: PLC0415  the whole app

    wanted = text(load_settings())
    if not check:
        FILE.write_text(wanted)
        click.echo(f"{FILE} is up to date")
    elif not FILE.exists() or FILE.read_text() != wanted:
        raise click.ClickException(f"{FILE} is not what the API serves; `mdl openapi` writes it anew")
