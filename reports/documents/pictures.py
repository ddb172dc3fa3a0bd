"""Charts of a report as PNG, named by content id where HTML shows them."""

import itertools
import re
import struct
from dataclasses import dataclass

from reports.charts.models import ChartLook
from reports.charts.texts import fit
from reports.documents.drawings import DrawnPicture, WantedPicture, drawn
from reports.documents.file import ReportFile
from reports.documents.model import ReportDocument

MOST_PICTURES = 12
"""In one mail: some 70 kB and 50 ms each."""

# readable on a phone, where it is a quarter smaller
_LOOK = ChartLook(theme="light", width=420, height=200)


@dataclass(frozen=True)
class Picture:
    """A chart as it is shown: width and height in pixels of a page; `words` for those who do not see it."""

    file: ReportFile
    width: int
    height: int
    words: str


def pictures_of(document: ReportDocument) -> dict[int, Picture]:
    """The first charts of a report, by the `id` of their illustration."""
    every = (each for section in document.all_sections() for each in section.illustrations)
    first = list(itertools.islice(every, MOST_PICTURES))
    pictures = drawn(document, [WantedPicture(each.numbers, _LOOK, "png") for each in first])
    return {
        id(each): _picture(number, each.name, picture)
        for number, (each, picture) in enumerate(zip(first, pictures, strict=True), 1)
    }


def _picture(number: int, name: str, picture: DrawnPicture) -> Picture:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60] or "chart"
    width, height = struct.unpack(">II", picture.content[16:24])
    file = ReportFile(f"{number:02}-{plain}.png", "image", "image/png", picture.content)
    return Picture(file, width // 2, height // 2, fit(picture.description))
