"""Finished answers, kept per encoding until the publication or the catalog changes."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any

import brotli
import zstandard
from flask import Response, current_app, g, make_response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from core.errors import TransientError
from webapi.formats import media_type
from webapi.stores import Kept, Stores

_SMALL = 860  # bytes; below a packet, compression saves nothing


def _gzip(body: bytes) -> bytes:
    import gzip  # noqa: PLC0415

    return gzip.compress(body, 6, mtime=0)


# levels at which 150 KB take about a millisecond; see the field notes on what a request costs
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=4),
    "zstd": lambda body: zstandard.compress(body, 3),
    "gzip": _gzip,
}


@dataclass
class ResponseCache:
    """The stores, and one lock per answer that is being made."""

    stores: Stores
    is_enabled: bool
    _making: dict[str, threading.Lock] = field(default_factory=dict)

    @contextmanager
    def making(self, key: str) -> Iterator[None]:
        """Only one request makes an answer; those who want the same wait for it."""
        try:
            with self._making.setdefault(key, threading.Lock()):
                yield
        finally:
            # who came meanwhile holds the lock itself; who comes later finds the answer
            self._making.pop(key, None)


def cached(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer from the cache, and keep what the view answers with 200."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        services = current_app.extensions["mdl"]
        cache: ResponseCache = services.cache
        # read before the data: data may be newer than the key says, never older
        versions = services.state.versions()
        g.publication = str(versions.publication_id)
        encoding = chosen_encoding()
        if not cache.is_enabled:
            response = make_response(view(*args, **kwargs))
            return respond(_keep(response, encoding), "BYPASS") if response.status_code == 200 else response
        place = f"{g.principal.role}:{_normalised()}:{encoding}"
        key = f"{versions.publication_id}:{versions.catalog_version}:{place}"
        if (kept := cache.stores.get(key)) is not None:
            return respond(kept, "HIT")
        with cache.making(key):
            if (kept := cache.stores.get(key) or cache.stores.get_shared(key)) is not None:
                return respond(kept, "HIT")
            try:
                response = make_response(view(*args, **kwargs))
            except TransientError:
                if (kept := cache.stores.last(place)) is not None:
                    return respond(kept, "STALE")
                raise
            if response.status_code != 200:
                return response
            kept = _keep(response, encoding)
            cache.stores.put(key, place, kept)
            return respond(kept, "MISS")

    return wrapper


def respond(kept: Kept, how: str) -> Response:
    """An answer out of the cache, or 304 where the client has it already."""
    g.cache = how
    headers = [*kept.headers, ("X-Cache", how)]
    if how == "STALE":
        headers.append(("Warning", '110 - "Response is Stale"'))
    if kept.etag in request.headers.get("If-None-Match", ""):
        response = Response(
            status=304, headers=[each for each in headers if not each[0].startswith("Content-")]
        )
        del response.headers["Content-Type"]
        return response
    return Response(kept.body, headers=headers)


def chosen_encoding() -> str:
    """The first of ours that the client takes; identity where it takes none."""
    return _first_accepted(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)
def _first_accepted(header: str) -> str:
    accepted = parse_accept_header(header, Accept)
    return next((name for name in ENCODINGS if accepted[name] > 0), "identity")


def _normalised() -> str:
    query = "&".join(sorted(request.query_string.decode("latin-1").split("&")))
    return f"{request.path}?{query}:{media_type()}"


def _keep(response: Response, encoding: str) -> Kept:
    body = response.get_data()
    used = encoding if len(body) > _SMALL else "identity"
    # a document's own tag names its state, so that If-Match can be compared with what is stored
    own, _ = response.get_etag()
    etag = f'"{own or hashlib.blake2b(body, digest_size=12).hexdigest()}-{used}"'
    headers = [
        *((name, value) for name, value in response.headers if name not in ("Content-Length", "ETag")),
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Accept, Accept-Encoding, Authorization, X-API-Key"),
        ("X-MDL-Publication", g.publication),
    ]
    if used == "identity":
        return Kept(body, etag, tuple(headers))
    return Kept(ENCODINGS[used](body), etag, (*headers, ("Content-Encoding", used)))
