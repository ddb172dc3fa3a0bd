"""Where links of a report lead in every format: to the pages of the installation, and nowhere else."""

import re
from urllib.parse import quote, urlsplit

from reports.charts.texts import fit
from reports.documents.addresses import report_path
from reports.documents.model import Cover

_ADDRESS = re.compile("[!-~]{1,2000}")
# of addresses that are quoted already, and what need not be
_OF_PATHS = "/%?&=+:,;@!$~-._#"


def own_page(cover: Cover) -> str | None:
    """Where the pages have the report; None where nobody can go there."""
    return cover.link if cover.link and _is_of_web(cover.link) else None


def address(cover: Cover, path: str) -> str | None:
    """Where the pages have a path of theirs; None where nobody can go there, or it is not theirs."""
    home = _home(cover)
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path == fit(path)
    if home is None or not is_path:
        return None
    found = home + quote(path, safe=_OF_PATHS)
    return found if _is_of_web(found) else None


def _home(cover: Cover) -> str | None:
    """What all paths of the pages come after, which may be a folder: what stands before the report's own path."""
    home, found, run = (own_page(cover) or "").rpartition(report_path(cover.report_id))
    return home if found and re.fullmatch("(/[0-9]+)?", run) else None


def _is_of_web(text: str) -> bool:
    if not _ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
