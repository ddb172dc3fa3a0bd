"""Names of sections, tables and pictures, and links to pages, made of ids that may hold any letter."""

import hashlib
import re
from urllib.parse import quote

from reports.cells import Link


def name_for(kind: str, *ids: str) -> str:
    """Letters, digits and hyphens; another name for every other id."""
    text = "-".join(ids)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40]
    is_told = plain == text and len(ids) == 1
    mark = "" if is_told else "-" + hashlib.blake2b("\x00".join(ids).encode(), digest_size=4).hexdigest()
    return f"{kind}-{plain}{mark}" if plain else f"{kind}{mark}"


def link_to(room: str, document_id: str, name: str | None = None) -> Link:
    """A name that leads to the page of what it names, with the id below it."""
    href = f"/{room}/{quote(document_id, safe='')}"
    return Link(document_id, href) if name is None else Link(name, href, document_id)
