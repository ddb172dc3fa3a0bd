"""What documents of every kind are made of: kinds of scalars and names, grains, directions, the bases of models."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _no_truth_value(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("expected a number, not true or false")  # noqa: TRY004  pydantic collects only ValueError
    return value


def _day(value: Any) -> Any:
    """The day of a date or timestamp as it was written, in its own offset."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value.strip()).date()
    except (AttributeError, ValueError) as error:
        raise ValueError("expected a date such as 2026-03-31") from error


def _moment(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        text = value.strip()
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except (AttributeError, ValueError) as error:
        raise ValueError("expected a date or timestamp such as 2026-03-31T06:00") from error


Scalar = str | bool | int | float
Note = str | dict[str, Any]
"""Prose for people, or a mapping such as {name, url}; MDL keeps it and does not read it."""
Number = Annotated[float, BeforeValidator(_no_truth_value)]
WholeNumber = Annotated[int, BeforeValidator(_no_truth_value)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]
Identifier = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00]+$")]
Character = Annotated[str, Field(min_length=1, max_length=1)]
# indexes hold them, and an index of PostgreSQL holds 2,704 bytes
RuleName = Annotated[str, Field(max_length=200)]
ChannelName = Annotated[str, Field(max_length=500)]
# a slice is written `name=value,name=value`, with % for what is escaped
DimensionName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00=,%]+$")]


class Grain(StrEnum):
    """Lengths of period, finest first."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class Part(BaseModel):
    """Base of everything inside a document; unknown fields are kept in `extra`."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    extra: dict[str, Any] = Field(default_factory=dict)


class Document(Part):
    """Base of every kind."""

    metadata: dict[str, Any] = Field(default_factory=dict)
