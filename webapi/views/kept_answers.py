"""How answers are kept and given again: under which place and version, packed how, with which headers."""

import hashlib
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from flask import Response, make_response, request
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags

from core.errors import TransientError
from reports.versions import Versions
from schemas.documents.kinds import DocumentKey
from webapi.process.answer_stores import FinishedAnswer
from webapi.process.media_types import ENCODINGS, PLAIN
from webapi.request.context import CurrentRequest, reader_of

KeptBy = Literal["publication", "catalog", "both", "moment", "seconds"]
"""Which versions an answer depends on: it is made anew when one of them changes.

`moment` is of what also says what is wrong now: all versions, any step of an incident, and the minute, since a source
becomes late by nothing but time. `seconds` is of what changes without any version: as `moment`, and every five seconds.
"""

_SPANS: Mapping[KeptBy, int] = {"moment": 60, "seconds": 5}
_MADE_HERE = ("Content-Length", "ETag", "Vary", "Cache-Control")
_SMALL = 860  # bytes; below a packet, compression saves nothing


class Wanted(NamedTuple):
    """What is asked for, in which encoding, and under which versions of numbers and catalog."""

    place: str
    version: str
    encoding: str


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


def version_of(kept_by: KeptBy, current: CurrentRequest, about: DocumentKey | None = None) -> str:
    """The versions that an answer depends on, as one text; `about` is the one document that it tells of."""
    snapshot = current.parts.snapshot
    versions = snapshot.versions()
    current.publication = str(versions.publication_id)
    # what is made of the snapshot on disk is kept for as long as that is of the same moment
    if not current.read_from:
        current.snapshot_at = snapshot.disk_moment
    of_disk = f"s{snapshot.disk_moment.timestamp()}" if snapshot.disk_moment else ""
    return of_disk + _version_of(kept_by, versions, current, about)


def _version_of(
    kept_by: KeptBy, versions: Versions, current: CurrentRequest, about: DocumentKey | None
) -> str:
    if kept_by == "publication":
        return f"p{versions.publication_id}"
    of_catalog = _of_catalog(versions.catalog_version, current, about)
    if (span := _SPANS.get(kept_by)) is not None:
        number = (int(current.parts.clock().timestamp()) + _offset(span)) // span
        return f"p{versions.publication_id}{of_catalog}a{versions.alert_version}t{number}"
    return of_catalog if kept_by == "catalog" else f"p{versions.publication_id}{of_catalog}"


def _offset(span: int) -> int:
    """Seconds by which the time of a path's answers begins earlier: not all are made anew at once."""
    return zlib.crc32(request.path.encode("utf-8", "surrogateescape")) % span


def _of_catalog(version: int, current: CurrentRequest, about: DocumentKey | None) -> str:
    """The version of the catalog; of one document that of what is told of it, which edits of others leave alone."""
    if about is None:
        return f"c{version}"
    book = current.parts.book
    try:
        opened = book.opened(version) or current.parts.database.read(book.open)
    except TransientError:  # what was kept before is answered then, see `made_once`
        return f"c{version}"
    return f"d{opened.state_around(about)}"


def place_of(environ: Mapping[str, Any], current: CurrentRequest, encoding: str) -> str:
    """What is asked for, whatever the order of its parameters.

    The path is decoded and may hold any character, also those that part a query from it: its length comes first, so
    that no two requests have one place. All else comes from lists of our own, but for the query, which is not decoded.
    """
    query = environ.get("QUERY_STRING", "")
    if "&" in query:
        query = "&".join(sorted(query.split("&")))
    readers = reader_of(current).access_class if current.principal else ""
    path = environ["PATH_INFO"]
    return f"{readers}:{current.media_type}:{encoding}:{len(path)}:{path}?{query}"


def made_once(wanted: Wanted, current: CurrentRequest, view: Callable[[], Any]) -> Response:
    """The answer of the view, made by one of those who want it at once, and kept if it is one of 200.

    Raises:
        TransientError: the database is away, and nothing was ever kept.
    """
    cache, stores, place = current.parts.cache, current.parts.cache.stores, wanted.place
    moment = current.snapshot_at
    with cache.making(f"{wanted.version}:{place}"):
        kept = stores.get(place, wanted.version) or stores.get_shared(place, wanted.version)
        if kept is not None:
            return respond(kept, current, "HIT")
        try:
            response = make_response(view())
        except TransientError:
            if (kept := stores.last(place)) is not None:
                return respond(kept, current, "STALE")
            raise
        if response.status_code != 200:
            return response
        kept = _finished(response, wanted, current)
        # PostgreSQL went away after the version was read: it would be kept as if it were of that
        if current.snapshot_at == moment:
            stores.put(place, kept)
        return respond(kept, current, "MISS")


def made_anew(wanted: Wanted, current: CurrentRequest, view: Callable[[], Any]) -> Response:
    """The answer of the view where none is kept, in the form of those that are."""
    response = make_response(view())
    if response.status_code != 200:
        return response
    return respond(_finished(response, wanted, current), current, "BYPASS")


def respond(kept: FinishedAnswer, current: CurrentRequest, how: str) -> Response:
    """An answer out of the cache, or 304 where the client has it already."""
    current.cache = how
    publication = kept.publication if how == "STALE" else current.publication
    headers = [*kept.headers, ("X-MDL-Publication", publication), ("X-Cache", how)]
    if how == "STALE":
        current.snapshot_at = None
        headers.append(("Warning", '110 - "Response is Stale"'))
    if _is_had(request.environ.get("HTTP_IF_NONE_MATCH", ""), kept.etag):
        return _Finished(b"", 304, (each for each in headers if not each[0].startswith("Content-")))
    return _Finished(kept.body, 200, headers)


def _is_had(header: str, etag: str) -> bool:
    """Whether an If-None-Match names the tag, in a list or as a weak one, or is `*` (RFC 9110, 13.1.2)."""
    return header == etag or bool(header and parse_etags(header).contains_weak(etag.strip('"')))


def _finished(response: Response, wanted: Wanted, current: CurrentRequest) -> FinishedAnswer:
    body = response.get_data()
    used = wanted.encoding if len(body) > _SMALL else PLAIN
    # a document's own tag names its state, so that If-Match can be compared with what is stored
    own, _ = response.get_etag()
    etag = f'"{own or hashlib.blake2b(body, digest_size=12).hexdigest()}-{used}"'
    packed = body if used == PLAIN else ENCODINGS[used](body)
    headers = (
        *((name, value) for name, value in response.headers if name not in _MADE_HERE),
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        ("Vary", response.headers.get("Vary") or "Accept, Accept-Encoding, Authorization, X-API-Key"),
        ("Content-Length", str(len(packed))),
        *([("Content-Encoding", used)] if used != PLAIN else ()),
    )
    fresh_until = time.time() + current.parts.served.in_force.cache_ttl
    return FinishedAnswer(packed, etag, current.publication, wanted.version, fresh_until, headers)
