"""Late, repeated and corrected deliveries, whatever the catalog: the marts equal pandas."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from core.clock import wall_now
from core.settings import Settings, load_settings
from pipelines.aggregate import Versioned, compute_affected, publish_waiting
from pipelines.ingest import stage_sources
from pipelines.lake import Lake
from pipelines.validation import accept_staged
from schemas.documents.load import load_documents
from schemas.tables import metadata
from tests.oracle.book import Book, Entry
from tests.oracle.compare import PUBLISHED, differences, explain
from tests.oracle.deliveries import MOMENTS, Format, Step, Truth, land, source, steps
from tests.oracle.generated import catalogs

CANCELLATION = 1e-7
"""What is left of equal numbers of up to 10^7 that are taken from each other in floating point."""


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """A zone, two catalogs, and runs over files of one format."""
    zone, centre = draw(st.sampled_from(MOMENTS))
    file_format: Format = draw(st.sampled_from(["csv", "jsonl"]))
    keyed = draw(st.booleans())
    document = source(file_format, keyed=keyed)
    return {
        "zone": zone,
        "file_format": file_format,
        "keyed": keyed,
        "catalogs": [draw(catalogs(document)) for _ in range(2)],
        "steps": draw(steps(centre)),
    }


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(history=histories())
def test_marts_equal_pandas_after_any_history_of_deliveries(
    database: Engine, history: dict[str, Any]
) -> None:
    truth = Truth(keyed=history["keyed"])
    _empty(database)
    with TemporaryDirectory() as folder:
        place = load_settings(
            home=Path(folder) / "home", landing=f"{folder}/landing", timezone=history["zone"]
        )
        Path(place.landing).mkdir()
        for number, step in enumerate(history["steps"]):
            document, entries = history["catalogs"][step.catalog]
            land(Path(place.landing), history["file_format"], step, number)
            _refresh(document, step, place, database, number)
            for name, rows in step.files:
                truth.deliver(name, rows)
            _agree(database, entries, truth, step, place)


def _empty(engine: Engine) -> None:
    """Forget the example before; a database of its own for each would take ten times as long."""
    tables = ", ".join(f"{table.schema}.{table.name}" for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"truncate {tables} restart identity cascade"))


def _refresh(document: dict[str, Any], step: Step, place: Settings, engine: Engine, number: int) -> None:
    """Ingest, validate, compute and publish, as `mdl run` does."""
    loaded = load_documents(document, "shop.yaml")
    loaded.raise_errors()
    catalog, lake = loaded.catalog, Lake(place.lake_path)
    stage_sources(catalog.sources.values(), place, engine, wall_now())
    accept_staged(catalog, place, engine, lake, wall_now())
    current = Versioned(catalog, dict.fromkeys(catalog.metrics, "1.0.0"), number)
    workdir = place.home / "work" / str(number)
    computation = compute_affected(current, lake, engine, place, step.as_of, workdir)
    publish_waiting(computation, engine, place, workdir)


def _agree(engine: Engine, entries: dict[str, Entry], truth: Truth, step: Step, place: Settings) -> None:
    expected = Book(entries, truth.events(), step.as_of, place.timezone).values()
    with engine.connect() as connection:
        found = differences(pd.read_sql(PUBLISHED, connection), expected, CANCELLATION)
    assert found.empty, explain(found) + "\n" + yaml.safe_dump({k: v.refs for k, v in entries.items()})
