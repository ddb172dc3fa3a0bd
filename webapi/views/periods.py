"""How requests name days, moments and periods."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.documents.documents import Grain
from webapi.views.schemas import Schema

# beyond it, arithmetic on time zones leaves what dates can hold
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
GRAIN = validate.OneOf([grain.value for grain in Grain])


def _bearable(day: date) -> None:
    if not _FIRST <= day <= _LAST:
        raise ValidationError(f"is not between {_FIRST} and {_LAST}")


class DayOrMoment(fields.String):
    """A day, or a moment; one without an offset is in the reporting zone."""

    def __init__(self, description: str, **options: Any) -> None:
        forms = [{"type": "string", "format": form} for form in ("date", "date-time")]
        super().__init__(metadata={"description": description, "anyOf": forms}, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            moment = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
        except ValueError as error:
            message = "is neither a day (2013-09-01) nor a moment (2013-09-01T10:00)"
            raise ValidationError(message) from error
        _bearable(moment.date() if isinstance(moment, datetime) else moment)
        return moment


class FormDay(fields.Date):
    """A day as forms send it: none where the field was left empty."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not value:
            return None
        day = super()._deserialize(value, attr, data, **kwargs)
        _bearable(day)
        return day


class AsOfSchema(Schema):
    """On which day's publication the answer stands."""

    as_of = fields.Date(
        validate=_bearable,
        metadata={"description": "answer with what was published by the end of that day"},
    )


class PeriodsSchema(AsOfSchema):
    """Which periods."""

    start = DayOrMoment("first day, or moment from which periods begin", data_key="from")
    end = DayOrMoment("last day (included), or moment before which periods begin", data_key="to")
    is_complete = fields.Boolean(
        data_key="complete", metadata={"description": "only finished, or only running, periods"}
    )

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_: object) -> None:
        start, end = data.get("start"), data.get("end")
        if type(start) is date and type(end) is date and start > end:
            raise ValidationError("is before the first day", "to")
