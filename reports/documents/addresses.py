"""Where the pages show a report and its runs: an id is one segment of the path, so that it is never another's."""

from urllib.parse import quote

# an id may hold any sign but blanks; these would end the segment, or make browsers leave it
_ESCAPES = {"~": "~0", "/": "~1"}
_DOT = "~2"


def report_path(report_id: str, run_id: int | None = None) -> str:
    """The path of a report, or of a run of it."""
    return f"/reports/{quote(_segment_of(report_id), safe='')}{'' if run_id is None else f'/{run_id}'}"


def report_address(public_url: str | None, report_id: str, run_id: int | None = None) -> str | None:
    """The same from anywhere; None where nobody said where the pages are reached."""
    return f"{public_url.rstrip('/')}{report_path(report_id, run_id)}" if public_url else None


def report_id_in(segment: str) -> str:
    """The id that a segment of such a path stands for, quoted no more."""
    text = segment.replace(_DOT, ".")
    for sign, written in reversed(_ESCAPES.items()):
        text = text.replace(written, sign)
    return text


def _segment_of(report_id: str) -> str:
    if report_id in (".", ".."):
        return report_id.replace(".", _DOT)
    for sign, written in _ESCAPES.items():
        report_id = report_id.replace(sign, written)
    return report_id
