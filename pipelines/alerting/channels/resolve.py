"""What a channel of the catalog stands for, as `MDL_CHANNELS` says."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from core.settings import Settings
from pipelines.alerting.telling import Failure

Kind = Literal["webhook", "alertmanager", "apprise"]


@dataclass(frozen=True)
class Channel:
    """A receiver: its name in the catalog and where it is. The URL holds secrets: never print it."""

    name: str
    kind: Kind
    url: str


def resolve(settings: Settings, name: str) -> Channel | Failure:
    """The receiver of a channel: the setting of its whole name, else that of what stands before the colon."""
    prefix, _, rest = name.partition(":")
    if name in settings.channels:
        url = settings.channels[name].get_secret_value()
    elif prefix in settings.channels:
        url = _with(settings.channels[prefix].get_secret_value(), rest)
    else:
        return Failure(
            f"MDL_CHANNELS says nothing of {name!r} or of {prefix!r}; add either", is_permanent=True
        )
    is_http = urlsplit(url).scheme in ("http", "https")
    if prefix == "alertmanager" and is_http:
        return Channel(name, "alertmanager", url)
    if prefix == "webhook" and is_http:
        return Channel(name, "webhook", url)
    return Channel(name, "apprise", url)


def _with(url: str, rest: str) -> str:
    """The URL of a whole family with what a name adds: in place of `{}`, or where Slack and mail expect it."""
    if not rest:
        return url
    encoded = quote(rest, safe="")
    if "{}" in url:
        return url.replace("{}", encoded)
    schema = url.partition("://")[0].lower()
    base, mark, query = url.partition("?")
    if schema == "slack":
        return f"{base.rstrip('/')}/{encoded}{mark}{query}"
    if re.fullmatch(r"mailtos?", schema):
        return f"{base}?{query}{'&' if query else ''}to={encoded}"
    return url
