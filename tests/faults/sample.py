"""The flights sample moved to today: its last days end the day before yesterday."""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from examples.flights.prepare import FILES, data_folder
from tests.image.build import ROOT

ZONE = "America/New_York"
DAYS = 60
# the day after the last one of the sample's own story, a Tuesday
_SAMPLES_END = datetime(2013, 10, 15, tzinfo=ZoneInfo(ZONE))


def last_midnight() -> datetime:
    """Where the moved data end: yesterday's begin."""
    today = datetime.now(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=1)


def land(folder: Path) -> None:
    """Write both files, cut to the last days."""
    for name, target in FILES.items():
        packed = data_folder() / name
        text = zipfile.ZipFile(packed).read("flights.csv").decode() if "zip" in name else packed.read_text()
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        moved = io.StringIO()
        csv.writer(moved, lineterminator="\n").writerows(_moved(csv.reader(io.StringIO(text))))
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("flights.csv", moved.getvalue())
        else:
            path.write_text(moved.getvalue())


def _moved(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows of the last days, with `time_hour`, their last column, as much later as the end is."""
    end, until = last_midnight(), _SAMPLES_END.astimezone(UTC)
    shift = end.astimezone(UTC) - until
    yield next(rows)
    for row in rows:
        at = datetime.fromisoformat(row[-1])
        if until - timedelta(days=DAYS) <= at < until:
            yield [*row[:-1], f"{at + shift:%Y-%m-%dT%H:%M:%SZ}"]


def write_catalog(folder: Path) -> None:
    """The sample's documents, whose alerts go to the channel `webhook:owners`."""
    shutil.copytree(ROOT / "examples/flights/catalog", folder)
    for path in folder.rglob("*.yaml"):
        path.write_text(re.sub(r'"(slack|email):[^"]+"', '"webhook:owners"', path.read_text()))


def promise(document: Path, tolerated: timedelta) -> None:
    """Let data of a document's first metrics be so old at most, in whole minutes."""
    text = re.sub(r"      data_freshness: .*\n", "", document.read_text())
    minutes = int(tolerated.total_seconds() // 60)
    fresh = rf'\g<0>      data_freshness: "{minutes} minutes"\n'
    document.write_text(re.sub(r"      time_grain: .*\n", fresh, text, count=1))
