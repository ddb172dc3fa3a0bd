"""A report in one of its formats."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FileFormat = Literal["html", "text", "pdf", "xlsx", "image"]


@dataclass(frozen=True)
class ReportFile:
    """A file as it is kept and sent.

    name: without folders. An `image` is named by the HTML as `cid:<name>`.
    """

    name: str
    format: FileFormat
    media_type: str
    content: bytes


def stem_of(report_id: str, period_start: datetime, grain: str) -> str:
    """How the files of a report are called before the dot: plain ASCII whatever its id, and never as another's are."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", report_id).strip("-")[:60] or "report"
    if plain != report_id:
        plain += f"-{hashlib.sha256(report_id.encode()).hexdigest()[:8]}"
    # of a day there are many hours, and one of them may come twice
    moment = "%Y-%m-%dT%H%M%z" if grain in ("minute", "hour") else "%Y-%m-%d"
    return f"{plain}-{grain}-{period_start.strftime(moment)}"
