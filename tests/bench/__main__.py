"""`make bench`: speed and memory of the main job on synthetic events, each figure beside its baseline.

Everything is measured in one run, on one machine, so that the ratios mean something where the seconds do not.
Nothing is asserted. `MDL` figures are whole processes of `mdl run`, start and database included.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click
import duckdb
import psycopg
import yaml
from sqlalchemy import make_url

from cli.printing import print_rows
from core.postgres import start_embedded
from examples.generate import Stream, catalog, write
from tests.bench import alerts, api, pages, reports
from tests.bench.latency import latency

START = date(2024, 1, 1)
YEAR_DAYS = 365
_PARTS = ("whole", "metrics", "day", "api", "pages", "reports", "alerts", "latency")
GROUP_BY = """
    select occurred_at::date as day, kind, platform, region, count(*), sum(amount), sum(duration_ms)
    from read_parquet('{file}') group by all
"""


@dataclass
class Bench:
    """One benchmark run: where it writes, and what it found."""

    folder: Path
    rows: list[dict[str, object]]

    def note(
        self, what: str, seconds: float, ratio: float | None, bar: str, peak_mib: float | None = None
    ) -> None:
        """Keep a figure."""
        self.rows.append(
            {"what": what, "seconds": round(seconds, 2), "ratio": ratio, "bar": bar, "peak MiB": peak_mib}
        )
        click.echo(f"{what}: {seconds:.2f} s", err=True)


@dataclass(frozen=True)
class Home:
    """A home of MDL with a catalog and a landing zone of its own."""

    folder: Path
    days: int

    @property
    def landing(self) -> Path:
        """Where its files land."""
        return self.folder / "landing" / "shop"

    def write_catalog(self, metrics: int) -> None:
        """Write a catalog of that many metrics."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "catalog.yaml").write_text(
            yaml.safe_dump(catalog(metrics, "shop/*.parquet", keyed=False))
        )

    def run(self, *arguments: str) -> tuple[float, float]:
        """`mdl run` as a process of its own; seconds and peak memory in MiB."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")}
        environment |= {
            "MDL_HOME": str(self.folder / "home"),
            "MDL_CATALOG": str(self.folder / "catalog.yaml"),
            "MDL_LANDING": str(self.folder / "landing"),
            "MDL_AS_OF": f"{START + timedelta(days=self.days)}T00:00:00Z",
            "MDL_HISTORY_START": str(START),
        }
        command = [sys.executable, "-c", "import mdl; mdl.main()", "run", *arguments]
        with tempfile.TemporaryFile("w+") as output, _timed() as timer:
            process = subprocess.Popen(
                command, env=environment, cwd=self.folder, stdout=output, stderr=output
            )
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                output.seek(0)
                raise click.ClickException(f"mdl run failed:\n{output.read()}")
        return timer.seconds, usage.ru_maxrss / 1024


@dataclass
class _Timer:
    seconds: float = 0


@contextmanager
def _timed() -> Iterator[_Timer]:
    timer, begun = _Timer(), time.perf_counter()
    yield timer
    timer.seconds = time.perf_counter() - begun


def whole_pipeline(bench: Bench, rows: int) -> Home:
    """Five million events through everything, against a bare GROUP BY and a COPY of the same rows."""
    home = Home(bench.folder / "whole", days=90)
    home.write_catalog(20)
    (file,) = write(Stream(rows, start=START, days=90), home.landing)
    with _timed() as grouped:
        duckdb.connect().execute(GROUP_BY.format(file=file)).fetchall()
    copied = _copy_seconds(bench.folder, file)
    base = grouped.seconds + copied
    bench.note("bare GROUP BY of the file in DuckDB", grouped.seconds, None, "")
    bench.note("COPY of the same rows into PostgreSQL", copied, None, "")
    seconds, peak = home.run()
    bench.note(
        "mdl run: 20 metrics x 3 grains x 3 slices", seconds, seconds / base, "8 x their sum; 2,048 MiB", peak
    )
    idle, _ = home.run()
    bench.note("mdl run with nothing new", idle, None, "6 s")
    return home


def many_metrics(bench: Bench, home: Home) -> None:
    """A thousand metrics on the events that are already there, against twenty."""
    few, _ = home.run("--full")
    bench.note("mdl run --full: 20 metrics", few, None, "")
    home.write_catalog(1_000)
    many, peak = home.run("--full")
    bench.note("mdl run --full: 1,000 metrics", many, many / few, "5 x 20 metrics", peak)


def new_day(bench: Bench, rows: int) -> None:
    """One more day on a year of history, against the same day on an empty lake."""
    year = Home(bench.folder / "year", days=YEAR_DAYS)
    year.write_catalog(20)
    write(Stream(rows, start=START, days=YEAR_DAYS), year.landing)
    year.run()
    alone = Home(bench.folder / "alone", days=YEAR_DAYS + 1)
    alone.write_catalog(20)
    alone.run()
    later = Home(year.folder, days=YEAR_DAYS + 1)
    daily = Stream(rows // YEAR_DAYS, seed=1, start=START + timedelta(days=YEAR_DAYS), days=1)
    for home in (alone, later):
        for file in write(daily, home.folder / "new"):
            shutil.move(
                file, home.landing.mkdir(parents=True, exist_ok=True) or home.landing / "new-day.parquet"
            )
    empty_seconds, _ = alone.run()
    bench.note("mdl run: a new day on an empty lake", empty_seconds, None, "")
    seconds, _ = later.run()
    bench.note(
        "mdl run: the same day on a year of history", seconds, seconds / empty_seconds, "1.5 x the empty lake"
    )


def _copy_seconds(folder: Path, file: Path) -> float:
    """Seconds of a text COPY of the file's rows into a plain table of the embedded PostgreSQL."""
    text = folder / "rows.csv"
    columns = "event_id, occurred_at, kind, platform, region, user_id, status, amount, duration_ms, items"
    duckdb.connect().execute(
        f"copy (select {columns} from read_parquet('{file}')) to '{text}' (header false)"
    )
    url = (
        make_url(start_embedded(folder / "copy"))
        .set(drivername="postgresql")
        .render_as_string(hide_password=False)
    )
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "create table bare (event_id bigint, occurred_at timestamptz, kind text, platform text, region text, "
            "user_id text, status text, amount float8, duration_ms float8, items float8)"
        )
        with _timed() as timer, text.open("rb") as source:
            with cursor.copy("copy bare from stdin (format csv)") as copy:
                while chunk := source.read(1 << 20):
                    copy.write(chunk)
            connection.commit()
    text.unlink()
    return timer.seconds


def served(folder: Path, wanted: set[str]) -> None:
    """What needs a thousand metrics and a year of days: answers, pages and reports."""
    home = api.Api(folder)
    home.prepare()
    if "api" in wanted:
        print_rows(api.kept_answers(home), "table", "kept answers, 32 connections, 2 workers")
        print_rows(api.cold_reads(home), "table", "answers made anew: 1,000 metrics, a year of days")
    if "pages" in wanted:
        print_rows(pages.kept_pages(home), "table", "kept pages, 32 connections, 2 workers")
        print_rows(pages.cold_pages(home), "table", "pages made anew: 1,000 metrics, a year of days")
        print_rows(pages.first_paint(home), "table", "first contentful paint in Chromium")
    if "reports" in wanted:
        reports.catalogued(home)
        print_rows(reports.formats(home), "table", "a report of 1,000 metrics, a year of days")
        print_rows(reports.readers_beside(home), "table", "readers of the API, 50 reports at once")


@click.command()
@click.option("--rows", default=5_000_000, show_default=True)
@click.option("--only", type=click.Choice(_PARTS), multiple=True)
def main(rows: int, only: tuple[str, ...]) -> None:
    """Measure and print."""
    wanted = set(only) or set(_PARTS)
    with tempfile.TemporaryDirectory(prefix="mdl-bench-") as folder:
        bench = Bench(Path(folder), [])
        if wanted & {"whole", "metrics"}:
            home = whole_pipeline(bench, rows)
            if "metrics" in wanted:
                many_metrics(bench, home)
        if "day" in wanted:
            new_day(bench, rows)
        if of_api := wanted & {"api", "pages", "reports"}:
            served(Path(folder), of_api)
        if "alerts" in wanted:
            print_rows(alerts.Alerts.prepare(Path(folder)).rows(), "table", "alert rules judged")
        if "latency" in wanted:
            (Path(folder) / "latency").mkdir()
            print_rows(
                latency(Path(folder) / "latency"), "table", "from a file landing to the owner being told"
            )
    if bench.rows:
        print_rows(bench.rows, "table", f"{rows:,} events, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
