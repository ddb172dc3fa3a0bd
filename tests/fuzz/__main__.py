"""`make fuzz`: many generated requests to every path in every role; prints what broke the word of the OpenAPI document.

Each path and role gets a shop of its own, with numbers that a real run published. Exits with 1 if anything was found.
"""

import sys
import tempfile
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import schemathesis
from schemathesis.core.failures import FailureGroup
from sqlalchemy import make_url

from core.postgres import start_embedded
from tests.conftest import administer
from tests.fuzz.requests import proof, try_operation
from tests.integration.webapi.conftest import (
    AS_OF,
    CATALOG,
    ORDERS,
    Asked,
    api_settings,
    publish,
    shop_database,
)
from webapi.app import create_app

_ROLES = (None, "viewer", "editor", "admin")
_NO_LIMIT = {"rate_limit": 10**9, "strict_rate_limit": 10**9, "registration": True}


@click.command()
@click.option("--cases", default=22_000, show_default=True, help="Requests to send at most.")
@click.option("--only", default="", help="Part of the operations to try, such as 'PUT /api/v1/metrics'.")
def main(cases: int, only: str) -> None:
    """Send requests, then print how many and what they found."""
    begun, sent = time.monotonic(), Counter[str]()
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mdl-fuzz-") as folder, shop(Path(folder)) as url:
        with asked(Path(folder), url) as ask:
            labels = [each for each in operations(ask) if only in each]
        share = -(-cases // (len(labels) * len(_ROLES)))
        for label in labels:
            for role in _ROLES:
                with asked(Path(folder), url) as ask:
                    try:
                        sent[str(role)] += try_operation(
                            operations(ask)[label], share, lambda ask=ask, role=role: proof(ask, role)
                        )
                    except (Exception, FailureGroup):  # noqa: BLE001  whatever it is, it is a find, and the next is tried
                        found.append(f"{label} as {role}\n{traceback.format_exc(limit=-2)}")
                        click.echo(found[-1])
            click.echo(f"{label}: {sent.total():,} requests, {time.monotonic() - begun:,.0f} s", err=True)
    click.echo(
        f"{sent.total():,} requests ({dict(sent)}) in {time.monotonic() - begun:,.0f} s; {len(found)} finds"
    )
    sys.exit(bool(found))


@contextmanager
def shop(folder: Path) -> Iterator[str]:
    """A database with a published shop and a user of each role."""
    with shop_database(start_embedded(folder / "server")) as url:
        publish(folder / "shop", url, CATALOG, {AS_OF: ORDERS})
        yield url


@contextmanager
def asked(folder: Path, url: str) -> Iterator[Asked]:
    """An API over a copy of the shop."""
    name, server = f"fuzz_{uuid.uuid4().hex[:12]}", make_url(url).set(database="postgres")
    administer(server, f"create database {name} template {make_url(url).database}")
    own = make_url(url).set(database=name).render_as_string(hide_password=False)
    app = create_app(api_settings(folder, own, **_NO_LIMIT))
    yield Asked(app, {})
    app.extensions["mdl"].database.close()
    administer(server, f"drop database {name} with (force)")


def operations(ask: Asked) -> dict[str, Any]:
    """The operations of the API by method and path."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", ask.app)
    return {each.ok().label: each.ok() for each in schema.exclude(deprecated=True).get_all_operations()}


if __name__ == "__main__":
    main()
