"""Which metrics of a report moved, and which of their slices moved them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from sqlalchemy import DateTime, cast, or_, select

from reports.contributions import Parts, contributions
from reports.documents.contents.basis import Basis
from reports.documents.contents.facts import Cause, Movement
from reports.documents.contents.metric_reading import MetricReading
from reports.documents.contents.readings import asked_table
from reports.documents.contents.words import chosen
from reports.selection import rows_of
from schemas.tables import metric_slices


def told_movements(basis: Basis, readings: Mapping[str, MetricReading]) -> list[Movement]:
    """The few that got better and worse most, with the largest contributing slice of each. One statement at most.

    Metrics that have no period of the report's own length are not compared with those that have.
    """
    of_grain = [one for one in readings.values() if one.grain == basis.period.grain]
    found = [movement for one in of_grain if (movement := movement_of(one)) is not None]
    few = [*chosen(found, is_good=False), *chosen(found, is_good=True)]
    causes = _causes(basis, [readings[one.metric_id] for one in few])
    return [replace(one, cause=causes.get(one.metric_id)) for one in few]


def movement_of(one: MetricReading) -> Movement | None:
    """How a metric moved from the period before to a finished one; None where it did not, or that is not known."""
    now, before = one.current, one.before
    if now is None or before is None or now.value is None or now.previous_value is None:
        return None
    if now.value == now.previous_value:
        return None
    return Movement(
        metric_id=one.metric.metric_id,
        name=one.metric.name,
        unit=one.metric.definition.unit,
        value=now.value,
        before=now.previous_value,
        change_pct=now.change_pct,
        is_good=one.is_good,
        tier=one.tier,
        status=now.status if one.is_judged else None,
        status_before=before.status if one.is_judged else None,
        unusual=one.unusual,
    )


def cause_of(total: tuple[Parts, Parts], slices: Mapping[str, tuple[Parts, Parts]]) -> Cause | None:
    """The slice of one dimension each that made the largest share of a change; None where none adds up to it."""
    change = (total[1].value or 0.0) - (total[0].value or 0.0)
    by_dimension: dict[str, dict[str, tuple[Parts, Parts]]] = {}
    for name, pair in slices.items():
        by_dimension.setdefault(name.partition("=")[0], {})[name] = pair
    found = []
    for dimension, pairs in by_dimension.items():
        # one slice alone is the total by another name
        ranked = contributions(total, pairs) if len(pairs) > 1 and change else []
        shares = [(one.contribution / change, one.slice) for one in ranked]
        found += [Cause(dimension, unquote(name.partition("=")[2]), share) for share, name in shares]
    return max(found, key=lambda one: (one.share, one.dimension, one.value), default=None)


def _causes(basis: Basis, moved: Sequence[MetricReading]) -> dict[str, Cause]:
    slices = _slices(basis, moved) if moved else {}
    found = {}
    for one in moved:
        if one.current is not None and one.before is not None:
            total = (_parts(one.before), _parts(one.current))
            cause = cause_of(total, slices.get(one.metric.metric_id, {}))
            if cause is not None:
                found[one.metric.metric_id] = cause
    return found


def _slices(basis: Basis, moved: Sequence[MetricReading]) -> dict[str, dict[str, tuple[Parts, Parts]]]:
    """Both periods of every slice of one dimension, by metric."""
    wanted = asked_table([_asked(one) for one in moved], "grain", "now", "before")
    source, slices = rows_of(basis.publication, basis.publication.publication_id), metric_slices.c
    moments = (cast(wanted.c[name], DateTime(timezone=True)) for name in ("now", "before"))
    statement = (
        select(source, (source.c.period_start == cast(wanted.c.now, DateTime(timezone=True))).label("is_now"))
        .select_from(wanted)
        .join(
            metric_slices,
            (slices.metric_id == wanted.c.metric_id)
            & (slices.grain == wanted.c.grain)
            & (slices.slice != "")
            & slices.slice.not_like("%,%"),
        )
        .join(
            source,
            (source.c.metric_id == slices.metric_id)
            & (source.c.grain == slices.grain)
            & (source.c.slice == slices.slice)
            & or_(*(source.c.period_start == moment for moment in moments)),
        )
    )
    found: dict[str, dict[str, tuple[Parts, Parts]]] = {}
    for row in basis.connection.execute(statement):
        pairs = found.setdefault(row.metric_id, {})
        before, now = pairs.get(row.slice, (Parts(), Parts()))
        parts = Parts(row.value, row.numerator, row.denominator)
        pairs[row.slice] = (before, parts) if row.is_now else (parts, now)
    return found


def _asked(one: MetricReading) -> dict[str, str | None]:
    return {
        "metric_id": one.metric.metric_id,
        "grain": one.grain,
        "now": one.current.period_start.isoformat() if one.current else None,
        "before": one.before.period_start.isoformat() if one.before else None,
    }


def _parts(row: object) -> Parts:
    return Parts(*(getattr(row, name) for name in Parts._fields))
