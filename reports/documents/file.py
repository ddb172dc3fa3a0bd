"""A report in one of its formats."""

from dataclasses import dataclass
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
