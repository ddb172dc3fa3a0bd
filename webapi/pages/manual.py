"""The manual at `/docs`, the site that `make docs` builds: for everybody, since it tells nothing of the numbers."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound

from webapi.pages.frame.assets import FOR_EVER
from webapi.pages.frame.route import POLICY
from webapi.process.media_types import ENCODINGS, PLAIN, first_accepted
from webapi.request.context import current_request

blueprint = Blueprint("manual", __name__)
# package data; not there where nobody built it
FOLDER = Path(__file__).parents[1] / "manual"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_PACKED = {".html", ".css", ".js", ".json", ".svg"}


@dataclass(frozen=True)
class _File:
    path: Path
    etag: str

    @property
    def has_name_of_its_content(self) -> bool:
        """Whether another content would have another name, as `bundle.a5f9d56c.min.js` would."""
        return self.path.name.endswith((".min.js", ".min.css"))


@blueprint.get("/docs")
def to_manual() -> Response:
    """To the folder, below which the links of the first page hold."""
    return redirect("/docs/", 308)  # type: ignore[return-value]  # werkzeug's is Flask's


@blueprint.get("/docs/")
@blueprint.get("/docs/<path:name>")
def show_manual(name: str = "") -> Response:
    """Answer a file of the site; of a folder its page."""
    files = _files(FOLDER, _stamp(FOLDER))
    if not files:
        raise NotFound(
            "the manual is not built here; `make docs` in MDL's repository builds it, the image has it"
        )
    if f"{name}/index.html" in files:
        return redirect(f"/docs/{name}/", 308)  # type: ignore[return-value]  # as above
    found = files.get(f"{name}index.html" if not name or name.endswith("/") else name)
    if found is None:
        raise NotFound(f"the manual has no page {name!r}; its search is at /docs/")
    current_request().policy = POLICY
    return _answer(found)


def _answer(found: _File) -> Response:
    kind = found.path.suffix
    encoding = first_accepted(request.headers.get("Accept-Encoding", "")) if kind in _PACKED else PLAIN
    response = Response(_packed(found, encoding), content_type=TYPES.get(kind, "application/octet-stream"))
    response.headers["Cache-Control"] = FOR_EVER if found.has_name_of_its_content else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if encoding != PLAIN:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(f"{found.etag}-{encoding}")
    response.make_conditional(request)
    return response


def _stamp(folder: Path) -> float:
    """When it was built, so that one that was built anew is seen; 0 where it is not there."""
    first = folder / "index.html"
    return first.stat().st_mtime if first.exists() else 0


@lru_cache(maxsize=1)
def _files(folder: Path, _stamp: float) -> dict[str, _File]:
    """Every file by its name; no other file is ever opened, whatever a path asks for."""
    return {
        path.relative_to(folder).as_posix(): _File(
            path, hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@lru_cache(maxsize=64)
def _packed(found: _File, encoding: str) -> bytes:
    body = found.path.read_bytes()
    return body if encoding == PLAIN else ENCODINGS[encoding](body)
