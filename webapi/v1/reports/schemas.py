"""What the routes of the archive take and answer."""

from typing import Any

from marshmallow import fields, validate

from reports.archive.models import STATES
from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import Schema


def _described(text: str, example: Any = None) -> dict[str, Any]:
    return {"description": text, **({} if example is None else {"example": example})}


class ReportRunsQuerySchema(PageQuerySchema):
    """Which runs of a report."""

    state = fields.String(validate=validate.OneOf(STATES))
    since = fields.AwareDateTime(metadata=_described("of which the period begins at that moment or later"))
    until = fields.AwareDateTime(metadata=_described("of which the period begins before that moment"))


class ArchiveQuerySchema(ReportRunsQuerySchema):
    """Which runs of which reports."""

    report_id = fields.String(metadata=_described("of one report alone", "weekly-scorecard"))


class ReportFileSchema(Schema):
    """A file of a report, as it was sent."""

    name = fields.String(
        required=True, metadata=_described("as a path", "weekly-scorecard-week-2026-03-02.pdf")
    )
    format = fields.String(required=True, metadata=_described("html, text, pdf, xlsx or image", "pdf"))
    media_type = fields.String(required=True, metadata=_described("of its bytes", "application/pdf"))
    size_bytes = fields.Integer(required=True)
    content_hash = fields.String(required=True, metadata=_described("sha256 of its bytes, and its ETag"))


class ReportAudienceSchema(Schema):
    """For whose eyes a report was made."""

    role = fields.String(metadata=_described("viewer, editor or admin", "viewer"))
    team = fields.String(allow_none=True)


class ReportRunSchema(Schema):
    """One report for one period: what became of it, and its files."""

    run_id = fields.Integer(required=True)
    report_id = fields.String(required=True, metadata=_described("of its document", "weekly-scorecard"))
    name = fields.String(
        required=True,
        allow_none=True,
        metadata=_described("of the report when it was made", "Weekly scorecard"),
    )
    timezone = fields.String(
        required=True,
        allow_none=True,
        metadata=_described("in which its period begins; null: the reporting zone"),
    )
    grain = fields.String(required=True, metadata=_described("length of its period", "week"))
    period_start = fields.AwareDateTime(required=True)
    period_end = fields.AwareDateTime(required=True, metadata=_described("not in it"))
    edition = fields.Integer(
        required=True, metadata=_described("1 is the one that was due; somebody asked for the others", 1)
    )
    asked_by = fields.String(required=True, allow_none=True, metadata=_described("null where it was due"))
    due_at = fields.AwareDateTime(required=True)
    wait_until = fields.AwareDateTime(
        required=True, metadata=_described("for complete data; then it is withheld")
    )
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata=_described("why it waits, was withheld or failed", "orders: no data since 2026-03-06 09:00"),
    )
    publication_id = fields.Integer(required=True, allow_none=True, metadata=_described("its numbers are of"))
    definition_hash = fields.String(required=True, allow_none=True, metadata=_described("of its document"))
    audience = fields.Nested(ReportAudienceSchema, required=True, allow_none=True)
    shows_restricted = fields.Boolean(
        required=True, metadata=_described("it shows numbers that not every viewer may read")
    )
    made_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    is_kept = fields.Boolean(
        required=True, metadata=_described("false where files and contents were removed as the settings say")
    )
    restricted = fields.Boolean(
        required=True,
        metadata=_described("one may not read all that it shows: files, contents and reason say nothing"),
    )
    why_restricted = fields.String(
        required=True, allow_none=True, metadata=_described("whom to ask, where it is restricted")
    )
    files = fields.List(fields.Nested(ReportFileSchema), required=True)
    deliveries = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata=_described("how many there are by their state", {"delivered": 2}),
    )


class ReportRunsSchema(Schema):
    """A page of runs, the newest first."""

    data = fields.List(fields.Nested(ReportRunSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class ReportDeliverySchema(Schema):
    """Who is, was or could not be sent the report."""

    target = fields.String(required=True, metadata=_described("the channel's name, never its address"))
    state = fields.String(
        required=True, validate=validate.OneOf(["waiting", "sending", "delivered", "withdrawn", "dead"])
    )
    attempts = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    next_attempt_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class ReportRunDetailSchema(ReportRunSchema):
    """A run with all that it says and everybody it goes to."""

    contents = fields.Dict(
        keys=fields.String(),
        required=True,
        allow_none=True,
        metadata=_described("every number and word of it; null where none was made, kept, or may be read"),
    )
    told = fields.List(fields.Nested(ReportDeliverySchema), required=True)


class ReportRunAnswerSchema(Schema):
    """One run of a report."""

    data = fields.Nested(ReportRunDetailSchema, required=True)
