"""`mdl openapi`: the document that describes the API."""

import click

from cli.help import examples
from cli.installation import Installation, on_installation


@click.command(epilog=examples("mdl openapi", "mdl openapi --check"))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the file differs.")
@on_installation
def openapi(installation: Installation, *, check: bool) -> None:
    """Write the OpenAPI document of the API to docs/openapi.json."""
    from webapi.openapi import FILE, text  # noqa: PLC0415  the whole app

    wanted = text(installation.settings)
    if not check:
        FILE.write_text(wanted)
        click.echo(f"{FILE} is up to date")
    elif not FILE.exists() or FILE.read_text() != wanted:
        raise click.ClickException(f"{FILE} is not what the API serves; `mdl openapi` writes it anew")
