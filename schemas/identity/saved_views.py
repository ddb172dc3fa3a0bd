"""Saved views: names for addresses of pages of metrics, for oneself or for one's team."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from schemas.identity.errors import IdentityConflictError, IdentityError, UnknownIdentityError
from schemas.tables import saved_views, users

LONGEST_NAME = 100
LONGEST_ADDRESS = 2_000
_MOST_OF_A_USER = 200


@dataclass(frozen=True)
class Viewer:
    """Who lists and changes saved views; administrators may rename and delete those of others that they see."""

    user_id: int
    team: str | None
    is_admin: bool = False


@dataclass(frozen=True)
class SavedView:
    """One name for an address; members of `team` see it too; `is_changeable` by the viewer."""

    view_id: int
    name: str
    address: str
    team: str | None
    owner: str
    created_at: datetime
    is_changeable: bool


def list_views(connection: Connection, viewer: Viewer) -> list[SavedView]:
    """What the viewer saved, and what others saved for his team; for administrators all of it. One statement."""
    columns = [saved_views.c[name] for name in ("view_id", "name", "address", "team")]
    changeable = literal(True) if viewer.is_admin else saved_views.c.user_id == viewer.user_id
    statement = (
        select(
            *columns,
            users.c.username.label("owner"),
            saved_views.c.created_at,
            changeable.label("is_changeable"),
        )
        .join(users, users.c.user_id == saved_views.c.user_id)
        .where(_seen(viewer))
        .order_by(func.lower(saved_views.c.name), saved_views.c.view_id)
    )
    return [SavedView(**row) for row in connection.execute(statement).mappings()]


def save_view(
    connection: Connection, viewer: Viewer, name: str, address: str, now: datetime, *, for_team: bool
) -> int:
    """Keep a new view; its id.

    Raises:
        IdentityError: the name or the address is none, the viewer has no team to share with, or too many views.
        IdentityConflictError: the viewer has a view of that name.
    """
    if for_team and viewer.team is None:
        raise IdentityError("you belong to no team, so there is none to share a view with")
    values = {
        "user_id": viewer.user_id,
        "team": viewer.team if for_team else None,
        "name": _checked_name(name),
        "address": checked_address(address),
        "created_at": now,
    }
    mine = select(func.count()).select_from(saved_views).where(saved_views.c.user_id == viewer.user_id)
    if (connection.scalar(mine) or 0) >= _MOST_OF_A_USER:
        raise IdentityError(f"you have {_MOST_OF_A_USER} saved views, which is the most; delete some first")
    try:
        with connection.begin_nested():
            made = connection.execute(insert(saved_views).values(values).returning(saved_views.c.view_id))
            return int(made.scalar_one())
    except IntegrityError as error:
        raise IdentityConflictError(f"you have a view called {name.strip()!r} already") from error


def rename_view(connection: Connection, viewer: Viewer, view_id: int, name: str) -> None:
    """Call a view something else.

    Raises:
        UnknownIdentityError: there is no such view, or it is somebody else's.
        IdentityError: the name is none.
        IdentityConflictError: its owner has another view of that name.
    """
    statement = update(saved_views).where(*_changeable(viewer, view_id)).values(name=_checked_name(name))
    try:
        with connection.begin_nested():
            changed = connection.execute(statement).rowcount
    except IntegrityError as error:
        raise IdentityConflictError(f"there is a view called {name.strip()!r} already") from error
    if not changed:
        raise UnknownIdentityError(f"you have no saved view {view_id}")


def delete_view(connection: Connection, viewer: Viewer, view_id: int) -> None:
    """Forget a view.

    Raises:
        UnknownIdentityError: there is no such view, or it is somebody else's.
    """
    if not connection.execute(delete(saved_views).where(*_changeable(viewer, view_id))).rowcount:
        raise UnknownIdentityError(f"you have no saved view {view_id}")


def checked_address(address: str) -> str:
    """An address that may be saved: a page of metrics of this installation, without its host.

    Raises:
        IdentityError: it leads elsewhere.
    """
    parts = urlsplit(address) if address.isprintable() and "\\" not in address else urlsplit("")
    is_ours = parts.path in ("/explore", "/metrics") or parts.path.startswith("/metrics/")
    if not is_ours or parts.scheme or parts.netloc or ".." in parts.path.split("/"):
        raise IdentityError("only addresses of /explore, /metrics and /metrics/… can be saved")
    if len(address) > LONGEST_ADDRESS:
        raise IdentityError(f"the address has more than {LONGEST_ADDRESS:,} characters")
    return address


def _checked_name(name: str) -> str:
    found = name.strip()
    if not (0 < len(found) <= LONGEST_NAME and found.isprintable()):
        raise IdentityError(f"the name of a view has 1 to {LONGEST_NAME} printable characters")
    return found


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_admin:
        return true()
    own = saved_views.c.user_id == viewer.user_id
    return own if viewer.team is None else or_(own, saved_views.c.team == viewer.team)


def _changeable(viewer: Viewer, view_id: int) -> list[ColumnElement[bool]]:
    whose = true() if viewer.is_admin else saved_views.c.user_id == viewer.user_id
    return [saved_views.c.view_id == view_id, whose]
