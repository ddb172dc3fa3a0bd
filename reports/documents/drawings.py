"""Charts of a report as pictures: of a large one by a process that ends, since what draws keeps 120 MiB for ever."""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from core.errors import PermanentError, TookTooLongError
from reports.charts.drawing import Drawable, draw
from reports.charts.models import ChartLook
from reports.documents.model import ReportDocument

_MANY_ROWS = 1_000
_SECONDS = 300
"""Forty charts take four of a processor, which may be busy."""


@dataclass(frozen=True)
class WantedPicture:
    """A chart as SVG in UTF-8 or as PNG; `font` in place of the usual one, out of the folders."""

    numbers: Drawable
    look: ChartLook
    form: Literal["svg", "png"]
    font: str | None = None
    font_folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrawnPicture:
    """A picture, and its words for those who do not see it."""

    content: bytes
    title: str
    description: str


def drawn(document: ReportDocument, wanted: Sequence[WantedPicture]) -> list[DrawnPicture]:
    """The pictures, the same wherever they are drawn.

    To start a process takes a second, which a report of usual size has no need of. Of a large one the rest, typst
    before all, takes hundreds of MiB, beside which there should be no other hundred.
    """
    rows = sum(len(table.rows) for section in document.all_sections() for table in section.tables)
    return draw_apart(wanted) if rows > _MANY_ROWS else draw_here(wanted)


def draw_here(wanted: Sequence[WantedPicture]) -> list[DrawnPicture]:
    """Each picture, in the same order."""
    return [_drawn(each) for each in wanted]


def draw_apart(wanted: Sequence[WantedPicture]) -> list[DrawnPicture]:
    """The same by another process, a second more.

    Raises:
        TookTooLongError: it had not ended after five minutes.
        PermanentError: it drew nothing; the message has its last words.
    """
    if not wanted:
        return []
    try:
        done = subprocess.run(  # noqa: S603  our own code
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
            input=pickle.dumps(wanted),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(f"charts were not drawn after {_SECONDS} s; it is tried again") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-500:]
        raise PermanentError(f"charts were not drawn: {said or f'it ended with {done.returncode}'}")
    found: list[DrawnPicture] = pickle.loads(done.stdout)  # noqa: S301  what our own process wrote
    return found


def main() -> None:
    """From what is wanted on stdin to what is drawn on stdout."""
    wanted = pickle.load(sys.stdin.buffer)  # noqa: S301  what our own process wrote
    pickle.dump(draw_here(wanted), sys.stdout.buffer)


def _drawn(wanted: WantedPicture) -> DrawnPicture:
    from reports.charts.rendering import png, svg  # noqa: PLC0415  whoever draws apart has no need of it

    chart = draw(wanted.numbers, wanted.look)
    for folder in wanted.font_folders:
        _know_fonts(folder)
    drawn = chart
    if wanted.font:
        # texts are measured in the font in which they are set, whatever the machine has
        config = {**chart.specification.get("config", {}), "font": wanted.font}
        specification = {**chart.specification, "config": config}
        drawn = replace(chart, drawing=lambda: specification)
    content = png(drawn) if wanted.form == "png" else svg(drawn).encode()
    return DrawnPicture(content, chart.title, chart.description)


@cache
def _know_fonts(folder: str) -> None:
    import vl_convert  # noqa: PLC0415  see reports/charts/rendering.py

    vl_convert.register_font_directory(folder)
