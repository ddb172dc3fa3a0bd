"""What all sections of a report stand on: one publication, the catalog of that moment, the scope, and for whom."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from reports.documents.contents.catalog_then import CatalogThen
from reports.documents.contents.scope import ReportedScope
from reports.documents.model import Period
from reports.documents.periods import same_clock
from reports.models import Publication
from schemas.documents.documents import Report
from schemas.identity.readers import Reader


@dataclass(frozen=True)
class Basis:
    """See the module.

    period: by the report's zone. Values have periods of the publication's reporting zone: a report's week of Berlin
    shows the values of the week that New York's clock calls by the same days.
    """

    connection: Connection
    report: Report
    period: Period
    publication: Publication
    reader: Reader
    then: CatalogThen
    scope: ReportedScope

    @cached_property
    def zone(self) -> ZoneInfo:
        """Of every instant in the report."""
        return ZoneInfo(self.report.timezone or self.publication.timezone)

    @cached_property
    def reporting_zone(self) -> ZoneInfo:
        """Of the periods of values."""
        return ZoneInfo(self.publication.timezone)

    @cached_property
    def window(self) -> tuple[datetime, datetime]:
        """From when to when values are of the period."""
        return (
            same_clock(self.period.start, self.reporting_zone),
            same_clock(self.period.end, self.reporting_zone),
        )

    @cached_property
    def seen(self) -> tuple[str, ...]:
        """Metrics of the scope that the audience may read."""
        return tuple(each for each in self.scope.metrics if self.reader.sees(each))

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Metrics of the scope that it may not read."""
        return tuple(each for each in self.scope.metrics if not self.reader.sees(each))

    def local(self, moment: datetime | None) -> datetime | None:
        """The moment by the report's clock."""
        return None if moment is None else moment.astimezone(self.zone)

    def name_of(self, metric_id: str) -> str:
        """What the metric was called then."""
        found = self.then.catalog.metrics.get(metric_id)
        return found.name if found else metric_id
