"""Writes charts of metrics into files."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli.installation import Installation
from core.errors import ConfigurationError
from reports.charts.models import Chart


def _svg(chart: Chart) -> bytes:
    from reports.charts.rendering import svg  # noqa: PLC0415  half a second that other commands do not need

    return svg(chart).encode()


def _png(chart: Chart) -> bytes:
    from reports.charts.rendering import png  # noqa: PLC0415  as above

    return png(chart)


def _json(chart: Chart) -> bytes:
    import json  # noqa: PLC0415

    return json.dumps(chart.specification, ensure_ascii=False, indent=1).encode()


_WRITERS: Mapping[str, Callable[[Chart], bytes]] = {".svg": _svg, ".png": _png, ".json": _json}


def write_chart(
    installation: Installation,
    file: str,
    metric: str,
    slices: Sequence[str],
    by: str | None,
    limit: int | None,
    *,
    as_of: datetime | None,
    is_complete: bool | None,
    **periods: Any,
) -> None:
    """Draw what `mdl values` was asked for into the file, as its suffix says, and tell what it shows.

    Raises:
        click.UsageError: the suffix is none of ours, or the options ask for what a chart does not show.
        ConfigurationError: the file cannot be written.
    """
    from reports.charts.drawing import draw  # noqa: PLC0415  as above
    from reports.charts.read import ChartQuery, read_chart  # noqa: PLC0415
    from schemas.identity.readers import OPERATOR  # noqa: PLC0415

    path = Path(file)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        legal = ", ".join(_WRITERS)
        raise click.UsageError(
            f"--chart {file}: its name must end in one of {legal}, which says what is written"
        )
    if limit is not None or is_complete is not None:
        raise click.UsageError(
            "--chart goes with neither --limit nor --complete; --from and --to choose periods"
        )
    if len(slices) > 1 or (by and (slices or "," in by)):
        raise click.UsageError("--chart shows one --slice, or the slices --by one dimension")
    query = ChartQuery(
        metric_id=metric,
        slice=slices[0] if slices else "",
        breakdown=by,
        as_of=as_of.date() if as_of else None,
        **periods,
    )
    with installation.reading() as connection:
        numbers = read_chart(connection, query, OPERATOR)
    chart = draw(numbers)
    try:
        path.write_bytes(write(chart))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file}: {chart.description}")
