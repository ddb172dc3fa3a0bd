"""Finished answers, kept per encoding until what they depend on changes."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, Literal

import brotli
import zstandard
from flask import Response, make_response, request
from werkzeug.datastructures import Accept, Headers
from werkzeug.http import parse_accept_header, parse_etags

from core.errors import TransientError
from webapi.notes import Note, note
from webapi.stores import Kept, Stores

KeptBy = Literal["publication", "catalog", "both"]
"""Which versions an answer depends on: it is made anew when one of them changes."""

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


class _Finished(Response):
    """An answer whose headers are final: werkzeug would look through them several times, a third of a kept answer."""

    default_mimetype = None

    def __init__(self, body: bytes, status: int, headers: Iterable[tuple[str, str]]) -> None:
        super().__init__([body], status, _Final(headers))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(self.status, self.headers.to_wsgi_list())
        is_empty = self.status_code == 304 or environ["REQUEST_METHOD"] == "HEAD"
        return [] if is_empty else self.response  # type: ignore[return-value]  # the list of __init__


class _Final(Headers):
    """Headers that were checked when the answer was made."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._list = list(pairs)


def cached(kept_by: KeptBy) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer from the cache, and keep what the view answers with 200."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            noted, environ = note(), request.environ
            cache, stores = noted.services.cache, noted.services.cache.stores
            # read before the data: data may be newer than the version says, never older
            version = _version(kept_by, noted)
            encoding = _first_accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
            place = _place(environ, noted, encoding)
            if not cache.is_enabled:
                response = make_response(view(*args, **kwargs))
                is_whole = response.status_code == 200
                return _respond(_keep(response, encoding, version), noted, "BYPASS") if is_whole else response
            if (kept := stores.get(place, version)) is not None:
                return _respond(kept, noted, "HIT")
            with cache.making(f"{version}:{place}"):
                if (kept := stores.get(place, version) or stores.get_shared(place, version)) is not None:
                    return _respond(kept, noted, "HIT")
                try:
                    response = make_response(view(*args, **kwargs))
                except TransientError:
                    if (kept := stores.last(place)) is not None:
                        return _respond(kept, noted, "STALE")
                    raise
                if response.status_code != 200:
                    return response
                kept = _keep(response, encoding, version)
                stores.put(place, kept)
                return _respond(kept, noted, "MISS")

        return wrapper

    return decorate


def _version(kept_by: KeptBy, noted: Note) -> str:
    versions = noted.services.state.versions()
    noted.publication = str(versions.publication_id)
    if kept_by == "publication":
        return f"p{versions.publication_id}"
    of_catalog = f"c{versions.catalog_version}"
    return of_catalog if kept_by == "catalog" else f"p{versions.publication_id}{of_catalog}"


def _place(environ: Mapping[str, Any], noted: Note, encoding: str) -> str:
    """What is asked for, whatever the order of its parameters.

    The path is decoded and may hold any character, also those that part a query from it: its length comes first, so
    that no two requests have one place. All else comes from lists of our own, but for the query, which is not decoded.
    """
    query = environ.get("QUERY_STRING", "")
    if "&" in query:
        query = "&".join(sorted(query.split("&")))
    role = noted.principal.role.value if noted.principal else ""
    path = environ["PATH_INFO"]
    return f"{role}:{noted.media_type}:{encoding}:{len(path)}:{path}?{query}"


@lru_cache(maxsize=256)
def _first_accepted(header: str) -> str:
    """The first of our encodings that the client takes; identity where it takes none."""
    accepted = parse_accept_header(header, Accept)
    return next((name for name in ENCODINGS if accepted[name] > 0), "identity")


def _respond(kept: Kept, noted: Note, how: str) -> Response:
    """An answer out of the cache, or 304 where the client has it already."""
    noted.cache = how
    publication = kept.publication if how == "STALE" else noted.publication
    headers = [*kept.headers, ("X-MDL-Publication", publication), ("X-Cache", how)]
    if how == "STALE":
        headers.append(("Warning", '110 - "Response is Stale"'))
    if _is_had(request.environ.get("HTTP_IF_NONE_MATCH", ""), kept.etag):
        return _Finished(b"", 304, (each for each in headers if not each[0].startswith("Content-")))
    return _Finished(kept.body, 200, headers)


def _is_had(header: str, etag: str) -> bool:
    """Whether an If-None-Match names the tag, in a list or as a weak one, or is `*` (RFC 9110, 13.1.2)."""
    return header == etag or bool(header and parse_etags(header).contains_weak(etag.strip('"')))


def _keep(response: Response, encoding: str, version: str) -> Kept:
    body = response.get_data()
    used = encoding if len(body) > _SMALL else "identity"
    # a document's own tag names its state, so that If-Match can be compared with what is stored
    own, _ = response.get_etag()
    etag = f'"{own or hashlib.blake2b(body, digest_size=12).hexdigest()}-{used}"'
    packed = body if used == "identity" else ENCODINGS[used](body)
    headers = (
        *((name, value) for name, value in response.headers if name not in ("Content-Length", "ETag")),
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Accept, Accept-Encoding, Authorization, X-API-Key"),
        ("Content-Length", str(len(packed))),
        *([("Content-Encoding", used)] if used != "identity" else ()),
    )
    noted = note()
    fresh_until = time.time() + noted.services.settings.cache_ttl
    return Kept(packed, etag, noted.publication, version, fresh_until, headers)
