"""Reports: which part of the company's numbers goes to whom, when, and as what."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.documents.documents.base import ChannelName, Document, Grain, Identifier, Part

ReportFormat = Literal["html", "pdf", "xlsx"]
LocaleName = Annotated[str, AfterValidator(lambda name: name.replace("-", "_"))]
"""Such as de_DE, as Babel spells it; read with a hyphen too."""


class ReportScope(Part):
    """What a report is about; nothing at all means everything."""

    domains: list[str] = Field(default_factory=list)
    objectives: list[str] = Field(default_factory=list)
    metrics: list[str] = Field(default_factory=list)


class ReportAudience(Part):
    """For whose eyes a report is made, whoever asks for it."""

    role: Literal["viewer", "editor", "admin"] = "viewer"
    team: str | None = None


class Report(Document):
    """A document that MDL makes of its numbers for each period, and sends."""

    report_id: Identifier
    name: str
    description: str | None = None
    owner_team: str | None = None
    scope: ReportScope = Field(default_factory=ReportScope)
    # the length of the period that one report covers
    grain: Grain = Grain.WEEK
    # five fields of cron by the clock of `timezone`; without one a report is made by hand alone
    schedule: str | None = None
    timezone: str | None = None
    formats: list[ReportFormat] = Field(default=["html"])
    audience: ReportAudience = Field(default_factory=ReportAudience)
    channels: list[ChannelName] = Field(default_factory=list)
    when_data: Literal["complete", "always"] = "complete"
    # for so long complete data are waited for after the schedule
    wait: str = "6 hours"
    locale: LocaleName | None = None
    paper: Literal["a4", "letter"] = "a4"
