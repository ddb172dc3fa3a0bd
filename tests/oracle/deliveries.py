"""Files as sources deliver them, drawn by hypothesis, and pandas' idea of what is left of them in the end."""

import csv
import io
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from hypothesis import strategies as st

from tests.oracle.generated import EVENTS
from tests.oracle.grid import Event

Format = Literal["csv", "jsonl"]
Row = dict[str, Any]

COLUMNS = ("id", "ts", "kind", "platform", "region", "user", "value", "items")
MAX_BAD_RATIO = 0.5
# days at which clocks change somewhere, a year begins, or nothing happens
MOMENTS = (
    ("America/New_York", datetime(2013, 11, 3, 5, tzinfo=UTC)),
    ("America/New_York", datetime(2014, 3, 9, 7, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2013, 10, 20, 3, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2014, 4, 5, 16, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2012, 12, 31, 18, 15, tzinfo=UTC)),
    ("UTC", datetime(2016, 1, 1, tzinfo=UTC)),
)


@dataclass(frozen=True)
class Step:
    """One run: files written before it (name and rows), and the as-of time that it stands at."""

    files: tuple[tuple[str, tuple[Row, ...]], ...]
    as_of: datetime
    catalog: int


@st.composite
def rows(draw: st.DrawFn, centre: datetime) -> Row:
    """One row; about one in ten is bad in some way."""
    after = timedelta(
        days=draw(st.sampled_from([0, 0, 0, -1, 1, -8])),
        minutes=draw(st.integers(0, 24 * 60)),
        microseconds=draw(st.integers(0, 999_999)),
    )
    return {
        "id": draw(st.integers(1, 12)),
        "ts": (centre - timedelta(hours=12) + after).isoformat(),
        "kind": draw(st.sampled_from(EVENTS)),
        "platform": draw(st.sampled_from(["web", "a,b=%c", "naïve ✓", None])),
        "region": draw(st.sampled_from(["emea", "amer"])),
        "user": draw(st.sampled_from(["u1", "u2", "u3", None])),
        "value": draw(st.none() | st.integers(-4, 20)),
        "items": draw(st.none() | st.integers(0, 4)),
    } | draw(st.sampled_from([{}] * 12 + BAD))


BAD: list[Row] = [
    {"ts": "yesterday"},
    {"ts": None},
    {"value": "many"},
    {"items": "inf"},
    {"region": None},
    {"region": "mars"},
    {"ts": "2913-01-01T00:00:00Z"},
]


@st.composite
def steps(draw: st.DrawFn, centre: datetime) -> list[Step]:
    """Runs that write new files, the same again, corrected ones, and rows that other files had before."""
    written: list[Row] = []
    drawn = []
    for _ in range(draw(st.integers(1, 4))):
        again = st.sampled_from(written) if written else st.nothing()
        content = st.lists(rows(centre) | again, min_size=1, max_size=8)
        files = draw(st.dictionaries(st.sampled_from("abc"), content, max_size=2))
        written += [row for rows_of_file in files.values() for row in rows_of_file]
        drawn.append(
            Step(
                tuple((name, tuple(files[name])) for name in sorted(files)),
                centre + timedelta(hours=draw(st.integers(-24, 4 * 24))),
                draw(st.integers(0, 1)),
            )
        )
    return drawn


def source(file_format: Format, *, keyed: bool) -> dict[str, Any]:
    """The source document that reads the files."""
    return {
        "source_id": "shop",
        "format": file_format,
        "path": f"*.{file_format}",
        "event_column": "kind",
        "timestamp": {"column": "ts"},
        "dimensions": {name: name for name in ("platform", "region", "user")},
        "fields": {"value": "value", "items": "items"},
        "max_bad_ratio": MAX_BAD_RATIO,
        **({"unique_key": ["id"]} if keyed else {}),
    }


def text(file_format: Format, given: tuple[Row, ...]) -> str:
    """The content of a file; nothing stands for a missing value in CSV, null in JSON."""
    if file_format == "jsonl":
        return "".join(json.dumps(row) + "\n" for row in given)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    writer.writerows(given)
    return buffer.getvalue()


@dataclass
class Truth:
    """What every path holds now, by the rules that the documentation states, without MDL's code."""

    keyed: bool
    content: dict[str, tuple[int, tuple[Row, ...]]] = field(default_factory=dict)
    deliveries: int = 0

    def deliver(self, name: str, given: tuple[Row, ...]) -> None:
        """Take a file: the same content changes nothing, too many bad rows leave what was there."""
        self.deliveries += 1
        bad = sum(not is_good(row) for row in given)
        if bad <= MAX_BAD_RATIO * len(given) and given != self.content.get(name, (0, ()))[1]:
            self.content[name] = (self.deliveries, given)

    def events(self) -> dict[str, Event]:
        """The rows that count, per event: of those with one key the last of the latest delivery."""
        ordered = [row for _, given in sorted(self.content.values(), key=lambda c: c[0]) for row in given]
        live = [row for row in ordered if is_good(row)]
        if self.keyed:
            live = list({row["id"]: row for row in live}.values())
        table = pd.DataFrame(live, columns=list(COLUMNS)).astype(
            {"kind": "str", "platform": "str", "region": "str", "user": "str", "value": float, "items": float}
        )
        table["occurred_at"] = pd.to_datetime(table.ts, utc=True, format="ISO8601").dt.as_unit("us")
        table["value_times_items"] = table.value * table["items"]
        table["value_less_items"] = table.value - table["items"]
        return {event: Event(table[table.kind == event]) for event in EVENTS}


def is_good(row: Row) -> bool:
    """Whether validation must let a row pass."""
    return not any(row[column] == value for bad in BAD for column, value in bad.items())


def land(landing: Path, file_format: Format, step: Step, number: int) -> None:
    """Write a step's files, each later than all before it."""
    for position, (name, given) in enumerate(step.files):
        path = landing / f"{name}.{file_format}"
        path.write_text(text(file_format, given), encoding="utf-8")
        moment = 1_500_000_000 + 100 * number + position
        os.utime(path, (moment, moment))
