"""`mdl users …`: who may ask the API."""

from typing import Any

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from core.clock import wall_now
from schemas.identity.administration import reset_password
from schemas.identity.audit import Doer, record
from schemas.identity.roles import Role
from schemas.identity.users import create_user, find_user, list_users, one_time_password

_MOST_LISTED = 100_000
_COLUMNS = ("username", "role", "is_active", "locked_until", "last_sign_in_at")


@click.group(epilog=examples("mdl users create ann --role editor", "mdl users list"))
def users() -> None:
    """Look after the users of the API."""


@users.command(
    "create", epilog=examples("mdl users create ann", "mdl users create bob --role admin --prompt")
)
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="viewer", show_default=True)
@click.option("--prompt", "is_prompted", is_flag=True, help="Ask for a password instead of making one up.")
@on_installation
def create(installation: Installation, username: str, role: str, *, is_prompted: bool) -> None:
    """Create a user; the password is made up, printed once, and must be replaced after the first sign-in."""
    name = username.lower()
    password = _typed() if is_prompted else one_time_password(name)
    installation.database.write(_create, name, password, Role(role), must_change_password=not is_prompted)
    click.echo(f"created {name} as {role}")
    if not is_prompted:
        click.echo(f"one-time password: {password}")


def _create(connection: Any, name: str, password: str, role: Role, *, must_change_password: bool) -> None:
    now = wall_now()
    create_user(connection, name, password, role, now, must_change_password=must_change_password)
    record(connection, Doer("command line"), "user.create", f"user:{name}", "done", {"role": str(role)}, now)


@users.command("reset-password", epilog=examples("mdl users reset-password ann"))
@click.argument("username")
@on_installation
def reset(installation: Installation, username: str) -> None:
    """Give a user a new one-time password, printed once; all sessions end, a lock is lifted."""
    name = username.lower()
    password = one_time_password(name)
    installation.database.write(_reset, name, password)
    click.echo(f"one-time password: {password}")


def _reset(connection: Any, name: str, password: str) -> None:
    now = wall_now()
    reset_password(connection, find_user(connection, name).user_id, password, now)
    record(connection, Doer("command line"), "user.reset_password", f"user:{name}", "done", {}, now)


@users.command("list", epilog=examples("mdl users list", "mdl users list --format csv"))
@format_option
@on_installation
def list_(installation: Installation, output_format: OutputFormat) -> None:
    """List the users."""
    found, _ = installation.database.write(list_users, 1, _MOST_LISTED)
    rows = [{name: getattr(user, name) for name in _COLUMNS} for user in found]
    print_rows(rows, output_format, "Users", _COLUMNS)


def _typed() -> str:
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed
