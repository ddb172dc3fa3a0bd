"""Going through every page as a reader: where links lead, and whether a page holds only what we write into it."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from werkzeug.test import TestResponse

from tests.integration.webapi.pages.conftest import Browser

# a file of a page, and what ends the visit or only changes colours
_NOT_FOLLOWED = ("format=", "/theme", "/api", "/assets/", "/health")
# a site of its own, which has tests of its own
_MANUAL = "/docs/"
_FOREIGN = ("iframe", "object", "embed", "style", "base", "applet", "audio", "video", "template")


@dataclass
class Read(HTMLParser):
    """What a page is made of."""

    page: str
    links: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _FOREIGN or "-" in tag:
            self.faults.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/assets/"):
            self.faults.append("a script of its own")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.faults.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction", "xlink:href") and not _is_ours(value):
                self.faults.append(f"{tag} {name}={value}")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "data":
            self.numbers.append(float(given["value"]))
        if "id" in given:
            self.ids.append(given["id"])

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is shown."""
        return "".join(self.texts)


def crawl(
    browser: Browser,
    starts: tuple[str, ...] = ("/",),
    most: int = 600,
    one_of: Callable[[str], str] | None = None,
) -> Iterator[tuple[str, TestResponse, Read]]:
    """Every page that links lead to, breadth first; with `one_of` one address of those that it gives one name."""
    seen, waiting = set(starts), deque(starts)
    kinds: set[str] = set()
    while waiting and most > 0:
        path = waiting.popleft()
        answer, most = browser.visit(path), most - 1
        if answer.mimetype != "text/html":
            continue
        read = Read(answer.text)
        yield path, answer, read
        for link in read.links:
            absolute = urlsplit(urljoin(path, link))
            address = absolute.path + (f"?{absolute.query}" if absolute.query else "")
            kind = one_of(address) if one_of else address
            if absolute.netloc or address.startswith(_MANUAL):
                continue
            if any(each in address for each in _NOT_FOLLOWED) or kind in kinds:
                continue
            if address not in seen:
                seen.add(address)
                kinds.add(kind)
                waiting.append(address)


def _is_ours(address: str) -> bool:
    """A path of this server, a place on the page, or a link that people follow on purpose."""
    parts = urlsplit(address)
    return parts.scheme in ("", "mailto") and not parts.netloc and not address.startswith(("//", "/\\", "\\"))
