"""The command line's way into the reports: `mdl values`, `mdl scorecard` and `mdl policy`."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from sqlalchemy import Connection

from core.console import OutputFormat, format_option, print_rows, terminal_width
from core.database import connect
from core.settings import load_settings
from reports.models import MetricValue, ValuesAnswer
from reports.policies import metric_policy, policies
from reports.publications import reading
from reports.render import render_scorecard, trust_line
from reports.scorecard_models import KeyResultStanding, Scorecard
from reports.scorecards import scorecard as read_scorecard
from reports.tabular import values_csv
from reports.terminal import sparkline
from reports.values import ValuesQuery
from reports.values import values as read_values

_DEFAULT_ROWS = 30
_DAY = click.DateTime(formats=["%Y-%m-%d"])
# what a narrow terminal does without, the first first
_SPARE = ("previous_value", "numerator", "denominator", "sample_count")
_SHOWN = ("value", "numerator", "denominator", "sample_count", "status", "previous_value", "change_pct")


class _Moment(click.ParamType[date]):
    """A day such as 2013-09-01, or a moment such as 2013-09-01T10:00."""

    name = "day|moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date | datetime:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return self.fail(
                f"{value!r} is neither a day (2013-09-01) nor a moment (2013-09-01T10:00)", param, ctx
            )


_MOMENT = _Moment()


@click.command()
@click.argument("metric")
@click.option("--grain", help="Length of period; by default the coarsest up to month.")
@click.option("--slice", "slices", multiple=True, help="Such as carrier=UA; '' is the total. Repeatable.")
@click.option("--by", help="Dimensions to slice by, such as carrier or carrier,origin.")
@click.option("--from", "start", type=_MOMENT, help="First day, or moment, in the reporting zone.")
@click.option("--to", "end", type=_MOMENT, help="Last day (included), or moment (excluded).")
@click.option(
    "--complete/--running", "is_complete", default=None, help="Only finished or only running periods."
)
@click.option("--as-of", type=_DAY, help="Answer with what was published by the end of that day.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"Newest rows; {_DEFAULT_ROWS} unless --from is given.",
)
@format_option
def values(
    metric: str,
    slices: tuple[str, ...],
    by: str | None,
    start: date | datetime | None,
    end: date | datetime | None,
    as_of: datetime | None,
    limit: int | None,
    output_format: OutputFormat,
    **narrower: Any,
) -> None:
    """Print published values of METRIC, with what they rest on; by default up to the newest that is known."""
    if limit is None and start is None and not by:
        limit = _DEFAULT_ROWS
    query = ValuesQuery(
        metric_id=metric,
        slices=slices,
        by=tuple(name.strip() for name in by.split(",") if name.strip()) if by else (),
        start=start,
        end=end,
        as_of=as_of.date() if as_of else None,
        limit=limit,
        up_to_known=start is None and end is None,
        **narrower,
    )
    with _marts() as connection:
        answer = read_values(connection, query)
    _print_values(answer, output_format)


@click.command()
@click.option("--as-of", type=_DAY, help="The scorecard as published by the end of that day.")
@format_option
def scorecard(as_of: datetime | None, output_format: OutputFormat) -> None:
    """Print domains, objectives and key results with progress, pace and projection."""
    with _marts() as connection:
        card = read_scorecard(connection, as_of.date() if as_of else None)
    if output_format == "table":
        render_scorecard(_console(), card)
    elif output_format == "json":
        _print_json({"data": card, "meta": card.trust})
    else:
        print_rows(_flat(card), output_format, columns=_FLAT)


@click.command()
@click.argument("metric", required=False)
def policy(metric: str | None) -> None:
    """Print the policy of METRIC, or of all metrics, for Open Policy Agent (Rego v1)."""
    with _marts() as connection:
        found = metric_policy(connection, metric) if metric else policies(connection)
    click.echo(found.policy, nl=False)


@contextmanager
def _marts() -> Iterator[Connection]:
    engine = connect(load_settings())
    try:
        with reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _print_values(answer: ValuesAnswer, output_format: OutputFormat) -> None:
    if output_format == "json":
        _print_json(
            {"data": answer.rows, "meta": answer.trust, "metric": answer.metric, "grain": answer.grain}
        )
        return
    if output_format == "csv":
        click.echo(values_csv(answer), nl=False)
        return
    unit = f", in {answer.metric.unit}" if answer.metric.unit else ""
    title = f"{answer.metric.name}, by {answer.grain}{unit}"
    print_rows([_table_row(row, answer.grain) for row in answer.rows], "table", title, spare=_SPARE)
    console = _console()
    if len({row.slice for row in answer.rows}) == 1:
        console.print(sparkline([row.value for row in answer.rows]))
    console.print(trust_line(answer.trust, console.width))


def _table_row(row: MetricValue, grain: str) -> dict[str, object]:
    shape = "%Y-%m-%d %H:%M" if grain in {"minute", "hour"} else "%Y-%m-%d"
    offset = row.period_start.isoformat()[-6:] if _is_shown_twice(row.period_start) else ""
    period = f"{row.period_start.strftime(shape)} {offset}".rstrip() + ("" if row.is_complete else " …")
    shown: dict[str, object] = {"period": period, "slice": row.slice or "(total)"}
    shown |= {name: getattr(row, name) for name in _SHOWN}
    # what has not ended yet is neither reached nor missed
    return shown if row.is_complete else shown | {"status": "running"}


def _is_shown_twice(instant: datetime) -> bool:
    """Whether the clock on the wall shows this time twice, since it is set back."""
    return instant.utcoffset() != instant.replace(fold=1 - instant.fold).utcoffset()


_FLAT = (
    *("as_of_date", "domain_id", "domain_health", "objective_id", "objective_progress", "objective_status"),
    *(field.name for field in fields(KeyResultStanding) if field.name != "evidence"),
)


def _flat(card: Scorecard) -> list[dict[str, object]]:
    """One row per key result, with its objective and domain."""
    groups = [*((domain.domain_id, domain.health, domain.objectives) for domain in card.domains)]
    return [
        {
            "as_of_date": card.as_of_date.isoformat(),
            "domain_id": domain_id,
            "domain_health": health,
            "objective_id": objective.objective_id,
            "objective_progress": objective.progress,
            "objective_status": objective.status,
        }
        | {name: value for name, value in asdict(key_result).items() if name != "evidence"}
        for domain_id, health, objectives in [*groups, (None, None, card.unassigned)]
        for objective in objectives
        for key_result in objective.key_results
    ]


def _print_json(answer: Any) -> None:
    click.echo(json.dumps(answer, indent=2, default=_plain, ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _known(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _known(value: Any) -> Any:
    """JSON has no infinity, which marts of an older version may hold."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _console() -> Console:
    return Console(width=terminal_width(), highlight=False)
