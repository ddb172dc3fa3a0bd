"""A report as JSON."""

import json
from dataclasses import asdict
from typing import Any

from reports.documents.model import ReportDocument


def contents_of(document: ReportDocument) -> dict[str, Any]:
    """Every number and word of it."""
    contents: dict[str, Any] = json.loads(json.dumps(asdict(document), default=str))
    return contents
