"""`mdl users …`: who may ask the API."""

from collections.abc import Mapping
from typing import Any

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_rows
from core.clock import wall_now
from schemas.identity.administration import change_user, reset_password
from schemas.identity.audit import Doer, record
from schemas.identity.roles import Role
from schemas.identity.users import create_user, find_user, list_users, one_time_password

_MOST_LISTED = 100_000
_COLUMNS = ("username", "role", "team", "email", "is_active", "locked_until", "last_sign_in_at")
_ROLES = click.Choice([role.value for role in Role])
_team = click.option("--team", help="As the catalog spells owners; it decides what may be read. '' is none.")
_email = click.option("--email", help="Where mail reaches the user; '' is nowhere.")


@click.group(epilog=examples("mdl users create ann --role editor", "mdl users list"))
def users() -> None:
    """Look after the users of the API."""


@users.command(
    "create",
    epilog=examples("mdl users create ann --team sales", "mdl users create bob --role admin --prompt"),
)
@click.argument("username")
@click.option("--role", type=_ROLES, default="viewer", show_default=True)
@_team
@_email
@click.option("--prompt", "is_prompted", is_flag=True, help="Ask for a password instead of making one up.")
@on_installation
def create(
    installation: Installation,
    username: str,
    role: str,
    team: str | None,
    email: str | None,
    *,
    is_prompted: bool,
) -> None:
    """Create a user; the password is made up, printed once, and must be replaced after the first sign-in."""
    name = username.lower()
    password = _typed() if is_prompted else one_time_password(name)
    about = _given(team=team, email=email)
    installation.database.write(
        _create, name, password, Role(role), about, must_change_password=not is_prompted
    )
    click.echo(f"created {name} as {role}")
    if not is_prompted:
        click.echo(f"one-time password: {password}")


def _create(
    connection: Any,
    name: str,
    password: str,
    role: Role,
    about: Mapping[str, str | None],
    *,
    must_change_password: bool,
) -> None:
    now = wall_now()
    create_user(connection, name, password, role, now, must_change_password=must_change_password, about=about)
    detail = {"role": str(role), **about}
    record(connection, Doer("command line"), "user.create", f"user:{name}", "done", detail, now)


@users.command(
    "change",
    epilog=examples("mdl users change ann --team sales", "mdl users change ann --role editor --email ''"),
)
@click.argument("username")
@click.option("--role", type=_ROLES, help="A new role.")
@_team
@_email
@on_installation
def change(
    installation: Installation, username: str, role: str | None, team: str | None, email: str | None
) -> None:
    """Change a user's role, team or mail address; it counts at once for all tokens and keys."""
    about = _given(team=team, email=email)
    if role is None and not about:
        raise click.UsageError("name at least one of --role, --team and --email")
    name = username.lower()
    installation.database.write(_change, name, Role(role) if role else None, about)
    click.echo(f"changed {name}")


def _change(connection: Any, name: str, role: Role | None, about: Mapping[str, str | None]) -> None:
    now, user_id = wall_now(), find_user(connection, name).user_id
    change_user(connection, user_id, role=role, about=about, now=now)
    detail = {**({"role": str(role)} if role else {}), **about}
    record(connection, Doer("command line"), "user.change", f"user:{name}", "done", detail, now)


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


def _given(**about: str | None) -> dict[str, str | None]:
    """What was said of a user; an empty text takes away what was there."""
    return {name: text or None for name, text in about.items() if text is not None}


def _typed() -> str:
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed
