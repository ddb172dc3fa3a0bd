"""Settings of the flights sample, for tests that compute it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def sample_settings() -> dict[str, str]:
    """The settings file of the sample, apart from where things lie."""
    lines = (ROOT / "examples" / "flights" / "sample.env").read_text().splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    del pairs["MDL_HOME"], pairs["MDL_LANDING"]
    return pairs | {"MDL_CATALOG": str(ROOT / pairs["MDL_CATALOG"])}
