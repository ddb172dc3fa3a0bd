"""Routes of stats, publications and data quality."""

from typing import Any

from reports.operations.quality import quality_report
from reports.operations.stats import stats
from reports.publications import publication_page, read_publication
from schemas.identity.roles import Role
from webapi.request.context import app_parts, reader
from webapi.v1.operations.schemas import (
    DataQualitySchema,
    PublicationAnswerSchema,
    PublicationsSchema,
    StatsSchema,
)
from webapi.views.blueprint import Blueprint
from webapi.views.pages import Page, PageQuerySchema, paged

blueprint = Blueprint("operations", __name__, description="What there is, what was published, how good it is")


@blueprint.get("/stats", role=Role.VIEWER, kept_by="both", problems=("nothing-published",))
@blueprint.response(200, StatsSchema)
def get_stats() -> dict[str, Any]:
    """Count what there is.

    Metrics by kind, status and tier, objectives by status, domains, reports and publications.
    """
    counted = app_parts().database.read(stats, reader())
    return {"data": counted, "meta": counted.trust}


@blueprint.get("/publications", role=Role.VIEWER, kept_by="publication")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, PublicationsSchema)
def list_publications(query: dict[str, int]) -> Page:
    """List publications, newest first.

    Each is one moment at which new numbers became visible, all at once.
    """
    return paged(app_parts().database.read(publication_page, **query), query)


@blueprint.get(
    "/publications/<int:publication_id>", role=Role.VIEWER, kept_by="publication", problems=("not-found",)
)
@blueprint.response(200, PublicationAnswerSchema)
def get_publication(publication_id: int) -> dict[str, Any]:
    """Read one publication.

    As incidents and values name it.
    """
    return {"data": app_parts().database.read(read_publication, publication_id)}


@blueprint.get("/data-quality", role=Role.VIEWER)
@blueprint.response(200, DataQualitySchema)
def get_data_quality() -> dict[str, Any]:
    """Read how good the deliveries are.

    Of every source, over the newest content of each of its files, as it is now: deliveries are judged between
    publications too, so that this answer is never kept. `meta.quality` is the state when the numbers were published.
    """
    quality, trust = app_parts().database.read(quality_report, reader())
    return {"data": quality, "meta": trust}
