"""What forms of these pages send: fields that were left empty are as good as absent."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_load, validate

from webapi.pages.frame.route import FileQuerySchema
from webapi.views.periods import GRAIN, DayOrMoment

DAYS = (30, 90, 365)


class FormQuerySchema(FileQuerySchema):
    """Parameters of a page that a form fills in."""

    @pre_load
    def _without_empty(self, data: Mapping[str, Any], **_: object) -> dict[str, Any]:
        return {name: data[name] for name in data if data[name] not in ("", [""])}


class RangeQuerySchema(FormQuerySchema):
    """From when to when: by days, or by how many days up to now."""

    grain = fields.String(load_default=None, validate=GRAIN)
    start = DayOrMoment("first day", data_key="from", load_default=None)
    end = DayOrMoment("last day, included", data_key="to", load_default=None)
    days = fields.Integer(load_default=None, validate=validate.OneOf(DAYS))
