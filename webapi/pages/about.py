"""What runs here: its version, what was published last, and how each part is."""

from typing import Any

from flask import Response

from reports.cells import Status, Table
from reports.errors import NothingPublishedError
from reports.models import Publication
from reports.operations.models import Stats
from reports.operations.stats import stats
from reports.publications import publications
from schemas.identity.roles import Role
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import Pages
from webapi.process.health import health_of
from webapi.request.context import app_parts, principal, reader

blueprint = Pages("pages-about", __name__)

_MOST_PUBLICATIONS = 10
_PUBLICATIONS = {
    "publication": "Publication",
    "published": "Published",
    "as_of": "As of",
    "through": "Data through",
    "changed": "Values changed",
    "computed": "Values computed",
    "quality": "Quality",
    "catalog": "Catalog version",
    "lake": "Lake version",
    "run": "Run",
}
_NUMERIC = frozenset(("publication", "changed", "computed", "catalog", "lake"))


@blueprint.page("/about")
def show_about() -> Response:
    """Versions, newest publications, and the health of each part."""
    parts = app_parts()
    newest: list[Publication] = parts.database.read(publications, 1, _MOST_PUBLICATIONS)
    health = health_of(parts, with_reasons=principal().role is Role.ADMIN)
    return page(
        "about.html",
        "About",
        [_health(health), _publications(newest)],
        health=health,
        newest=newest[0] if newest else None,
        catalog_version=parts.snapshot.versions().catalog_version,
        timezone=parts.settings.timezone,
        locale=parts.settings.locale,
        counts=_counts(),
    )


def _counts() -> dict[str, int]:
    try:
        found: Stats = app_parts().database.read(stats, reader())
    except NothingPublishedError:
        return {}
    by_kind = {f"{kind} metrics": count for kind, count in sorted(found.metrics_by_kind.items())}
    return {
        "metrics": found.metrics,
        **by_kind,
        "domains": found.domains,
        "objectives": found.objectives,
        "reports": found.reports,
        "publications": found.publications,
    }


def _health(found: dict[str, Any]) -> Table:
    rows = [
        {
            "part": name,
            "status": Status(one["status"]),
            "detail": f"{one['detail']}: {one['reason']}" if "reason" in one else one["detail"],
        }
        for name, one in found["parts"].items()
    ]
    columns = {"part": "Part", "status": "State", "detail": "What of it"}
    return Table("health", "Health of each part", columns, rows)


def _publications(found: list[Publication]) -> Table:
    rows = [
        {
            "publication": each.publication_id,
            "published": each.published_at,
            "as_of": each.as_of,
            "through": each.data_through,
            "changed": each.values_changed,
            "computed": each.values_computed,
            "quality": Status(each.quality),
            "catalog": each.catalog_version,
            "lake": each.lake_version,
            "run": each.run_id,
        }
        for each in found
    ]
    return Table("publications", "Newest publications", _PUBLICATIONS, rows, _NUMERIC)
