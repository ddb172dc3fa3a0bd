"""The full check: what the lake holds against the suites of today; results are recorded, nothing is moved."""

from datetime import datetime

from sqlalchemy import Engine, insert

from core.settings import Settings
from pipelines import duck
from pipelines.lake import Lake
from pipelines.validation.report import RuleOutcome
from pipelines.validation.rules import DimensionRule, RowRule, dimension_rules, row_rules
from schemas.documents.documents import Catalog, Source
from schemas.tables import validation_results

_LAKE = "lake"


def full_check(
    catalog: Catalog,
    settings: Settings,
    engine: Engine,
    lake: Lake,
    now: datetime,
    *,
    run_id: str | None = None,
) -> list[RuleOutcome]:
    """Check every live row of the lake against the rules that the catalog has now, source by source.

    One result per source and rule, of suite `<source_id>` and without a file. `now` is the real time.

    Raises:
        RuntimeError: an expectation could not be evaluated.
    """
    dimensions = dimension_rules(catalog)
    outcomes: list[RuleOutcome] = []
    lake.refresh()
    for source in catalog.sources.values():
        outcomes += _check(source, settings, lake, dimensions, now)
    rows = [
        {
            "run_id": run_id,
            "source_id": outcome.suite,
            "suite": outcome.suite,
            "expectation": outcome.expectation,
            "column_name": outcome.column,
            "success": outcome.success,
            "element_count": outcome.element_count,
            "unexpected_count": outcome.unexpected_count,
            "details": {
                "kwargs": outcome.kwargs,
                "examples": outcome.examples,
                "is_blocking": outcome.is_blocking,
                "of": _LAKE,
            },
            "validated_at": now,
        }
        for outcome in outcomes
    ]
    if rows:
        with engine.begin() as connection:
            connection.execute(insert(validation_results), rows)
    return outcomes


def _check(
    source: Source, settings: Settings, lake: Lake, dimensions: list[DimensionRule], now: datetime
) -> list[RuleOutcome]:
    rows = _rows(source, lake)
    if rows is None:
        return []
    from pipelines.validation.check import Checker  # noqa: PLC0415  its imports take seconds

    rules = [rule for rule in row_rules(source, dimensions, now) if _holds_in_lake(rule)]
    spill = settings.staging_path / "work" / "spill"
    with duck.connect(spill, settings.memory_limit) as connection:
        return Checker(source, dimensions, rules).check(connection, rows, {_LAKE: 0}, 0).tallies[_LAKE]


def _holds_in_lake(rule: RowRule) -> bool:
    """Whether the lake keeps what the rule looks at: how a row was read, it does not."""
    return rule.is_blocking and rule.column != "malformed" and not rule.column.startswith("unread_")


def _rows(source: Source, lake: Lake) -> str | None:
    """The SQL of the rows that the lake holds of a source, as those of one file; None where it holds none."""
    columns = [f"dim_{name}" for name in source.dimensions] + [f"field_{name}" for name in source.fields]
    held = {
        file.event for file in lake.files() if file.may_hold("source_id", source.source_id, source.source_id)
    }
    if not held:
        return None
    base = ["event", "source_id", "row_number", "occurred_at", "unique_key"]
    scans = [lake.scan(event, None, [*base, *columns], count=False) for event in sorted(held)]
    return (
        f"SELECT {duck.literal(_LAKE)} AS file_id, NULL::VARCHAR AS malformed, * "
        f"FROM ({' UNION ALL '.join(scans)}) WHERE source_id = {duck.literal(source.source_id)}"
    )
