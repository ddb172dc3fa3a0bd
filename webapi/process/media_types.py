"""What bodies of answers are made of: their media types, and the encodings that make them small."""

from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

JSON = "application/json"
CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
TEXT = "text/plain"
HTML = "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SVG = "image/svg+xml"
PNG = "image/png"
VEGA_LITE = "application/vnd.vegalite.v6+json"


def _gzip(body: bytes) -> bytes:
    import gzip  # noqa: PLC0415

    return gzip.compress(body, 6, mtime=0)


# levels at which 150 KB take about a millisecond; see the field notes on what a request costs
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=4),
    "zstd": lambda body: zstandard.compress(body, 3),
    "gzip": _gzip,
}
PLAIN = "identity"


@lru_cache(maxsize=256)
def first_accepted(header: str) -> str:
    """The first of our encodings that the client takes; identity where it takes none."""
    accepted = parse_accept_header(header, Accept)
    return next((name for name in ENCODINGS if accepted[name] > 0), PLAIN)
