"""This instant, as readers of incidents need it."""

from zoneinfo import ZoneInfo

from reports.alerting.incidents import Moment
from webapi.request.context import app_parts


def reporting_moment() -> Moment:
    """This instant, and the zone of days."""
    parts = app_parts()
    return Moment(parts.clock(), ZoneInfo(parts.settings.timezone))
