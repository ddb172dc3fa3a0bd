"""What messages say of a report: its name and period, its summary in words, what it rests on, and where it stands."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.settings import Settings
from pipelines.alerting.delivery.message import ToldReport
from pipelines.alerting.delivery.plain_text import plain
from pipelines.alerting.delivery.wording import LONGEST_TITLE, Line, Note
from reports.documents.addresses import report_address
from reports.figures import Figures

_MOST_SENTENCES = 5
_LONGEST_SENTENCE = 300
_MOST_DOUBTS = 3
_LONGEST_REASON = 500
_MARKS = {True: "better", False: "worse", None: ""}
_STATUSES = ("critical", "warning", "ok", "no_data")


def report_note(report: ToldReport, settings: Settings) -> Note:
    """The report as those read it who do not get it whole."""
    address = report_link(report, settings)
    where = Line(f"report {report.run_id}", plain(report.report_id), address)
    if report.restricted:
        lines = [Line("restricted", plain(report.restricted, _LONGEST_REASON))]
    else:
        lines = [*_summary(report), *_standing(report.contents), *_trust(report)]
    return Note(report_title(report), (*lines, where), "info", is_resolved=False)


def report_title(report: ToldReport) -> str:
    """Its name and period in one line."""
    return title_of_report(report.report_id, report.grain, report.period_start, report.contents)


def title_of_report(report_id: str, grain: str, start: datetime, contents: Mapping[str, Any]) -> str:
    """As `report_title`; `contents` need no more than cover and locale, and may lack them."""
    cover = contents.get("cover") or {}
    # by the clock of the report's zone, which is how contents are written
    local = _instant((cover.get("period") or {}).get("start")) or start
    period = plain(_figures(contents).period(local, grain))
    return f"{plain(cover.get('name') or report_id, LONGEST_TITLE - len(period) - 2)}, {period}"


def report_link(report: ToldReport, settings: Settings) -> str | None:
    """Where the pages show the report, where `MDL_PUBLIC_URL` says."""
    return report_address(settings.public_url, report.report_id, report.run_id)


def whom_to_ask(report: ToldReport) -> Line:
    """Who ends it: mail has no other way to."""
    owner = report.cover.get("owner_team")
    also = f" or {plain(owner)}, the team that owns it," if owner else ""
    return Line("", f"Ask an administrator{also} to change or end this report.")


def sentences(report: ToldReport) -> list[tuple[str, str]]:
    """The summary: what each sentence tells of (better, worse or neither) and its words, which may be anything."""
    figures = _figures(report.contents)
    return [
        (_MARKS[each.get("is_good")], "".join(_piece(one, figures) for one in each.get("pieces") or ()))
        for each in report.contents.get("summary") or ()
    ]


# ---- lines -----------------------------------------------------------------------------------------------
def _summary(report: ToldReport) -> Iterator[Line]:
    said = sentences(report)
    for mark, words in said[:_MOST_SENTENCES]:
        yield Line(mark, plain(words, _LONGEST_SENTENCE))
    if len(said) > _MOST_SENTENCES:
        yield Line("", f"and {len(said) - _MOST_SENTENCES} more in the report")


def _standing(contents: Mapping[str, Any]) -> Iterator[Line]:
    """How many metrics stand how, as the table of metrics has it."""
    counts = Counter(
        str(cell["value"])
        for table in _tables_of(contents.get("sections") or (), "metrics")
        for row in table.get("rows") or ()
        if isinstance(cell := row.get("status"), Mapping) and cell.get("value")
    )
    if counts:
        named = [name for name in _STATUSES if counts[name]]
        named += sorted(set(counts) - set(named))
        yield Line("metrics", ", ".join(f"{counts[name]} {plain(name.replace('_', ' '))}" for name in named))


def _tables_of(sections: Any, name: str) -> Iterator[Mapping[str, Any]]:
    for section in sections:
        if section.get("name") == name:
            yield from section.get("tables") or ()
        yield from _tables_of(section.get("parts") or (), name)


def _trust(report: ToldReport) -> Iterator[Line]:
    """The trust line of the pages in one, and why not to trust."""
    cover, figures = report.cover, _figures(report.contents)
    through = _instant(cover.get("data_through"))
    facts = [f"through {figures.instant(through)}" if through else "none yet"]
    published = _instant(cover.get("published_at"))
    if published:
        facts.append(f"published {figures.instant(published)} (publication {report.publication_id})")
    facts.append(f"quality {cover.get('quality') or 'unknown'}")
    yield Line("data", plain("; ".join(facts)))
    for doubt in list(cover.get("doubts") or ())[:_MOST_DOUBTS]:
        yield Line("do not trust", plain(doubt, _LONGEST_SENTENCE))


# ---- values ----------------------------------------------------------------------------------------------
def _figures(contents: Mapping[str, Any]) -> Figures:
    return Figures(contents.get("locale") or "en")


def _piece(piece: Mapping[str, Any], figures: Figures) -> str:
    """A part of a sentence: words, or a number or date as its kind is written."""
    kind, value = piece.get("kind"), piece.get("value")
    if kind in ("figure", "number"):
        return figures.number(value, piece.get("unit"))
    if kind == "share":
        return figures.share(value)
    if kind == "change":
        return figures.change(value)
    if kind == "period":
        return figures.period(_instant(value), piece.get("grain") or "day")
    if kind == "day":
        return figures.day(_instant(value))
    if kind == "instant":
        return figures.instant(_instant(value))
    return str(value or "").replace("_", " ") if kind == "status" else str(value or "")


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
