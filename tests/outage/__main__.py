"""`make outage`: PostgreSQL away for ten minutes under load, with a restart of the API in between."""

import sys
import tempfile
from pathlib import Path

import click
import yaml
from sqlalchemy import create_engine

from core.clock import wall_now
from examples.generate import Stream, catalog, write
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.bench.api import DAYS, PASSWORD, PATHS, START, Api
from tests.outage.servers import Primary, Served
from tests.outage.trial import run_trial


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="How long PostgreSQL is away.")
@click.option("--metrics", default=1_000, show_default=True, help="With a year of daily values each.")
def main(minutes: float, metrics: int) -> None:
    """Run the trial and print what readers and writers met; what must not happen exits with 1."""
    with tempfile.TemporaryDirectory(prefix="mdl-outage-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        primary = Primary(folder / "primary")
        try:
            api = _prepared(folder, primary, metrics)
            served = Served(folder, api.environment | {"MDL_ENABLE_SNAPSHOT": "true"})
            paths = [path for path in PATHS.values() if path != "/health"]
            outcome = run_trial(primary, served, paths, ("bench", PASSWORD), minutes * 60)
        finally:
            primary.remove()
    load = outcome.load
    for what, count in sorted(load.counts.items()):
        click.echo(f"{what:40} {count:>10,}")
    for what in ("first_copy", "restart", "back_reading", "back_writing"):
        click.echo(f"{what + ', s':40} {getattr(outcome, what):>10.1f}")
    click.echo(f"{'slowest read, s':40} {load.slowest:>10.1f}")
    for fault in load.faults[:20]:
        click.echo(fault)
    sys.exit(bool(load.faults))


def _prepared(folder: Path, primary: Primary, metrics: int) -> Api:
    api = Api(folder)
    api.environment["MDL_DATABASE_URL"] = primary.url
    documents = catalog(metrics, "shop/*.parquet", keyed=False)
    for metric in documents["metrics"]:
        metric["data"] = {"time_grain": ["day"]}
        metric["dimensions"] = []
    (folder / "catalog.yaml").write_text(yaml.safe_dump(documents))
    write(Stream(100_000, start=START, days=DAYS), folder / "landing" / "shop")
    api.mdl("run")
    engine = create_engine(primary.url)
    with engine.begin() as connection:
        create_user(connection, "bench", PASSWORD, Role.ADMIN, wall_now())
    engine.dispose()
    return api


if __name__ == "__main__":
    main()
