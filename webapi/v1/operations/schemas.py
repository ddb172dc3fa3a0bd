"""What stats, publications and data quality answer."""

from marshmallow import fields

from webapi.views.pages import PaginationSchema
from webapi.views.schemas import Schema
from webapi.views.trust import TrustSchema


class _Counts(fields.Dict):
    """Numbers by name; a name that counts nothing is left out."""

    def __init__(self, description: str) -> None:
        super().__init__(
            keys=fields.String(),
            values=fields.Integer(),
            required=True,
            metadata={"description": description},
        )


class CountsSchema(Schema):
    """How much there is."""

    metrics = fields.Integer(required=True)
    metrics_by_kind = _Counts("computed, observed or documented")
    metrics_by_status = _Counts("of the latest finished period: ok, warning, critical or no_data")
    metrics_by_tier = _Counts("as the catalog says; none where it does not")
    domains = fields.Integer(required=True)
    objectives = fields.Integer(required=True)
    objectives_by_status = _Counts("such as on_track, at_risk, off_track")
    reports = fields.Integer(required=True)
    publications = fields.Integer(required=True)


class StatsSchema(Schema):
    """How much there is, and what it rests on."""

    data = fields.Nested(CountsSchema, required=True)
    meta = fields.Nested(TrustSchema, required=True)


class PublicationSchema(Schema):
    """One publication."""

    publication_id = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True)
    created_at = fields.AwareDateTime(required=True)
    as_of = fields.AwareDateTime(required=True)
    data_through = fields.AwareDateTime(required=True, allow_none=True)
    timezone = fields.String(required=True)
    lake_version = fields.Integer(required=True, allow_none=True)
    catalog_version = fields.Integer(required=True, allow_none=True)
    quality = fields.String(required=True, allow_none=True)
    run_id = fields.String(required=True, allow_none=True)
    values_changed = fields.Integer(required=True)
    values_computed = fields.Integer(required=True)


class PublicationAnswerSchema(Schema):
    """One publication."""

    data = fields.Nested(PublicationSchema, required=True)


class PublicationsSchema(Schema):
    """A page of publications, newest first."""

    data = fields.List(fields.Nested(PublicationSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class ExpectationSchema(Schema):
    """One expectation over the newest deliveries of a source."""

    suite = fields.String(required=True)
    expectation = fields.String(required=True)
    column_name = fields.String(required=True, allow_none=True)
    element_count = fields.Integer(required=True)
    unexpected_count = fields.Integer(required=True)
    failed_files = fields.Integer(required=True)
    validated_at = fields.AwareDateTime(required=True)


class SourceQualitySchema(Schema):
    """What a source delivered, and what of it was refused."""

    source_id = fields.String(required=True)
    files_accepted = fields.Integer(required=True)
    files_rejected = fields.Integer(required=True)
    files_waiting = fields.Integer(required=True)
    rows_delivered = fields.Integer(required=True)
    rows_accepted = fields.Integer(required=True)
    rows_quarantined = fields.Integer(required=True)
    rows_superseded = fields.Integer(required=True)
    last_accepted_at = fields.AwareDateTime(required=True, allow_none=True)
    expectations = fields.List(fields.Nested(ExpectationSchema), required=True)


class QualitySchema(Schema):
    """Quality of every source now."""

    state = fields.String(
        required=True,
        metadata={"description": "ok, warning (rows refused) or critical (a whole file refused)"},
    )
    sources = fields.List(fields.Nested(SourceQualitySchema), required=True)


class DataQualitySchema(Schema):
    """Quality of every source now, and the publication that stands."""

    data = fields.Nested(QualitySchema, required=True)
    meta = fields.Nested(
        TrustSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null before the first publication"},
    )
