"""The JavaScript that draws charts in pages: the libraries of Vega as vl-convert carries them, and a script of ours."""

import hashlib
import subprocess
import sys
import threading
from functools import lru_cache
from importlib.metadata import version

from core.errors import TookTooLongError

_SECONDS = 60
_MAKING = threading.Lock()


def bundle_digest(snippet: str) -> str:
    """What changes with the bundle's content, without making it: it may be kept for ever under a name that has it."""
    made_of = f"{version('vl-convert-python')}\n{snippet}"
    return hashlib.blake2b(made_of.encode(), digest_size=6).hexdigest()


def chart_bundle(snippet: str) -> bytes:
    """The libraries with `snippet`, which finds them as `vegaEmbed` and `vega`; two seconds the first time.

    Serve it as a module (`<script type="module">`).

    Raises:
        TookTooLongError: it was not made within a minute.
        subprocess.CalledProcessError: the process that makes it failed.
    """
    with _MAKING:
        return _made(snippet)


@lru_cache(maxsize=2)
def _made(snippet: str) -> bytes:
    """Made by a process of its own: it takes 100 MB, and holds Python's lock for a second."""
    # -P: nothing is imported from the folder that happens to be the working one
    command = [sys.executable, "-P", "-m", "reports.charts.bundle"]
    try:
        done = subprocess.run(  # noqa: S603  our own
            command, input=snippet.encode(), stdout=subprocess.PIPE, timeout=_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(
            f"the scripts of charts were not made within {_SECONDS} s; try again"
        ) from error
    return done.stdout


def main() -> None:
    """Write the bundle of the snippet on standard input."""
    import vl_convert  # noqa: PLC0415  only this process needs it

    sys.stdout.buffer.write(vl_convert.javascript_bundle(sys.stdin.read()).encode())


if __name__ == "__main__":
    main()
