"""Links of the finished site that lead nowhere; those to other hosts are not fetched."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag


class _Page(HTMLParser):
    """What a page links and loads, and the names in it that links may lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Note what is in one tag."""
        given = {name: value for name, value in attrs if value}
        self.links |= {given[name] for name in ("href", "src") if name in given}
        self.names |= {given[name] for name in ("id", "name") if name in given}


def dead_links(site: Path) -> list[str]:
    """Each dead link as a line: the page, and where it does not lead."""
    pages = {path: _Page(path.read_text()) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site)} -> {link}"
        for path, page in pages.items()
        for link in sorted(page.links)
        if not _is_other_host(link) and not _leads(path, link, pages)
    ]


def _is_other_host(link: str) -> bool:
    return link.startswith(("http://", "https://", "mailto:", "data:"))


def _leads(path: Path, link: str, pages: dict[Path, _Page]) -> bool:
    to, anchor = urldefrag(link)
    target = (path.parent / unquote(to)).resolve() if to else path
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    return not anchor or target not in pages or unquote(anchor) in pages[target].names
