"""Stylesheet, scripts and pictures of pages: read once, named by their content, kept by browsers for ever."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from reports.charts.bundle import bundle_digest, chart_bundle
from webapi.process.media_types import ENCODINGS, PLAIN, first_accepted

blueprint = Blueprint("assets", __name__)
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


# bundled with Vega, as reports/charts/bundle.py says
_CHARTS = "charts.js"


@dataclass(frozen=True)
class Asset:
    """One file; `name` holds a hash of its content, which `body` makes."""

    name: str
    content_type: str
    body: Callable[[], bytes]

    @classmethod
    def of(cls, name: str, content: bytes) -> "Asset":
        """Name a file by its content."""
        stem, _, kind = name.rpartition(".")
        if name == _CHARTS:
            snippet = content.decode()
            return cls(f"{stem}.{bundle_digest(snippet)}.{kind}", _TYPES[kind], lambda: chart_bundle(snippet))
        digest = hashlib.blake2b(content, digest_size=6).hexdigest()
        return cls(f"{stem}.{digest}.{kind}", _TYPES[kind], lambda: content)


@cache
def assets() -> dict[str, Asset]:
    """Every file of `webapi/pages/assets`, by its plain name."""
    folder = files("webapi.pages") / "assets"
    return {each.name: Asset.of(each.name, each.read_bytes()) for each in sorted(folder.iterdir(), key=str)}


def asset_address(name: str) -> str:
    """Where a page finds an asset."""
    return f"/assets/{assets()[name].name}"


@cache
def _packed(name: str, encoding: str) -> bytes:
    body = _named()[name].body()
    return body if encoding == PLAIN else ENCODINGS[encoding](body)


@cache
def _named() -> dict[str, Asset]:
    return {each.name: each for each in assets().values()}


@blueprint.get("/assets/<name>")
def get_asset(name: str) -> Response:
    """Answer a file under the name that holds its hash; another content has another name."""
    if name not in _named():
        raise NotFound(f"there is no asset {name!r}; reload the page")
    encoding = first_accepted(request.headers.get("Accept-Encoding", ""))
    response = Response(_packed(name, encoding), content_type=_named()[name].content_type)
    response.headers.update({"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding", "ETag": f'"{name}"'})
    if encoding != PLAIN:
        response.headers["Content-Encoding"] = encoding
    return response
