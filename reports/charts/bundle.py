"""The JavaScript that draws charts in pages: the libraries of Vega as vl-convert carries them, and a script of ours."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

import brotli

# made once for all readers, so that each may load little: 0.3 s for a hundredth less than level 11, which takes 3 s
_BROTLI_QUALITY = 9


@dataclass(frozen=True)
class Bundle:
    """One script, as it is and packed; its name changes with its content, so that it may be kept for ever."""

    name: str
    plain: bytes
    brotli: bytes
    gzip: bytes


@lru_cache(maxsize=2)
def chart_bundle(snippet: str) -> Bundle:
    """The libraries with `snippet`, which finds them as `vegaEmbed` and `vega`; 1.3 s the first time.

    Serve it as a module (`<script type="module">`).
    """
    import vl_convert  # noqa: PLC0415  100 MB that only the process that makes the bundle needs

    text: str = vl_convert.javascript_bundle(snippet)
    plain = text.encode()
    digest = hashlib.blake2b(plain, digest_size=8).hexdigest()
    packed = brotli.compress(plain, quality=_BROTLI_QUALITY)
    return Bundle(f"charts-{digest}.js", plain, packed, gzip.compress(plain, 9, mtime=0))
