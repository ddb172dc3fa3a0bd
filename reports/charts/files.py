"""Charts as files: what is written follows from the end of the name."""

from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from core.errors import ConfigurationError
from reports.charts.models import Chart
from reports.charts.rendering import png, svg

_BYTES: Mapping[str, Callable[[Chart], bytes]] = {
    ".svg": lambda chart: svg(chart).encode(),
    ".png": png,
    ".json": lambda chart: orjson.dumps(chart.specification, option=orjson.OPT_INDENT_2),
}


def writer_of(path: Path) -> Callable[[Chart], None]:
    """What writes a chart into a file of that name, in place of what is there.

    Raises:
        ConfigurationError: the name ends in none of .svg, .png, .json; from the writer, the file cannot be written.
    """
    to_bytes = _BYTES.get(path.suffix.lower())
    if to_bytes is None:
        raise ConfigurationError(
            f"{path} cannot hold a chart: its name must end in one of {', '.join(_BYTES)}, which says what is written"
        )

    def write(chart: Chart) -> None:
        body = to_bytes(chart)
        try:
            path.write_bytes(body)
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error

    return write
