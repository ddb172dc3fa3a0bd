"""What a report says, before it is a file: sections of sentences, tables and charts that every format writes.

Formats add no number and leave none out, so that all of them, and the API, show the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reports.cells import Change, Figure, PeriodCell, Share, Status, Table
from reports.charts.drawing import Drawable

Piece = str | Figure | Share | Change | PeriodCell | Status | date
"""A part of a sentence: words, or a number or date that each format writes as the report's locale does."""


@dataclass(frozen=True)
class Sentence:
    """Words with numbers among them; `is_good` colours and marks it, None is neither."""

    pieces: Sequence[Piece]
    is_good: bool | None = None


@dataclass(frozen=True)
class Illustration:
    """A chart; the numbers are in a table of its section too.

    name: of the picture as a file, and of that table; letters, digits and hyphens.
    """

    name: str
    numbers: Drawable


@dataclass(frozen=True)
class Section:
    """A part of a report. One without sentences, tables, illustrations and parts does not exist.

    name: letters, digits and hyphens, once in a document.
    """

    name: str
    title: str
    sentences: Sequence[Sentence] = ()
    tables: Sequence[Table] = ()
    illustrations: Sequence[Illustration] = ()
    parts: Sequence["Section"] = ()

    def in_order(self) -> list[Illustration | Table]:
        """As they are read: a chart above the first table of its name, which has its numbers; the others at the end."""
        charts, found = list(self.illustrations), list[Illustration | Table]()
        for table in self.tables:
            found += [each for each in charts if each.name == table.name]
            charts = [each for each in charts if each.name != table.name]
            found.append(table)
        return [*found, *charts]


@dataclass(frozen=True)
class Period:
    """What a report covers: from `start` to `end`, which is not in it, by the clock of the report's zone."""

    grain: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Cover:
    """What stands on top of a report in every format.

    audience: for whose eyes it is, in words. doubts: why its numbers should not be trusted; none is well.
    link: where the pages show the same, if the installation says where it is reached.
    """

    report_id: str
    name: str
    description: str | None
    owner_team: str | None
    period: Period
    audience: str
    made_at: datetime
    publication_id: int
    published_at: datetime
    data_through: datetime | None
    timezone: str
    quality: str | None
    doubts: Sequence[str] = ()
    link: str | None = None


@dataclass(frozen=True)
class ReportDocument:
    """One report for one period, made from one publication.

    locale: how every format writes numbers and dates. summary: the first thing that is read.
    metrics: ids of the metrics whose numbers are in it. hidden: of those that its audience may not read.
    """

    cover: Cover
    locale: str
    summary: Sequence[Sentence]
    sections: Sequence[Section]
    paper: str = "a4"
    metrics: Sequence[str] = field(default_factory=tuple)
    hidden: Sequence[str] = field(default_factory=tuple)

    def all_sections(self) -> list[Section]:
        """Every section, those within others right after these."""
        return [each for section in self.sections for each in _unfolded(section)]


def _unfolded(section: Section) -> list[Section]:
    return [section, *(each for part in section.parts for each in _unfolded(part))]
