"""Reports over 1,000 metrics: seconds and memory of each format, and readers of the API while 50 are made at once."""

import resource
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import psutil
import yaml
from sqlalchemy import Connection, Engine, create_engine, text

from core.postgres import start_embedded
from pipelines.reporting.by_hand import asked_period
from pipelines.reporting.due import DueReport
from pipelines.reporting.runs import enter_asked
from schemas.catalog.stored import read_catalog
from tests.bench.api import Api
from tests.bench.readers import Readers, p95
from tests.bench.up import up

_WHOLE, _FORMATS = "whole", ("html", "pdf", "xlsx")
_AT_ONCE = 50
_WARM_SECONDS, _ALONE_SECONDS, _PATIENCE_SECONDS = 30.0, 60.0, 900.0
_LOOK_SECONDS = 0.05
_ROOT = Path(__file__).parents[2]
_ENDED = """
    select count(made_at), count(*) filter (where made_at is not null or ended_at is not null)
    from ops.report_runs where asked_by = 'bench'
"""
_UNDER_WAY = "select count(*) from dagster.runs where pipeline_name = 'report' and status = 'STARTED'"


def catalogued(api: Api) -> None:
    """Add to the catalog a report over everything, and 50 more of the same."""
    path = api.folder / "catalog.yaml"
    names = [_WHOLE, *(f"crowd-{number}" for number in range(_AT_ONCE))]
    stated = {"grain": "week", "formats": list(_FORMATS)}
    reports = [{"report_id": each, "name": f"Report {each}", **stated} for each in names]
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"reports": reports}))
    api.mdl("catalog", "apply")


def formats(api: Api) -> list[dict[str, Any]]:
    """What each step takes in a process of its own, and the command that makes the whole report.

    Memory is that of a process and all that it started, but PostgreSQL; a page that they share is counted once.
    """
    rows = []
    for step in ("read", *_FORMATS):
        taken, seconds = _watched(api, ["-m", "tests.bench.report_step", _WHOLE, step])
        what = "read the document" if step == "read" else f"write {step} of it"
        rows.append({"what": what, "seconds": round(float(seconds), 2), **taken, "bar": ""})
    with tempfile.TemporaryDirectory() as out:
        begun = time.perf_counter()
        command = ["-c", "import mdl; mdl.main()", "report", "render", _WHOLE, "--out", out]
        taken, _ = _watched(api, command)
        whole = {"what": "mdl report render: all formats", "seconds": round(time.perf_counter() - begun, 2)}
    return [*rows, whole | taken | {"bar": "20 s; 500 MiB"}]


def _watched(api: Api, arguments: list[str]) -> tuple[dict[str, float], str]:
    """Run Python to its end: processor seconds and highest memory of it and its descendants, and what it printed."""
    environment = api.environment | {"PYTHONPATH": str(_ROOT)}
    peak, before = 0.0, resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile("w+") as output:
        process = psutil.Popen([sys.executable, *arguments], env=environment, cwd=api.folder, stdout=output)
        while process.poll() is None:
            peak = max(peak, _proportional(process))
            time.sleep(_LOOK_SECONDS)
        output.seek(0)
        said = output.read()
    if process.returncode:
        raise click.ClickException(f"{arguments} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"processor s": round(used, 2), "peak MiB": round(peak)}, said


def _proportional(process: psutil.Process) -> float:
    """MiB of a process and its descendants; what ends meanwhile counts nothing."""
    found = 0
    for each in _family(process):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            found += each.memory_full_info().pss
    return found / (1 << 20)


def _family(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


@dataclass
class _Crowd:
    """Reports that are due at once under `mdl up`: how many are made, and how many were under way at the same time."""

    engine: Engine
    made: int = 0
    most_under_way: int = 0
    begun: float = field(default_factory=time.monotonic)

    def is_over(self) -> bool:
        """Whether all have ended, or take too long."""
        with self.engine.connect() as connection:
            self.made, ended = connection.execute(text(_ENDED)).one()
            self.most_under_way = max(self.most_under_way, connection.scalar(text(_UNDER_WAY)) or 0)
        return ended == _AT_ONCE or self.seconds > _PATIENCE_SECONDS

    @property
    def seconds(self) -> float:
        """Since they fell due."""
        return time.monotonic() - self.begun


def readers_beside(api: Api) -> list[dict[str, Any]]:
    """What readers wait under `mdl up`, without reports and from when 50 are due until they are made."""
    engine = create_engine(start_embedded(api.folder / "home"))
    with up(api.folder, api.environment) as port:
        readers = Readers(port, {"Authorization": f"Bearer {api.token(port)}", "Accept-Encoding": "gzip"})
        readers.measured(_WARM_SECONDS)
        alone = readers.measured(_ALONE_SECONDS)
        with engine.begin() as connection:
            _enter(connection, api)
        crowd = _Crowd(engine)
        beside = readers.measured(0, crowd.is_over)
    engine.dispose()
    click.echo(
        f"{crowd.made} of {_AT_ONCE} reports made in {crowd.seconds:.0f} s, {crowd.most_under_way} at once",
        err=True,
    )
    return [
        {
            "readers of": kind,
            "median alone ms": round(statistics.median(alone[kind]), 1),
            "median beside ms": round(statistics.median(beside[kind]), 1),
            "p95 alone ms": round(p95(alone[kind]), 1),
            "p95 beside ms": round(p95(beside[kind]), 1),
            "ratio": round(p95(beside[kind]) / p95(alone[kind]), 2),
            "bar": "ratio 2",
        }
        for kind in alone
    ]


def _enter(connection: Connection, api: Api) -> None:
    """Let 50 reports be due now: the sensor finds them in the books as it finds those of a schedule."""
    catalog = read_catalog(connection)
    for number in range(_AT_ONCE):
        report = catalog.reports[f"crowd-{number}"]
        period = asked_period(report, ZoneInfo("UTC"), None, api.as_of)
        enter_asked(connection, report, DueReport(period, api.as_of), "bench")
