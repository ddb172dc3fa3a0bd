"""All checks, one after the other; those of PostgreSQL are told as not known while it is away."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from core.causes import explained
from core.database import connect_read_only, database_url
from core.errors import MdlError
from core.postgres import start_embedded
from core.settings import Settings
from pipelines.doctor import database, home, machine, operation
from pipelines.doctor.check import Check, Diagnosis, Patient, State, fault, ok, warning

DATABASE = Check("database", "whether PostgreSQL answers")
CHECKS: tuple[Check, ...] = (*machine.CHECKS, *home.CHECKS, DATABASE, *database.CHECKS, *operation.CHECKS)
_WORST: dict[State, int] = {"ok": 0, "warning": 1, "fault": 2}


@dataclass(frozen=True)
class Examined:
    """What a check said."""

    check: str
    state: State
    found: str
    advice: str


def examine(patient: Patient, names: Collection[str] = ()) -> list[Examined]:
    """Let every check look, or those that are named.

    Nothing is changed, but that an embedded PostgreSQL that stands still runs meanwhile.
    """
    chosen = [each for each in CHECKS if not names or each.name in names]
    found = [(each, _safely(each, partial(each.look, patient))) for each in chosen if each.look is not None]
    if any(each.look is None for each in chosen):
        with _opened(patient.settings) as (connection, answer):
            found += [
                (each, answer if each is DATABASE else _in_database(each, patient, connection))
                for each in chosen
                if each.look is None
            ]
    return [Examined(each.name, said.state, said.found, said.advice) for each, said in found]


def exit_code(found: list[Examined]) -> int:
    """0: all is well, 1: there are warnings, 2: something does not work."""
    return max((_WORST[each.state] for each in found), default=0)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Connection | None, Diagnosis]]:
    """A read-only connection, or why there is none."""
    try:
        url = _url(settings)
        if url is None:
            yield (
                None,
                warning("there is none in MDL_HOME yet", "`mdl run` makes it; or set MDL_DATABASE_URL"),
            )
            return
        engine = connect_read_only(url)
        connection = engine.connect()
    except (MdlError, DBAPIError) as error:
        yield None, fault(_first_line(error), "start PostgreSQL, or mend MDL_DATABASE_URL")
        return
    try:
        yield connection, ok("answers")
    finally:
        connection.close()
        engine.dispose()


def _url(settings: Settings) -> str | None:
    """The database's URL, None where an embedded server was never made; its rights are looked at, not mended."""
    if settings.database_url is not None:
        return database_url(settings)
    if not (settings.home / "postgres" / "PG_VERSION").exists():
        return None
    return start_embedded(settings.home, tighten=lambda _home: None)


def _in_database(check: Check, patient: Patient, connection: Connection | None) -> Diagnosis:
    if connection is None or check.look_in_database is None:
        return warning("not known while PostgreSQL is away", "see the check database")
    look = check.look_in_database
    try:
        return _safely(check, lambda: look(patient, connection))
    finally:
        connection.rollback()


def _safely(check: Check, look: Callable[[], Diagnosis]) -> Diagnosis:
    """What a check says; where it cannot look itself, that is a fault, and the others go on."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001  what is broken may raise anything, and the other checks are to look too
        said = f"{check.name} cannot be looked at: {_first_line(error)}"
        return fault(said, "mend this first, or see the checks above")


def _first_line(error: Exception) -> str:
    """What an error says, or what it is where it says nothing."""
    lines = str(explained(error) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
