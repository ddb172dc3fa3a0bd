"""What stands around a report's sections: what it rests on, for whom it is, and whom to ask; in words."""

from collections.abc import Collection

from reports.charts.texts import counted, fit
from reports.documents.file import FileFormat
from reports.documents.model import Cover, ReportDocument
from reports.documents.words import isolated, turns
from reports.figures import Figures

_NAMED = 10
_FILES = {"pdf": "PDF", "xlsx": "workbook"}


def period_of(cover: Cover, figures: Figures) -> str:
    """The period in words."""
    return figures.period(cover.period.start, cover.period.grain)


def facts(cover: Cover, figures: Figures) -> list[tuple[str, str]]:
    """What the numbers rest on, in the order in which it is read."""
    through = figures.instant(cover.data_through) if cover.data_through else "no data yet"
    return [
        ("Data through", through),
        ("Published", f"{figures.instant(cover.published_at)} (publication {cover.publication_id})"),
        ("Quality", fit(cover.quality or "unknown")),
        ("Time zone", fit(cover.timezone)),
    ]


def footer(document: ReportDocument, figures: Figures) -> list[str]:
    """What a reader may ask at the end."""
    cover = document.cover
    made = f"Made {apart(figures.instant(cover.made_at))} from publication {cover.publication_id}"
    as_what = f"as report {apart(fit(cover.report_id))}, for {apart(fit(cover.audience))}"
    lines = [f"{made}, {as_what}. Every number is as published then."]
    if document.hidden:
        lines.append(f"Restricted, and so without numbers for this audience: {_listed(document.hidden)}.")
    owner = f" or {apart(fit(cover.owner_team))}, the team that owns it," if cover.owner_team else ""
    return [*lines, f"Ask an administrator{owner} to change or end this report."]


def apart(text: str) -> str:
    """The text, kept apart from what is around it where it runs from right to left, by letters that nobody sees."""
    return isolated(text) if turns(text) else text


def elsewhere(cover: Cover, attached: Collection[FileFormat]) -> str:
    """Where all of it is that is cut here, as the end of a sentence."""
    files = [name for kind, name in _FILES.items() if kind in attached]
    if files:
        return f"the attached {' and '.join(files)} {'has' if len(files) == 1 else 'have'} all"
    return (
        "the pages have all" if cover.link else "an administrator can add a PDF or a workbook, which have all"
    )


def rows_left_out(shown: int, total: int, where: str) -> str:
    """The line below a table that is cut."""
    return f"{shown:,} of {counted(total, 'row')}; {where}."


def sections_left_out(number: int, where: str) -> str:
    """The line at the end of a report that is cut."""
    return f"{counted(number, 'section')} more; {where}."


def tables_left_out(number: int, where: str) -> str:
    """The line at the end of a report whose details are without their tables."""
    return f"{counted(number, 'table')} of details more; {where}."


def charts_left_out(number: int, where: str, *, has_tables: bool) -> str:
    """The line at the end of a report with more charts than a mail can hold, with the tables of all of them or not."""
    numbers = "their numbers are in the tables, and " if has_tables else ""
    return f"{counted(number, 'chart')} more; {numbers}{where}."


def _listed(names: Collection[str]) -> str:
    first = [apart(fit(name)) for name in list(names)[:_NAMED]]
    more = len(names) - len(first)
    return ", ".join([*first, *([f"{more} more"] if more else [])])
