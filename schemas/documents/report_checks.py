"""Whether a report can be made and sent as it says: its schedule, clock, language, wait and channels."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, pairwise, takewhile

from cronsim import CronSim

from core.zones import is_zone
from schemas.documents.documents import Grain, Report
from schemas.documents.durations import parse_duration
from schemas.documents.problems import Problem, problem_at
from schemas.documents.schedules import schedule_problem

# words of the API's own paths below /api/v1/reports
_ARCHIVE, _HISTORY = "archive", "history"
# they open and close incidents: there is no place for a document in what they take
_NOT_FOR_DOCUMENTS = {"pagerduty": "PagerDuty", "alertmanager": "Alertmanager"}
# of each grain the shortest period
_SHORTEST = {
    Grain.MINUTE: timedelta(minutes=1),
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1),
    Grain.WEEK: timedelta(weeks=1),
    Grain.MONTH: timedelta(days=28),
    Grain.QUARTER: timedelta(days=90),
    Grain.YEAR: timedelta(days=365),
}
# looked at to find how often it is due: a leap year and more
_FROM, _UNTIL, _MOST_DUE = datetime(2024, 1, 1), datetime(2029, 1, 1), 500  # noqa: DTZ001  by a clock of no zone


def report_problems(report: Report) -> Iterator[Problem]:
    """What keeps a report from being made and sent as it says."""
    wrong = partial(problem_at, report.report_id, "error")
    if _is_path_of_api(report.report_id):
        yield wrong("report_id", f"{report.report_id!r} is a path of the API of its own; choose another id")
    if not any(sign.isprintable() and not sign.isspace() for sign in report.name):
        yield wrong("name", f"expected a name that people can read; got {report.name!r}")
    if report.timezone is not None and not is_zone(report.timezone):
        yield wrong("timezone", f"{report.timezone!r} is not an IANA time zone such as America/New_York")
    if report.locale is not None and not _is_locale(report.locale):
        yield wrong("locale", f"{report.locale!r} is no locale such as en, en_GB, de or ja")
    if parse_duration(report.wait) is None:
        yield wrong("wait", f"expected a length of time such as `6 hours`; got {report.wait!r}")
    if not report.formats:
        yield wrong("formats", "expected at least one of html, pdf, xlsx")
    for name in (name for name, count in Counter(report.formats).items() if count > 1):
        yield wrong("formats", f"{name!r} is named twice")
    for index, channel in enumerate(report.channels):
        receiver = _NOT_FOR_DOCUMENTS.get(channel.partition(":")[0].strip().lower())
        if receiver is not None:
            yield wrong(f"channels[{index}]", f"{receiver} takes incidents, not reports; got {channel!r}")
    yield from _schedule(report)


def _is_path_of_api(report_id: str) -> bool:
    first, *others = report_id.split("/")
    return first == _ARCHIVE or (bool(others) and others[-1] in (_ARCHIVE, _HISTORY))


def _schedule(report: Report) -> Iterator[Problem]:
    if report.schedule is None:
        return
    fault = schedule_problem(report.schedule)
    if fault is not None:
        yield problem_at(report.report_id, "error", "schedule", f"{fault}; got {report.schedule!r}")
        return
    warned = partial(problem_at, report.report_id, "warning")
    grain = report.grain.value
    if _shortest_gap(report.schedule) < _SHORTEST[report.grain]:
        message = f"it is due more than once a {grain}, but made once for each {grain}"
        yield warned("schedule", f"{message}; a shorter `grain` or a rarer schedule makes them one")
    if report.owner_team is None and report.when_data == "complete":
        yield warned("owner_team", "without an owner nobody is told where it is withheld for want of data")


def _shortest_gap(schedule: str) -> timedelta:
    """The least time between two moments when it is due, by a clock that is never put forward or back."""
    due = islice(takewhile(_UNTIL.__gt__, CronSim(schedule, _FROM)), _MOST_DUE)
    return min((after - before for before, after in pairwise(due)), default=timedelta.max)


def _is_locale(name: str) -> bool:
    from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415  only where a report states one

    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
