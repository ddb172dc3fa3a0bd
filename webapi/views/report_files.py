"""Files of the archive of reports as downloads, for the API and for pages."""

import re
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import NotFound
from werkzeug.http import is_resource_modified

from reports.archive.files import FoundFile, find_file, read_bytes
from webapi.request.context import app_parts, current_request, reader
from webapi.views.audited_writes import Action, write

# should a browser show one all the same, it runs nothing, loads nothing and is nobody
_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*", re.ASCII)
_UNKNOWN = "application/octet-stream"


def report_file(run_id: int, name: str, report_id: str | None = None) -> Response:
    """A file of a run as a download; of a report that is not for everybody it is noted who had it.

    Raises:
        UnknownRunError: there is no such file.
        NotFound: the run is not of the report that is named.
        RestrictedError: the reader may not read all that the report shows.
        NoLongerKeptError: it is no longer kept.
    """
    found: FoundFile = app_parts().database.read(find_file, run_id, name, reader())
    if report_id not in (None, found.report_id):
        raise NotFound(f"report {report_id} has no run {run_id}")
    current_request().policy = _POLICY
    answer = Response(headers=_headers(found), content_type=_media_type(found.file.media_type))
    if not is_resource_modified(request.environ, etag=answer.headers["ETag"]):
        answer.status_code = 304
        del answer.headers["Content-Length"], answer.headers["Content-Type"]
    elif request.method != "HEAD":
        answer.set_data(app_parts().database.read(read_bytes, found.file))
        _note(found)
    return answer


def _headers(found: FoundFile) -> dict[str, str]:
    return {
        "ETag": f'"{found.file.content_hash}"',
        "Content-Length": str(found.file.size_bytes),
        "Content-Disposition": _attachment(found.file.name),
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, X-API-Key, Cookie",
    }


def _attachment(name: str) -> str:
    """Plain letters for everybody, and the name itself for those who read RFC 6266: neither can end the header."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-") or "report"
    own = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    return f'attachment; filename="{plain}"{own}'


def _media_type(stored: str) -> str:
    return stored if _MEDIA_TYPE.fullmatch(stored) else _UNKNOWN


def _note(found: FoundFile) -> None:
    if found.shows_restricted:
        file = found.file
        detail = {"report": found.report_id, "file": file.name, "hash": file.content_hash}
        write(Action("report.download", f"report_run:{file.run_id}", detail), lambda _connection: None)
