"""What a check is: what it is given, what it says, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from core.settings import Settings

State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True)
class Patient:
    """The installation as checks see it; `ports` are those of Dagster's UI and the API."""

    settings: Settings
    now: datetime
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """What a check found, and what to do about it where something is wrong."""

    state: State
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    """A check: its name, what it looks at in a few words, and the function that looks."""

    name: str
    looks_at: str
    look: Callable[[Patient], Diagnosis] | None = None
    look_in_database: Callable[[Patient, Connection], Diagnosis] | None = None


def ok(found: str) -> Diagnosis:
    """Nothing is wrong."""
    return Diagnosis("ok", found)


def warning(found: str, advice: str) -> Diagnosis:
    """It works, and will not for ever, or somebody should know."""
    return Diagnosis("warning", found, advice)


def fault(found: str, advice: str) -> Diagnosis:
    """It does not work."""
    return Diagnosis("fault", found, advice)
