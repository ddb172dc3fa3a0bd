"""Whether anything can have changed since the newest publication; answered by a few queries."""

from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import chain
from typing import Any

from sqlalchemy import Connection, func, select

from core.clock import wall_now
from core.errors import PermanentError
from core.settings import Settings
from pipelines.publish.state import last_publication
from reports.operations.quality import delivered
from reports.publications import HELD_BACK
from schemas.documents.documents import Grain
from schemas.tables import key_result_check_ins, published_metrics

_INSTANT = timedelta(microseconds=1)
_WITHIN_DAY = {Grain.MINUTE: "%F %H:%M %z", Grain.HOUR: "%F %H %z"}
# days at least, since pace counts them
_DAY = "%F"


def ground(connection: Connection, events_until: datetime | None) -> dict[str, Any]:
    """What a publication remembers for `is_standing`; `events_until` is the lake's last event, even if after as-of."""
    return {
        "events_until": events_until.isoformat() if events_until else None,
        "check_ins": connection.scalar(select(func.max(key_result_check_ins.c.check_in_id))),
        "software": version("metrics-definition-library"),
    }


def is_standing(
    connection: Connection,
    settings: Settings,
    as_of: datetime,
    lake_version: int | None,
    catalog_version: int,
) -> bool:
    """Whether a publication made now would be the one that there is.

    It is if it left no metric out and rests on the same lake, deliveries, catalog, zone, check-ins and version of MDL,
    and the time between the two as-of instants holds neither an event nor the beginning or end of a period.
    """
    newest = last_publication(connection)
    if newest is None or "events_until" not in newest.scope or newest.scope.get(HELD_BACK):
        return False
    until = newest.scope["events_until"]
    is_quiet = until is None or datetime.fromisoformat(until) < min(newest.as_of, as_of)
    return (
        (newest.lake_version, newest.catalog_version, newest.timezone)
        == (lake_version, catalog_version, settings.timezone)
        and newest.deliveries == delivered(connection)
        and ground(connection, None) | {"events_until": until}
        == {name: newest.scope[name] for name in ("events_until", "check_ins", "software")}
        and (
            newest.as_of == as_of
            or (
                is_quiet
                and _periods(connection, newest.as_of, settings) == _periods(connection, as_of, settings)
            )
        )
    )


def refuse_future(settings: Settings) -> None:
    """Insist that MDL_AS_OF lies in the past.

    Raises:
        PermanentError: it does not.
    """
    as_of = settings.as_of_utc
    if as_of is not None and as_of > wall_now():
        raise PermanentError(
            f"MDL_AS_OF, {_spoken(as_of, settings)}, lies in the future; set it to an instant that has passed, "
            "or to now"
        )


def refuse_set_back(connection: Connection, settings: Settings) -> None:
    """Insist that a run for MDL_AS_OF does not replace what was published for a later instant.

    Raises:
        PermanentError: it would.
    """
    newest, as_of = last_publication(connection), settings.as_of_utc
    if newest is None or as_of is None or as_of >= newest.as_of:
        return
    day = (as_of - _INSTANT).astimezone(settings.zone).date()
    raise PermanentError(
        f"MDL_AS_OF, {_spoken(as_of, settings)}, lies before {_spoken(newest.as_of, settings)}, at which the newest "
        f"publication stands, and would replace it; `mdl values METRIC --as-of {day}` shows what was published then, "
        "`mdl run --set-back` publishes nevertheless"
    )


def _spoken(instant: datetime, settings: Settings) -> str:
    return f"{instant.astimezone(settings.zone):%Y-%m-%d %H:%M %Z}"


def _periods(connection: Connection, as_of: datetime, settings: Settings) -> tuple[str, ...]:
    """Names of the periods that hold the instant and the one just before it, at the finest grain in use."""
    offered = connection.scalars(select(published_metrics.c.grains))
    finest = min(
        (Grain(name) for name in chain.from_iterable(offered)), key=list(Grain).index, default=Grain.DAY
    )
    form = _WITHIN_DAY.get(finest, _DAY)
    return tuple(instant.astimezone(settings.zone).strftime(form) for instant in (as_of - _INSTANT, as_of))
