"""Commands of the API: serving it, and the users who may ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from core.clock import wall_now
from core.console import OutputFormat, format_option, print_rows
from core.database import Database
from core.settings import load_settings
from schemas.identity.administration import reset_password
from schemas.identity.audit import Doer, record
from schemas.identity.roles import Role
from schemas.identity.users import create_user, find_user, list_users, one_time_password
from schemas.migrate import migrate

_MOST_LISTED = 100_000


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


@click.group()
def users() -> None:
    """Look after the users of the API."""


@users.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="viewer", show_default=True)
@click.option("--prompt", "is_prompted", is_flag=True, help="Ask for a password instead of making one up.")
def create(username: str, role: str, is_prompted: bool) -> None:  # noqa: FBT001  click passes by name
    """Create a user; the password is made up, printed once, and must be replaced after the first sign-in."""
    name = username.lower()
    password = _typed() if is_prompted else one_time_password(name)
    with _database() as database:
        database.write(_create, name, password, Role(role), must_change_password=not is_prompted)
    click.echo(f"created {name} as {role}")
    if not is_prompted:
        click.echo(f"one-time password: {password}")


def _create(connection: Any, name: str, password: str, role: Role, *, must_change_password: bool) -> None:
    now = wall_now()
    create_user(connection, name, password, role, now, must_change_password=must_change_password)
    record(connection, Doer("command line"), "user.create", f"user:{name}", "done", {"role": str(role)}, now)


@users.command("reset-password")
@click.argument("username")
def reset(username: str) -> None:
    """Give a user a new one-time password, printed once; all sessions end, a lock is lifted."""
    name = username.lower()
    password = one_time_password(name)
    with _database() as database:
        database.write(_reset, name, password)
    click.echo(f"one-time password: {password}")


def _reset(connection: Any, name: str, password: str) -> None:
    now = wall_now()
    reset_password(connection, find_user(connection, name).user_id, password, now)
    record(connection, Doer("command line"), "user.reset_password", f"user:{name}", "done", {}, now)


@users.command("list")
@format_option
def list_(output_format: OutputFormat) -> None:
    """List the users."""
    with _database() as database:
        found, _ = database.write(list_users, 1, _MOST_LISTED)
    rows = [
        {
            "username": user.username,
            "role": user.role,
            "is_active": user.is_active,
            "locked_until": user.locked_until,
            "last_sign_in_at": user.last_sign_in_at,
        }
        for user in found
    ]
    print_rows(
        rows, output_format, "Users", ("username", "role", "is_active", "locked_until", "last_sign_in_at")
    )


def _typed() -> str:
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


@contextmanager
def _database() -> Iterator[Database]:
    database = Database.open(load_settings())
    try:
        migrate(database.primary)
        yield database
    finally:
        database.close()
