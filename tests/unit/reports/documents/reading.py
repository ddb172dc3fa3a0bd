"""Reading the HTML of a report back, strictly: what is not written by us is a fault."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


def _words(text: str) -> list[str]:
    return text.split()


_TAGS = frozenset(
    _words(
        "html head meta title style body main div p span strong small br bdi i a img h1 h2 h3 h4 h5 h6 ul li "
        "table caption thead tbody tr th td data time"
    )
)
_EMPTY = {"meta", "br", "img"}
_ATTRIBUTES = frozenset(
    _words(
        "class dir lang style role aria-hidden aria-label align valign nowrap hidden width height border cellpadding "
        "cellspacing scope value datetime href src alt charset name content data-css-inline"
    )
)
_CLASSES = frozenset(
    _words(
        "around page period trust fact doubts sentences data said spark status good care bad chart foot faint"
    )
)
_ADDRESS = re.compile(r"https://mdl\.example\.com/[^\s]*")
_PICTURE = re.compile(r"cid:\d\d-[A-Za-z0-9-]+\.png")


@dataclass
class ReadMail(HTMLParser):
    """What a mail is made of; `faults` are elements, attributes and addresses that no template of ours has."""

    page: str
    numbers: list[float] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.page)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.within]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _TAGS:
            self.faults.append(f"<{tag}>")
        if tag not in _EMPTY:
            self.within.append(tag)
        self.faults += [f"{tag} {name}={value}" for name, value in given.items() if not _is_ours(name, value)]
        if tag == "data":
            self.numbers.append(float(given["value"]))
        if tag == "img":
            self.pictures.append((given["src"].removeprefix("cid:"), given["alt"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        if not self.within or self.within.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if self.within and self.within[-1] != "style":
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}")

    @property
    def text(self) -> str:
        """All that is shown."""
        return "".join(self.texts)


def _is_ours(name: str, value: str) -> bool:
    if name == "href":
        return _ADDRESS.fullmatch(value) is not None
    if name == "src":
        return _PICTURE.fullmatch(value) is not None
    if name == "class":
        return set(value.split()) <= _CLASSES
    if name == "style":
        return not re.search(r"url|expression|@|\\", value)
    return name in _ATTRIBUTES
