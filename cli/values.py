"""`mdl values`: published values of a metric."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, format_option, print_json, print_rows, terminal
from cli.rendering import trust_line
from reports.blocks import sparkline
from reports.models import MetricValue, ValuesAnswer
from reports.tabular import values_csv
from reports.values import ValuesQuery
from reports.values import values as read_values
from schemas.identity.readers import OPERATOR

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


@click.command(
    epilog=examples(
        "mdl values FLT-DEPARTURES",
        "mdl values FLT-DEPARTURES --grain day --from 2013-09-01 --to 2013-09-30 --slice carrier=UA",
        "mdl values FLT-DEPARTURES --by carrier,origin --format csv > departures.csv",
        "mdl values FLT-DEPARTURES --grain week --chart departures.svg",
    )
)
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
@click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw them into this file instead: .svg, .png, or .json for the Vega-Lite specification.",
)
@format_option
@on_installation
def values(
    installation: Installation,
    /,
    metric: str,
    slices: tuple[str, ...],
    by: str | None,
    start: date | datetime | None,
    end: date | datetime | None,
    as_of: datetime | None,
    limit: int | None,
    chart: Path | None,
    output_format: OutputFormat,
    **narrower: Any,
) -> None:
    """Print published values of METRIC, with what they rest on; by default up to the newest that is known."""
    if chart is not None:
        if limit is not None or narrower.pop("is_complete") is not None:
            raise click.UsageError(
                "--chart goes with neither --limit nor --complete; --from and --to choose periods"
            )
        if len(slices) > 1 or (by and (slices or "," in by)):
            raise click.UsageError("--chart shows one --slice, or the slices --by one dimension")
        narrower |= {"start": start, "end": end, "as_of": as_of.date() if as_of else None}
        _draw(
            installation, chart, metric_id=metric, slice=slices[0] if slices else "", breakdown=by, **narrower
        )
        return
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
    with installation.reading() as connection:
        answer = read_values(connection, query, OPERATOR)
    _print_values(answer, output_format)


def _draw(installation: Installation, file: Path, **query: Any) -> None:
    """Draw the chart of a query into a file, and say in words what it shows."""
    from reports.charts.drawing import draw  # noqa: PLC0415  what other commands do not need
    from reports.charts.files import writer_of  # noqa: PLC0415  as above
    from reports.charts.read import ChartQuery, read_chart  # noqa: PLC0415  as above

    write = writer_of(file)
    with installation.reading() as connection:
        numbers = read_chart(connection, ChartQuery(**query), OPERATOR)
    chart = draw(numbers)
    write(chart)
    click.echo(f"{file}: {chart.description}")


def _print_values(answer: ValuesAnswer, output_format: OutputFormat) -> None:
    if output_format == "json":
        print_json(
            {"data": answer.rows, "meta": answer.trust, "metric": answer.metric, "grain": answer.grain}
        )
        return
    if output_format == "csv":
        click.echo(values_csv(answer), nl=False)
        return
    unit = f", in {answer.metric.unit}" if answer.metric.unit else ""
    title = f"{answer.metric.name}, by {answer.grain}{unit}"
    print_rows([_table_row(row, answer.grain) for row in answer.rows], "table", title, spare=_SPARE)
    console = terminal()
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
