"""What a channel of the catalog stands for, as `MDL_CHANNELS` says."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from core.settings import Settings
from pipelines.alerting.delivery.message import Failure

Kind = Literal["webhook", "alertmanager", "mail", "apprise"]
_MAIL = ("mailto", "mailtos")
# one or more, separated by commas; nothing that would mean something in a URL, which Apprise unquotes twice
_ADDRESSES = re.compile(r"[\w.+-]+@[\w.-]+(, ?[\w.+-]+@[\w.-]+)*")


@dataclass(frozen=True)
class Channel:
    """A receiver: its name in the catalog and where it is. The URL holds secrets: never print it."""

    name: str
    kind: Kind
    url: str

    @property
    def is_one_by_one(self) -> bool:
        """Whether it opens and closes something per incident, so that a message cannot hold several."""
        return self.url.lower().startswith("pagerduty://")

    @property
    def takes_reports(self) -> bool:
        """Whether people read what is sent there, and not machines that open and close alerts."""
        return self.kind != "alertmanager" and not self.is_one_by_one


def resolve(settings: Settings, name: str) -> Channel | Failure:
    """The receiver of a channel: the setting of its whole name, else that of what stands before the colon."""
    prefix, _, rest = name.partition(":")
    if name in settings.channels:
        url = settings.channels[name].get_secret_value()
    elif prefix in settings.channels:
        url = _with(settings.channels[prefix].get_secret_value(), rest)
        if _schema(url) in _MAIL and rest and not _ADDRESSES.fullmatch(rest):
            return Failure(f"{rest!r} is not a list of mail addresses", is_permanent=True)
    else:
        return Failure(
            f"MDL_CHANNELS says nothing of {name!r} or of {prefix!r}; add either", is_permanent=True
        )
    return Channel(name, _kind(prefix, _schema(url)), url)


def _schema(url: str) -> str:
    return url.partition("://")[0].lower()


def _kind(prefix: str, schema: str) -> Kind:
    # http addresses of other channels are those that Slack, Teams and others give out: Apprise knows them
    if prefix == "alertmanager":
        return "alertmanager"
    if prefix == "webhook":
        return "webhook"
    return "mail" if schema in _MAIL else "apprise"


def _with(url: str, rest: str) -> str:
    """The URL of a whole family with what a name adds: in place of `{}`, or where Slack and mail expect it."""
    if not rest:
        return url
    encoded = quote(rest, safe="")
    if "{}" in url:
        return url.replace("{}", encoded)
    schema = _schema(url)
    base, mark, query = url.partition("?")
    if schema == "slack":
        return f"{base.rstrip('/')}/{encoded}{mark}{query}"
    if schema in _MAIL:
        return f"{base}?{query}{'&' if query else ''}to={encoded}"
    return url
