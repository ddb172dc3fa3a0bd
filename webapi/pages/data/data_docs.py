"""The Data Docs that Great Expectations made of the newest results, as they lie in MDL_HOME."""

import re
from pathlib import Path
from urllib.parse import quote

from flask import Response, send_from_directory
from werkzeug.exceptions import Forbidden
from werkzeug.security import safe_join

from reports.sources import seen_sources
from webapi.pages.data.blueprint import blueprint
from webapi.pages.frame.assets import asset_address
from webapi.process.media_types import HTML
from webapi.request.context import app_parts, current_request, reader

_RESULTS = "validations"
# they hold values of refused rows, which may be anything: nothing runs, and nothing is fetched from elsewhere
_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-ancestors 'none'"
)
# scripts, and what lies on other hosts; the policy refuses both anyway, and browsers complain of each
_FOREIGN = re.compile(
    rb"<script\b.*?</script>|<(?:link|img)\b[^>]*?\b(?:href|src)=\"https?:[^>]*>|url\('https?:[^)]*\)",
    re.DOTALL | re.IGNORECASE,
)


@blueprint.page("/data/docs/<path:name>")
def show_data_docs(name: str) -> Response:
    """A file of the Data Docs; a page of results shows values of its source.

    Raises:
        Forbidden: that source is behind a metric that the reader may not see.
        NotFound: there is no such file below their folder.
    """
    _insist_on_seen(name)
    path = Path(safe_join(str(_folder()), name) or "")
    if path.suffix == ".html" and path.is_file():
        response = Response(_here_alone(path.read_bytes()), content_type=f"{HTML}; charset=utf-8")
    else:
        response = send_from_directory(_folder(), name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    current_request().policy = _POLICY
    return response


def results_of(source_id: str) -> list[tuple[str, str]]:
    """Pages of the newest results of a source, as name and address; the index of all needs scripts and is not shown."""
    folder = safe_join(str(_folder() / _RESULTS), source_id)
    found = sorted(Path(folder).glob("*/*/*.html")) if folder else []
    return [(each.stem, f"/data/docs/{quote(str(each.relative_to(_folder())))}") for each in found]


def _here_alone(body: bytes) -> bytes:
    """A page without what lies elsewhere, and with styles of ours instead."""
    styles = f'<link rel="stylesheet" href="{asset_address("data-docs.css")}"></head>'.encode()
    return _FOREIGN.sub(b"", body).replace(b"</head>", styles, 1)


def _insist_on_seen(name: str) -> None:
    """By the folders that the name goes through, however it is written: each page of results is below its source's."""
    seen = app_parts().database.read(seen_sources, reader())
    steps = [step for step in name.split("/") if step not in ("", ".")]
    is_shown = steps[:1] != [_RESULTS] or (len(steps) > 1 and seen is not None and steps[1] in seen)
    if seen is not None and (not is_shown or ".." in steps):
        raise Forbidden("these results quote rows of a source behind a metric that is not for every reader")


def _folder() -> Path:
    return app_parts().settings.home / "data_docs"
