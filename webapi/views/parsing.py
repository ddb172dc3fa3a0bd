"""How arguments of requests are parsed: whatever is unknown is an error, but in headers."""

from typing import Any

import marshmallow as ma
from flask import Request, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

from webapi.process.json_text import parse_json
from webapi.views.schemas import Schema


class Parser(FlaskParser):
    """Unknown parameters of a query are an error: a misspelt filter must not answer with everything."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012
        "query": ma.RAISE,
        "json": ma.RAISE,
        "headers": ma.EXCLUDE,
    }

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **options: Any) -> Any:
        """Say of an unknown parameter which there are."""
        names = sorted(field.data_key or name for name, field in schema.load_fields.items())
        known = f"known are {', '.join(names)}" if names else "none are known here"
        for texts in error.messages.get("query", {}).values():  # type: ignore[union-attr]  # by location
            if texts == ["Unknown field."]:
                texts[:] = [f"Unknown parameter; {known}."]
        return super().handle_error(error, req, schema, **options)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True) if is_json_request(req) else b""
        return parse_json(body) if body else missing


PARSER = Parser()


def refuse_query() -> None:
    """Refuse whatever parameters the request has, as the parser refuses unknown ones."""
    PARSER.parse(Schema(), request, location="query")
